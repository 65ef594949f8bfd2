//! Keeps commands that replace or drop data away from databases that must not be hurt.

use glowplug_dialect::database::Database;
use glowplug_migrations::meta;

use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::ui::{Answer, Question};

/// Refuses a database on another host unless that was allowed. Asked before connecting: a host that must be
/// left alone is not even knocked at.
///
/// # Errors
/// A refusal that names the host and the flag.
pub fn refuse_remote(ctx: &Ctx<'_>, command: &str, allow_remote: bool) -> Result<()> {
    let target = ctx.connector.target(&ctx.connection.url)?;
    if target.is_local || allow_remote {
        return Ok(());
    }
    let place = format!("`{}` on {}", target.database, target.host);
    Err(Failure::refused("GP4102", format!("{place} is not on this machine: `{command}` stays away from it"))
        .hint("--allow-remote    if that is meant")
        .hint(format!("{} migrate deploy    applies what is pending, and nothing else", ctx.tool)))
}

/// Refuses a database that says of itself that it is protected, whatever the flags.
///
/// # Errors
/// A refusal that names the database and what lifts the protection.
pub fn refuse_protected(ctx: &Ctx<'_>, database: &mut dyn Database, command: &str) -> Result<()> {
    let known = meta::read(database)?;
    if !known.protected {
        return Ok(());
    }
    let target = database.target();
    let environment = known.environment.map_or_else(String::new, |name| format!(" (environment: {name})"));
    let message = format!(
        "`{}` on {} is protected{environment}: `{command}` never runs there",
        target.database, target.host
    );
    Err(Failure::refused("GP4101", message)
        .hint(format!("{} migrate deploy    applies what is pending, and nothing else", ctx.tool))
        .hint(format!("{} unprotect --host {}    lifts the protection", ctx.tool, target.host)))
}

/// Asks a person before something is dropped; `--force` is the flag for when nobody is there.
///
/// # Errors
/// A no, or nobody to ask (exit code 3).
pub fn confirm(ctx: &mut Ctx<'_>, message: String) -> Result<()> {
    match ctx.ui.ask(&Question::Confirm { message: message.clone() }) {
        Some(Answer::Yes) => Ok(()),
        Some(Answer::No | Answer::Text(_)) => Err(Failure::refused("GP4105", "nothing was changed")),
        None => Err(Failure::unanswered("GP4105", message).hint("--force    if that is meant")),
    }
}
