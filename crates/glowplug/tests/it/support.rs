//! Migrations in a temporary folder, connections, and how the tool sees the result.

use std::fs;

use diesel::Connection as _;
use diesel::sqlite::SqliteConnection;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::FileBasedMigrations;
use glowplug_dialect::database::{ConnectOptions, Connector, Database};
use glowplug_migrations::diagnose::{Diagnosis, diagnose};
use glowplug_migrations::{folder, ledger};
use glowplug_postgres::connector::PostgresConnector;
use glowplug_sqlite::connector::SqliteConnector;
use glowplug_testkit::postgres::TestDatabase;
use tempfile::TempDir;

/// Diesel over diesel-async, synchronous.
pub(crate) type Pg = AsyncConnectionWrapper<AsyncPgConnection>;

pub(crate) fn pg(url: &str) -> Pg {
    Pg::establish(url).unwrap()
}

/// A folder with migrations: names and SQL. Those whose SQL begins with `-- loose` run outside of a transaction.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new(migrations: &[(&str, &str)]) -> Self {
        let folder = Self(TempDir::new().unwrap());
        for (name, sql) in migrations {
            folder.add(name, sql);
        }
        folder
    }

    pub(crate) fn add(&self, name: &str, sql: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("up.sql"), sql).unwrap();
        fs::write(path.join("down.sql"), "SELECT 1;\n").unwrap();
        if sql.starts_with("-- loose") {
            fs::write(path.join("metadata.toml"), "run_in_transaction = false\n").unwrap();
        }
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_dir_all(self.0.path().join(name)).unwrap();
    }

    pub(crate) fn path(&self) -> &std::path::Path {
        self.0.path()
    }

    pub(crate) fn source(&self) -> FileBasedMigrations {
        FileBasedMigrations::from_path(self.path()).unwrap()
    }

    /// What the tool says about this folder and a database.
    pub(crate) fn diagnosis(&self, database: &mut dyn Database) -> Diagnosis {
        let disk = folder::read_history(self.path()).unwrap();
        diagnose(&disk, &ledger::read(database).unwrap())
    }
}

/// The tool's connection.
pub(crate) fn tool(database: &TestDatabase) -> Box<dyn Database> {
    PostgresConnector.connect(&database.url(), &named()).unwrap()
}

fn named() -> ConnectOptions {
    ConnectOptions { application_name: "glowplug".to_owned(), ..ConnectOptions::default() }
}

/// A database file of its own.
pub(crate) struct File(TempDir);

impl File {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self) -> String {
        self.0.path().join("app.db").display().to_string()
    }

    pub(crate) fn connect(&self) -> SqliteConnection {
        SqliteConnection::establish(&self.path()).unwrap()
    }

    pub(crate) fn tool(&self) -> Box<dyn Database> {
        SqliteConnector.connect(&format!("file:{}", self.path()), &named()).unwrap()
    }

    pub(crate) fn names_beside(&self) -> Vec<String> {
        let names = fs::read_dir(self.0.path()).unwrap().flatten();
        names.map(|it| it.file_name().to_string_lossy().into_owned()).collect()
    }
}

/// One value, through the tool's connection.
pub(crate) fn value(database: &mut dyn Database, sql: &str) -> String {
    database.query(sql).unwrap().into_iter().flatten().flatten().next().unwrap_or_default()
}
