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
