//! `migrate resolve`: tells the ledger what a person did by hand. It runs no migration.

use glowplug_dialect::database::Database;
use glowplug_dialect::script::MigrationScript;
use glowplug_migrations::{ledger, steps};
use serde::Serialize;

use crate::apply;
use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::history::History;
use crate::phases::{self, Part};
use crate::ui::Event;

/// What a person did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Options {
    /// The migration's changes are in the database.
    Applied(String),
    /// The failed migration's changes were taken back.
    RolledBack(String),
}

/// What it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The migration.
    pub name: String,
    /// `applied` or `rolled back`.
    pub marked: &'static str,
    /// What was there of it, if it had stopped half-way.
    pub parts: Vec<Part>,
}

/// Marks a migration.
///
/// # Errors
/// No such folder (Prisma: P3017), already applied (P3008), never applied (P3011), not failed (P3012).
pub fn run(ctx: &mut Ctx<'_>, options: &Options) -> Result<Outcome> {
    let mut database = ctx.connect()?;
    let database = database.as_mut();
    apply::lock(ctx, database)?;
    let history = History::read(ctx, database)?;
    match options {
        Options::Applied(name) if history.half_back.contains(name) => {
            if let Some(row) = history.ledger.rows.iter().find(|row| row.name == *name && row.is_applied()) {
                database.execute(&steps::forget_run_sql(&steps::back_run(&row.id)))?;
            }
            Ok(Outcome { name: name.clone(), marked: "applied", parts: Vec::new() })
        }
        Options::RolledBack(name) if history.half_back.contains(name) => {
            let applied = history.applied_in_order();
            if let Some(migration) = applied.iter().find(|it| it.name == *name) {
                let bookkeeping = ledger::taken_back_sql(name, &ctx.stamp().now);
                let script = MigrationScript { sql: String::new(), bookkeeping, ..ledger::script(migration) };
                database.revert(&MigrationScript { run_in_transaction: true, ..script })?;
            }
            Ok(Outcome { name: name.clone(), marked: "rolled back", parts: Vec::new() })
        }
        Options::Applied(name) => {
            let Some(migration) = history.disk.iter().find(|migration| migration.name == *name) else {
                return Err(not_found(name, &history));
            };
            if history.diagnosis.applied.contains(name) && !history.diagnosis.unrecorded.contains(name) {
                let message = format!("migration `{name}` is already recorded as applied");
                return Err(Failure::new("GP3302", message).prisma("P3008"));
            }
            let parts = show(ctx, database, &history, name)?;
            if !history.ledger.exists {
                database.execute(&ledger::create_tables_sql())?;
            }
            database.execute(&ledger::mark_applied_sql(migration, &ctx.stamp()))?;
            Ok(Outcome { name: name.clone(), marked: "applied", parts })
        }
        Options::RolledBack(name) => {
            if !history.ledger.rows.iter().any(|row| row.name == *name) {
                let message = format!("migration `{name}` was never applied to this database");
                return Err(Failure::new("GP3303", message)
                    .prisma("P3011")
                    .hint("give the folder's whole name, with its timestamp"));
            }
            if !history.ledger.rows.iter().any(|row| row.name == *name && row.is_failed()) {
                let message = format!("migration `{name}` is not in a failed state");
                return Err(Failure::new("GP3304", message).prisma("P3012"));
            }
            let parts = show(ctx, database, &history, name)?;
            database.execute(&ledger::rolled_back_sql(name, &ctx.stamp().now))?;
            Ok(Outcome { name: name.clone(), marked: "rolled back", parts })
        }
    }
}

/// Tells what there is of a migration that stopped half-way.
fn show(ctx: &mut Ctx<'_>, database: &mut dyn Database, history: &History, name: &str) -> Result<Vec<Part>> {
    let Some(open) = history.diagnosis.failed.iter().find(|failed| failed.name == name) else {
        return Ok(Vec::new());
    };
    let migration = history.disk.iter().find(|migration| migration.name == name);
    let parts = phases::inspect(database, migration, open)?;
    ctx.ui.report(&Event::Stopped { name, parts: &parts });
    Ok(parts)
}

pub(super) fn not_found(name: &str, history: &History) -> Box<Failure> {
    let failure = Failure::new("GP3301", format!("there is no migration `{name}`")).prisma("P3017");
    match history.disk.iter().find(|migration| migration.name.ends_with(name)) {
        Some(near) => failure.hint(format!("did you mean `{}`?", near.name)),
        None => failure.hint("give the folder's whole name, with its timestamp"),
    }
}
