//! `_glowplug_migrations`: what was done to this database, by whom and when.
//!
//! It stands beside Diesel's own table and is written in the same transaction as the migration.
//! The SQL here is the part of the language that every database shares.

use glowplug_dialect::database::{Database, Result};
use glowplug_dialect::script::MigrationScript;

use crate::checksum;
use crate::folder::Migration;

/// The ledger's name.
pub const TABLE: &str = "_glowplug_migrations";
/// The name of Diesel's table.
pub const DIESEL_TABLE: &str = "__diesel_schema_migrations";
/// The name of Prisma's table.
pub const PRISMA_TABLE: &str = "_prisma_migrations";

/// One row. Several rows of one name are normal: tried, rolled back, applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its own name.
    pub id: String,
    /// The folder's name.
    pub name: String,
    /// Checksum of the SQL that was applied.
    pub checksum: String,
    /// When it began, as the database prints it.
    pub started_at: String,
    /// When it was done; absent for one that failed or still runs outside a transaction.
    pub finished_at: Option<String>,
    /// When it was taken back or declared so.
    pub rolled_back_at: Option<String>,
    /// What the server said when it failed.
    pub log: Option<String>,
    /// The SQL that was applied.
    pub up_sql: String,
    /// The SQL that takes it back, as it was then.
    pub down_sql: Option<String>,
}

/// Everything that the database says about its history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Whether the ledger table exists.
    pub exists: bool,
    /// Its rows in the order of their start.
    pub rows: Vec<Row>,
    /// Versions in Diesel's own table, if there is one.
    pub diesel_versions: Vec<String>,
    /// What counts as applied in Prisma's table, if there is one.
    pub prisma: Vec<PrismaRow>,
}

/// What Prisma says about a migration that it applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrismaRow {
    /// The folder's name.
    pub name: String,
    /// Prisma's checksum of the file, see [`checksum::matches_prisma`].
    pub checksum: String,
}

/// What a row needs to know beyond the migration itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The time, UTC, as `YYYY-MM-DD HH:MM:SS.mmm+00`.
    pub now: String,
    /// Version of this tool.
    pub tool_version: String,
}

impl Row {
    /// Begun, not done, not taken back.
    pub fn is_failed(&self) -> bool {
        self.finished_at.is_none() && self.rolled_back_at.is_none()
    }

    /// Done and not taken back.
    pub fn is_applied(&self) -> bool {
        self.finished_at.is_some() && self.rolled_back_at.is_none()
    }
}

/// Text as an SQL literal.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Statements that create the ledger and Diesel's table where they are missing.
/// Diesel's definition: `diesel::migration::CREATE_MIGRATIONS_TABLE`.
pub fn create_tables_sql() -> String {
    format!(
        r#"CREATE TABLE IF NOT EXISTS "{TABLE}" (
    "id" TEXT PRIMARY KEY NOT NULL,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "checksum" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "rolled_back_at" TIMESTAMPTZ,
    "steps_done" INTEGER NOT NULL DEFAULT 0,
    "log" TEXT,
    "up_sql" TEXT NOT NULL,
    "down_sql" TEXT,
    "tool_version" TEXT NOT NULL
);
{};
"#,
        diesel::migration::CREATE_MIGRATIONS_TABLE.trim().trim_end_matches(';')
    )
}

/// Reads everything that the database says about its history. Changes nothing.
///
/// # Errors
/// Whatever the database answers.
pub fn read(database: &mut dyn Database) -> Result<Ledger> {
    let mut ledger = Ledger { exists: database.has_table(TABLE)?, ..Ledger::default() };
    if ledger.exists {
        let sql = format!(
            "SELECT \"id\", \"name\", \"checksum\", CAST(\"started_at\" AS TEXT), CAST(\"finished_at\" AS TEXT), \
             CAST(\"rolled_back_at\" AS TEXT), \"log\", \"up_sql\", \"down_sql\" FROM \"{TABLE}\" \
             ORDER BY \"started_at\", \"id\""
        );
        ledger.rows = database.query(&sql)?.into_iter().filter_map(row).collect();
    }
    if database.has_table(DIESEL_TABLE)? {
        let sql = format!("SELECT CAST(version AS TEXT) FROM {DIESEL_TABLE} ORDER BY version");
        ledger.diesel_versions = single_column(database.query(&sql)?);
    }
    if database.has_table(PRISMA_TABLE)? {
        let sql = format!(
            "SELECT migration_name, checksum FROM {PRISMA_TABLE} \
             WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY started_at"
        );
        ledger.prisma = database.query(&sql)?.into_iter().filter_map(prisma_row).collect();
    }
    Ok(ledger)
}

fn row(values: Vec<Option<String>>) -> Option<Row> {
    let mut values = values.into_iter();
    let mut next = || values.next().flatten();
    Some(Row {
        id: next()?,
        name: next()?,
        checksum: next()?,
        started_at: next()?,
        finished_at: next(),
        rolled_back_at: next(),
        log: next(),
        up_sql: next().unwrap_or_default(),
        down_sql: next(),
    })
}

fn prisma_row(values: Vec<Option<String>>) -> Option<PrismaRow> {
    let mut values = values.into_iter();
    Some(PrismaRow { name: values.next()??, checksum: values.next()?.unwrap_or_default() })
}

fn single_column(rows: Vec<Vec<Option<String>>>) -> Vec<String> {
    rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect()
}

/// The migration as Diesel's harness runs it, without any bookkeeping yet.
pub fn script(migration: &Migration) -> MigrationScript {
    MigrationScript {
        version: migration.version.clone(),
        name: migration.name.clone(),
        sql: migration.up.clone(),
        bookkeeping: String::new(),
        run_in_transaction: migration.run_in_transaction,
    }
}

