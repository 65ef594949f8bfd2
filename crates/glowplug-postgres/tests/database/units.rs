//! Migrations that cannot be one transaction: how they are cut, how their units run, and what is found of a
//! statement whose end nobody saw.

use std::fmt::Write as _;
use std::time::Duration;

use glowplug_dialect::database::{ConnectOptions, Connector, Database, UnitRun};
use glowplug_dialect::error::{DatabaseError, ErrorKind};
use glowplug_dialect::script::MigrationScript;
use glowplug_dialect::unit::{Blocker, How, Landed, Unit};
use glowplug_postgres::connector::PostgresConnector;
use glowplug_testkit::postgres::TestDatabase;

use crate::{cases, connect, options, script, value};

/// Each file of `tests/cases/units` is a migration and its units. Unless the case says that it cannot run, a real
/// server must take them.
#[test]
fn every_case_is_cut_as_expected() {
    cases::run("units", |case| {
        let one_by_one = case.has("one by one");
        let script =
            MigrationScript { run_in_transaction: !one_by_one, ..script("1", case.section("input.sql")) };
        let database = TestDatabase::new();
        let mut db = connect(&database);
        let units = db.units(&script);
        let mut text = String::new();
        for unit in &units {
            let how = match unit.how {
                How::Transaction => "transaction",
                How::Session => "session",
                How::Alone => "alone",
            };
            writeln!(text, "[{how}, {}] {}", unit.statements, script.sql[unit.start..unit.end].trim())
                .unwrap();
        }
        let whole = units.len() == 1 && units[0].how == How::Transaction && !one_by_one;
        assert_eq!(db.is_whole(&script), whole);
        if !case.has("not run") {
            for (at, unit) in units.iter().enumerate() {
                run(db.as_mut(), &script, unit, at == 0)
                    .unwrap_or_else(|error| panic!("{error:?}\n{}", &script.sql[unit.start..unit.end]));
            }
        }
        vec![("units.txt", text)]
    });
}

fn run(
    db: &mut dyn Database,
    script: &MigrationScript,
    unit: &Unit,
    is_first: bool,
) -> Result<(), DatabaseError> {
    let run = UnitRun { script, unit, bookkeeping: &script.bookkeeping, is_first };
    db.run_unit(&run, &mut |_, _| {})
}

/// Runs all units of a migration outside of a transaction.
fn run_all(db: &mut dyn Database, sql: &str) -> Result<(), DatabaseError> {
    let script = MigrationScript { run_in_transaction: false, ..script("1", sql) };
    let units = db.units(&script);
    units.iter().enumerate().try_for_each(|(at, unit)| run(db, &script, unit, at == 0))
}

#[test]
fn a_unit_in_a_transaction_lands_with_its_books_or_not_at_all() {
    let database = TestDatabase::new();
    database.execute("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE _glowplug_migrations (id text)");
    let mut db = connect(&database);
    let error =
        run_all(db.as_mut(), "INSERT INTO a VALUES (1); BEGIN; INSERT INTO a VALUES (2); SELECT 1/0; COMMIT");
    let said = error.unwrap_err();
    assert_eq!(said.kind, ErrorKind::Statement);
    let position = said.server.unwrap().position;
    assert_eq!(position, Some("INSERT INTO a VALUES (1); BEGIN; INSERT INTO a VALUES (2); ".len()));
    assert_eq!(value(&database, "SELECT string_agg(id::text, ',') FROM a").as_deref(), Some("1"));
    assert_eq!(value(&database, "SELECT count(*)::text FROM _glowplug_migrations").as_deref(), Some("1"));

    // Books that cannot be written take the statement back.
    let script = MigrationScript {
        run_in_transaction: false,
        bookkeeping: "SELECT nothing".to_owned(),
        ..script("1", "INSERT INTO a VALUES (3)")
    };
    let units = db.units(&script);
    run(db.as_mut(), &script, &units[0], true).unwrap_err();
    assert_eq!(value(&database, "SELECT max(id)::text FROM a").as_deref(), Some("1"));
    // The session is fit for more.
    run_all(db.as_mut(), "INSERT INTO a VALUES (4)").unwrap();
}

#[test]
fn a_transaction_left_open_is_refused_and_taken_back() {
    let database = TestDatabase::new();
    let mut db = connect(&database);
    let error = run_all(db.as_mut(), "BEGIN; CREATE TABLE a (id int);").unwrap_err();
    assert_eq!(error.message, "the script begins a transaction and does not commit it");
    assert!(!db.has_table("a").unwrap());
}

#[test]
fn what_a_unit_sets_holds_for_the_next_and_not_for_the_books() {
    let database = TestDatabase::new();
    database.execute("CREATE SCHEMA other; CREATE TABLE _glowplug_migrations (id text)");
    let mut db = connect(&database);
    run_all(
        db.as_mut(),
        "SET search_path = other; CREATE TABLE a (id int); CREATE INDEX CONCURRENTLY a_id ON a (id);",
    )
    .unwrap();
    let place =
        "SELECT string_agg(schemaname, ',') FROM pg_tables WHERE tablename IN ('a', '_glowplug_migrations')";
    assert_eq!(value(&database, &format!("{place} AND tablename = 'a'")).as_deref(), Some("other"));
    assert_eq!(
        value(&database, "SELECT count(*)::text FROM public._glowplug_migrations").as_deref(),
        Some("3")
    );
}

