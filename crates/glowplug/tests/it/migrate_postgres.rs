//! `migrate::run` on PostgreSQL: what is applied, what is refused, and what the tool says afterwards.

use std::time::Duration;

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use glowplug::migrate::{self, Done, Event, MigrateError, Options};
use glowplug_testkit::postgres::TestDatabase;

use crate::support::{Folder, Pg, pg, tool, value};

const THREE: &[(&str, &str)] = &[
    ("2024-01-01-000000_a", "CREATE TABLE a (id int);\n"),
    // As pg_dump begins: afterwards no name is found without its namespace.
    (
        "2024-01-02-000000_b",
        "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.b ();\n",
    ),
    ("2024-01-03-000000_c", "-- loose\nCREATE INDEX CONCURRENTLY a_id ON a (id);\n"),
];

/// Of this database alone: the server has others, with tests of their own.
const LOCKS: &str = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' \
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

fn run(conn: &mut Pg, folder: &Folder) -> Result<Done, MigrateError> {
    migrate::run(conn, &folder.source(), Options::default())
}

fn names(applied: &[(&str, &str)]) -> Vec<String> {
    applied.iter().map(|(name, _)| (*name).to_owned()).collect()
}

#[test]
fn what_is_pending_runs_once_and_the_tool_agrees() {
    let (database, folder) = (TestDatabase::new(), Folder::new(THREE));
    let mut conn = pg(&database.url());
    let mut events = Vec::new();
    let mut report = |event: &Event<'_>| events.push(event.to_string());
    let options = Options { report: Some(&mut report), ..Options::default() };
    let done = migrate::run(&mut conn, &folder.source(), options).unwrap();
    assert_eq!(done, Done { applied: names(THREE), unknown_here: Vec::new() });
    assert_eq!(events.len(), 3);
    assert!(events[0].starts_with("applied migration `2024-01-01-000000_a` in "), "{events:?}");
    assert_eq!(run(&mut conn, &folder).unwrap(), Done::default());

    let diagnosis = folder.diagnosis(tool(&database).as_mut());
    assert!(diagnosis.is_sound(), "{diagnosis:?}");
    assert_eq!((diagnosis.applied, diagnosis.pending), (names(THREE), Vec::new()));
    assert_eq!(database.query_text("SELECT 1 FROM _glowplug_migrations"), Vec::<Vec<_>>::new());
    assert_eq!(database.query_text(LOCKS).len(), 0);
}

#[test]
fn a_failure_leaves_nothing_and_the_next_start_goes_on() {
    let database = TestDatabase::new();
    let folder = Folder::new(&THREE[..1]);
    let broken = "2024-01-02-000000_b";
    folder.add(broken, "CREATE TABLE b ();\nSELECT nope;\n");
    folder.add("2024-01-03-000000_c", "CREATE TABLE c ();\n");
    let mut conn = pg(&database.url());
    let error = run(&mut conn, &folder).unwrap_err();
    assert!(
        matches!(&error, MigrateError::Failed { name, rolled_back: true, .. } if name == broken),
        "{error:?}"
    );
    assert!(error.to_string().contains("column \"nope\" does not exist"), "{error}");
    let tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^_'";
    assert_eq!(database.query_text(tables), [[Some("a".to_owned())]]);
    assert_eq!(database.query_text(LOCKS).len(), 0);

    folder.add(broken, "CREATE TABLE b ();\n");
    assert_eq!(run(&mut conn, &folder).unwrap().applied, [broken, "2024-01-03-000000_c"]);
}

#[test]
fn the_lock_is_the_tools() {
    let (database, folder) = (TestDatabase::new(), Folder::new(THREE));
    let mut deploy = tool(&database);
    deploy.lock(&mut |_, _| true).unwrap();
    let mut conn = pg(&database.url());
    let mut events = Vec::new();
    let mut report = |event: &Event<'_>| events.push(event.to_string());
    let options =
        Options { patience: Duration::from_millis(300), report: Some(&mut report), ..Options::default() };
    let error = migrate::run(&mut conn, &folder.source(), options).unwrap_err();
    let MigrateError::LockTimeout { holder, .. } = &error else { panic!("{error:?}") };
    assert_eq!(holder.application.as_deref(), Some("glowplug"));
    assert!(holder.pid.is_some() && holder.since.is_some(), "{holder:?}");
    assert!(error.to_string().starts_with("`glowplug`"), "{error}");
    assert!(events[0].starts_with("waiting for the migration lock for 0 s: `glowplug`"), "{events:?}");
    assert_eq!(database.query_text("SELECT to_regclass('a')"), [[None]]);

    deploy.unlock().unwrap();
    assert_eq!(run(&mut conn, &folder).unwrap().applied.len(), 3);
    // Where nothing is pending, nobody waits.
    deploy.lock(&mut |_, _| true).unwrap();
    let options = Options { patience: Duration::ZERO, ..Options::default() };
    assert_eq!(migrate::run(&mut conn, &folder.source(), options).unwrap(), Done::default());
}

