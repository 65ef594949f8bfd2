//! Migrations through Diesel's harness.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use glowplug_dialect::database::{ConnectOptions, Connector};
use glowplug_dialect::error::{ErrorKind, ServerMessage};
use glowplug_dialect::script::MigrationScript;
use glowplug_postgres::connector::PostgresConnector;
use glowplug_testkit::postgres::TestDatabase;

use crate::{connect, major, options, script, value, with};

const VERSIONS: &str = "SELECT string_agg(version, ',' ORDER BY version) FROM __diesel_schema_migrations";
const LEDGER: &str = "SELECT string_agg(id, ',' ORDER BY id) FROM _glowplug_migrations";

fn server(res: glowplug_dialect::database::Result<()>) -> ServerMessage {
    let error = res.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Statement, "{error:?}");
    *error.server.unwrap()
}

#[test]
fn a_migration_its_ledger_and_diesels_row_come_together() {
    let database = TestDatabase::new();
    let mut db = connect(&database);
    db.apply(&script("1", "CREATE TABLE a (id int); CREATE TABLE b (id int)")).unwrap();
    db.apply(&script("2", "ALTER TABLE a ADD COLUMN name text")).unwrap();
    assert_eq!(value(&database, VERSIONS).as_deref(), Some("1,2"));
    assert_eq!(value(&database, LEDGER).as_deref(), Some("1,2"));
    assert!(db.has_table("b").unwrap());

    let back = MigrationScript {
        bookkeeping: "DELETE FROM _glowplug_migrations WHERE id = '2'".to_owned(),
        ..script("2", "ALTER TABLE a DROP COLUMN name")
    };
    db.revert(&back).unwrap();
    assert_eq!(value(&database, VERSIONS).as_deref(), Some("1"));
    assert_eq!(value(&database, LEDGER).as_deref(), Some("1"));
}

#[test]
fn a_failing_migration_leaves_nothing_and_says_where() {
    let database = TestDatabase::new();
    let mut db = connect(&database);
    let sql =
        "CREATE TABLE a (id int);\n-- ünïcödé\nINSERT INTO nowhere VALUES (1);\nCREATE TABLE b (id int);";
    let said = server(db.apply(&script("1", sql)));
    assert_eq!(said.message, "relation \"nowhere\" does not exist");
    assert_eq!(said.sqlstate.as_deref(), Some("42P01"));
    assert_eq!(said.position, Some(sql[..sql.find("nowhere").unwrap()].chars().count()));
    assert!(!db.has_table("a").unwrap());
    assert_eq!(value(&database, VERSIONS), None);

    db.apply(&script("1", "CREATE TABLE a (id int)")).unwrap();
    assert_eq!(value(&database, VERSIONS).as_deref(), Some("1"));
}

#[test]
fn failures_of_every_moment_are_told_with_their_code() {
    let database = TestDatabase::new();
    let mut db = connect(&database);
    database.execute(
        "CREATE TABLE parent (id int PRIMARY KEY);
         CREATE TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
    );
    // While committing.
    let said = server(db.apply(&script("1", "INSERT INTO child VALUES (7)")));
    assert_eq!(said.sqlstate.as_deref(), Some("23503"));
    assert_eq!(said.detail.as_deref(), Some("Key (id)=(7) is not present in table \"parent\"."));
    assert_eq!(said.position, None);
    // In the ledger: no place in the user's file.
    let broken = MigrationScript {
        bookkeeping: "INSERT INTO no_ledger VALUES (1)".to_owned(),
        ..script("1", "CREATE TABLE a (id int)")
    };
    let said = server(db.apply(&broken));
    assert_eq!((said.sqlstate.as_deref(), said.position), (Some("42P01"), None));
    // Inside a function's own text: no place in the user's file either.
    let said = server(db.apply(&script("1", "DO $$ BEGIN PERFORM * FROM nowhere; END $$")));
    assert_eq!((said.sqlstate.as_deref(), said.position), (Some("42P01"), None));
    assert!(!db.has_table("a").unwrap());
    assert_eq!(value(&database, VERSIONS), None);
}

