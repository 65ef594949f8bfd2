//! `migrate deploy`: applies what is pending. Nothing else: no scratch database, no reset, no generation.

use serde::Serialize;

use crate::apply::{self, Applied};
use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::history::History;

/// How to deploy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Apply a pending migration that sorts before one that is applied.
    pub allow_out_of_order: bool,
    /// Write down what kind of environment this database is, and protect it if it is production.
    pub environment: Option<String>,
}

/// What it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// How many migrations the history has.
    pub migrations: usize,
    /// Those that were applied now.
    pub applied: Vec<Applied>,
    /// Those that the database has and the folder lacks: an older checkout, most likely.
    pub unknown_here: Vec<String>,
}

/// Applies what is pending.
///
/// # Errors
/// A failed or edited migration, a gap, a database with tables but no history, or the first statement that
/// fails.
pub fn run(ctx: &mut Ctx<'_>, options: &Options) -> Result<Outcome> {
    // A broken folder is found before anything is touched, whether or not the server answers.
    ctx.disk()?;
    let mut database = ctx.connect()?;
    let database = database.as_mut();
    apply::lock(ctx, database)?;
    // Read after the lock: whoever held it may have done the work.
    let history = History::read(ctx, database)?;
    history.refuse_failed(&ctx.tool)?;
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
    history.refuse_foreign_database(database, ctx)?;
    apply::prepare(ctx, database, &history)?;
    let applied = apply::apply_all(ctx, database, &history.pending())?;
    if let Some(environment) = &options.environment {
        super::protect::mark(database, environment)?;
    }
    database.unlock()?;
    Ok(Outcome { migrations: history.disk.len(), applied, unknown_here: history.diagnosis.missing })
}
