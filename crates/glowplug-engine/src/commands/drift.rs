//! `drift adopt` and `drift revert`: both ways out of drift, neither of which loses the database.

use glowplug_migrations::ledger;
use glowplug_migrations::write::{NewMigration, write_migration};
use serde::Serialize;

use crate::apply;
use crate::ctx::Ctx;
use crate::drift::{self, Drift};
use crate::failure::{Failure, Result};
use crate::history::History;
use crate::summary::Line;
use crate::{guard, naming};

/// How to revert.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Revert {
    /// Do not ask.
    pub force: bool,
    /// Also on another host.
    pub allow_remote: bool,
}

/// A migration written from drift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Adopted {
    /// The folder, relative to the workspace.
    pub path: String,
    /// What it holds.
    pub changes: Vec<Line>,
}

/// What was run to take drift back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reverted {
    /// The statements.
    pub statements: Vec<String>,
}

/// Writes a migration from the drift and records it as applied here.
///
/// # Errors
/// No drift, a history that cannot go on, or whatever the database answers.
pub fn adopt(ctx: &mut Ctx<'_>, name: &str) -> Result<Adopted> {
    naming::check(name)?;
    let mut database = ctx.connect()?;
    let database = database.as_mut();
    apply::lock(ctx, database)?;
    let (history, drift) = find(ctx, database)?;
    if let Some(pending) = history.diagnosis.pending.first() {
        return Err(Failure::refused(
            "GP3208",
            format!("migration `{pending}` is pending: a new one would come after it"),
        )
        .hint(format!("{} migrate deploy    applies it first", ctx.tool)));
    }
    let migration = NewMigration {
        name: naming::folder(ctx, &history, name)?,
        up: script("-- Adopted from a database that had these differences already.", &drift.adopt_sql),
        down: script("-- Takes up.sql back.", &drift.revert_sql),
        run_in_transaction: true,
    };
    let written = write_migration(&ctx.paths.migrations, &migration)
        .map_err(|error| Failure::from_history(&error, &ctx.paths))?;
    apply::prepare(ctx, database, &history)?;
    database.execute(&ledger::mark_applied_sql(&written, &ctx.stamp()))?;
    Ok(Adopted { path: ctx.paths.show(&written.path), changes: drift.changes })
}

/// Runs the inverse of the drift, in one transaction.
///
/// # Errors
/// No drift, a protected or remote database, nobody to confirm, or a statement that fails.
pub fn revert(ctx: &mut Ctx<'_>, options: Revert) -> Result<Reverted> {
    guard::refuse_remote(ctx, "drift revert", options.allow_remote)?;
    let mut database = ctx.connect()?;
    let database = database.as_mut();
    guard::refuse_protected(ctx, database, "drift revert")?;
    apply::lock(ctx, database)?;
    let (_, drift) = find(ctx, database)?;
    let script = drift.revert_sql.join("\n");
    if !options.force {
        let message = format!("this is run on `{}`:\n{script}", database.target().database);
        guard::confirm(ctx, message)?;
    }
    database.execute(&script)?;
    Ok(Reverted { statements: drift.revert_sql })
}

fn find(
    ctx: &mut Ctx<'_>,
    database: &mut dyn glowplug_dialect::database::Database,
) -> Result<(History, Drift)> {
    let history = History::read(ctx, database)?;
    history.refuse_failed(&ctx.tool)?;
    history.refuse_edited(ctx, "or restore the file from version control")?;
    let drift = drift::inspect(ctx, database, &history)?.drift;
    if drift.is_none() {
        return Err(Failure::new("GP3209", "there is no drift: the database is as its history says"));
    }
    Ok((history, drift))
}

fn script(head: &str, statements: &[String]) -> String {
    format!("{head}\n\n{}\n", statements.join("\n\n"))
}
