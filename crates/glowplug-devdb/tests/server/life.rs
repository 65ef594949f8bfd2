//! An ordinary life: created, found again, stopped, started again.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

use glowplug_devdb::{DevServer, Event, Status};

use crate::support::{Workspace, crash, pid_of, query, try_query};

#[test]
fn a_fresh_workspace_gets_a_server_that_only_this_machine_and_account_can_use() {
    let workspace = Workspace::new();
    assert_eq!(workspace.server().status().unwrap(), Status::Absent);
    assert!(!workspace.root().join(".glowplug").exists(), "asking for the status leaves no trace");

    let (server, events) = workspace.ensure();
    assert!(server.started_now);
    assert!(!server.single_connection);
    assert!(matches!(events[..], [Event::Creating { .. }, Event::Starting { .. }, Event::Started { .. }]));
    assert_eq!(query(&server, "SHOW listen_addresses"), ["127.0.0.1"]);
    assert_eq!(query(&server, "SHOW unix_socket_directories"), [""]);
    assert_eq!(query(&server, "SHOW server_version")[0].split(' ').next(), Some(server.version.as_str()));

    let wrong = server.url("postgres").replace(&server.password, "wrong");
    let error = try_query(&wrong, "SELECT 1").unwrap_err();
    assert_eq!(error, "password authentication failed for user \"postgres\"");
    let state = server.data_dir.with_file_name("server.json");
    assert_eq!(fs::metadata(state).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!format!("{server:?}").contains(&server.password));
    let ignored = fs::read_to_string(workspace.root().join(".glowplug/.gitignore")).unwrap();
    assert_eq!(ignored, "*\n");
}

#[test]
fn development_data_is_written_to_the_disk() {
    let workspace = Workspace::with_durable_cluster();
    let (server, _) = workspace.ensure();
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        assert_eq!(query(&server, &format!("SHOW {setting}")), ["on"], "{setting}");
    }
    assert_eq!(query(&server, "SHOW timezone"), ["UTC"]);
    assert_eq!(query(&server, "SHOW server_encoding"), ["UTF8"]);
}

#[test]
fn a_running_server_is_found_in_a_moment() {
    let workspace = Workspace::with_cluster();
    let (first, _) = workspace.ensure();
    let mut best = u128::MAX;
    for _ in 0..20 {
        let start = Instant::now();
        let (again, events) = workspace.ensure();
        best = best.min(start.elapsed().as_micros());
        assert!(!again.started_now);
        assert!(events.is_empty());
        assert_eq!(again.url("x"), first.url("x"));
    }
    assert!(best < 5000, "{best} microseconds");
}

#[test]
fn a_stopped_server_starts_again_with_its_data_and_its_address() {
    let workspace = Workspace::with_cluster();
    let (first, _) = workspace.ensure();
    query(&first, "CREATE TABLE kept (id int)");
    assert!(workspace.server().stop(&mut |_| {}).unwrap());
    assert!(!workspace.server().stop(&mut |_| {}).unwrap(), "there is nothing left to stop");
    let data_dir = first.data_dir.clone();
    assert_eq!(workspace.server().status().unwrap(), Status::Stopped { data_dir });

    let (second, events) = workspace.ensure();
    assert!(matches!(events[..], [Event::Starting { .. }, Event::Started { .. }]), "{events:?}");
    assert_eq!(second.url("x"), first.url("x"));
    assert_eq!(query(&second, "SELECT count(*) FROM kept"), ["0"]);
    let running = workspace.server().status().unwrap();
    assert!(matches!(running, Status::Running(server) if server.port == first.port));
}

#[test]
fn another_port_is_taken_when_a_stranger_has_ours() {
    let workspace = Workspace::with_cluster();
    let (first, _) = workspace.ensure();
    workspace.server().stop(&mut |_| {}).unwrap();
    let _stranger = TcpListener::bind(("127.0.0.1", first.port)).unwrap();
    let (second, events) = workspace.ensure();
    assert_ne!(first.port, second.port);
    assert!(events.contains(&Event::PortChanged { from: first.port, to: second.port }), "{events:?}");
    assert_eq!(query(&second, "SELECT 1"), ["1"]);
}

#[test]
fn a_workspace_that_moves_takes_its_running_server_along() {
    let mut workspace = Workspace::with_cluster();
    let (before, _) = workspace.ensure();
    let pid = pid_of(&before);
    workspace.rename("moved project");
    let (after, _) = workspace.ensure();
    assert_eq!(pid_of(&after), pid);
    assert!(after.data_dir.starts_with(workspace.root()));
    assert!(!after.started_now);
}

#[test]
fn a_lost_password_is_replaced_and_the_data_stays() {
    let workspace = Workspace::with_cluster();
    let (first, _) = workspace.ensure();
    query(&first, "CREATE TABLE kept (id int)");
    fs::remove_file(first.data_dir.with_file_name("server.json")).unwrap();
    let (second, events) = workspace.ensure();
    assert_eq!(events[0], Event::NewPassword);
    assert_ne!(first.password, second.password);
    assert_eq!(query(&second, "SELECT count(*) FROM kept"), ["0"]);
    let old = second.url("postgres").replace(&second.password, &first.password);
    assert!(try_query(&old, "SELECT 1").is_err());
}

#[test]
fn an_override_that_holds_no_programs_is_refused() {
    let workspace = Workspace::new();
    let server = workspace.server().with_programs(workspace.root());
    let error = server.ensure(&mut |_| {}).unwrap_err();
    assert_eq!(error.code(), "GP5002");
    assert!(error.hint().contains("pg_config --bindir"));
    assert_eq!(workspace.server().status().unwrap(), Status::Absent);
}

#[test]
fn data_of_another_major_version_is_left_alone() {
    let workspace = Workspace::with_cluster();
    let (first, _) = workspace.ensure();
    workspace.server().stop(&mut |_| {}).unwrap();
    let version_file = first.data_dir.join("PG_VERSION");
    let version = fs::read_to_string(&version_file).unwrap();
    fs::write(&version_file, "11\n").unwrap();
    let error = workspace.server().ensure(&mut |_| {}).unwrap_err();
    assert_eq!(error.code(), "GP5003");
    assert!(error.hint().contains("install PostgreSQL 11"), "{}", error.hint());
    fs::write(&version_file, version).unwrap();
    workspace.ensure();
}

#[test]
fn a_server_for_tests_is_careless_and_anew_after_a_crash() {
    let workspace = Workspace::new();
    let tests = DevServer::for_tests(&workspace.root().join("target/test-server"));
    let first = tests.ensure(&mut |_| {}).unwrap();
    for (setting, value) in [
        ("fsync", "off"),
        ("synchronous_commit", "off"),
        ("full_page_writes", "off"),
        ("max_locks_per_transaction", "256"),
    ] {
        assert_eq!(query(&first, &format!("SHOW {setting}")), [value], "{setting}");
    }
    query(&first, "CREATE TABLE gone (id int)");
    crash(pid_of(&first));
    let second = tests.ensure(&mut |_| {}).unwrap();
    assert!(try_query(&second.url("postgres"), "SELECT FROM gone").is_err());

    // The same when PostgreSQL was replaced by another major version.
    query(&second, "CREATE TABLE gone (id int)");
    tests.stop(&mut |_| {}).unwrap();
    fs::write(second.data_dir.join("PG_VERSION"), "11\n").unwrap();
    let third = tests.ensure(&mut |_| {}).unwrap();
    assert!(try_query(&third.url("postgres"), "SELECT FROM gone").is_err());
    tests.delete_data(&mut |_| {}).unwrap();
}