/// What is found of every kind of statement, before and after it.
#[test]
fn the_catalog_says_what_has_landed() {
    let database = TestDatabase::new();
    database.execute(
        "CREATE TABLE a (id int, name text); INSERT INTO a VALUES (1, 'x'), (2, 'x'); CREATE SCHEMA \"S.1\"; \
         CREATE TABLE \"S.1\".\"T\"\"t\" (id int); CREATE TABLE p (id int) PARTITION BY LIST (id); \
         CREATE TABLE q PARTITION OF p FOR VALUES IN (1)",
    );
    let mut db = connect(&database);
    let look = |sql: &str| connect(&database).landed(sql).unwrap();
    for build in [
        "CREATE INDEX CONCURRENTLY a_id ON a (id)",
        "create unique index concurrently if not exists \"I\"\"i\" on only \"S.1\".\"T\"\"t\" (id)",
    ] {
        assert_eq!(look(build), Landed::No, "{build}");
        db.execute(build).unwrap();
        assert_eq!(look(build), Landed::Yes, "{build}");
    }
    let broken = "CREATE UNIQUE INDEX CONCURRENTLY a_name ON public.a (name)";
    db.execute(broken).unwrap_err();
    let undo = "DROP INDEX CONCURRENTLY \"public\".\"a_name\"".to_owned();
    assert_eq!(look(broken), Landed::Partly(vec![undo.clone()]));
    db.execute(&undo).unwrap();
    assert_eq!(look(broken), Landed::No);

    for drop in ["DROP INDEX CONCURRENTLY IF EXISTS a_id", "DROP INDEX CONCURRENTLY \"S.1\".\"I\"\"i\""] {
        assert_eq!(look(drop), Landed::No, "{drop}");
        db.execute(drop).unwrap();
        assert_eq!(look(drop), Landed::Yes, "{drop}");
    }
    let detach = "ALTER TABLE ONLY p DETACH PARTITION q CONCURRENTLY";
    assert_eq!(look(detach), Landed::No);
    db.execute("ALTER TABLE p DETACH PARTITION q").unwrap();
    assert_eq!(look(detach), Landed::Yes);

    assert_eq!(look("VACUUM a"), Landed::RunAgain);
    assert_eq!(look("REINDEX TABLE CONCURRENTLY a"), Landed::RunAgain);
    assert_eq!(look("CALL p()"), Landed::Unknown);
    assert_eq!(look("CREATE DATABASE \"no such one\""), Landed::No);
    assert_eq!(look("DROP DATABASE IF EXISTS \"no such one\""), Landed::Yes);
    // Where names are looked for may have been changed by the migration itself.
    database.execute("CREATE INDEX elsewhere ON \"S.1\".\"T\"\"t\" (id)");
    assert_eq!(look("DROP INDEX CONCURRENTLY elsewhere"), Landed::Unknown);
}

