//! The connected half against real files, and rebuilds through every runner.

#![allow(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod apply;
mod connect;
mod kill;
mod lock;
mod rebuild;
mod wipe;

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use diesel::{Connection, QueryableByName, RunQueryDsl, sql_query};
use glowplug_dialect::database::{ConnectOptions, Connector, Database};
use glowplug_dialect::script::MigrationScript;
use glowplug_sqlite::connector::SqliteConnector;
use tempfile::TempDir;

/// The options of all tests.
fn options() -> ConnectOptions {
    ConnectOptions { application_name: "glowplug tests".to_owned(), ..ConnectOptions::default() }
}

/// A new database file in a folder of its own.
struct File {
    folder: TempDir,
}

impl File {
    fn new() -> Self {
        let file = Self { folder: tempfile::tempdir().unwrap() };
        assert!(SqliteConnector.create_database(&file.url(), &options()).unwrap());
        file
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("test.db")
    }

    fn url(&self) -> String {
        format!("file:{}", self.path().display())
    }

    /// As the tool opens it.
    fn open(&self) -> Box<dyn Database> {
        SqliteConnector.connect(&self.url(), &options()).unwrap()
    }

    /// As an application opens it, with foreign keys on.
    fn application(&self) -> SqliteConnection {
        application(&self.path())
    }
}

fn application(path: &Path) -> SqliteConnection {
    let mut connection = SqliteConnection::establish(&path.display().to_string()).unwrap();
    connection.batch_execute("PRAGMA foreign_keys=ON").unwrap();
    connection
}

/// A migration in a transaction, with a table for its bookkeeping.
fn script(version: &str, sql: &str) -> MigrationScript {
    MigrationScript {
        version: version.to_owned(),
        name: format!("{version}_test"),
        sql: sql.to_owned(),
        bookkeeping: format!(
            "CREATE TABLE IF NOT EXISTS _glowplug_migrations (id text); \
             INSERT INTO _glowplug_migrations VALUES ('{version}')"
        ),
        run_in_transaction: true,
    }
}

/// The first value of the first row.
fn value(database: &mut dyn Database, sql: &str) -> Option<String> {
    database.query(sql).unwrap().into_iter().flatten().next().flatten()
}

#[derive(QueryableByName)]
struct One {
    #[diesel(sql_type = diesel::sql_types::Text)]
    one: String,
}

/// The first value of a query on an application's connection, as text.
fn ask(connection: &mut SqliteConnection, expression: &str) -> String {
    let sql = format!("SELECT CAST(({expression}) AS TEXT) AS one");
    sql_query(sql).get_result::<One>(connection).unwrap().one
}
