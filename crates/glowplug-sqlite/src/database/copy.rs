//! Copies of a whole database, and the way back to one.

use std::path::Path;

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;

use crate::names::{list, literal, quoted};
use crate::rows::rows;

/// Writes a copy into a new file. What others have not committed yet is not in it.
pub(super) fn write(connection: &mut SqliteConnection, file: &Path) -> QueryResult<()> {
    connection.batch_execute(&format!("VACUUM INTO {}", literal(&file.display().to_string())))
}

/// What makes the copy's objects, tables before what stands on them. Shadow tables come with their virtual ones.
const OBJECTS: &str = "SELECT m.type, m.name, m.sql, m.sql LIKE 'CREATE VIRTUAL TABLE%' \
     FROM copy.sqlite_master m LEFT JOIN pragma_table_list l ON l.schema = 'copy' AND l.name = m.name \
     WHERE m.sql IS NOT NULL AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND ifnull(l.type, '') <> 'shadow' \
     ORDER BY CASE m.type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, m.rowid";

/// Fills an emptied database from the attached copy, inside of a transaction. Everything is made anew in place,
/// because other programs may have the file open.
pub(super) fn fill(connection: &mut SqliteConnection) -> QueryResult<()> {
    let objects = rows(connection, OBJECTS)?;
    let mut later = Vec::new();
    for object in &objects {
        let [Some(kind), Some(name), Some(sql), is_virtual] = object.as_slice() else { continue };
        if kind != "table" {
            later.push(sql);
            continue;
        }
        connection.batch_execute(sql)?;
        let columns = format!(
            "SELECT name FROM pragma_table_xinfo({}, 'copy') WHERE hidden = 0 ORDER BY cid",
            literal(name)
        );
        let mut columns: Vec<String> = rows(connection, &columns)?.into_iter().flatten().flatten().collect();
        if is_virtual.as_deref() == Some("1") {
            columns.insert(0, "rowid".to_owned());
        }
        let (columns, name) = (list(&columns), quoted(name));
        connection.batch_execute(&format!(
            "INSERT INTO main.{name} ({columns}) SELECT {columns} FROM copy.{name}"
        ))?;
    }
    // How far tables have counted.
    if !rows(connection, "SELECT 1 FROM copy.sqlite_master WHERE name = 'sqlite_sequence'")?.is_empty() {
        connection.batch_execute(
            "DELETE FROM main.sqlite_sequence; INSERT INTO main.sqlite_sequence SELECT * FROM copy.sqlite_sequence",
        )?;
    }
    for sql in later {
        connection.batch_execute(sql)?;
    }
    Ok(())
}