#[test]
fn an_index_without_a_name_is_known_by_its_definition() {
    let database = TestDatabase::new();
    database.execute(
        "CREATE SCHEMA other; CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE DOMAIN word AS text;
         CREATE FUNCTION f(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1';
         CREATE TABLE other.a (gone int, id int PRIMARY KEY, name varchar(9) COLLATE \"C\", m mood, w word, j jsonb, n int[]);
         ALTER TABLE other.a DROP COLUMN gone; INSERT INTO other.a VALUES (1, 'x'), (2, 'x')",
    );
    let mut db = connect(&database);
    let look = |sql: &str| connect(&database).landed(sql).unwrap();
    let definitions = [
        "(id)",
        "(id DESC NULLS LAST, name)",
        "(name text_pattern_ops)",
        "(name COLLATE \"POSIX\")",
        "(lower(name))",
        "((name || 'x'), f(w))",
        "(id) INCLUDE (name)",
        "(id) WITH (fillfactor = 50)",
        "(id) WHERE m = 'good' AND a.name IS NOT NULL",
        "USING gin (j jsonb_path_ops)",
        "USING gin (n)",
        "USING hash (w)",
        "USING brin (id) WITH (pages_per_range = 4)",
    ];
    let build = |unique: &str, definition: &str| {
        format!("CREATE {unique}INDEX CONCURRENTLY ON other.a {definition};")
    };
    for definition in definitions {
        assert_eq!(look(&build("", definition)), Landed::No, "{definition}");
        db.execute(&build("", definition)).unwrap();
        assert_eq!(look(&build("", definition)), Landed::Yes, "{definition}");
    }
    // The key's own index is none that a statement like this makes, and unique is not the same as not.
    assert_eq!(look(&build("UNIQUE ", "(id)")), Landed::No);
    assert_eq!(look("create index concurrently on only other.a(id)"), Landed::Yes);

    let broken = build("UNIQUE ", "(name)");
    db.execute(&broken).unwrap_err();
    let Landed::Partly(undo) = look(&broken) else { panic!("{:?}", look(&broken)) };
    assert_eq!(undo, ["DROP INDEX CONCURRENTLY \"other\".\"a_name_idx2\""]);
    db.execute(&undo[0]).unwrap();
    assert_eq!(look(&broken), Landed::No);

    database.execute("CREATE TABLE plain (id int)");
    assert_eq!(look("CREATE INDEX CONCURRENTLY ON plain (id)"), Landed::No);

    // What cannot be compared: a row as a whole, a table that is not found, an index that cannot be.
    assert_eq!(look(&build("", "((a.*::text))")), Landed::Unknown);
    assert_eq!(look("CREATE INDEX CONCURRENTLY ON a (id)"), Landed::Unknown);
    assert_eq!(look(&build("", "(nowhere)")), Landed::Unknown);
    assert_eq!(
        value(&database, "SELECT count(*) FROM pg_class WHERE relname = 'a' AND relpersistence = 't'")
            .as_deref(),
        Some("0")
    );
}

fn limited(database: &TestDatabase, lock_timeout: u64) -> Box<dyn Database> {
    let options = ConnectOptions { lock_timeout: Some(Duration::from_millis(lock_timeout)), ..options() };
    PostgresConnector.connect(&database.url(), &options).unwrap()
}

#[test]
fn whoever_keeps_a_table_is_named_and_nothing_lands() {
    let database = TestDatabase::new();
    database.execute("CREATE TABLE a (id int)");
    let mut other = connect(&database);
    other.execute("BEGIN").unwrap();
    other.execute("LOCK TABLE a IN ACCESS SHARE MODE /* 'secret' */").unwrap();
    let mut db = limited(&database, 400);
    let error =
        db.apply(&script("1", "CREATE TABLE b (id int); ALTER TABLE a ADD COLUMN c int")).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Blocked, "{error:?}");
    let [blocker] = &error.blockers[..] else { panic!("{error:?}") };
    assert_eq!(blocker.application.as_deref(), Some("glowplug tests"));
    assert_eq!(blocker.state.as_deref(), Some("idle in transaction"));
    assert_eq!(blocker.wanted.as_deref(), Some("AccessExclusiveLock on a"));
    assert_eq!(blocker.query.as_deref(), Some("LOCK TABLE a IN ACCESS SHARE MODE"));
    assert!(blocker.pid.is_some() && blocker.since.is_some());
    assert!(error.hint.unwrap().contains("pg_terminate_backend"));
    assert!(!db.has_table("b").unwrap());

    // A limit that the migration sets itself wins.
    let own = "SET LOCAL lock_timeout = '50ms'; ALTER TABLE a ADD COLUMN c int";
    let mut patient = limited(&database, 600_000);
    assert_eq!(patient.apply(&script("1", own)).unwrap_err().kind, ErrorKind::Blocked);
    other.execute("COMMIT").unwrap();
    db.apply(&script("1", "ALTER TABLE a ADD COLUMN c int")).unwrap();
}

#[test]
fn a_concurrent_build_waits_and_says_for_whom() {
    let database = TestDatabase::new();
    database.execute("CREATE TABLE a (id int); CREATE TABLE _glowplug_migrations (id text)");
    let mut other = connect(&database);
    other.execute("BEGIN").unwrap();
    other.execute("INSERT INTO a VALUES (1)").unwrap();
    let mut db = limited(&database, 300);
    let build = MigrationScript {
        run_in_transaction: false,
        ..script("1", "CREATE INDEX CONCURRENTLY a_id ON a (id)")
    };
    let units = db.units(&build);
    let mut other = Some(other);
    let mut told: Vec<Blocker> = Vec::new();
    let run = UnitRun { script: &build, unit: &units[0], bookkeeping: &build.bookkeeping, is_first: true };
    db.run_unit(&run, &mut |blockers, _| {
        told.extend_from_slice(blockers);
        if let Some(mut other) = other.take() {
            other.execute("COMMIT").unwrap();
        }
    })
    .unwrap();
    assert!(told.iter().any(|it| it.application.as_deref() == Some("glowplug tests")), "{told:?}");
    assert_eq!(db.landed(&build.sql).unwrap(), Landed::Yes);
}

#[test]
fn a_statement_in_a_transaction_may_be_given_a_time() {
    let database = TestDatabase::new();
    let options = ConnectOptions { statement_timeout: Some(Duration::from_millis(200)), ..options() };
    let mut db = PostgresConnector.connect(&database.url(), &options).unwrap();
    let error = db.apply(&script("1", "SELECT pg_sleep(5)")).unwrap_err();
    assert_eq!(error.server.and_then(|it| it.sqlstate).as_deref(), Some("57014"));
}
