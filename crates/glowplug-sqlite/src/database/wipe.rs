//! Empties a database, in place: other programs may have the file open.

use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use glowplug_dialect::database::Result;
use glowplug_dialect::error::{DatabaseError, ErrorKind};
use glowplug_sql::model::QualifiedName;

use crate::error::said_by_sqlite;
use crate::names::{literal, quoted};
use crate::rows::rows;

/// Objects in an order in which they can go: virtual tables take their shadow tables along.
const OBJECTS: &str = "SELECT type, name FROM sqlite_master \
     WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!' \
     ORDER BY CASE WHEN type = 'view' THEN 0 WHEN sql LIKE 'CREATE VIRTUAL TABLE%' THEN 1 ELSE 2 END, name";

/// Drops everything but the tables to spare: all of it, or nothing. The caller puts the session in order
/// afterwards, which also takes back what was begun.
pub(super) fn wipe(connection: &mut SqliteConnection, spare: &[QualifiedName]) -> Result<()> {
    let said = |error: diesel::result::Error| said_by_sqlite(&error.to_string(), None);
    // With foreign keys on, dropping a table looks for rows that refer to its own.
    connection.batch_execute("PRAGMA foreign_keys=OFF; BEGIN EXCLUSIVE").map_err(said)?;
    for row in rows(connection, OBJECTS).map_err(said)? {
        if let [Some(kind), Some(name)] = row.as_slice()
            && !spare.iter().any(|spared| spared.name.eq_ignore_ascii_case(name))
        {
            // Shadow tables have gone with their virtual table by now.
            let drop = format!("DROP {kind} IF EXISTS {}", quoted(name));
            connection.batch_execute(&drop).map_err(said)?;
        }
    }
    for table in spare {
        refuse_lost_target(connection, &table.name)?;
    }
    connection.batch_execute("COMMIT").map_err(said)
}

/// A table that is spared keeps what it refers to.
fn refuse_lost_target(connection: &mut SqliteConnection, table: &str) -> Result<()> {
    let lost = format!(
        "SELECT f.\"table\" FROM pragma_foreign_key_list({}) f WHERE NOT EXISTS \
         (SELECT 1 FROM sqlite_master m WHERE m.type = 'table' AND lower(m.name) = lower(f.\"table\"))",
        literal(table)
    );
    let lost = rows(connection, &lost).map_err(|error| said_by_sqlite(&error.to_string(), None))?;
    match lost.into_iter().flatten().flatten().next() {
        None => Ok(()),
        Some(target) => Err(DatabaseError::new(
            ErrorKind::Statement,
            format!("`{table}` is to stay, but refers to `{target}`, which would go"),
        )
        .with_hint(format!("spare `{target}` as well, or drop the foreign key"))),
    }
}
