//! What a crash, a kill or a reboot leaves behind.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use glowplug_devdb::{Event, Status, process_is_alive};

use crate::support::{
    Workspace, crash, installed_programs, is_root, kill, pid_of, query, try_query, wait_for,
};
use crate::together::tool;

#[test]
fn a_killed_server_recovers_what_was_committed() {
    let workspace = Workspace::with_cluster();
    let (first, _) = workspace.ensure();
    query(&first, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id");
    crash(pid_of(&first));
    let (second, events) = workspace.ensure();
    assert!(second.started_now);
    assert_eq!(events[0], Event::Recovering);
    assert_eq!(query(&second, "SELECT count(*) FROM kept"), ["1000"]);
}

#[test]
fn a_killed_server_whose_children_are_still_at_work_is_waited_for() {
    let workspace = Workspace::with_cluster();
    let (first, _) = workspace.ensure();
    // A query that computes for seconds and so does not notice that its server is gone.
    let url = first.url("postgres");
    let busy = std::thread::spawn(move || {
        try_query(&url, "SELECT sum(id % 7) FROM generate_series(1, 15000000) AS id")
    });
    let working = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%% 7%'";
    wait_for("the query", || query(&first, working) == ["2"]);
    crash(pid_of(&first));
    let (second, _) = workspace.ensure();
    assert_eq!(query(&second, "SELECT 1"), ["1"]);
    let log = fs::read_to_string(second.data_dir.with_file_name("postgres.log")).unwrap();
    assert!(log.contains("still in use"), "PostgreSQL refused at first: {log}");
    assert!(busy.join().is_ok());
}

#[test]
fn a_pid_file_whose_process_is_gone_stops_nobody() {
    let workspace = Workspace::with_cluster();
    let (first, _) = workspace.ensure();
    workspace.server().stop(&mut |_| {}).unwrap();
    let mut gone = Command::new("true").spawn().unwrap();
    let pid = gone.id();
    gone.wait().unwrap();
    leave_pid_file(&first.data_dir, pid, first.port);
    assert!(matches!(workspace.server().status().unwrap(), Status::Stopped { .. }));
    let (second, events) = workspace.ensure();
    assert_eq!(events[0], Event::Recovering);
    assert_eq!(query(&second, "SELECT 1"), ["1"]);
}

#[test]
fn a_pid_file_whose_process_is_now_somebody_else_stops_nobody() {
    let workspace = Workspace::with_cluster();
    let (first, _) = workspace.ensure();
    workspace.server().stop(&mut |_| {}).unwrap();
    // Of the server's own account: PostgreSQL by itself refuses to start beside such a process.
    let owner = fs::metadata(&first.data_dir).unwrap();
    let mut stranger = Command::new("sleep");
    stranger.arg("600");
    if is_root() {
        stranger.uid(owner.uid()).gid(owner.gid());
    }
    let mut stranger = Stranger(stranger.spawn().unwrap());
    leave_pid_file(&first.data_dir, stranger.0.id(), first.port);
    assert!(matches!(workspace.server().status().unwrap(), Status::Stopped { .. }));
    assert!(!workspace.server().stop(&mut |_| {}).unwrap());
    let (second, _) = workspace.ensure();
    assert_eq!(query(&second, "SELECT 1"), ["1"]);
    assert!(stranger.0.try_wait().unwrap().is_none(), "the stranger lives on");
}

/// A process that ends with its value.
struct Stranger(Child);

impl Drop for Stranger {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a reboot leaves: the file of a server that ran.
fn leave_pid_file(data: &Path, pid: u32, port: u16) {
    let file = data.join("postmaster.pid");
    let text = format!(
        "{pid}\n{}\n1700000000\n{port}\n\n127.0.0.1\n  1234567    123456\nready   \n",
        data.display()
    );
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    if is_root() {
        let owner = fs::metadata(data).unwrap();
        std::os::unix::fs::chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
}

#[test]
fn an_interrupted_initdb_is_begun_again() {
    let workspace = Workspace::new();
    // An `initdb` that writes half a cluster and then takes its time.
    let programs = workspace.root().join("bin");
    fs::create_dir(&programs).unwrap();
    let real = installed_programs();
    for program in ["postgres", "pg_ctl"] {
        std::os::unix::fs::symlink(real.join(program), programs.join(program)).unwrap();
    }
    let script = "#!/bin/sh\nmkdir \"$2/global\"\necho 15 >\"$2/PG_VERSION\"\nexec sleep 5\n";
    fs::write(programs.join("initdb"), script).unwrap();
    fs::set_permissions(programs.join("initdb"), fs::Permissions::from_mode(0o755)).unwrap();

    let mut command = tool(workspace.root());
    command.env("GLOWPLUG_POSTGRES_BIN", &programs);
    let mut child = Stranger(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    let place = workspace.root().join(".glowplug/postgres");
    wait_for("half a cluster", || {
        half_clusters(&place).iter().any(|it| place.join(it).join("PG_VERSION").exists())
    });
    child.0.kill().unwrap();
    child.0.wait().unwrap();

    assert_eq!(half_clusters(&place).len(), 1, "the tool was killed in the middle");
    assert_eq!(workspace.server().status().unwrap(), Status::Absent);
    let (server, events) = workspace.ensure();
    assert!(matches!(events[0], Event::Creating { .. }), "{events:?}");
    assert_eq!(query(&server, "SELECT 1"), ["1"]);
    assert_eq!(half_clusters(&place), Vec::<String>::new());
}

fn half_clusters(place: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(place) else { return Vec::new() };
    let names = entries.flatten().map(|it| it.file_name().to_string_lossy().into_owned());
    names.filter(|it| it.starts_with("data.new-")).collect()
}

#[test]
fn the_server_outlives_a_killed_tool_and_its_terminal() {
    let workspace = Workspace::with_cluster();
    // The tool and all it started in its process group, as Ctrl-C and a closed terminal meet them.
    for signal in ["INT", "HUP", "KILL"] {
        let mut command = tool(workspace.root());
        command.env("DEVDB_TEST_LINGER", "1").process_group(0).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = Stranger(command.spawn().unwrap());
        wait_for("a running server", || matches!(workspace.server().status(), Ok(Status::Running(_))));
        let (server, _) = workspace.ensure();
        let pid = pid_of(&server);
        kill(signal, &format!("-{}", child.0.id()));
        child.0.wait().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert!(process_is_alive(pid), "after SIG{signal}");
        let (after, _) = workspace.ensure();
        assert!(!after.started_now);
        assert_eq!(pid_of(&after), pid);
        workspace.server().stop(&mut |_| {}).unwrap();
    }
}
