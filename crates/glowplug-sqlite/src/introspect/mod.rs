//! Reads the physical model out of the catalog, in a fixed number of queries whatever its size.
//!
//! Every query is a file beside this one. What the pragmas do not tell is read from the statements that SQLite
//! keeps ([`declared`]); rows and statements become the model in [`build`].

mod build;
pub(crate) mod declared;
mod enums;

use std::path::Path;

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use glowplug_dialect::database::{Result, Rows};
use glowplug_sql::model::SqlSchema;

use crate::error;
use crate::rows::rows;

/// The answers of the catalog.
pub(super) struct Catalog {
    pub(super) tables: Rows,
    pub(super) columns: Rows,
    pub(super) indexes: Rows,
    pub(super) foreign_keys: Rows,
    pub(super) foreign: Rows,
    pub(super) views: Rows,
}

/// Reads the main database of a connection.
pub(crate) fn introspect(connection: &mut SqliteConnection, file: Option<&Path>) -> Result<SqlSchema> {
    let catalog = read(connection).map_err(|error| error::statement(&error, file))?;
    build::build(&catalog)
}

/// One snapshot for all queries.
fn read(connection: &mut SqliteConnection) -> QueryResult<Catalog> {
    connection.batch_execute("BEGIN")?;
    let res = answers(connection);
    // Ends the transaction, failed or not; the first error is the one to tell.
    let end = connection.batch_execute("COMMIT");
    res.and_then(|catalog| end.map(|()| catalog))
}

fn answers(connection: &mut SqliteConnection) -> QueryResult<Catalog> {
    Ok(Catalog {
        tables: rows(connection, include_str!("tables.sql"))?,
        columns: rows(connection, include_str!("columns.sql"))?,
        indexes: rows(connection, include_str!("indexes.sql"))?,
        foreign_keys: rows(connection, include_str!("foreign_keys.sql"))?,
        foreign: rows(connection, include_str!("foreign.sql"))?,
        // A broken view has no columns to tell; as an object it is told all the same.
        views: rows(connection, include_str!("views.sql")).unwrap_or_default(),
    })
}
