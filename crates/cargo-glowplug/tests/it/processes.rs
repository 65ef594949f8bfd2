//! Several tools at once, and tools that are killed: what the database looks like afterwards.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use glowplug_dialect::database::{ConnectOptions, Connector as _};
use glowplug_postgres::connector::PostgresConnector;
use glowplug_testkit::postgres::TestDatabase;
use tempfile::TempDir;

use crate::tool::{command, finish, glowplug};

fn workspace(migrations: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("Cargo.toml"), "[workspace]\nresolver = \"3\"\n").unwrap();
    let schema = "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel Slow {\n  id Int @id\n}\n";
    fs::create_dir_all(folder.path().join("prisma")).unwrap();
    fs::write(folder.path().join("prisma/schema.prisma"), schema).unwrap();
    for (name, up) in migrations {
        write_up(folder.path(), name, up);
    }
    folder
}

fn write_up(folder: &Path, name: &str, up: &str) {
    let migration = folder.join("prisma/migrations").join(name);
    fs::create_dir_all(&migration).unwrap();
    fs::write(migration.join("up.sql"), up).unwrap();
}

fn count(database: &TestDatabase, sql: &str) -> String {
    database.query_text(sql)[0][0].clone().unwrap()
}

const SLOW: &str =
    "CREATE TABLE \"Slow\" (\"id\" INTEGER NOT NULL, CONSTRAINT \"Slow_pkey\" PRIMARY KEY (\"id\"));\n";

#[test]
fn of_several_deployers_at_once_exactly_one_applies() {
    let database = TestDatabase::new();
    let folder = workspace(&[("20260101000000_slow", &format!("{SLOW}SELECT pg_sleep(0.5);\n"))]);
    let arguments = ["migrate", "deploy", "--json"];
    let children: Vec<_> =
        (0..4).map(|_| command(folder.path(), &database, &arguments).spawn().unwrap()).collect();
    let mut applied = 0;
    for child in children {
        let run = finish(child);
        assert_eq!(run.code, 0, "{}", run.text);
        let outcome: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        applied += outcome["applied"].as_array().unwrap().len();
    }
    assert_eq!(applied, 1);
    assert_eq!(count(&database, "SELECT count(*) FROM _glowplug_migrations"), "1");
    assert_eq!(count(&database, "SELECT count(*) FROM __diesel_schema_migrations"), "1");
}

#[test]
fn an_interrupt_in_the_middle_leaves_nothing_and_the_next_run_goes_on() {
    for signal in ["-INT", "-KILL"] {
        let database = TestDatabase::new();
        let folder = workspace(&[("20260101000000_slow", &format!("{SLOW}SELECT pg_sleep(30);\n"))]);
        let child = command(folder.path(), &database, &["migrate", "deploy"]).spawn().unwrap();
        wait_for_sleep(&database);
        let killed = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        assert_ne!(finish(child).code, 0);
        assert_eq!(count(&database, "SELECT count(*) FROM pg_tables WHERE tablename = 'Slow'"), "0");

        // Mended (shorter), the same command finishes the work, without a word from a person.
        write_up(folder.path(), "20260101000000_slow", SLOW);
        let started = Instant::now();
        let run = glowplug(folder.path(), &database, &["migrate", "deploy"]);
        assert_eq!(run.code, 0, "{}", run.text);
        assert!(started.elapsed() < Duration::from_secs(20), "the dead tool's lock was not given back");
        assert_eq!(count(&database, "SELECT count(*) FROM pg_tables WHERE tablename = 'Slow'"), "1");
        assert_eq!(count(&database, "SELECT count(*) FROM _glowplug_migrations"), "1");
    }
}

/// Until the migration stands in the middle of its transaction.
fn wait_for_sleep(database: &TestDatabase) {
    let until = Instant::now() + Duration::from_secs(20);
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
               AND wait_event = 'PgSleep'";
    while count(database, sql) == "0" {
        assert!(Instant::now() < until, "the migration never came to its middle");
        std::thread::sleep(Duration::from_millis(20));
    }
}

const LONGER: &str = "ALTER TABLE \"Slow\" ADD COLUMN \"longer\" INTEGER;\n";

/// Somebody reads the table in a transaction that stays open.
fn keep(database: &TestDatabase, seconds: &str) -> std::thread::JoinHandle<()> {
    let url = database.url();
    let sql = format!("BEGIN; SELECT 'secret' FROM \"Slow\"; SELECT pg_sleep({seconds}); COMMIT");
    let reader = std::thread::spawn(move || {
        let options = ConnectOptions { application_name: "reader".to_owned(), ..ConnectOptions::default() };
        let mut reader = PostgresConnector.connect(&url, &options).unwrap();
        reader.execute(&sql).unwrap();
    });
    wait_for_sleep(database);
    reader
}

#[test]
fn a_table_that_others_use_is_tried_again_and_they_are_named() {
    let database = TestDatabase::new();
    let folder = workspace(&[("20260101000000_slow", SLOW)]);
    assert_eq!(glowplug(folder.path(), &database, &["migrate", "deploy"]).code, 0);
    write_up(folder.path(), "20260102000000_longer", LONGER);

    let reader = keep(&database, "1");
    let run = glowplug(folder.path(), &database, &["migrate", "deploy", "--lock-timeout", "200ms"]);
    assert_eq!(run.code, 0, "{}", run.text);
    assert!(run.text.contains("kept from a table") && run.text.contains("by `reader`"), "{}", run.text);
    assert!(!run.text.contains("secret"), "{}", run.text);
    reader.join().unwrap();

    write_up(folder.path(), "20260103000000_longest", "ALTER TABLE \"Slow\" DROP COLUMN \"longer\";\n");
    let reader = keep(&database, "4");
    let arguments = ["migrate", "deploy", "--lock-timeout", "200ms", "--lock-retries", "2"];
    let run = glowplug(folder.path(), &database, &arguments);
    assert_eq!(run.code, 1, "{}", run.text);
    for words in ["GP3011", "`reader`", "tried 2 times", "pg_terminate_backend", "landed: nothing"] {
        assert!(run.text.contains(words), "{words}: {}", run.text);
    }
    reader.join().unwrap();
    assert_eq!(glowplug(folder.path(), &database, &["migrate", "deploy"]).code, 0);
}
