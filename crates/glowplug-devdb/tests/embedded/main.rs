//! The embedded PostgreSQL, compiled and started for real (`--features embedded`; the first run takes minutes).

#![allow(clippy::unwrap_used, reason = "a test that meets an error has failed")]

#[path = "../server/support.rs"]
#[allow(dead_code, reason = "shared with the tests of the other kind")]
mod support;

use std::fs;
use std::time::Instant;

use glowplug_devdb::{DevServer, Event, Kind, Server, Status};
use support::{Workspace, crash, query, try_query};

fn embedded(workspace: &Workspace) -> DevServer {
    workspace.server().with_kind(Kind::Embedded)
}

fn ensure(workspace: &Workspace) -> Server {
    embedded(workspace).ensure(&mut |_| {}).unwrap_or_else(|error| panic!("{error}\nhint: {}", error.hint()))
}

fn pid(server: &Server) -> u32 {
    let text = fs::read_to_string(server.data_dir.with_file_name("ready.json")).unwrap();
    let (_, rest) = text.split_once("\"pid\":").unwrap();
    rest.split(',').next().unwrap().parse().unwrap()
}

#[test]
fn it_serves_several_databases_and_keeps_them() {
    let workspace = Workspace::new();
    let first = ensure(&workspace);
    assert!(first.started_now);
    assert!(first.single_connection);
    assert_eq!(query(&first, "SHOW server_version"), [first.version.as_str()]);
    query(&first, "CREATE DATABASE \"the app\"");
    try_query(&first.url("the app"), "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id").unwrap();
    query(&first, "CREATE DATABASE shadow");
    query(&first, "DROP DATABASE shadow WITH (FORCE)");

    let again = ensure(&workspace);
    assert!(!again.started_now);
    assert!(embedded(&workspace).stop(&mut |_| {}).unwrap());
    assert!(matches!(embedded(&workspace).status().unwrap(), Status::Stopped { .. }));
    let second = ensure(&workspace);
    assert!(second.started_now);
    assert_eq!(second.url("x"), first.url("x"));
    let kept = "SELECT count(*) FROM kept";
    assert_eq!(try_query(&second.url("the app"), kept).unwrap(), ["1000"]);

    crash(pid(&second));
    let third = ensure(&workspace);
    assert_eq!(try_query(&third.url("the app"), kept).unwrap(), ["1000"]);
}

#[test]
fn it_asks_for_the_password() {
    let workspace = Workspace::new();
    let server = ensure(&workspace);
    let wrong = server.url("postgres").replace(&server.password, "wrong");
    assert_eq!(try_query(&wrong, "SELECT 1").unwrap_err(), "password authentication failed");
    assert_eq!(query(&server, "SELECT 1"), ["1"]);
}

#[test]
fn a_second_client_waits_and_is_told_in_the_end() {
    let workspace = Workspace::new();
    let server = ensure(&workspace);
    let url = server.url("postgres");
    let holder = std::thread::spawn({
        let url = url.clone();
        move || try_query(&url, "SELECT pg_sleep(2)")
    });
    std::thread::sleep(std::time::Duration::from_millis(1000));
    assert_eq!(try_query(&url, "SELECT 1").unwrap(), ["1"], "waits for two seconds");
    holder.join().unwrap().unwrap();

    let holder = std::thread::spawn({
        let url = url.clone();
        move || try_query(&url, "SELECT pg_sleep(14)")
    });
    std::thread::sleep(std::time::Duration::from_millis(1000));
    let start = Instant::now();
    let error = try_query(&url, "SELECT 1").unwrap_err();
    assert!(error.contains("serves one connection at a time"), "{error}");
    assert!(start.elapsed().as_secs() < 13);
    holder.join().unwrap().unwrap();
}

#[test]
fn a_temporary_one_stands_beside_it_and_leaves_nothing() {
    let workspace = Workspace::new();
    let server = ensure(&workspace);
    let holder = std::thread::spawn({
        let url = server.url("postgres");
        move || try_query(&url, "SELECT pg_sleep(3)")
    });
    let temporary = embedded(&workspace).temporary(&mut |_| {}).unwrap();
    let port = temporary.server().port;
    assert_ne!(port, server.port);
    query(temporary.server(), "CREATE TABLE shadow (id int)");
    drop(temporary);
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    holder.join().unwrap().unwrap();
}

#[test]
fn another_port_is_taken_when_a_stranger_has_ours() {
    let workspace = Workspace::new();
    let first = ensure(&workspace);
    embedded(&workspace).stop(&mut |_| {}).unwrap();
    let _stranger = std::net::TcpListener::bind(("127.0.0.1", first.port)).unwrap();
    let mut events = Vec::new();
    let second = embedded(&workspace).ensure(&mut |event| events.push(event)).unwrap();
    assert!(events.contains(&Event::PortChanged { from: first.port, to: second.port }), "{events:?}");
    assert_eq!(query(&second, "SELECT 1"), ["1"]);
}