#[test]
fn a_gap_is_refused_unless_it_is_meant() {
    let (database, folder) = (TestDatabase::new(), Folder::new(&THREE[..2]));
    let mut conn = pg(&database.url());
    run(&mut conn, &folder).unwrap();
    // The database is newer than the program, which lacks nothing: fine.
    folder.remove(THREE[1].0);
    assert_eq!(run(&mut conn, &folder).unwrap().unknown_here, ["20240102000000"]);
    folder.add("2024-01-01-120000_late", "CREATE TABLE late ();\n");
    let error = run(&mut conn, &folder).unwrap_err();
    assert_eq!(
        error.to_string(),
        "migration `2024-01-01-120000_late` is pending, but the later `20240102000000` is applied"
    );
    assert!(error.hint().contains("--allow-out-of-order"));
    let options = Options { allow_out_of_order: true, ..Options::default() };
    let done = migrate::run(&mut conn, &folder.source(), options).unwrap();
    assert_eq!(done.applied, ["2024-01-01-120000_late"]);
}

#[test]
fn one_that_may_have_landed_in_parts_stops_everybody_and_the_tool_takes_it_up() {
    let (database, folder) = (TestDatabase::new(), Folder::new(&THREE[..1]));
    let mut conn = pg(&database.url());
    run(&mut conn, &folder).unwrap();
    conn.batch_execute("INSERT INTO a VALUES (1), (1)").unwrap();
    let (name, sql) = ("2024-01-02-000000_u", "-- loose\nCREATE UNIQUE INDEX CONCURRENTLY u ON a (id);\n");
    folder.add(name, sql);
    let error = run(&mut conn, &folder).unwrap_err();
    assert!(matches!(&error, MigrateError::Failed { rolled_back: false, .. }), "{error:?}");
    // An invalid index is there now: going on blindly would fail on its name, or count it as done.
    let error = run(&mut conn, &folder).unwrap_err();
    assert!(
        error.to_string().starts_with(&format!("migration `{name}` began and never finished: ")),
        "{error}"
    );
    assert!(error.to_string().contains("could not create unique index"), "{error}");
    let diagnosis = folder.diagnosis(tool(&database).as_mut());
    assert_eq!(diagnosis.failed.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), [name]);
    assert!(diagnosis.failed[0].by_application);
    let state = value(tool(&database).as_mut(), "SELECT count(*) FROM pg_index WHERE NOT indisvalid");
    assert_eq!(state, "1");
}

#[test]
fn squashed_migrations_are_known_by_what_they_stand_for() {
    let (database, folder) = (TestDatabase::new(), Folder::new(&THREE[..2]));
    let mut conn = pg(&database.url());
    run(&mut conn, &folder).unwrap();
    for (name, _) in &THREE[..2] {
        folder.remove(name);
    }
    let squashed = "2024-01-02-000001_all";
    let text = format!("-- Squashed.\n-- replaces {}, {}\n\nCREATE TABLE a ();\n", THREE[0].0, THREE[1].0);
    folder.add(squashed, &text);
    assert_eq!(run(&mut conn, &folder).unwrap().applied, Vec::<String>::new());
    let diagnosis = folder.diagnosis(tool(&database).as_mut());
    assert_eq!(
        (diagnosis.applied.as_slice(), diagnosis.missing.len()),
        ([squashed.to_owned()].as_slice(), 0)
    );

    let half = TestDatabase::new();
    let mut conn = pg(&half.url());
    run(&mut conn, &Folder::new(&THREE[..1])).unwrap();
    let error = run(&mut conn, &folder).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("migration `{squashed}` stands for others, and the database lacks `{}`", THREE[1].0)
    );
}

#[test]
fn not_inside_of_a_transaction() {
    let (database, folder) = (TestDatabase::new(), Folder::new(THREE));
    let mut conn = pg(&database.url());
    let res = conn.transaction(|conn| Ok::<_, diesel::result::Error>(run(conn, &folder)));
    assert!(matches!(res, Ok(Err(MigrateError::InTransaction))), "{res:?}");
}

#[test]
fn a_migration_that_gives_the_lock_away_is_noticed() {
    let (database, folder) = (TestDatabase::new(), Folder::new(&THREE[..1]));
    folder.add("2024-01-02-000000_b", "SELECT pg_advisory_unlock_all();\n");
    folder.add("2024-01-03-000000_c", "CREATE TABLE c ();\n");
    let mut conn = pg(&database.url());
    let error = run(&mut conn, &folder).unwrap_err();
    assert!(matches!(&error, MigrateError::LockLost { name } if name == "2024-01-03-000000_c"), "{error:?}");
}
