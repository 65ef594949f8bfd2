//! A database with the product's tables, for each test its own.

#![allow(dead_code, reason = "every test program uses a part of it")]

use api::database::{self, SyncConnection};
use diesel_migrations::MigrationHarness;
use glowplug_testkit::postgres::TestDatabase;

/// A database in which every migration has run, through Diesel alone.
pub(crate) fn migrated() -> TestDatabase {
    let database = TestDatabase::new();
    connect(&database).run_pending_migrations(database::MIGRATIONS).expect("the migrations run");
    database
}

/// A connection as the helpers have it.
pub(crate) fn connect(database: &TestDatabase) -> SyncConnection {
    database::connect_sync(&database.url()).expect("a connection")
}

/// Marks the database as protected, as the tool does.
pub(crate) fn protect(database: &TestDatabase) {
    database.execute(
        "CREATE TABLE _glowplug_meta (key text PRIMARY KEY, value text);
         INSERT INTO _glowplug_meta VALUES ('environment', 'production'), ('protected', 'true')",
    );
}

/// Every row of every table of the product, as text, in a fixed order.
pub(crate) fn dump(database: &TestDatabase) -> Vec<String> {
    let tables = database.query_text(
        "SELECT table_name FROM information_schema.tables
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name !~ '^__'
         ORDER BY table_name",
    );
    let mut res = Vec::new();
    for table in tables.into_iter().flatten().flatten() {
        let rows = database.query_text(&format!("SELECT t::text FROM \"{table}\" t ORDER BY t::text"));
        res.extend(rows.into_iter().flatten().flatten().map(|row| format!("{table}: {row}")));
    }
    res
}
