//! The connected half against real servers.

#![allow(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod apply;
mod beside;
mod cases;
mod connect;
mod effects;
mod introspect;
mod lint;
mod lock;
mod pooler;
mod probe;
mod scratch;
mod split;
mod tls;
mod units;
mod wipe;

use glowplug_dialect::database::{ConnectOptions, Connector, Database};
use glowplug_dialect::script::MigrationScript;
use glowplug_postgres::connector::PostgresConnector;
use glowplug_testkit::postgres::TestDatabase;

/// The options of all tests.
fn options() -> ConnectOptions {
    ConnectOptions { application_name: "glowplug tests".to_owned(), ..ConnectOptions::default() }
}

/// Connects to a test database.
fn connect(database: &TestDatabase) -> Box<dyn Database> {
    PostgresConnector.connect(&database.url(), &options()).unwrap()
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

/// The server's major version.
fn major(database: &TestDatabase) -> u32 {
    let number: u32 = value(database, "SHOW server_version_num").unwrap().parse().unwrap();
    number / 10_000
}

/// The first value of the first row.
fn value(database: &TestDatabase, sql: &str) -> Option<String> {
    database.query_text(sql).into_iter().flatten().next().flatten()
}

/// A URL with more parameters.
fn with(url: &str, parameters: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{parameters}")
}
