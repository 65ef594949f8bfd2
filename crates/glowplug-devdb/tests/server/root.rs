//! A caller that is root. These tests do their part as root only: nobody else can set it up, and for nobody
//! else is there anything to do differently. `.ci` containers and the usual development containers are root.

use std::fs;
use std::os::unix::fs::MetadataExt;

use glowplug_devdb::Event;

use crate::support::{Workspace, is_root, pid_of, query};

#[test]
fn the_server_of_root_runs_as_somebody_else() {
    let workspace = Workspace::new();
    let (server, _) = workspace.ensure();
    let owner = fs::metadata(&server.data_dir).unwrap().uid();
    let me = fs::metadata(workspace.root()).unwrap().uid();
    assert_eq!(owner == me, !is_root());
    assert!(server.data_dir.starts_with(workspace.root()));
    if let Ok(process) = fs::metadata(format!("/proc/{}", pid_of(&server))) {
        assert_eq!(process.uid(), owner);
        let status = fs::read_to_string(format!("/proc/{}/status", pid_of(&server))).unwrap();
        let groups = status.lines().find_map(|it| it.strip_prefix("Groups:")).unwrap().trim();
        assert!(!is_root() || groups.is_empty(), "no group of root is left: {groups}");
    }
}

#[test]
fn a_closed_home_of_root_keeps_its_cluster_elsewhere() {
    let workspace = Workspace::with_mode(0o700);
    let (first, events) = workspace.ensure();
    assert_eq!(query(&first, "SELECT 1"), ["1"]);
    let note = workspace.root().join(".glowplug/postgres-location");
    if !is_root() {
        // The home is the caller's own.
        assert!(first.data_dir.starts_with(workspace.root()));
        assert!(!note.exists());
        return;
    }
    let place = first.data_dir.parent().unwrap();
    assert!(!first.data_dir.starts_with(workspace.root()));
    assert_eq!(events[0], Event::Elsewhere { dir: place.to_owned() });
    assert!(fs::read_to_string(&note).unwrap().starts_with(place.to_str().unwrap()));

    // The place is found again: by its note, and by the workspace's path when the note is lost.
    query(&first, "CREATE TABLE kept (id int)");
    workspace.server().stop(&mut |_| {}).unwrap();
    let (second, _) = workspace.ensure();
    assert_eq!(second.data_dir, first.data_dir);
    fs::remove_file(&note).unwrap();
    let (third, _) = workspace.ensure();
    assert_eq!(third.data_dir, first.data_dir);
    assert_eq!(query(&third, "SELECT count(*) FROM kept"), ["0"]);
    let place = place.to_owned();
    workspace.server().delete_data(&mut |_| {}).unwrap();
    assert!(!place.exists());
}

#[test]
fn root_serves_the_data_of_somebody_else_as_that_somebody() {
    if !is_root() {
        return;
    }
    let workspace = Workspace::with_cluster();
    let (first, _) = workspace.ensure();
    workspace.server().stop(&mut |_| {}).unwrap();
    // As if a developer had made all this, and root came later. (The account need not even have a name.)
    let developer = 54321;
    let chown = format!("chown -R {developer}:{developer} \"$1\"");
    let owned = std::process::Command::new("sh").args(["-c", &chown, "sh"]).arg(workspace.root()).status();
    assert!(owned.unwrap().success());
    let (second, _) = workspace.ensure();
    assert_eq!(query(&second, "SELECT 1"), ["1"]);
    assert_eq!(first.url("x"), second.url("x"));
    for file in ["server.json", "server.conf", "postgres.log"] {
        let owner = fs::metadata(second.data_dir.with_file_name(file)).unwrap().uid();
        assert_eq!(owner, developer, "{file}");
    }
}

#[test]
fn root_leaves_everything_in_somebodys_workspace_to_its_owner() {
    if !is_root() {
        return;
    }
    let workspace = Workspace::new();
    let passwd = fs::read_to_string("/etc/passwd").unwrap();
    let nobody = passwd.lines().find(|it| it.starts_with("nobody:")).unwrap();
    let developer: u32 = nobody.split(':').nth(2).unwrap().parse().unwrap();
    std::os::unix::fs::chown(workspace.root(), Some(developer), Some(developer)).unwrap();
    let (server, _) = workspace.ensure();
    let home = workspace.root().join(".glowplug");
    for path in ["", ".gitignore", "postgres.lock", "postgres", "postgres/server.json", "postgres/data"] {
        let owner = fs::metadata(home.join(path)).unwrap().uid();
        assert_eq!(owner, developer, "{path}");
    }
    assert_eq!(query(&server, "SELECT 1"), ["1"]);
}
