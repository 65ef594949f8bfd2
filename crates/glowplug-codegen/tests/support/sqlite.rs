//! The schemas of `tests/sqlite`, and databases with their tables.

#[path = "tables.rs"]
mod tables;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use glowplug_psl::diagnostics::SourceFile;
use glowplug_psl::schema::Schema;
use glowplug_sqlite::dialect::SqliteDialect;

/// The schema of `tests/sqlite/types.prisma`.
#[allow(dead_code)]
pub(crate) fn schema() -> Schema {
    parse(TYPES)
}

/// A database with the tables of `tests/sqlite/types.prisma`.
#[allow(dead_code)]
pub(crate) fn database(url: &str) -> SqliteConnection {
    database_of(TYPES, url)
}

const TYPES: &str = include_str!("../sqlite/types.prisma");

/// The schema that a text says.
pub(crate) fn parse(text: &str) -> Schema {
    let source = SourceFile { path: "schema.prisma".to_owned(), text: text.to_owned() };
    let (schema, findings) = glowplug_psl::parse(&[source]);
    assert!(findings.is_empty(), "{findings:#?}");
    schema
}

/// A database with the tables that a schema asks for.
pub(crate) fn database_of(text: &str, url: &str) -> SqliteConnection {
    let sql = tables::statements(&SqliteDialect, &parse(text)).join("\n");
    let mut connection = SqliteConnection::establish(url).expect("a database");
    connection.batch_execute(&sql).expect("the tables can be made");
    connection
}
