//! `migrate reset`: drops everything in a development database and runs the history from the start.

use glowplug_dialect::database::Database;
use glowplug_dialect::words::counted;
use glowplug_migrations::meta;
use glowplug_sql::model::{EnumType, QualifiedName, SqlSchema, Table};
use serde::Serialize;

use crate::apply::{self, Applied};
use crate::copies::{self, Kept};
use crate::ctx::Ctx;
use crate::data::{self, DataPlan};
use crate::failure::{Failure, Result};
use crate::guard;
use crate::history::History;

/// How to reset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Do not ask.
    pub force: bool,
    /// Also on another host.
    pub allow_remote: bool,
    /// Drop it without a copy.
    pub no_copy: bool,
}

/// What it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The database's name.
    pub database: String,
    /// The copy that was made before.
    pub copy: Option<Kept>,
    /// The migrations that were run.
    pub applied: Vec<Applied>,
    /// What led to the reference data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<DataPlan>,
}

/// Drops everything and runs the history.
///
/// # Errors
/// A protected or remote database, nobody to confirm, or a migration that fails.
pub fn run(ctx: &mut Ctx<'_>, options: &Options) -> Result<Outcome> {
    ctx.disk()?;
    let data = data::load(ctx)?;
    guard::refuse_remote(ctx, "migrate reset", options.allow_remote)?;
    let mut database = ctx.connect_or_create()?;
    let database = database.as_mut();
    guard::refuse_protected(ctx, database, "migrate reset")?;
    confirm(ctx, database, options.force)?;
    apply::lock(ctx, database)?;
    let copy = start_over(ctx, database, options.no_copy)?;
    let history = History::read(ctx, database)?;
    apply::prepare(ctx, database, &history)?;
    let applied = apply::apply_all(ctx, database, &history, &history.pending())?;
    let live = ctx.introspect(database)?;
    crate::replay::remember(ctx, &history.disk, &live);
    let data = match &data {
        Some(data) => Some(data::bring(ctx, database, data, &|_, _, _| Ok(()))?),
        None => None,
    };
    database.unlock()?;
    Ok(Outcome { database: database.target().database.clone(), copy, applied, data })
}

/// Copies the database, unless there is nothing in it, and drops everything but what is external, and what the
/// database knows of itself.
///
/// # Errors
/// It cannot be copied, or as [`empty`]; then nothing was dropped.
pub(crate) fn start_over(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    no_copy: bool,
) -> Result<Option<Kept>> {
    let copy = if no_copy || ctx.introspect(database)?.is_empty() {
        None
    } else {
        copies::before_reset(ctx, database)?
    };
    let known = meta::read(database)?;
    empty(ctx, database)?;
    if known.protected || known.environment.is_some() {
        meta::write(database, &known)?;
    }
    Ok(copy)
}

/// Drops everything but what is external.
///
/// # Errors
/// Something external needs what would go, or whatever the database answers.
fn empty(ctx: &Ctx<'_>, database: &mut dyn Database) -> Result<()> {
    let namespaces = &ctx.connection.namespaces;
    if ctx.external.is_empty() {
        return Ok(database.wipe(namespaces)?);
    }
    let spare: Vec<QualifiedName> = names(&ctx.introspect_parts(database)?.external);
    let own: Vec<String> = namespaces.iter().filter(|it| !ctx.external.covers(it)).cloned().collect();
    // An empty list would mean the default namespace.
    if own.is_empty() && !namespaces.is_empty() {
        return Ok(());
    }
    database.wipe_but(&own, &spare).map_err(|error| match error.server {
        None => Failure::refused("GP4106", format!("external: {}", error.message))
            .fact("nothing was changed")
            .hint("drop that by hand, or take it out of `external` in [workspace.metadata.glowplug]"),
        Some(_) => Failure::from_database(error),
    })
}

fn names(schema: &SqlSchema) -> Vec<QualifiedName> {
    let tables = schema.tables.iter().map(Table::qualified_name);
    tables.chain(schema.enums.iter().map(EnumType::qualified_name)).collect()
}

/// Asks before rows go.
///
/// # Errors
/// A no, or nobody to ask.
pub(crate) fn confirm(ctx: &mut Ctx<'_>, database: &mut dyn Database, force: bool) -> Result<()> {
    let live = ctx.introspect(database)?;
    if force || live.is_empty() {
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
