//! The embedded PostgreSQL: finding or building its program, starting it, finding it again.
//!
//! It is a program of its own (`glowplug-devdb-embedded`), so that only machines without PostgreSQL pay for
//! its build. What it does differently from a real server:
//!
//! - One connection at a time. A second client waits for ten seconds, then is refused (`53300`).
//! - Several databases work (`CREATE DATABASE`, `DROP DATABASE`), one after the other: a tool that holds a
//!   connection and needs another database at the same moment, a shadow for instance, takes a
//!   [`TemporaryServer`].
//! - A connection takes about a third of a second to open; extensions of `contrib` are not there.
//! - It runs as the caller, root included: it is WebAssembly and cannot leave its folder.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::cluster::{ROLE, last_lines, text_of};
use crate::place::fingerprint;
use crate::postmaster::{answers, free_port};
use crate::process::{Process, process_is_alive};
use crate::state::{State, random_password};
use crate::{DevDbError, Event, Server};

/// The name of the program.
const PROGRAM: &str = "glowplug-devdb-embedded";

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// The embedded server of a workspace; nothing runs or ends with this value.
#[derive(Debug, Clone)]
pub(crate) struct Embedded {
    /// The folder for everything of this server.
    pub(crate) dir: PathBuf,
    /// The one program to use, instead of any that is found.
    pub(crate) program: Option<PathBuf>,
}

/// What the program writes when it accepts connections.
#[derive(Deserialize)]
struct Ready {
    pid: u32,
    port: u16,
    version: String,
}

impl Embedded {
    /// Whether there is data.
    pub(crate) fn has_data(&self) -> bool {
        self.data_dir().exists()
    }

    /// The data folder, whether it exists or not.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.dir.join("root")
    }

    /// The server if it runs and accepts connections.
    pub(crate) fn running(&self) -> Result<Option<Server>, DevDbError> {
        let Some(ready) = self.alive() else { return Ok(None) };
        let Some(state) = State::read(&self.dir.join("server.json"))? else { return Ok(None) };
        Ok(answers(ready.port).then(|| server(&ready, state.password, self.data_dir(), false)))
    }

    /// Starts the server. The caller holds the lock.
    pub(crate) fn ensure(&self, on_event: &mut dyn FnMut(Event)) -> Result<Server, DevDbError> {
        let program = self.find_program(on_event)?;
        // One that lives and does not answer, or whose password is lost, would keep the data locked.
        self.stop()?;
        // The program runs as the caller, so nobody else has to look in.
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.dir);
        made.map_err(DevDbError::file("create", &self.dir))?;
        let file = self.dir.join("server.json");
        let known = State::read(&file)?;
        let usual = known.as_ref().and_then(|it| it.port);
        let port = free_port(usual, fingerprint(&self.dir));
        if let Some(from) = usual.filter(|it| *it != port) {
            on_event(Event::PortChanged { from, to: port });
        }
        // The password is the front's, not the data's: a lost one is simply replaced.
        let password = known.map_or_else(random_password, |it| Ok(it.password))?;
        let mut state = State { port: Some(port), password, version: String::new(), bin: program.clone() };
        state.write(&file)?;
        on_event(Event::Starting { port });
        let ready = self.start(&program, port, &state.password)?;
        state.version.clone_from(&ready.version);
        state.write(&file)?;
        on_event(Event::Started { port });
        Ok(server(&ready, state.password, self.data_dir(), true))
    }

    /// Stops the server. The caller holds the lock. What was committed is on the disk, as after a crash.
    pub(crate) fn stop(&self) -> Result<bool, DevDbError> {
        let Some(ready) = self.alive() else { return Ok(false) };
        let pid = ready.pid;
        let mut command = Command::new("/bin/sh");
        let sent = command.args(["-c", "kill -TERM \"$1\"", "sh", &pid.to_string()]).status();
        sent.map_err(|source| DevDbError::Spawn { program: "/bin/sh".to_owned(), source })?;
        let deadline = Instant::now() + PATIENCE;
        while process_is_alive(pid) {
            if Instant::now() > deadline {
                return Err(DevDbError::Stop { pid, seconds: PATIENCE.as_secs() });
            }
            sleep(Duration::from_millis(10));
        }
        let _ = fs::remove_file(self.ready_file());
        Ok(true)
    }

    /// Deletes the data of a stopped server. The caller holds the lock.
    pub(crate) fn delete_data(&self) -> Result<bool, DevDbError> {
        if !self.dir.exists() {
            return Ok(false);
        }
        fs::remove_dir_all(&self.dir).map_err(DevDbError::file("delete", &self.dir)).map(|()| true)
    }

    /// Starts a second, empty server that ends with the returned value.
    pub(crate) fn temporary(&self, on_event: &mut dyn FnMut(Event)) -> Result<TemporaryServer, DevDbError> {
        let program = self.find_program(on_event)?;
        let spawn_error = |source| DevDbError::Spawn { program: program.display().to_string(), source };
        let mut command = Command::new(&program);
        command.arg("--temporary").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(spawn_error)?;
        let password = random_password()?;
        let mut input = child.stdin.take();
        if let Some(input) = &mut input {
            writeln!(input, "{password}").map_err(spawn_error)?;
        }
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(spawn_error)?;
        }
        let Ok(ready) = serde_json::from_str::<Ready>(&line) else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(self.start_failure("the temporary server ended at once"));
        };
        let server = server(&ready, password, PathBuf::new(), true);
        Ok(TemporaryServer { server, child, input })
    }

    fn ready_file(&self) -> PathBuf {
        self.dir.join("ready.json")
    }

    /// What the program said when it was ready, if that process still lives and serves this folder.
    fn alive(&self) -> Option<Ready> {
        let text = fs::read_to_string(self.ready_file()).ok()?;
        let ready: Ready = serde_json::from_str(&text).ok()?;
        match Process::with_id(ready.pid, &[PROGRAM], "--data") {
            Process::Serving(folder) if folder == self.dir => Some(ready),
            Process::Serving(_) | Process::Stranger | Process::Gone => None,
        }
    }

    fn start(&self, program: &Path, port: u16, password: &str) -> Result<Ready, DevDbError> {
        let _ = fs::remove_file(self.ready_file());
        let log = self.dir.join("server.log");
        let open = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&log);
        let output = open.map_err(DevDbError::file("open", &log))?;
        let errors = output.try_clone().map_err(DevDbError::file("open", &log))?;
        let mut child = detached(program, port, &self.dir, output, errors)?;
        if let Some(mut input) = child.stdin.take() {
            // A program that has ended already is told from its log below.
            let _ = writeln!(input, "{password}");
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(ready) = self.alive() {
                return Ok(ready);
            }
            let ended = child.try_wait().ok().flatten().is_some();
            if ended || Instant::now() > deadline {
                let _ = child.kill();
                return Err(self.start_failure(&fs::read_to_string(&log).unwrap_or_default()));
            }
            sleep(Duration::from_millis(20));
        }
    }

    fn start_failure(&self, output: &str) -> DevDbError {
        let log = self.dir.join("server.log");
        DevDbError::Start { dir: self.dir.clone(), output: last_lines(output), log }
    }

    /// Whether the program is there or can be built.
    pub(crate) fn is_available(&self) -> bool {
        self.program.is_some() || installed().is_some() || manifest().is_file()
    }

    fn find_program(&self, on_event: &mut dyn FnMut(Event)) -> Result<PathBuf, DevDbError> {
        match self.program.clone().or_else(installed) {
            Some(program) => Ok(program),
            None if manifest().is_file() => build(on_event),
            None => Err(DevDbError::NoEmbedded),
        }
    }
}

