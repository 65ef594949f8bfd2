//! `_glowplug_meta`: what a database knows about itself.
//!
//! Whether it may be hurt is kept in the database, not in the configuration of whoever connects: a copied
//! `.env` or a script cannot forget it.

use glowplug_dialect::database::{Database, Result};

use crate::ledger::literal;

/// The table's name.
pub const TABLE: &str = "_glowplug_meta";

/// What a database knows about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    /// `production`, `staging`, ...: whatever it was given.
    pub environment: Option<String>,
    /// Whether commands that drop or replace data refuse it.
    pub protected: bool,
    /// What pushes have made that is still there, as the engine writes it down.
    pub pushed: Option<String>,
}

/// Reads it; a database without the table knows nothing.
///
/// # Errors
/// Whatever the database answers.
pub fn read(database: &mut dyn Database) -> Result<Meta> {
    if !database.has_table(TABLE)? {
        return Ok(Meta::default());
    }
    let mut meta = Meta::default();
    for row in database.query(&format!("SELECT \"key\", \"value\" FROM \"{TABLE}\""))? {
        if let [Some(key), Some(value)] = row.as_slice() {
            match key.as_str() {
                "environment" => meta.environment = Some(value.clone()),
                "pushed" => meta.pushed = Some(value.clone()),
                "protected" => meta.protected = value == "true",
                // Keys of a newer version are not ours to judge.
                _ => {}
            }
        }
    }
    Ok(meta)
}

/// Writes environment and protection, in one batch.
///
/// # Errors
/// Whatever the database answers.
pub fn write(database: &mut dyn Database, meta: &Meta) -> Result<()> {
    let mut sql = format!(
        "{};\nDELETE FROM \"{TABLE}\" WHERE \"key\" IN ('environment', 'protected');\n",
        create_table_sql()
    );
    let environment = meta.environment.as_ref().map(|value| ("environment", value.clone()));
    let protected = Some(("protected", meta.protected.to_string()));
    for (key, value) in environment.into_iter().chain(protected) {
        sql.push_str(&format!(
            "INSERT INTO \"{TABLE}\" (\"key\", \"value\") VALUES ({}, {});\n",
            literal(key),
            literal(&value)
        ));
    }
    database.execute(&sql)
}

/// Statements that write down what pushes have made.
pub fn pushed_sql(pushed: &str) -> String {
    format!(
        "{};\nDELETE FROM \"{TABLE}\" WHERE \"key\" = 'pushed';\n\
         INSERT INTO \"{TABLE}\" (\"key\", \"value\") VALUES ('pushed', {});\n",
        create_table_sql(),
        literal(pushed)
    )
}

/// Forgets what pushes have made: the history knows it now, or it is gone.
///
/// # Errors
/// Whatever the database answers.
pub fn forget_pushed(database: &mut dyn Database) -> Result<()> {
    if read(database)?.pushed.is_none() {
        return Ok(());
    }
    database.execute(&format!("DELETE FROM \"{TABLE}\" WHERE \"key\" = 'pushed'"))
}

fn create_table_sql() -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS \"{TABLE}\" (\"key\" TEXT PRIMARY KEY NOT NULL, \"value\" TEXT NOT NULL)"
    )
}
