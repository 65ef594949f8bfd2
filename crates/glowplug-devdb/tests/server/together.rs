//! Several tools at once.

use std::path::Path;
use std::process::{Command, Stdio};

use glowplug_devdb::DevServer;

use crate::support::Workspace;

/// A process of its own that makes sure of the server of a workspace and prints what it got.
///
/// It is this test program again: see [`tool_process`].
pub(crate) fn tool(root: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "together::tool_process", "--nocapture"]).env("DEVDB_TEST_ROOT", root);
    command
}

/// No test by itself: the body of the processes that [`tool`] starts.
#[test]
fn tool_process() {
    let Some(root) = std::env::var_os("DEVDB_TEST_ROOT") else { return };
    let server = DevServer::of_workspace(Path::new(&root)).ensure(&mut |_| {}).unwrap();
    println!("RESULT {} {}", server.url("postgres"), server.started_now);
    if std::env::var_os("DEVDB_TEST_LINGER").is_some() {
        std::thread::sleep(std::time::Duration::from_secs(600));
    }
}

#[test]
fn of_many_tools_exactly_one_creates_and_starts() {
    let workspace = Workspace::new();
    let children: Vec<_> =
        (0..6).map(|_| tool(workspace.root()).stdout(Stdio::piped()).spawn().unwrap()).collect();
    let results: Vec<String> = children
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success());
            let text = String::from_utf8(output.stdout).unwrap();
            text.lines().find_map(|line| Some(line.split_once("RESULT ")?.1.to_owned())).unwrap()
        })
        .collect();
    let started = results.iter().filter(|it| it.ends_with(" true")).count();
    assert_eq!(started, 1, "{results:?}");
    let urls: Vec<&str> = results.iter().filter_map(|it| it.split(' ').next()).collect();
    assert!(urls.iter().all(|url| *url == urls[0]), "{results:?}");
}

#[test]
fn variables_of_other_postgres_tools_do_not_mislead() {
    let workspace = Workspace::new();
    let mut command = tool(workspace.root());
    command.env("PGDATA", "/nowhere").env("PGPORT", "1").env("PGHOST", "/nowhere").env("PGUSER", "nobody");
    command.env("PGOPTIONS", "-c nonsense=1").env("LC_ALL", "xx_XX.nonsense");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
