//! The harness of seed binaries on SQLite.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]
#![allow(missing_docs, reason = "a table that a macro makes")]

use diesel::connection::SimpleConnection as _;
use diesel::sqlite::SqliteConnection;
use diesel::{Connection as _, QueryDsl as _, RunQueryDsl as _};
use glowplug::fake::Fake;
use glowplug::protection::Refusal;
use glowplug::seed::{Options, Outcome, SeedError, check, run};
// Not used by name: it brings SQLite itself.
use libsqlite3_sys as _;

diesel::table! {
    person (id) {
        id -> BigInt,
        email -> Text,
        name -> Nullable<Text>,
    }
}

fn database() -> SqliteConnection {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    connection
        .batch_execute(
            "PRAGMA foreign_keys = ON;
             CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT)",
        )
        .unwrap();
    connection
}

fn count(connection: &mut SqliteConnection) -> i64 {
    person::table.count().get_result(connection).unwrap()
}

fn people(
    connection: &mut SqliteConnection,
    report: &mut glowplug::seed::Report,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    use diesel::ExpressionMethods as _;
    let mut written = 0;
    for number in 1..=20 {
        let mut fake = Fake::row(1, "people", number);
        let row = (person::name.eq(Some(fake.name())), person::email.eq(fake.email()));
        written += glowplug::upsert!(connection, person, &row, key(email), set(name))?;
    }
    report.add("person", 20, written);
    Ok(())
}

#[test]
fn it_seeds_once_and_a_check_leaves_nothing() {
    let mut connection = database();
    let checked = check(&mut connection, people).unwrap();
    assert_eq!((checked.differences.len(), count(&mut connection)), (0, 0));
    for written in [20, 0] {
        let outcome = run(&mut connection, &Options::default(), people).unwrap();
        let Outcome::Seeded(report) = outcome else { panic!("it was to seed") };
        assert_eq!((report.written(), count(&mut connection)), (written, 20));
    }
}

#[test]
fn a_check_runs_what_comes_before_and_names_what_changes() {
    let folder = tempfile::tempdir().unwrap();
    let stage = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    stage(
        "0000.sql",
        "-- one\nINSERT INTO person (id, email) VALUES (7, 'a') ON CONFLICT DO NOTHING\0SELECT 1",
    );
    stage("0001.sql", "-- two\nUPDATE person SET name = coalesce(name, '') || 'x' WHERE id = 7");
    let options = Options { check: true, stages: Some(folder.path().to_owned()), ..Options::default() };
    let mut connection = database();
    let outcome = run(&mut connection, &options, |_, _| Ok(())).unwrap();
    let Outcome::Checked(checked) = outcome else { panic!("it was to check") };
    assert_eq!(checked.stages, ["one", "two", "the fixtures"]);
    let found: Vec<String> = checked.differences.iter().map(|(at, it)| format!("{at} {it}")).collect();
    assert_eq!(found, ["1 ~ person (id = 7, email = 'a'): name"]);
    assert_eq!(count(&mut connection), 0);

    stage("0001.sql", "-- two\nINSERT INTO nowhere VALUES (1)");
    let error = run(&mut connection, &options, |_, _| Ok(())).unwrap_err();
    assert_eq!(error.to_string(), "two failed: no such table: nowhere");
}

#[test]
fn a_commit_is_refused_while_it_is_checked() {
    for sql in ["COMMIT", "ROLLBACK"] {
        let mut connection = database();
        let res = check(&mut connection, |connection, _| {
            connection.batch_execute("INSERT INTO person (email) VALUES ('kept')")?;
            Ok(connection.batch_execute(sql)?)
        });
        assert!(res.is_err(), "{sql}");
        assert_eq!(count(&mut connection), 0, "{sql}");
    }
}

#[test]
fn a_protected_database_is_refused() {
    let mut connection = database();
    connection
        .batch_execute(
            "CREATE TABLE _glowplug_meta (key TEXT PRIMARY KEY, value TEXT);
             INSERT INTO _glowplug_meta VALUES ('protected', 'true')",
        )
        .unwrap();
    let error = run(&mut connection, &Options::default(), people).unwrap_err();
    assert!(matches!(error, SeedError::Refused(Refusal::Protected { .. })), "{error}");
    assert_eq!(count(&mut connection), 0);
}