#[test]
fn what_a_migration_does_to_its_session_ends_with_it() {
    let database = TestDatabase::new();
    let mut db = connect(&database);
    // So begin the dumps that many histories start with.
    let dump = "SELECT pg_catalog.set_config('search_path', '', false); SET lock_timeout = '1min'; \
                SET ROLE pg_monitor; RESET ROLE; CREATE TABLE public.a (id int); SET ROLE pg_monitor";
    db.apply(&script("1", dump)).unwrap();
    db.apply(&script(
        "2",
        "CREATE TABLE b AS SELECT current_setting('lock_timeout') AS value, current_user::text AS who",
    ))
    .unwrap();
    assert_eq!(value(&database, LEDGER).as_deref(), Some("1,2"));
    assert_eq!(value(&database, "SELECT value FROM public.b").as_deref(), Some("0"));
    assert_eq!(value(&database, "SELECT (who = current_user)::text FROM b").as_deref(), Some("true"));
}

#[test]
fn outside_of_a_transaction_statements_go_one_by_one() {
    let database = TestDatabase::new();
    let mut db = connect(&database);
    database.execute("CREATE TABLE a (id int, name text); INSERT INTO a VALUES (1, 'x'), (1, 'y')");
    let sql = "CREATE INDEX CONCURRENTLY a_name ON a (name);\n\n-- ⛽ twice\nCREATE INDEX CONCURRENTLY a_id ON a (id);";
    db.apply(&MigrationScript { run_in_transaction: false, ..script("1", sql) }).unwrap();
    assert_eq!(value(&database, VERSIONS).as_deref(), Some("1"));
    assert_eq!(
        value(&database, "SELECT count(*)::text FROM pg_indexes WHERE tablename = 'a'").as_deref(),
        Some("2")
    );

    let sql = "CREATE TABLE kept (id int); /* ⛽ */ CREATE INDEX CONCURRENTLY x ON a (nothing);";
    let said = server(db.apply(&MigrationScript { run_in_transaction: false, ..script("2", sql) }));
    assert_eq!(said.sqlstate.as_deref(), Some("42703"));
    let said = server(db.apply(&MigrationScript {
        run_in_transaction: false,
        ..script("2", "DROP TABLE kept; /* ⛽ */ SELECT missing FROM a;")
    }));
    assert_eq!(said.position, Some("DROP TABLE kept; /* ⛽ */ SELECT ".chars().count()));
    // Nothing of the failed one is in the books, and an open transaction of its own does not stay.
    server(db.apply(&MigrationScript { run_in_transaction: false, ..script("2", "BEGIN; SELECT 1/0;") }));
    db.apply(&script("3", "CREATE TABLE c (id int)")).unwrap();
    assert_eq!(value(&database, VERSIONS).as_deref(), Some("1,3"));
}

#[test]
fn a_transaction_left_open_is_not_taken_for_success() {
    let database = TestDatabase::new();
    let mut db = connect(&database);
    let outside = |sql: &str| MigrationScript { run_in_transaction: false, ..script("1", sql) };
    let error = db.apply(&outside("BEGIN; CREATE TABLE a (id int);")).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Statement);
    assert_eq!(error.message, "the script begins a transaction and does not commit it");
    assert!(!db.has_table("a").unwrap());
    db.apply(&outside("BEGIN; CREATE TABLE a (id int); COMMIT; CREATE TABLE b (id int)")).unwrap();
    assert!(db.has_table("a").unwrap());
    assert_eq!(value(&database, LEDGER).as_deref(), Some("1"));
}

