//! Keeps commands that replace or drop data away from databases that must not be hurt.

use glowplug_dialect::database::Database;
use glowplug_dialect::words::counted;
use glowplug_migrations::folder::Migration;
use glowplug_migrations::{checksum, meta};

use crate::ctx::Ctx;
use crate::data::{self, Data, DataPlan};
use crate::failure::{Failure, Result};
use crate::plan;
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

/// Refuses a database that says of itself that it is protected, whatever the flags, unless the hash of exactly this
/// command on exactly this state was given: nobody types that without having read what it stands for.
///
/// # Errors
/// A refusal that names the database, what it holds, and what lifts the protection.
pub fn refuse_protected(ctx: &Ctx<'_>, database: &mut dyn Database, command: &str) -> Result<()> {
    let Some(protected) = protection(database)? else { return Ok(()) };
    let target = database.target().clone();
    let tables = tables(ctx, database)?;
    let disk = ctx.disk()?;
    let mut state = vec![command.to_owned(), target.host.clone(), target.database.clone(), ctx.schema.text()];
    state.extend(tables.iter().map(|(name, _)| name.clone()));
    state.extend(disk.iter().flat_map(|migration| [migration.name.clone(), migration.checksum.clone()]));
    let hash = checksum::short(&state);
    if ctx.confirm.as_deref() == Some(&hash) {
        return Ok(());
    }
    let mut failure =
        Failure::refused("GP4101", format!("{protected}: `{command}` does not run there unasked"));
    failure.facts.push(contents(&tables));
    if ctx.confirm.is_some() {
        failure
            .facts
            .push("the hash that was given is that of another command, or of an earlier state".to_owned());
    }
    Err(failure
        .hint(format!("{} migrate deploy    applies what is pending, and nothing else", ctx.tool))
        .hint(format!("{} unprotect --host {}    lifts the protection", ctx.tool, target.host))
        .hint(format!("--confirm {hash}    runs this command on the database as it is now")))
}

/// Which rows of reference data may be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// None: somebody has to agree first.
    Nothing,
    /// Those that somebody has agreed to.
    These(Vec<String>),
    /// All of them.
    Everything,
}

impl Allowed {
    /// Whether all of these may be.
    pub fn covers(&self, removals: &[String]) -> bool {
        match self {
            Allowed::Nothing => removals.is_empty(),
            Allowed::These(known) => removals.iter().all(|it| known.contains(it)),
            Allowed::Everything => true,
        }
    }
}

/// Refuses to destroy anything in a protected database, unless the hash of exactly this plan was given.
///
/// # Errors
/// A refusal that names what would be destroyed, and the command that prints the plan with its hash.
pub fn refuse_destructive(
    ctx: &Ctx<'_>,
    database: &mut dyn Database,
    pending: &[Migration],
    data: Option<&Data<'_>>,
) -> Result<Allowed> {
    if pending.is_empty() && data.is_none() {
        return Ok(Allowed::Nothing);
    }
    let Some(protected) = protection(database)? else { return Ok(Allowed::Everything) };
    let data = data.map(|data| data::look(ctx, database, data, !pending.is_empty())).transpose()?;
    let plan = plan::look(ctx, database, pending, data)?;
    if !plan.destructive {
        return Ok(Allowed::Nothing);
    }
    if ctx.confirm.as_deref() == Some(&plan.hash) {
        return Ok(Allowed::These(plan.data.map_or_else(Vec::new, |data| data.removals())));
    }
    let by_migrations = plan.losses().len() > plan.data.as_ref().map_or(0, |data| data.removals().len());
    let what = if by_migrations {
        "the pending migrations destroy something"
    } else {
        "the reference data deletes rows"
    };
    let message = format!("{protected}, and {what} there");
    let mut failure = Failure::refused("GP4108", message);
    failure.facts = plan.losses();
    failure.facts.push("nothing was changed".to_owned());
    Err(failure
        .hint(format!("{} migrate deploy --plan    prints the whole plan and its hash", ctx.tool))
        .hint("--confirm <hash>    applies exactly that plan"))
}

/// Refuses to delete rows of reference data in a protected database, unless the hash of exactly these changes was
/// given.
///
/// # Errors
/// A refusal that names the rows and the hash.
pub fn refuse_data_removal(ctx: &Ctx<'_>, database: &mut dyn Database, data: &DataPlan) -> Result<()> {
    let Some(protected) = protection(database)? else { return Ok(()) };
    let target = database.target();
    let mut state = vec!["seed".to_owned(), target.host.clone(), target.database.clone()];
    state.extend(data.parts());
    let hash = checksum::short(&state);
    if ctx.confirm.as_deref() == Some(&hash) {
        return Ok(());
    }
    let message = format!("{protected}, and the reference data deletes rows there");
    let mut failure = Failure::refused("GP4108", message);
    failure.facts = data.removals();
    failure.facts.push("no row of the reference data was changed".to_owned());
    Err(failure
        .hint(format!("{} seed --only data --plan    prints all changes", ctx.tool))
        .hint(format!("--confirm {hash}    makes exactly these changes")))
}

/// How a protected database is called in a refusal; `None` if it is not protected.
fn protection(database: &mut dyn Database) -> Result<Option<String>> {
    let known = meta::read(database)?;
    if !known.protected {
        return Ok(None);
    }
    let target = database.target();
    let environment = known.environment.map_or_else(String::new, |name| format!(" (environment: {name})"));
    Ok(Some(format!("`{}` on {} is protected{environment}", target.database, target.host)))
}

/// The tables with their rows, as the statistics estimate them.
fn tables(ctx: &Ctx<'_>, database: &mut dyn Database) -> Result<Vec<(String, Option<u64>)>> {
    let live = ctx.introspect(database)?;
    let names: Vec<String> = live.tables.iter().map(|table| table.qualified_name().to_string()).collect();
    let weights = database.weigh(&names)?.tables;
    Ok(names
        .into_iter()
        .map(|name| (name.clone(), weights.get(&name).and_then(|weight| weight.rows)))
        .collect())
}

fn contents(tables: &[(String, Option<u64>)]) -> String {
    const SHOWN: usize = 5;
    if tables.is_empty() {
        return "it holds no table".to_owned();
    }
    let shown: Vec<String> = tables
        .iter()
        .take(SHOWN)
        .map(|(name, rows)| match rows {
            Some(rows) => format!("`{name}` with about {}", counted(*rows as usize, "row")),
            None => format!("`{name}`"),
        })
        .collect();
    let more = if tables.len() > SHOWN { ", ..." } else { "" };
    format!("it holds {}: {}{more}", counted(tables.len(), "table"), shown.join(", "))
}

/// Asks a person before something is dropped; `--force` is the flag for when nobody is there.
///
/// # Errors
/// A no, or nobody to ask (exit code 3).
pub fn confirm(ctx: &mut Ctx<'_>, message: String) -> Result<()> {
    match ctx.ui.ask(&Question::Confirm { message: message.clone() }) {
        Some(Answer::Yes) => Ok(()),
        Some(Answer::No | Answer::Text(_) | Answer::Way(_)) => {
            Err(Failure::refused("GP4105", "nothing was changed"))
        }
        None => Err(Failure::unanswered("GP4105", message).hint("--force    if that is meant")),
    }
}