/// The program beside this one or on PATH.
fn installed() -> Option<PathBuf> {
    let own = std::env::current_exe().ok().and_then(|it| Some(it.parent()?.to_owned()));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut candidates = own.into_iter().chain(std::env::split_paths(&path)).map(|dir| dir.join(PROGRAM));
    candidates.find(|program| program.is_absolute() && program.is_file())
}

/// Starts the program so that it outlives this one: with its own process group against Ctrl-C, deaf to the
/// hang-up of a closed terminal, and without this one's files.
fn detached(program: &Path, port: u16, dir: &Path, output: File, errors: File) -> Result<Child, DevDbError> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "trap '' HUP; exec \"$@\"", "sh"]).arg(program);
    command.arg("--port").arg(port.to_string()).arg("--data").arg(dir);
    command.stdin(Stdio::piped()).stdout(output).stderr(errors).current_dir("/").process_group(0);
    command.spawn().map_err(|source| DevDbError::Spawn { program: program.display().to_string(), source })
}

/// Where the program's sources are, if this library was built from a checkout: a published one has none.
fn manifest() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("embedded/Cargo.toml")
}

fn build(on_event: &mut dyn FnMut(Event)) -> Result<PathBuf, DevDbError> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target").join(PROGRAM);
    let program = target.join("debug").join(PROGRAM);
    if !program.is_file() {
        on_event(Event::BuildingEmbedded);
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(&cargo);
    command.args(["build", "--quiet", "--locked", "--manifest-path"]).arg(manifest());
    command.arg("--target-dir").arg(&target).stdin(Stdio::null());
    let output = command
        .output()
        .map_err(|source| DevDbError::Spawn { program: cargo.to_string_lossy().into_owned(), source })?;
    if output.status.success() {
        return Ok(program);
    }
    Err(DevDbError::BuildEmbedded { output: last_lines(&text_of(&output)) })
}

fn server(ready: &Ready, password: String, data_dir: PathBuf, started_now: bool) -> Server {
    Server {
        host: "127.0.0.1".to_owned(),
        port: ready.port,
        user: ROLE.to_owned(),
        password,
        version: ready.version.clone(),
        data_dir,
        started_now,
        single_connection: true,
    }
}

/// An empty embedded server that ends with this value, and with the process that holds it.
#[derive(Debug)]
pub struct TemporaryServer {
    server: Server,
    child: Child,
    input: Option<ChildStdin>,
}

impl TemporaryServer {
    /// How to reach it.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }
}

impl Drop for TemporaryServer {
    fn drop(&mut self) {
        // The end of its input tells it to clean up and end.
        drop(self.input.take());
        let deadline = Instant::now() + Duration::from_secs(5);
        while self.child.try_wait().ok().flatten().is_none() {
            if Instant::now() > deadline {
                let _ = self.child.kill();
                let _ = self.child.wait();
                return;
            }
            sleep(Duration::from_millis(5));
        }
    }
}