/// The statements that write the ledger when the migration has run. One that is applied as a whole or not at all
/// gets its row at once; any other has one since it began ([`begin_sql`]).
pub fn bookkeeping_sql(migration: &Migration, stamp: &Stamp, is_whole: bool) -> String {
    if is_whole {
        insert_sql(migration, stamp, Some(&stamp.now), None)
    } else {
        finish_sql(&migration.name, &stamp.now)
    }
}

/// Writes down, before a migration that may land in parts, that it has begun.
pub fn begin_sql(migration: &Migration, stamp: &Stamp) -> String {
    insert_sql(migration, stamp, None, None)
}

/// Writes down why a begun migration failed.
pub fn fail_sql(name: &str, log: &str) -> String {
    format!(
        "UPDATE \"{TABLE}\" SET \"log\" = {} WHERE \"name\" = {} \
         AND \"finished_at\" IS NULL AND \"rolled_back_at\" IS NULL",
        literal(log),
        literal(name)
    )
}

/// A row that says a migration is applied without running it: a baseline, a repaired failure, or one
/// that Diesel or Prisma ran. Open rows of the name are closed first.
pub fn mark_applied_sql(migration: &Migration, stamp: &Stamp) -> String {
    format!(
        "{};\n{};\n{}",
        rolled_back_sql(&migration.name, &stamp.now),
        insert_sql(migration, stamp, Some(&stamp.now), Some("marked as applied")),
        insert_diesel_sql(&migration.version)
    )
}

/// Closes every open row of the name: it was taken back by hand.
pub fn rolled_back_sql(name: &str, now: &str) -> String {
    format!(
        "UPDATE \"{TABLE}\" SET \"rolled_back_at\" = {} WHERE \"name\" = {} \
         AND \"finished_at\" IS NULL AND \"rolled_back_at\" IS NULL",
        literal(now),
        literal(name)
    )
}

/// Closes the applied row of a name: its down SQL has run.
pub fn taken_back_sql(name: &str, now: &str) -> String {
    format!(
        "UPDATE \"{TABLE}\" SET \"rolled_back_at\" = {} WHERE \"name\" = {} \
         AND \"finished_at\" IS NOT NULL AND \"rolled_back_at\" IS NULL",
        literal(now),
        literal(name)
    )
}

/// Gives an applied migration another name, in the ledger and in Diesel's table.
pub fn rename_sql(old: &Migration, new: &Migration) -> String {
    format!(
        "UPDATE \"{TABLE}\" SET \"name\" = {}, \"version\" = {}, \"up_sql\" = {} \
         WHERE \"name\" = {} AND \"rolled_back_at\" IS NULL;\n\
         UPDATE {DIESEL_TABLE} SET version = {} WHERE version = {}",
        literal(&new.name),
        literal(&new.version),
        literal(&new.up),
        literal(&old.name),
        literal(&new.version),
        literal(&old.version)
    )
}

/// Gives the row of a migration that an application began what only this tool knows of it.
pub fn adopt_sql(migration: &Migration, id: &str) -> String {
    format!(
        "UPDATE \"{TABLE}\" SET \"checksum\" = {}, \"up_sql\" = {}, \"down_sql\" = {} WHERE \"id\" = {}",
        literal(&migration.checksum),
        literal(&migration.up),
        migration.down.as_deref().map_or_else(|| "NULL".to_owned(), literal),
        literal(id)
    )
}

/// Gives the applied row of a name a new checksum and text, after an edit that changed no meaning.
pub fn restamp_sql(migration: &Migration) -> String {
    format!(
        "UPDATE \"{TABLE}\" SET \"checksum\" = {}, \"up_sql\" = {} WHERE \"name\" = {} AND \"rolled_back_at\" IS NULL",
        literal(&migration.checksum),
        literal(&migration.up),
        literal(&migration.name)
    )
}

fn finish_sql(name: &str, now: &str) -> String {
    format!(
        "UPDATE \"{TABLE}\" SET \"finished_at\" = {}, \"steps_done\" = 1, \"log\" = NULL WHERE \"name\" = {} \
         AND \"finished_at\" IS NULL AND \"rolled_back_at\" IS NULL",
        literal(now),
        literal(name)
    )
}

fn insert_sql(migration: &Migration, stamp: &Stamp, finished: Option<&str>, log: Option<&str>) -> String {
    let optional = |text: Option<&str>| text.map_or_else(|| "NULL".to_owned(), literal);
    format!(
        "INSERT INTO \"{TABLE}\" (\"id\", \"name\", \"version\", \"checksum\", \"started_at\", \"finished_at\", \
         \"steps_done\", \"log\", \"up_sql\", \"down_sql\", \"tool_version\") \
         VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        literal(&row_id(migration, stamp)),
        literal(&migration.name),
        literal(&migration.version),
        literal(&migration.checksum),
        literal(&stamp.now),
        optional(finished),
        i32::from(finished.is_some()),
        optional(log),
        literal(&migration.up),
        optional(migration.down.as_deref()),
        literal(&stamp.tool_version),
    )
}

/// Diesel's row, unless it is there.
fn insert_diesel_sql(version: &str) -> String {
    let version = literal(version);
    format!(
        "INSERT INTO {DIESEL_TABLE} (version) SELECT {version} \
         WHERE NOT EXISTS (SELECT 1 FROM {DIESEL_TABLE} WHERE version = {version})"
    )
}

/// The name of the row that a migration gets at that moment. Unique per name and moment; readable rows matter more
/// than random ones.
pub fn row_id(migration: &Migration, stamp: &Stamp) -> String {
    checksum::of(&format!("{}|{}|{}", migration.name, stamp.now, std::process::id()))[..32].to_owned()
}
