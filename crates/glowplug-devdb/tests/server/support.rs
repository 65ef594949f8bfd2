//! Workspaces with a server of their own, and ways to look into it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use glowplug_devdb::{DevServer, Event, Server, process_is_alive};
use tempfile::TempDir;

/// A workspace in a temporary folder; its server ends and its data goes with it.
pub(crate) struct Workspace {
    root: PathBuf,
    _dir: TempDir,
}

impl Workspace {
    /// A folder that every account can reach.
    pub(crate) fn new() -> Self {
        Self::with_mode(0o755)
    }

    /// A folder of a given mode.
    pub(crate) fn with_mode(mode: u32) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(mode)).unwrap();
        let root = fs::canonicalize(dir.path()).unwrap().join("my project");
        fs::create_dir(&root).unwrap();
        Self { root, _dir: dir }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn server(&self) -> DevServer {
        DevServer::of_workspace(&self.root)
    }

    /// Moves the workspace to another name.
    pub(crate) fn rename(&mut self, name: &str) {
        let to = self.root.with_file_name(name);
        fs::rename(&self.root, &to).unwrap();
        self.root = to;
    }

    /// Makes sure that the server runs; returns what happened on the way, too.
    pub(crate) fn ensure(&self) -> (Server, Vec<Event>) {
        let mut events = Vec::new();
        let server = self.server().ensure(&mut |event| events.push(event));
        (server.unwrap_or_else(|error| panic!("{error}\nhint: {}", error.hint())), events)
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let res = self.server().delete_data(&mut |_| {});
        assert!(res.is_ok() || std::thread::panicking(), "{res:?}");
    }
}

/// The process id in the server's pid file.
pub(crate) fn pid_of(server: &Server) -> u32 {
    let text = fs::read_to_string(server.data_dir.join("postmaster.pid")).unwrap();
    text.lines().next().unwrap().trim().parse().unwrap()
}

/// Sends a signal, as the shell does.
pub(crate) fn kill(signal: &str, pid: &str) {
    let status = Command::new("sh").args(["-c", &format!("kill -{signal} {pid}")]).status().unwrap();
    assert!(status.success());
}

/// Kills a process without warning, and waits until it is gone.
pub(crate) fn crash(pid: u32) {
    kill("KILL", &pid.to_string());
    wait_for("the end of the process", || !process_is_alive(pid));
}

/// Waits until something holds.
pub(crate) fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether these tests run as root.
pub(crate) fn is_root() -> bool {
    let dir = tempfile::tempdir().unwrap();
    fs::metadata(dir.path()).unwrap().uid() == 0
}

/// Runs SQL on the database `postgres`; the error is PostgreSQL's message.
pub(crate) fn try_query(url: &str, sql: &str) -> Result<Vec<String>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let describe = |error: tokio_postgres::Error| match error.as_db_error() {
            Some(db) => db.message().to_owned(),
            None => error.to_string(),
        };
        let (client, connection) =
            tokio_postgres::connect(url, tokio_postgres::NoTls).await.map_err(describe)?;
        let driver = tokio::spawn(connection);
        let messages = client.simple_query(sql).await.map_err(describe)?;
        drop(client);
        let _ = driver.await;
        let mut values = Vec::new();
        for message in messages {
            if let tokio_postgres::SimpleQueryMessage::Row(row) = message {
                values.push(row.get(0).unwrap_or("NULL").to_owned());
            }
        }
        Ok(values)
    })
}

/// Runs SQL that must succeed.
pub(crate) fn query(server: &Server, sql: &str) -> Vec<String> {
    try_query(&server.url("postgres"), sql).unwrap()
}
