//! The migration lock.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use glowplug_dialect::database::{ConnectOptions, Connector};
use glowplug_dialect::error::ErrorKind;
use glowplug_postgres::connector::PostgresConnector;
use glowplug_testkit::postgres::TestDatabase;

use crate::{connect, major, options, script, with};

#[test]
fn the_second_waits_and_is_told_for_whom() {
    let database = TestDatabase::new();
    let named = ConnectOptions { application_name: "the first".to_owned(), ..options() };
    let mut first = PostgresConnector.connect(&database.url(), &named).unwrap();
    first.lock(&mut |_, _| panic!("nobody else is there")).unwrap();
    // Taken twice is taken once.
    first.lock(&mut |_, _| panic!("it is ours")).unwrap();

    let mut second = connect(&database);
    let mut holders = Vec::new();
    let error = second
        .lock(&mut |holder, waited| {
            holders.push(holder.clone());
            waited < Duration::from_secs(2)
        })
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::LockTimeout);
    assert!(error.message.starts_with("`the first` on "), "{}", error.message);
    assert!((2..=4).contains(&holders.len()), "asked once a second: {holders:?}");
    for holder in holders {
        assert_eq!(holder.application.as_deref(), Some("the first"));
        assert!(holder.pid.is_some() && holder.since.is_some() && holder.host.is_some());
    }

    first.unlock().unwrap();
    second.lock(&mut |_, _| panic!("it was given back")).unwrap();
    drop(second);
    let begin = Instant::now();
    first.lock(&mut |_, waited| waited < Duration::from_secs(5)).unwrap();
    assert!(begin.elapsed() < Duration::from_secs(5), "a closed connection keeps nothing");
}

#[test]
fn other_namespaces_and_other_databases_are_free() {
    let (database, other) = (TestDatabase::new(), TestDatabase::new());
    let mut held = connect(&database);
    held.lock(&mut |_, _| false).unwrap();
    connect(&other).lock(&mut |_, _| panic!("another database")).unwrap();
    let url = with(&database.url(), "schema=tenant");
    let mut tenant = PostgresConnector.connect(&url, &options()).unwrap();
    tenant.lock(&mut |_, _| panic!("another namespace")).unwrap();
}

#[test]
fn of_many_at_once_each_gets_it_in_turn() {
    let database = TestDatabase::new();
    let inside = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for number in 0..4 {
            let (database, inside) = (&database, &inside);
            scope.spawn(move || {
                let mut db = connect(database);
                db.lock(&mut |_, waited| waited < Duration::from_secs(60)).unwrap();
                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two at once");
                db.apply(&script(&number.to_string(), &format!("CREATE TABLE t{number} (id int)"))).unwrap();
                inside.fetch_sub(1, Ordering::SeqCst);
                db.unlock().unwrap();
            });
        }
    });
    let rows = database.query_text("SELECT count(*) FROM __diesel_schema_migrations");
    assert_eq!(rows, [[Some("4".to_owned())]]);
}

#[test]
fn an_index_built_concurrently_does_not_wait_for_those_who_wait() {
    let database = TestDatabase::new();
    database.execute("CREATE TABLE a (id int)");
    let mut first = connect(&database);
    first.lock(&mut |_, _| false).unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let mut second = connect(&database);
            second.lock(&mut |_, waited| waited < Duration::from_secs(60))
        });
        std::thread::sleep(Duration::from_millis(600));
        let concurrent = glowplug_dialect::script::MigrationScript {
            run_in_transaction: false,
            ..script("1", "CREATE INDEX CONCURRENTLY a_id ON a (id)")
        };
        first.apply(&concurrent).unwrap();
        first.unlock().unwrap();
        waiting.join().unwrap().unwrap();
    });
}

#[test]
fn a_server_that_ends_silent_sessions_does_not_take_the_lock_away() {
    let database = TestDatabase::new();
    if major(&database) < 14 {
        return;
    }
    database.execute(&format!("ALTER DATABASE \"{}\" SET idle_session_timeout = '300ms'", database.name()));
    let mut db = connect(&database);
    db.lock(&mut |_, _| false).unwrap();
    std::thread::sleep(Duration::from_secs(1));
    db.query("SELECT 1").unwrap();
    db.apply(&script("1", "CREATE TABLE a (id int); SELECT pg_sleep(0.5)")).unwrap();
    db.unlock().unwrap();
}
