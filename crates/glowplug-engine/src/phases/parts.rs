//! What there is of a migration that stopped half-way, part by part.

use glowplug_dialect::database::Database;
use glowplug_dialect::unit::Landed;
use glowplug_migrations::diagnose::{Failed, diagnose};
use glowplug_migrations::folder::Migration;
use glowplug_migrations::{ledger, steps};
use serde::Serialize;

use crate::ctx::Ctx;
use crate::failure::Result;

/// How much of a statement is shown in a line.
const SHOWN: usize = 70;

/// What is known about a statement of a migration that stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The number of its first statement, from 1.
    pub statement: usize,
    /// How many it has.
    pub statements: usize,
    /// Its beginning.
    pub sql: String,
    /// `landed`, `not landed`, `partly landed`, `unknown`.
    pub state: &'static str,
    /// What the server said.
    pub log: Option<String>,
}

/// What is known about the parts of a migration that stopped. Changes nothing.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn inspect(
    database: &mut dyn Database,
    migration: Option<&Migration>,
    open: &Failed,
) -> Result<Vec<Part>> {
    let journal = steps::read(database, &open.id)?;
    let mut parts = Vec::new();
    let mut statement = 1;
    let script = migration.map(ledger::script).unwrap_or_default();
    let units = database.units(&script);
    for (ordinal, unit) in units.iter().enumerate() {
        let text = &script.sql[unit.start..unit.end];
        let known = journal.iter().find(|it| it.ordinal == ordinal);
        let state = match known {
            Some(step) if step.is_finished => "landed",
            None if open.by_application => found(database, text)?,
            None => "not landed",
            Some(step) => found(database, &step.sql)?,
        };
        let log = known.and_then(|step| step.log.clone());
        parts.push(Part { statement, statements: unit.statements, sql: shown(text), state, log });
        statement += unit.statements;
    }
    Ok(parts)
}

/// What the database tells about a statement.
pub(super) fn found(database: &mut dyn Database, sql: &str) -> Result<&'static str> {
    Ok(match database.landed(sql)? {
        Landed::Yes => "landed",
        Landed::No => "not landed",
        Landed::Partly(_) => "partly landed",
        Landed::RunAgain | Landed::Unknown => "unknown",
    })
}

/// Forgets a migration that began, if nothing of it has landed. Says whether it did.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn forget(ctx: &Ctx<'_>, database: &mut dyn Database, migration: &Migration) -> Result<bool> {
    let ledger = ledger::read(database)?;
    let found = diagnose(std::slice::from_ref(migration), &ledger).failed;
    let Some(open) = found.iter().find(|failed| failed.name == migration.name) else { return Ok(false) };
    let parts = inspect(database, Some(migration), open)?;
    let is_clean = !parts.is_empty() && parts.iter().all(|part| part.state == "not landed");
    if is_clean {
        database.execute(&ledger::rolled_back_sql(&migration.name, &ctx.stamp().now))?;
    }
    Ok(is_clean)
}

/// The beginning of a statement, on a line.
pub(super) fn shown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}
