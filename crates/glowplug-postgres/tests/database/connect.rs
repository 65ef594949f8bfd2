//! Connecting, and what is said when it does not come about.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use glowplug_dialect::database::{ConnectOptions, Connector};
use glowplug_dialect::error::{DatabaseError, ErrorKind};
use glowplug_postgres::connector::PostgresConnector;
use glowplug_testkit::postgres::TestDatabase;

use crate::{connect, options, value, with};

/// The error of connecting. Checks that the password is nowhere in it.
fn refused(url: &str) -> DatabaseError {
    let error = PostgresConnector.connect(url, &options()).err().expect("this must not connect");
    assert!(!format!("{error:?} {error}").contains("geheim"), "{error:?}");
    assert!(error.hint.is_some(), "{error:?}");
    error
}

/// The address of a test database for another role.
fn as_role(database: &TestDatabase, role: &str, password: &str) -> String {
    with(&database.url(), &format!("user={role}&password={password}"))
}

#[test]
fn a_wrong_password_is_told_and_not_printed() {
    let database = TestDatabase::new();
    let error = refused(&with(&database.url(), "password=geheim"));
    assert_eq!(error.kind, ErrorKind::WrongCredentials);
    assert!(error.message.contains("does not accept the password of `"), "{}", error.message);
    let error = refused(&as_role(&database, "nobody_of_that_name", "geheim"));
    assert_eq!(error.kind, ErrorKind::WrongCredentials);
    let error = refused(&with(&database.url(), "password="));
    assert_eq!(error.kind, ErrorKind::WrongCredentials);
    assert!(error.message.contains("asks for a password of `"), "{}", error.message);
}

#[test]
fn a_missing_database_can_be_created() {
    let database = TestDatabase::not_created();
    let error = refused(&database.url());
    assert_eq!(error.kind, ErrorKind::MissingDatabase);
    assert!(
        error
            .message
            .starts_with(&format!("the database `{}` does not exist on `127.0.0.1:", database.name()))
    );

    assert!(PostgresConnector.create_database(&database.url(), &options()).unwrap());
    assert!(!PostgresConnector.create_database(&database.url(), &options()).unwrap());
    connect(&database).execute("CREATE TABLE a (id int)").unwrap();
}

#[test]
fn of_many_who_create_the_same_database_one_does() {
    let database = TestDatabase::not_created();
    let created: usize = std::thread::scope(|scope| {
        let one = || scope.spawn(|| PostgresConnector.create_database(&database.url(), &options()).unwrap());
        let all: Vec<_> = (0..4).map(|_| one()).collect();
        all.into_iter().map(|it| usize::from(it.join().unwrap())).sum()
    });
    assert_eq!(created, 1);
}

#[test]
fn nobody_there() {
    // The port is free: it was ours a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = refused(&format!("postgresql://ann:geheim@127.0.0.1:{port}/shop"));
    assert_eq!(error.kind, ErrorKind::Unreachable);
    assert_eq!(
        error.message,
        format!("the database server at `127.0.0.1:{port}` cannot be reached: the connection was refused")
    );
    let error = refused("postgresql://ann:geheim@no-such-host.invalid/shop");
    assert_eq!(error.kind, ErrorKind::Unreachable);
    let error = refused("postgresql://ann:geheim@/shop?host=/no/such/folder");
    assert_eq!(error.kind, ErrorKind::Unreachable);
    assert_eq!(
        error.message,
        "the database server at `/no/such/folder/.s.PGSQL.5432` cannot be reached: there is no such socket"
    );
}