#[test]
fn one_connection_at_a_time_where_there_is_only_one() {
    let database = TestDatabase::new();
    // The limit does not hold for superusers.
    let role = format!("{}_one", database.name());
    database.execute(&format!(
        "CREATE ROLE \"{role}\" LOGIN CREATEDB PASSWORD 'one' CONNECTION LIMIT 1; \
         GRANT ALL ON SCHEMA public TO \"{role}\""
    ));
    let url = with(&database.url(), &format!("user={role}&password=one"));
    let single = ConnectOptions { single_connection: true, ..options() };
    {
        let mut db = PostgresConnector.connect(&url, &single).unwrap();
        db.lock(&mut |_, _| false).unwrap();
        db.apply(&script("1", "CREATE TABLE a (id int)")).unwrap();
        assert!(db.has_table("a").unwrap());
        db.apply(&script("2", "CREATE TABLE b (id int)")).unwrap();
        assert_eq!(db.introspect(&[]).unwrap().tables.len(), 2);
        // A throw-away database takes turns with the real one, in any order.
        let mut scratch = db.create_scratch().unwrap();
        for version in ["1", "2", "3"] {
            scratch.apply(&script(version, &format!("CREATE TABLE t{version} (id int)"))).unwrap();
            assert!(db.has_table("a").unwrap());
            assert!(!db.has_table("t1").unwrap());
            assert!(scratch.has_table("t1").unwrap());
        }
        db.apply(&script("3", "CREATE TABLE c (id int)")).unwrap();
        let name = scratch.target().database.clone();
        drop(scratch);
        assert_eq!(value(&database, &format!("SELECT 1 FROM pg_database WHERE datname = '{name}'")), None);
        db.unlock().unwrap();
        assert!(db.has_table("c").unwrap());

        let two = PostgresConnector.connect(&url, &options());
        assert!(
            two.is_err(),
            "the server does not keep the limit of one connection: this test shows nothing"
        );
    }
    database.execute(&format!("DROP OWNED BY \"{role}\" CASCADE; DROP ROLE \"{role}\""));
}

#[test]
fn a_killed_client_leaves_nothing() {
    let database = TestDatabase::new();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "apply::child_that_applies_a_slow_migration", "--ignored", "--nocapture"])
        .env("GLOWPLUG_TEST_URL", database.url())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|it| it.unwrap().contains("the migration begins")));
    wait_until(
        || value(&database, RUNNING).as_deref() == Some("1"),
        "the migration is in its slow statement",
    );
    let killed = Instant::now();
    child.kill().unwrap();
    child.wait().unwrap();

    let mut db = connect(&database);
    let mut waited = false;
    db.lock(&mut |holder, so_far| {
        waited = true;
        assert_eq!(holder.application.as_deref(), Some("glowplug killed"));
        so_far < Duration::from_secs(60)
    })
    .unwrap();
    assert!(waited, "the lock was given while the dead migration was still running");
    assert_eq!(value(&database, RUNNING).as_deref(), Some("0"));
    assert!(!db.has_table("half").unwrap());
    assert_eq!(value(&database, VERSIONS), None);
    db.apply(&script("1", "CREATE TABLE half (id int)")).unwrap();
    assert_eq!(value(&database, VERSIONS).as_deref(), Some("1"));
    // The statement would have gone on sleeping, but the server notices that nobody waits for it.
    // Before PostgreSQL 14 it cannot.
    if major(&database) >= 14 {
        assert!(killed.elapsed() < Duration::from_secs(15), "{:?}", killed.elapsed());
    }
}

const RUNNING: &str = "SELECT count(*)::text FROM pg_stat_activity WHERE query LIKE '%pg_sleep(25)%' \
     AND pid <> pg_backend_pid() AND datname = current_database() AND state = 'active'";

fn wait_until(mut done: impl FnMut() -> bool, what: &str) {
    let begin = Instant::now();
    while !done() {
        assert!(begin.elapsed() < Duration::from_secs(20), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
#[ignore = "the other half of `a_killed_client_leaves_nothing`, which starts it"]
#[expect(clippy::print_stdout, reason = "this is how the parent knows")]
fn child_that_applies_a_slow_migration() {
    let url = std::env::var("GLOWPLUG_TEST_URL").unwrap();
    let killed = ConnectOptions { application_name: "glowplug killed".to_owned(), ..options() };
    let mut db = PostgresConnector.connect(&url, &killed).unwrap();
    db.lock(&mut |_, _| true).unwrap();
    println!("the migration begins");
    db.apply(&script("1", "CREATE TABLE half (id int); SELECT pg_sleep(25); CREATE TABLE other (id int)"))
        .unwrap();
}
