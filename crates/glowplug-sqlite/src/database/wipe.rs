//! Empties a database, in place: other programs may have the file open.

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;

use crate::names::quoted;
use crate::rows::rows;

/// Objects in an order in which they can go: virtual tables take their shadow tables along.
const OBJECTS: &str = "SELECT type, name FROM sqlite_master \
     WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
     ORDER BY CASE WHEN type = 'view' THEN 0 WHEN sql LIKE 'CREATE VIRTUAL TABLE%' THEN 1 ELSE 2 END, name";

/// Drops everything: all of it, or nothing. The caller puts the session in order afterwards.
pub(super) fn wipe(connection: &mut SqliteConnection) -> QueryResult<()> {
    // With foreign keys on, dropping a table looks for rows that refer to its own.
    connection.batch_execute("PRAGMA foreign_keys=OFF; BEGIN EXCLUSIVE")?;
    for row in rows(connection, OBJECTS)? {
        if let [Some(kind), Some(name)] = row.as_slice() {
            // Shadow tables have gone with their virtual table by now.
            connection.batch_execute(&format!("DROP {kind} IF EXISTS {}", quoted(name)))?;
        }
    }
    connection.batch_execute("COMMIT")
}
