//! Workspaces with a server of their own, and ways to look into it.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
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

    /// A folder with a cluster: a copy, much cheaper than an `initdb` of its own.
    pub(crate) fn with_durable_cluster() -> Self {
        let workspace = Self::new();
        fs::create_dir(workspace.root.join(".glowplug")).unwrap();
        Template::get().copy_to(&workspace.root.join(".glowplug/postgres"));
        workspace
    }

    /// The same, not written through to the disk. No test can pull the plug, and what a killed process has
    /// written is safe without that.
    pub(crate) fn with_cluster() -> Self {
        let workspace = Self::with_durable_cluster();
        let settings = workspace.root.join(".glowplug/postgres/data/postgresql.conf");
        let mut settings = OpenOptions::new().append(true).open(settings).unwrap();
        settings.write_all(b"fsync = off\n").unwrap();
        workspace
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

/// A stopped cluster in the build folder, made by the first test that needs one and kept for later runs.
struct Template {
    /// Everything of the cluster: data, password, log.
    dir: PathBuf,
    /// Held by the process that makes, starts or copies it.
    lock: PathBuf,
}

impl Template {
    fn get() -> &'static Self {
        static TEMPLATE: OnceLock<Template> = OnceLock::new();
        TEMPLATE.get_or_init(|| {
            let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cluster");
            let lock = home.with_extension("lock");
            let _held = locked(&lock);
            // Starting it proves that it is sound, and of a version that this machine still has.
            let server = DevServer::for_tests(&home);
            let running = server.ensure(&mut |_| {}).unwrap();
            server.stop(&mut |_| {}).unwrap();
            Template { dir: running.data_dir.parent().unwrap().to_owned(), lock }
        })
    }

    fn copy_to(&self, cluster: &Path) {
        let _held = locked(&self.lock);
        // `cp`, for it keeps owners and modes.
        let copied = Command::new("cp").arg("-Rp").args([&self.dir, cluster]).status().unwrap();
        assert!(copied.success());
        // Each copy chooses a port of its own: all at once they would quarrel for the template's.
        let file = cluster.join("server.json");
        let state = fs::read_to_string(&file).unwrap();
        let mut state: serde_json::Value = serde_json::from_str(&state).unwrap();
        state["port"] = serde_json::Value::Null;
        fs::write(file, state.to_string()).unwrap();
    }
}

/// The folder of the programs that this machine's clusters are made with.
pub(crate) fn installed_programs() -> PathBuf {
    let template = Template::get();
    let _held = locked(&template.lock);
    let state = fs::read_to_string(template.dir.join("server.json")).unwrap();
    let state: serde_json::Value = serde_json::from_str(&state).unwrap();
    PathBuf::from(state["bin"].as_str().unwrap())
}

/// The lock is given back when the file is dropped.
fn locked(path: &Path) -> File {
    let file = File::create(path).unwrap();
    file.lock().unwrap();
    file
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
