//! Throw-away databases.

use std::time::{SystemTime, UNIX_EPOCH};

use glowplug_dialect::database::Connector;
use glowplug_postgres::connector::PostgresConnector;
use glowplug_testkit::postgres::TestDatabase;

use crate::{connect, options, script, value, with};

fn exists(database: &TestDatabase, name: &str) -> bool {
    value(database, &format!("SELECT 1 FROM pg_database WHERE datname = '{name}'")).is_some()
}

#[test]
fn it_is_empty_and_goes_with_its_value() {
    let database = TestDatabase::new();
    database.execute("CREATE TABLE real (id int)");
    let mut db = PostgresConnector.connect(&with(&database.url(), "schema=tenant"), &options()).unwrap();
    let name = {
        let mut scratch = db.create_scratch().unwrap();
        let name = scratch.target().database.clone();
        assert!(exists(&database, &name));
        assert!(scratch.introspect(&[]).unwrap().is_empty());
        assert_eq!(scratch.target().namespace.as_deref(), Some("tenant"));
        scratch.apply(&script("1", "CREATE TABLE a (id int)")).unwrap();
        assert!(scratch.has_table("a").unwrap());
        assert!(!db.has_table("a").unwrap());
        // Two at once do not meet.
        let second = db.create_scratch().unwrap();
        assert_ne!(second.target().database, name);
        assert!(exists(&database, &name));
        name
    };
    assert!(!exists(&database, &name));
}

#[test]
fn it_goes_while_somebody_looks_at_it() {
    let database = TestDatabase::new();
    let mut db = connect(&database);
    let scratch = db.create_scratch().unwrap();
    let name = scratch.target().database.clone();
    let onlooker = database.url().replace(database.name(), &name);
    let mut onlooker = PostgresConnector.connect(&onlooker, &options()).unwrap();
    onlooker.query("SELECT 1").unwrap();
    drop(scratch);
    assert!(!exists(&database, &name));
}

#[test]
fn leftovers_of_crashed_runs_go_and_those_in_use_stay() {
    let database = TestDatabase::new();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut alive = connect(&database);
    let pid = alive.query("SELECT pg_backend_pid()").unwrap().remove(0).remove(0).unwrap();
    // A process number that is beyond every system's.
    let gone = 999_999_999;
    let unique = std::process::id();
    let names = [
        (format!("glowplug_scratch_{now}_{gone}_a{unique}"), false),
        (format!("glowplug_scratch_{}_{pid}_b{unique}", now - 100_000), false),
        (format!("glowplug_scratch_{now}_{pid}_c{unique}"), true),
        (format!("glowplug_scratch_of_a_person_{unique}"), true),
    ];
    for (name, _) in &names {
        database.execute(&format!("CREATE DATABASE {name}"));
    }
    // In use by somebody, though its maker is gone.
    let used = format!("glowplug_scratch_{now}_{gone}_d{unique}");
    let url = database.url().replace(database.name(), &used);
    assert!(PostgresConnector.create_database(&url, &options()).unwrap());
    let mut user = PostgresConnector.connect(&url, &options()).unwrap();
    drop(connect(&database).create_scratch().unwrap());
    let left: Vec<_> = names.iter().map(|(name, _)| exists(&database, name)).collect();
    user.query("SELECT 1").unwrap();
    drop(user);
    for (name, stays) in names.iter().chain([&(used.clone(), true)]) {
        if *stays {
            database.execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
    assert_eq!(left, names.map(|(_, stays)| stays));
}
