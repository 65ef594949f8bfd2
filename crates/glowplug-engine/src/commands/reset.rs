//! `migrate reset`: drops everything in a development database and runs the history from the start.

use glowplug_dialect::words::counted;
use serde::Serialize;

use crate::apply::{self, Applied};
use crate::ctx::Ctx;
use crate::failure::Result;
use crate::guard;
use crate::history::History;

/// How to reset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Do not ask.
    pub force: bool,
    /// Also on another host.
    pub allow_remote: bool,
}

/// What it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The database's name.
    pub database: String,
    /// The migrations that were run.
    pub applied: Vec<Applied>,
}

/// Drops everything and runs the history.
///
/// # Errors
/// A protected or remote database, nobody to confirm, or a migration that fails.
pub fn run(ctx: &mut Ctx<'_>, options: &Options) -> Result<Outcome> {
    ctx.disk()?;
    guard::refuse_remote(ctx, "migrate reset", options.allow_remote)?;
    let mut database = ctx.connect_or_create()?;
    let database = database.as_mut();
    guard::refuse_protected(ctx, database, "migrate reset")?;
    confirm(ctx, database, options)?;
    apply::lock(ctx, database)?;
    database.wipe(&ctx.connection.namespaces)?;
    let history = History::read(ctx, database)?;
    apply::prepare(ctx, database, &history)?;
    let applied = apply::apply_all(ctx, database, &history.pending())?;
    let live = ctx.introspect(database)?;
    crate::replay::remember(ctx, &history.disk, &live);
    database.unlock()?;
    Ok(Outcome { database: database.target().database.clone(), applied })
}

fn confirm(
    ctx: &mut Ctx<'_>,
    database: &mut dyn glowplug_dialect::database::Database,
    options: &Options,
) -> Result<()> {
    let live = ctx.introspect(database)?;
    if options.force || live.is_empty() {
        return Ok(());
    }
    let target = database.target();
    let message = format!(
        "everything in `{}` on {} is dropped: {} with all rows",
        target.database,
        target.host,
        counted(live.tables.len(), "table")
    );
    guard::confirm(ctx, message)
}
