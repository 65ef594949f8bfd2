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

#[test]
fn push_and_drift_revert_are_patient_too() {
    let database = TestDatabase::new();
    let folder = workspace(&[("20260101000000_slow", SLOW)]);
    assert_eq!(glowplug(folder.path(), &database, &["migrate", "deploy"]).code, 0);
    let impatient = |arguments: &[&str], tries: &str| {
        let mut command = command(folder.path(), &database, arguments);
        command.env("GLOWPLUG_LOCK_TIMEOUT", "200ms").env("GLOWPLUG_LOCK_RETRIES", tries);
        finish(command.spawn().unwrap())
    };
    let schema = folder.path().join("prisma/schema.prisma");
    let longer = fs::read_to_string(&schema).unwrap().replace("@id", "@id\n  longer Int?");
    fs::write(&schema, longer).unwrap();

    let reader = keep(&database, "3");
    let run = impatient(&["push", "--skip-generate"], "1");
    assert_eq!(run.code, 1, "{}", run.text);
    for words in ["GP3011", "`push` cannot get at", "`reader`", "landed: nothing"] {
        assert!(run.text.contains(words), "{words}: {}", run.text);
    }
    let run = impatient(&["push", "--skip-generate"], "30");
    assert_eq!(run.code, 0, "{}", run.text);
    assert!(run.text.contains("`push` was kept from a table"), "{}", run.text);
    reader.join().unwrap();

    // The history is replayed meanwhile, if its end is not known.
    let reader = keep(&database, "5");
    let run = impatient(&["drift", "revert", "--force"], "30");
    assert_eq!(run.code, 0, "{}", run.text);
    assert!(run.text.contains("`drift revert` was kept") && run.text.contains("by `reader`"), "{}", run.text);
    reader.join().unwrap();
    let columns = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'longer'";
    assert_eq!(count(&database, columns), "0");
}

#[test]
fn a_way_back_that_stopped_goes_on_where_it_was() {
    let database = TestDatabase::new();
    let up = format!(
        "{SLOW}CREATE INDEX CONCURRENTLY one ON \"Slow\" (\"id\");\nCREATE INDEX CONCURRENTLY two ON \"Slow\" (\"id\");\n"
    );
    let folder = workspace(&[("20260101000000_slow", &up)]);
    let migration = folder.path().join("prisma/migrations/20260101000000_slow");
    fs::write(migration.join("metadata.toml"), "run_in_transaction = false\n").unwrap();
    let down = |middle: &str| {
        let sql = format!(
            "DROP INDEX CONCURRENTLY two;\n{middle}DROP INDEX CONCURRENTLY one;\nDROP TABLE \"Slow\";\n"
        );
        fs::write(migration.join("down.sql"), sql).unwrap();
    };
    down("SELECT pg_sleep(30);\n");
    assert_eq!(glowplug(folder.path(), &database, &["migrate", "deploy"]).code, 0);

    let revert = ["migrate", "revert", "--accept-data-loss"];
    let child = command(folder.path(), &database, &revert).spawn().unwrap();
    wait_for_sleep(&database);
    assert!(Command::new("kill").args(["-KILL", &child.id().to_string()]).status().unwrap().success());
    assert_ne!(finish(child).code, 0);
    let indexes = "SELECT count(*) FROM pg_indexes WHERE indexname IN ('one', 'two')";
    assert_eq!(count(&database, indexes), "1");

    // Nobody goes on over it, and it says how.
    let later = folder.path().join("prisma/migrations/20260102000000_later");
    fs::create_dir(&later).unwrap();
    fs::write(later.join("up.sql"), "SELECT 1;\n").unwrap();
    let squash = ["migrate", "squash", "20260101000000_slow..20260102000000_later"];
    let push = ["push", "--skip-generate"];
    for arguments in [&["migrate", "deploy"][..], &["migrate", "--skip-generate"], &push, &squash] {
        let run = glowplug(folder.path(), &database, arguments);
        assert_eq!(run.code, 1, "{}", run.text);
        assert!(run.text.contains("GP3221") && run.text.contains("migrate revert"), "{}", run.text);
    }
    fs::remove_dir_all(&later).unwrap();
    let status = glowplug(folder.path(), &database, &["migrate", "status"]);
    assert_eq!(status.code, 5, "{}", status.text);
    assert!(status.text.contains("half back 20260101000000_slow"), "{}", status.text);

    // What has landed must stay as it was; what has not may be mended.
    down("SELECT 1;\nSELECT 2;\n");
    let run = glowplug(folder.path(), &database, &revert);
    assert_eq!(run.code, 0, "{}", run.text);
    assert!(run.text.contains("going on with statement 2 of 5"), "{}", run.text);
    assert_eq!(count(&database, "SELECT count(*) FROM pg_tables WHERE tablename = 'Slow'"), "0");
    assert_eq!(count(&database, "SELECT count(*) FROM __diesel_schema_migrations"), "0");

    // And it can be applied again.
    let run = glowplug(folder.path(), &database, &["migrate", "deploy"]);
    assert_eq!(run.code, 0, "{}", run.text);
    assert_eq!(count(&database, indexes), "2");
}

#[test]
fn a_way_back_that_fails_says_how_far_it_came_and_can_be_resolved() {
    let database = TestDatabase::new();
    let up = format!("{SLOW}CREATE INDEX CONCURRENTLY one ON \"Slow\" (\"id\");\n");
    let folder = workspace(&[("20260101000000_slow", &up)]);
    let migration = folder.path().join("prisma/migrations/20260101000000_slow");
    fs::write(migration.join("metadata.toml"), "run_in_transaction = false\n").unwrap();
    fs::write(migration.join("down.sql"), "VACUUM nowhere;\nDROP TABLE \"Slow\";\n").unwrap();
    assert_eq!(glowplug(folder.path(), &database, &["migrate", "deploy"]).code, 0);
    let revert = ["migrate", "revert", "--accept-data-loss"];

    // Nothing has landed: it never began.
    let run = glowplug(folder.path(), &database, &revert);
    assert_eq!(run.code, 1, "{}", run.text);
    assert!(run.text.contains("GP3307") && run.text.contains("landed: nothing"), "{}", run.text);
    assert_eq!(glowplug(folder.path(), &database, &["migrate", "deploy"]).code, 0);

    for resolution in ["--applied", "--rolled-back"] {
        fs::write(
            migration.join("down.sql"),
            "DROP INDEX CONCURRENTLY IF EXISTS one;\nDROP TABLE \"Nowhere\";\n",
        )
        .unwrap();
        let run = glowplug(folder.path(), &database, &revert);
        assert_eq!(run.code, 1, "{}", run.text);
        assert!(
            run.text.contains("landed: statement 1 of 2") && run.text.contains("down.sql:2"),
            "{}",
            run.text
        );
        assert_eq!(glowplug(folder.path(), &database, &["migrate", "deploy"]).code, 1);
        let name = "20260101000000_slow";
        let run = glowplug(folder.path(), &database, &["migrate", "resolve", resolution, name]);
        assert_eq!(run.code, 0, "{}", run.text);
        let applied = if resolution == "--applied" { "1" } else { "0" };
        assert_eq!(count(&database, "SELECT count(*) FROM __diesel_schema_migrations"), applied);
    }
}
