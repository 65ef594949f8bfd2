//! `migrate deploy`: applies what is pending, in a new database if the server has none of that name. Nothing else: no
//! scratch database, no reset, no generation.

use glowplug_dialect::database::Database;
use glowplug_dialect::words::counted_as;
use serde::Serialize;

use crate::apply::{self, Applied};
use crate::ctx::Ctx;
use crate::data::{self, Data, DataPlan};
use crate::failure::{Failure, Result};
use crate::guard::Allowed;
use crate::history::History;
use crate::ignored::Ignored;
use crate::plan::{self, DeployPlan};
use crate::summary::{Line, summarize};
use crate::{guard, selfcheck};

/// How to deploy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Apply a pending migration that sorts before one that is applied.
    pub allow_out_of_order: bool,
    /// Leave the reference data alone.
    pub skip_data: bool,
    /// Write down what kind of environment this database is, and protect it if it is production.
    pub environment: Option<String>,
    /// Fail if the server has no database of that name.
    pub no_create: bool,
}

/// What it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Whether the database was created now.
    pub created: bool,
    /// How many migrations the history has.
    pub migrations: usize,
    /// Those that were applied now.
    pub applied: Vec<Applied>,
    /// What led to the reference data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<DataPlan>,
    /// Those that the database has and the folder lacks: an older checkout, most likely.
    pub unknown_here: Vec<String>,
    /// What still leads from the database to the schema file, after something was applied.
    pub left: Vec<Line>,
}

/// Applies what is pending.
///
/// # Errors
/// A failed or edited migration, a gap, a database with tables but no history, or the first statement that
/// fails.
pub fn run(ctx: &mut Ctx<'_>, options: &Options) -> Result<Outcome> {
    // A broken folder is found before anything is touched, whether or not the server answers.
    let disk = ctx.disk()?;
    let data = load_data(ctx, options)?;
    // Without a history there is nothing to create a database for: the name may well be wrong.
    let (mut database, created) = match options.no_create || disk.is_empty() {
        true => (ctx.connect()?, false),
        false => ctx.connect_noting_creation()?,
    };
    let database = database.as_mut();
    apply::lock(ctx, database)?;
    // Read after the lock: whoever held it may have done the work.
    let history = History::read(ctx, database)?;
    refuse_unsound(ctx, database, &history, options)?;
    let allowed = guard::refuse_destructive(ctx, database, &history.pending(), data.as_ref())?;
    apply::prepare(ctx, database, &history)?;
    let applied = apply::apply_all(ctx, database, &history, &history.pending())?;
    let data = match &data {
        Some(data) => Some(bring_data(ctx, database, data, &allowed, applied.len())?),
        None => None,
    };
    if let Some(environment) = &options.environment {
        super::protect::mark(database, environment)?;
    }
    let left = if applied.is_empty() { Vec::new() } else { left(ctx, database)? };
    database.unlock()?;
    let (migrations, unknown_here) = (history.disk.len(), history.diagnosis.missing);
    Ok(Outcome { created, migrations, applied, data, unknown_here, left })
}

fn load_data<'a>(ctx: &Ctx<'a>, options: &Options) -> Result<Option<Data<'a>>> {
    if options.skip_data { Ok(None) } else { data::load(ctx) }
}

/// Applies the reference data. Rows that a migration of this very deploy has brought to light are no part of what
/// somebody has agreed to.
fn bring_data(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    data: &Data<'_>,
    allowed: &Allowed,
    applied: usize,
) -> Result<DataPlan> {
    let may_remove = |ctx: &Ctx<'_>, database: &mut dyn Database, plan: &DataPlan| {
        if allowed.covers(&plan.removals()) {
            Ok(())
        } else {
            guard::refuse_data_removal(ctx, database, plan)
        }
    };
    data::bring(ctx, database, data, &may_remove).map_err(|failure| match applied {
        0 => failure,
        n => failure.fact(format!("{} stay applied", counted_as(n, "migration", "migrations"))),
    })
}

/// What a deploy would do. Changes nothing, and takes no lock.
///
/// # Errors
/// Whatever stands in the way of that deploy, or whatever the database answers.
pub fn plan(ctx: &mut Ctx<'_>, options: &Options) -> Result<DeployPlan> {
    let mut database = ctx.connect()?;
    let database = database.as_mut();
    let history = History::read(ctx, database)?;
    refuse_unsound(ctx, database, &history, options)?;
    let pending = history.pending();
    let data = load_data(ctx, options)?;
    let data = data.map(|data| data::look(ctx, database, &data, !pending.is_empty())).transpose()?;
    plan::look(ctx, database, &pending, data)
}

fn refuse_unsound(
    ctx: &Ctx<'_>,
    database: &mut dyn Database,
    history: &History,
    options: &Options,
) -> Result<()> {
    history.refuse_orphans(&ctx.tool)?;
    history.refuse_edited(ctx, "or restore the file from version control")?;
    if let (Some(gap), false) = (history.diagnosis.out_of_order.first(), options.allow_out_of_order) {
        let last = history.diagnosis.applied.last().map_or("", String::as_str);
        return Err(Failure::refused(
            "GP3206",
            format!("migration `{gap}` is pending, but the later `{last}` is applied"),
        )
        .hint("--allow-out-of-order    if the two do not depend on each other"));
    }
    history.refuse_half()?;
    history.refuse_foreign_database(database, ctx)
}

/// What the database and the schema file disagree about now. A deploy has no scratch database to ask what the
/// history says, so this may be drift, or a schema file ahead of its migrations: nothing to stop for. A checkout
/// without a (sound) schema file has nothing to compare.
fn left(ctx: &Ctx<'_>, database: &mut dyn Database) -> Result<Vec<Line>> {
    let Ok(loaded) = ctx.schema.load() else { return Ok(Vec::new()) };
    let (live, next) = (ctx.introspect(database)?, ctx.lower(&loaded.schema));
    Ok(summarize(&selfcheck::left(ctx, &Ignored::read(ctx)?, &live, &next)))
}
