//! `_glowplug_steps`: the journal of migrations that cannot be one transaction, a row a unit.
//!
//! A unit that is a transaction writes its row in that transaction: the row is there if and only if the unit has
//! landed. One that cannot be in a transaction has its row before it begins, and the row is closed when it ends;
//! what lies between is decided by looking at the database. The table comes with the first such migration.

use glowplug_dialect::database::{Database, Result};

use crate::checksum;
use crate::ledger::{TABLE as LEDGER, literal};

/// The table's name.
pub const TABLE: &str = "_glowplug_steps";

/// What the run of a way back has behind the row of the ledger.
const BACK: &str = "/back";

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its place in the migration, from 0.
    pub ordinal: usize,
    /// Checksum of its SQL.
    pub checksum: String,
    /// Its SQL.
    pub sql: String,
    /// Whether it has landed.
    pub is_finished: bool,
    /// What the server said when it failed, or how it was found to have landed.
    pub log: Option<String>,
}

/// The statement that creates the table where it is missing.
pub fn create_table_sql() -> String {
    format!(
        r#"CREATE TABLE IF NOT EXISTS "{TABLE}" (
    "run" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "migration" TEXT NOT NULL,
    "checksum" TEXT NOT NULL,
    "sql" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "log" TEXT,
    PRIMARY KEY ("run", "ordinal")
)"#
    )
}

/// The name of the run that takes the migration of a row of the ledger back.
pub fn back_run(row: &str) -> String {
    format!("{row}{BACK}")
}

/// Migrations that are applied, and whose way back began and did not end. Changes nothing.
///
/// # Errors
/// Whatever the database answers.
pub fn half_back(database: &mut dyn Database) -> Result<Vec<String>> {
    if !database.has_table(TABLE)? {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT DISTINCT s.\"migration\" FROM \"{TABLE}\" s JOIN \"{LEDGER}\" l ON s.\"run\" = l.\"id\" || '{BACK}' \
         WHERE l.\"rolled_back_at\" IS NULL ORDER BY 1"
    );
    Ok(database.query(&sql)?.into_iter().flatten().flatten().collect())
}

/// Removes the journal of a run.
pub fn forget_run_sql(run: &str) -> String {
    format!("DELETE FROM \"{TABLE}\" WHERE \"run\" = {}", literal(run))
}

/// Reads the journal of one run, which is a row of the ledger, or its way back. Changes nothing.
///
/// # Errors
/// Whatever the database answers.
pub fn read(database: &mut dyn Database, run: &str) -> Result<Vec<Step>> {
    if !database.has_table(TABLE)? {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT \"ordinal\", \"checksum\", \"sql\", CAST(\"finished_at\" AS TEXT), \"log\" FROM \"{TABLE}\" \
         WHERE \"run\" = {} ORDER BY \"ordinal\"",
        literal(run)
    );
    Ok(database.query(&sql)?.into_iter().filter_map(step).collect())
}

fn step(values: Vec<Option<String>>) -> Option<Step> {
    let mut values = values.into_iter();
    let mut next = || values.next().flatten();
    Some(Step {
        ordinal: next()?.parse().ok()?,
        checksum: next()?,
        sql: next()?,
        is_finished: next().is_some(),
        log: next(),
    })
}

/// A unit of a run, as its rows name it.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The ledger's row, or its way back.
    pub run: &'a str,
    /// The folder's name.
    pub migration: &'a str,
    /// Its place in the migration, from 0.
    pub ordinal: usize,
    /// Its SQL.
    pub sql: &'a str,
}

impl Entry<'_> {
    /// Writes that it has landed: in its own transaction.
    pub fn landed_sql(&self, now: &str) -> String {
        format!("{};\n{}", self.forget_sql(), self.insert_sql(now, true))
    }

    /// Writes that it begins; a row of an earlier try makes room.
    pub fn begin_sql(&self, now: &str) -> String {
        format!("{};\n{}", self.forget_sql(), self.insert_sql(now, false))
    }

    /// Writes that it has ended, or how that was found out.
    pub fn end_sql(&self, log: Option<&str>) -> String {
        let log = log.map_or_else(|| "NULL".to_owned(), literal);
        format!(
            "UPDATE \"{TABLE}\" SET \"finished_at\" = CURRENT_TIMESTAMP, \"log\" = {log} WHERE {}",
            self.condition()
        )
    }

    /// Writes what the server said.
    pub fn fail_sql(&self, log: &str) -> String {
        format!("UPDATE \"{TABLE}\" SET \"log\" = {} WHERE {}", literal(log), self.condition())
    }

    /// Removes its row: there is nothing of it.
    pub fn forget_sql(&self) -> String {
        format!("DELETE FROM \"{TABLE}\" WHERE {}", self.condition())
    }

    fn insert_sql(&self, now: &str, is_finished: bool) -> String {
        let now = literal(now);
        format!(
            "INSERT INTO \"{TABLE}\" (\"run\", \"ordinal\", \"migration\", \"checksum\", \"sql\", \"started_at\", \
             \"finished_at\") VALUES ({}, {}, {}, {}, {}, {now}, {})",
            literal(self.run),
            self.ordinal,
            literal(self.migration),
            literal(&checksum::of(self.sql)),
            literal(self.sql),
            if is_finished { "CURRENT_TIMESTAMP" } else { "NULL" },
        )
    }

    fn condition(&self) -> String {
        format!("\"run\" = {} AND \"ordinal\" = {}", literal(self.run), self.ordinal)
    }
}
