//! Introspecting 1,000 tables, beside the same catalog queries alone.
//!
//! `cargo bench -p glowplug-postgres`

#![allow(clippy::unwrap_used, reason = "a benchmark ends where something unexpected happens")]

mod support;

use std::sync::OnceLock;

use divan::Bencher;
use glowplug_dialect::database::{ConnectOptions, Connector, Database};
use glowplug_postgres::connector::PostgresConnector;
use glowplug_testkit::postgres::TestDatabase;
use support::{TABLES, filled};

fn main() {
    divan::main();
    // The database goes with its value, which a static never does.
    drop(database(|it| it.take()));
}

/// The database with its tables, made once.
fn database<T>(read: impl FnOnce(&mut Option<TestDatabase>) -> T) -> T {
    static DATABASE: OnceLock<std::sync::Mutex<Option<TestDatabase>>> = OnceLock::new();
    read(&mut DATABASE.get_or_init(|| std::sync::Mutex::new(Some(filled()))).lock().unwrap())
}

fn connected() -> Box<dyn Database> {
    let url = database(|it| it.as_ref().unwrap().url());
    PostgresConnector.connect(&url, &ConnectOptions::default()).unwrap()
}

/// What `Database::introspect` does.
#[divan::bench(sample_count = 20)]
fn introspect(bencher: Bencher<'_, '_>) {
    let mut db = connected();
    bencher.bench_local(|| {
        let schema = db.introspect(&[]).unwrap();
        assert_eq!(schema.tables.len(), TABLES);
        schema
    });
}

/// The queries alone: their rows are read off the wire and thrown away.
#[divan::bench(sample_count = 20)]
fn catalog_queries_alone(bencher: Bencher<'_, '_>) {
    let mut db = connected();
    bencher.bench_local(|| glowplug_postgres::introspect::QUERIES.map(|query| run(db.as_mut(), query)));
}

fn run(db: &mut dyn Database, query: &str) -> usize {
    db.query(&query.replace("$1", "ARRAY['public']")).unwrap().len()
}