#[test]
fn something_that_never_answers_and_something_else_that_does() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let begin = Instant::now();
    let error = refused(&format!("postgresql://ann:geheim@127.0.0.1:{port}/shop?connect_timeout=1"));
    assert_eq!(error.kind, ErrorKind::Unreachable);
    assert!(error.message.ends_with("did not answer within 1 s"), "{}", error.message);
    assert!(begin.elapsed() < Duration::from_secs(4));

    let web = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = web.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in web.incoming() {
            let _ = std::io::Write::write_all(&mut stream.unwrap(), b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let error = refused(&format!("postgresql://ann:geheim@127.0.0.1:{port}/shop?sslmode=disable"));
    assert_eq!(error.kind, ErrorKind::Unreachable, "{error:?}");
    assert!(error.message.contains("is not a database server"), "{}", error.message);
}

#[test]
fn rights_that_are_missing_are_named() {
    let database = TestDatabase::new();
    let (name, role) = (database.name(), format!("{}_poor", database.name()));
    database.execute(&format!(
        "CREATE ROLE \"{role}\" LOGIN PASSWORD 'poor'; REVOKE CONNECT ON DATABASE \"{name}\" FROM PUBLIC"
    ));
    let error = refused(&as_role(&database, &role, "poor"));
    assert_eq!(error.kind, ErrorKind::MissingRight);
    assert_eq!(error.hint.unwrap(), format!("let it: GRANT CONNECT ON DATABASE \"{name}\" TO \"{role}\""));

    database.execute(&format!("GRANT CONNECT ON DATABASE \"{name}\" TO \"{role}\""));
    let error = refused(&with(&as_role(&database, &role, "poor"), "schema=new_one"));
    assert_eq!(error.kind, ErrorKind::MissingRight);
    assert!(error.hint.unwrap().contains("`new_one`"));

    let mut poor = PostgresConnector.connect(&as_role(&database, &role, "poor"), &options()).unwrap();
    let error = poor.create_scratch().err().unwrap();
    assert_eq!(error.kind, ErrorKind::MissingRight);
    let missing = TestDatabase::not_created();
    let error = PostgresConnector.create_database(&as_role(&missing, &role, "poor"), &options()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::MissingRight);
    drop(poor);
    database.execute(&format!("DROP OWNED BY \"{role}\"; DROP ROLE \"{role}\""));
}

#[test]
fn the_schema_of_the_url_is_created_and_used_by_both_connections() {
    let database = TestDatabase::new();
    let mut db = PostgresConnector.connect(&with(&database.url(), "schema=My%20Tenant"), &options()).unwrap();
    assert_eq!(db.target().namespace.as_deref(), Some("My Tenant"));
    db.apply(&crate::script("1", "CREATE TABLE a (id int)")).unwrap();
    assert!(db.has_table("a").unwrap());
    assert!(db.has_table("__diesel_schema_migrations").unwrap());
    let names =
        "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'My Tenant'";
    assert_eq!(value(&database, names).as_deref(), Some("__diesel_schema_migrations _glowplug_migrations a"));
    assert!(!connect(&database).has_table("a").unwrap());
}

#[test]
fn without_a_schema_the_servers_own_search_path_holds() {
    let database = TestDatabase::new();
    database.execute(&format!(
        "CREATE SCHEMA house; ALTER DATABASE \"{}\" SET search_path = nowhere, house, public",
        database.name()
    ));
    let mut db = connect(&database);
    assert_eq!(db.target().namespace.as_deref(), Some("house"));
    db.apply(&crate::script("1", "CREATE TABLE a (id int)")).unwrap();
    assert!(db.has_table("a").unwrap());
    assert_eq!(db.introspect(&[]).unwrap().default_namespace.as_deref(), Some("house"));
    let mut other = PostgresConnector
        .connect(&with(&database.url(), "options=-c%20search_path%3Dpublic"), &options())
        .unwrap();
    assert_eq!(other.target().namespace.as_deref(), Some("public"));
    assert!(!other.has_table("a").unwrap());
}

#[test]
fn a_dropped_public_schema_comes_back() {
    let database = TestDatabase::new();
    database.execute("DROP SCHEMA public CASCADE");
    let mut db = connect(&database);
    assert_eq!(db.target().namespace.as_deref(), Some("public"));
    db.execute("CREATE TABLE a (id int)").unwrap();
    assert!(db.has_table("a").unwrap());
}

#[test]
fn a_lost_connection_is_told_once_and_then_opened_again() {
    let database = TestDatabase::new();
    let named = ConnectOptions { application_name: "victim".to_owned(), ..options() };
    let mut db = PostgresConnector.connect(&database.url(), &named).unwrap();
    let end_it = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                  WHERE application_name = 'victim' AND datname = current_database()";
    db.lock(&mut |_, _| false).unwrap();
    let error = db.query("SELECT pg_terminate_backend(pg_backend_pid())").unwrap_err();
    assert_eq!(error.kind, ErrorKind::ConnectionLost);
    assert!(error.message.ends_with("the migration lock went with it"), "{}", error.message);
    assert_eq!(db.query("SELECT 1").unwrap(), [[Some("1".to_owned())]]);

    // The same while nobody looks. The server may still be busy with the end of the first session.
    db.lock(&mut |_, waited| waited < Duration::from_secs(5)).unwrap();
    database.execute(end_it);
    std::thread::sleep(Duration::from_millis(300));
    let error = db.query("SELECT 1").unwrap_err();
    assert_eq!(error.kind, ErrorKind::ConnectionLost);
    assert!(error.message.ends_with("the migration lock went with it"), "{}", error.message);
    assert_eq!(db.query("SELECT 1").unwrap(), [[Some("1".to_owned())]]);

    // A migration whose server goes away.
    let error = db
        .apply(&crate::script("1", "CREATE TABLE a (id int); SELECT pg_terminate_backend(pg_backend_pid())"));
    assert_eq!(error.unwrap_err().kind, ErrorKind::ConnectionLost);
    db.apply(&crate::script("1", "CREATE TABLE a (id int)")).unwrap();
    database.execute(end_it);
    // Until the end has come through.
    std::thread::sleep(Duration::from_millis(300));
    // Both were idle, both are opened again without a word, because nothing was lost with them.
    assert!(db.has_table("a").unwrap());
    db.apply(&crate::script("2", "CREATE TABLE b (id int)")).unwrap();
}

#[test]
fn versions_values_and_errors_of_statements() {
    let database = TestDatabase::new();
    let mut db = connect(&database);
    let version = db.server_version().unwrap();
    assert!(version.starts_with("PostgreSQL 1") && !version.contains('('), "{version}");
    db.execute("CREATE TABLE a (id int, name text); INSERT INTO a VALUES (1, 'x'), (2, NULL)").unwrap();
    let rows = db.query("SELECT id, name, true FROM a ORDER BY id").unwrap();
    let text = |it: &str| Some(it.to_owned());
    assert_eq!(rows, [[text("1"), text("x"), text("t")], [text("2"), None, text("t")]]);
    let error = db.execute("INSERT INTO a VALUES (3, 'z'); SELECT bröken").unwrap_err();
    assert_eq!(error.kind, ErrorKind::Statement);
    let server = error.server.unwrap();
    assert_eq!((server.sqlstate.as_deref(), server.position), (Some("42703"), Some(38)));
    // One batch is one transaction.
    assert_eq!(db.query("SELECT count(*) FROM a").unwrap(), [[text("2")]]);
    let error = db.execute("SELECT 'a\0b'").unwrap_err();
    assert_eq!(error.kind, ErrorKind::Statement, "{error:?}");
    let error = db.apply(&crate::script("1", "SELECT 'a\0b'")).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Statement, "{error:?}");
    db.apply(&crate::script("1", "-- nothing\n")).unwrap();
}

