//! Throw-away databases.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use glowplug_dialect::database::Connector;
use glowplug_dialect::error::ErrorKind;
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
    let mut alive = connect(&database);
    let pid = alive.query("SELECT pg_backend_pid()").unwrap().remove(0).remove(0).unwrap();
    // After the session began, however long that took: a database is never older than its maker.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
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

#[test]
fn a_pooler_that_leads_every_name_to_the_real_database_is_noticed() {
    let database = TestDatabase::new();
    let port = one_way_pooler(&database);
    let real = format!("@127.0.0.1:{}/", database.server().port);
    let url = with(&database.url().replace(&real, &format!("@127.0.0.1:{port}/")), "sslmode=disable");
    let mut db = PostgresConnector.connect(&url, &options()).unwrap();
    let error = db.create_scratch().err().unwrap();
    assert_eq!(error.kind, ErrorKind::MissingDatabase);
    assert!(error.message.ends_with(&format!("leads to `{}`", database.name())), "{}", error.message);
}

/// Passes connections on, with the name of the database replaced.
fn one_way_pooler(database: &TestDatabase) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (server, name) = (database.server().port, database.name().to_owned());
    thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut server) =
                (client.unwrap(), TcpStream::connect(("127.0.0.1", server)).unwrap());
            let mut length = [0; 4];
            client.read_exact(&mut length).unwrap();
            let mut body = vec![0; u32::from_be_bytes(length) as usize - 4];
            client.read_exact(&mut body).unwrap();
            let text = String::from_utf8(body).unwrap();
            let (before, rest) = text.split_once("database\0").unwrap();
            let (_, after) = rest.split_once('\0').unwrap();
            let body = format!("{before}database\0{name}\0{after}");
            server.write_all(&(body.len() as u32 + 4).to_be_bytes()).unwrap();
            server.write_all(body.as_bytes()).unwrap();
            let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || {
                let _ = io::copy(&mut from, &mut to);
                let _ = to.shutdown(Shutdown::Both);
            });
            thread::spawn(move || {
                let _ = io::copy(&mut server, &mut client);
                let _ = client.shutdown(Shutdown::Both);
            });
        }
    });
    port
}
