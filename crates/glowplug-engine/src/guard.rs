//! Keeps commands that replace or drop data away from databases that must not be hurt.

use glowplug_dialect::database::Database;
use glowplug_migrations::meta;

use crate::failure::{Failure, Result};

/// Refuses a protected database, and one on another host unless that was allowed.
///
/// # Errors
/// A refusal that names the database and what lifts it.
pub fn refuse_unsafe(
    database: &mut dyn Database,
    command: &str,
    tool: &str,
    allow_remote: bool,
) -> Result<()> {
    let target = database.target().clone();
    let place = format!("`{}` on {}", target.database, target.host);
    let known = meta::read(database)?;
    if known.protected {
        let environment = known.environment.map_or_else(String::new, |e| format!(" (environment: {e})"));
        return Err(Failure::refused(
            "GP4101",
            format!("{place} is protected{environment}: `{command}` never runs there"),
        )
        .hint(format!("{tool} migrate deploy    applies what is pending, and nothing else"))
        .hint(format!("{tool} unprotect --host {}    lifts the protection", target.host)));
    }
    if !target.is_local && !allow_remote {
        return Err(Failure::refused(
            "GP4102",
            format!("{place} is not on this machine: `{command}` stays away from it"),
        )
        .hint("--allow-remote    if that is meant")
        .hint(format!("{tool} migrate deploy    applies what is pending, and nothing else")));
    }
    Ok(())
}