#[test]
fn a_pooler_cannot_hold_the_lock() {
    let database = TestDatabase::new();
    let mut db = PostgresConnector.connect(&with(&database.url(), "pgbouncer=true"), &options()).unwrap();
    let error = db.lock(&mut |_, _| true).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Pooler);
    assert!(error.message.contains("pgbouncer=true"), "{}", error.message);
}

#[test]
fn of_several_hosts_the_first_that_answers_and_accepts_writes() {
    let database = TestDatabase::new();
    let server = database.server();
    // The port is free: it was ours a moment ago.
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let hosts = format!("host=127.0.0.1,localhost&port={dead},{}", server.port);
    let url = with(&database.url(), &hosts);
    let mut db = PostgresConnector.connect(&url, &options()).unwrap();
    assert_eq!((db.target().host.as_str(), db.target().port), ("localhost", Some(server.port)));
    // The other connections go to the same server.
    db.apply(&crate::script("1", "CREATE TABLE a (id int)")).unwrap();
    let mut scratch = db.create_scratch().unwrap();
    scratch.execute("CREATE TABLE b (id int)").unwrap();
    drop(scratch);
    assert!(!PostgresConnector.create_database(&url, &options()).unwrap());

    let nobody = refused(&format!("postgresql://ann:geheim@127.0.0.1:{dead},localhost:{dead}/shop"));
    assert_eq!(nobody.kind, ErrorKind::Unreachable);
    assert!(
        nobody
            .message
            .starts_with("none of the database servers will do: the database server at `127.0.0.1:")
    );
    assert!(nobody.message.contains("`localhost:"), "{}", nobody.message);

    // Whoever answers and refuses is told of, and no other is tried.
    let wrong = with(
        &database.url(),
        &format!("host=127.0.0.1,127.0.0.1&port={},{dead}&password=geheim", server.port),
    );
    assert_eq!(refused(&wrong).kind, ErrorKind::WrongCredentials);
}

#[test]
fn a_server_that_only_lets_read_is_not_the_one_to_work_on() {
    let database = TestDatabase::new();
    database
        .execute(&format!("ALTER DATABASE \"{}\" SET default_transaction_read_only = on", database.name()));
    let port = database.server().port;
    let two = with(&database.url(), &format!("host=127.0.0.1,localhost&port={port}"));
    let error = refused(&two);
    assert_eq!(error.kind, ErrorKind::Unreachable);
    assert_eq!(
        error.message,
        format!(
            "none of the database servers will do: the database server at `127.0.0.1:{port}` only lets read; \
             the database server at `localhost:{port}` only lets read"
        )
    );
    for (attribute, connects) in [
        ("any", true),
        ("read-only", true),
        ("primary", true),
        ("prefer-standby", true),
        ("read-write", false),
        ("standby", false),
    ] {
        let url = with(&database.url(), &format!("target_session_attrs={attribute}"));
        assert_eq!(PostgresConnector.connect(&url, &options()).is_ok(), connects, "{attribute}");
        let url = with(&two, &format!("target_session_attrs={attribute}"));
        assert_eq!(PostgresConnector.connect(&url, &options()).is_ok(), connects, "{attribute}");
    }
}
