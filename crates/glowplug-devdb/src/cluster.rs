//! Creating a cluster, starting and stopping its server. The caller holds the lock.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::DevDbError;
use crate::account::Account;
use crate::place::{Place, fingerprint, write_atomically};
use crate::postmaster::{Postmaster, answers, free_port};
use crate::programs::Programs;
use crate::state::{State, random_password};

/// The superuser of every cluster.
pub(crate) const ROLE: &str = "postgres";

/// How long a server may take to start, stop or recover from a crash.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a start is tried again when another program takes the chosen port first.
const PORT_ATTEMPTS: u32 = 5;

/// A log longer than this is put aside at the next start.
const LOG_LIMIT: u64 = 10 * 1024 * 1024;

/// What the data is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Data that must survive a crash of the machine.
    Development,
    /// Data that nobody wants back.
    Tests,
}

/// Creates the data folder. It appears under its name only when it is complete.
pub(crate) fn create(
    place: &Place,
    purpose: Purpose,
    account: &Account,
    programs: &Programs,
) -> Result<(), DevDbError> {
    for leftover in place.leftovers() {
        // A killed tool's `initdb` may still be writing there: what cannot go now goes next time.
        let _ = fs::remove_dir_all(&leftover);
    }
    let password = random_password()?;
    let password_file = place.dir().join(format!("password.new-{}", std::process::id()));
    write_atomically(&password_file, password.as_bytes(), 0o600)?;
    account.give(&password_file)?;
    let unfinished = place.unfinished_data();
    let res = initdb(place, purpose, account, programs, &unfinished, &password_file);
    let _ = fs::remove_file(&password_file);
    res?;
    append(
        &unfinished.join("postgresql.conf"),
        "\n# Written anew at every start.\ninclude = '../server.conf'\n",
    )?;
    let state = State { port: None, password, version: programs.version.clone(), bin: programs.bin.clone() };
    // The password first: data without its password would be shut.
    state.write(&place.state())?;
    let data = place.data();
    fs::rename(&unfinished, &data).map_err(DevDbError::file("create", &data))
}

fn initdb(
    place: &Place,
    purpose: Purpose,
    account: &Account,
    programs: &Programs,
    data: &Path,
    password_file: &Path,
) -> Result<(), DevDbError> {
    let mut last = String::new();
    // C.UTF-8 sorts the same everywhere and knows the letters of all languages; old systems lack it.
    for locale in ["C.UTF-8", "C"] {
        let _ = fs::remove_dir_all(data);
        fs::DirBuilder::new().mode(0o700).create(data).map_err(DevDbError::file("create", data))?;
        account.give(data)?;
        let mut command = account.command(programs.path("initdb"));
        command.arg("-D").arg(data).arg(format!("--pwfile={}", password_file.display()));
        command.args(["-U", ROLE, "-A", "scram-sha-256", "-E", "UTF8", "--lc-messages=C"]);
        command.arg(format!("--locale={locale}"));
        if purpose == Purpose::Tests {
            command.arg("--no-sync");
        }
        let output = command.output().map_err(|source| DevDbError::Spawn {
            program: programs.path("initdb").display().to_string(),
            source,
        })?;
        if output.status.success() {
            return Ok(());
        }
        last = last_lines(&text_of(&output));
        if !last.contains("locale") {
            break;
        }
    }
    let _ = fs::remove_dir_all(data);
    Err(DevDbError::Initdb { dir: place.dir().to_owned(), output: last })
}

/// Gives the superuser a new password, for data whose `server.json` was lost. The server must be down.
pub(crate) fn replace_password(
    place: &Place,
    account: &Account,
    programs: &Programs,
) -> Result<(), DevDbError> {
    let program = programs.path("postgres");
    let spawn_error = |source| DevDbError::Spawn { program: program.display().to_string(), source };
    let password = random_password()?;
    // The included file may be lost with the other one.
    write_atomically(&place.settings(), b"", 0o644)?;
    // Single-user mode asks for no password; the statement goes by standard input, not by the arguments,
    // which everybody on the machine can read.
    let mut command = account.command(&program);
    command.arg("--single").arg("-D").arg(place.data()).args(["-c", "log_statement=none", "postgres"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(spawn_error)?;
    if let Some(mut input) = child.stdin.take() {
        writeln!(input, "ALTER ROLE {ROLE} PASSWORD '{password}'").map_err(spawn_error)?;
    }
    let output = child.wait_with_output().map_err(spawn_error)?;
    if !output.status.success() {
        let output = last_lines(&text_of(&output));
        return Err(DevDbError::Start { dir: place.dir().to_owned(), output, log: place.log() });
    }
    let state = State { port: None, password, version: programs.version.clone(), bin: programs.bin.clone() };
    state.write(&place.state())
}

/// Starts the server and waits until it accepts connections. Returns its port, which is also in `state`.
pub(crate) fn start(
    place: &Place,
    purpose: Purpose,
    account: &Account,
    programs: &Programs,
    state: &mut State,
    starting: &mut dyn FnMut(u16),
) -> Result<u16, DevDbError> {
    state.version.clone_from(&programs.version);
    state.bin.clone_from(&programs.bin);
    let deadline = Instant::now() + PATIENCE;
    let mut attempts = 0;
    let mut announced = None;
    loop {
        let port = free_port(state.port, fingerprint(place.dir()));
        state.port = Some(port);
        state.write(&place.state())?;
        write_atomically(&place.settings(), settings(purpose, port).as_bytes(), 0o644)?;
        if announced != Some(port) {
            announced = Some(port);
            starting(port);
        }
        let from = open_log(place, account)?;
        let output = pg_ctl_start(place, account, programs)?;
        // Also when `pg_ctl` failed: a killed tool's server may have come first and be on its way.
        if let Some(port) = wait(place)? {
            return Ok(port);
        }
        let log = log_since(place, from);
        attempts += 1;
        let retry = if log.contains("could not bind") || log.contains("Address already in use") {
            attempts < PORT_ATTEMPTS
        } else {
            // After a crash the old server's children need a moment to notice and end.
            log.contains("still in use") && Instant::now() < deadline
        };
        if !retry {
            let output = if log.trim().is_empty() { text_of(&output) } else { log };
            let log = place.log();
            return Err(DevDbError::Start { dir: place.dir().to_owned(), output: last_lines(&output), log });
        }
        sleep(Duration::from_millis(200));
    }
}

/// `pg_ctl` puts the server into a session of its own, so neither Ctrl-C nor a closed terminal ends it. While
/// it waits, Ctrl-C would make it stop the server again: hence a process group of its own.
fn pg_ctl_start(place: &Place, account: &Account, programs: &Programs) -> Result<Output, DevDbError> {
    let program = programs.path("pg_ctl");
    let mut command = account.command(&program);
    command.arg("start").arg("-D").arg(place.data()).arg("-l").arg(place.log());
    command.process_group(0).args(["-w", "-s", "-t", &PATIENCE.as_secs().to_string()]);
    command.output().map_err(|source| DevDbError::Spawn { program: program.display().to_string(), source })
}

/// Waits for a server that is starting, recovering or stopping. Returns its port when it is ready, `None`
/// when it ended.
pub(crate) fn wait(place: &Place) -> Result<Option<u16>, DevDbError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match Postmaster::of(&place.data())? {
            Postmaster::None | Postmaster::Stale => return Ok(None),
            Postmaster::Alive { port, ready, .. } if ready && answers(port) => return Ok(Some(port)),
            Postmaster::Alive { .. } if Instant::now() < deadline => sleep(Duration::from_millis(50)),
            Postmaster::Alive { pid, .. } => {
                return Err(DevDbError::Start {
                    dir: place.dir().to_owned(),
                    output: format!(
                        "process {pid} has accepted no connection for {} seconds",
                        PATIENCE.as_secs()
                    ),
                    log: place.log(),
                });
            }
        }
    }
}

/// Asks the server to end (open connections are cut, data is written) and waits for it.
pub(crate) fn stop(place: &Place, account: &Account, pid: u32) -> Result<(), DevDbError> {
    // The shell's own `kill`: small containers have no program of that name. SIGINT is PostgreSQL's
    // "fast" shutdown.
    let sent = account.command("/bin/sh").args(["-c", "kill -INT \"$1\"", "sh", &pid.to_string()]).output();
    sent.map_err(|source| DevDbError::Spawn { program: "/bin/sh".to_owned(), source })?;
    let deadline = Instant::now() + PATIENCE;
    while matches!(Postmaster::of(&place.data())?, Postmaster::Alive { .. }) {
        if Instant::now() > deadline {
            return Err(DevDbError::Stop { pid, seconds: PATIENCE.as_secs() });
        }
        sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// The settings that are ours; they come after those of `postgresql.conf` and so win.
fn settings(purpose: Purpose, port: u16) -> String {
    let mut text = format!(
        "# Written by glowplug at every start; put your own settings at the end of data/postgresql.conf.\n\
         port = {port}\n\
         listen_addresses = '127.0.0.1'\n\
         # No socket file: its path may have 107 bytes at most, and a workspace may lie deeper.\n\
         unix_socket_directories = ''\n\
         max_locks_per_transaction = 256\n\
         # The same on every developer's machine, and what servers have in production.\n\
         timezone = 'UTC'\n\
         log_timezone = 'UTC'\n\
         log_min_messages = warning\n\
         max_wal_size = 256MB\n\
         min_wal_size = 32MB\n"
    );
    text.push_str(match purpose {
        Purpose::Development => "max_connections = 100\n",
        Purpose::Tests => {
            "max_connections = 300\n\
             fsync = off\n\
             synchronous_commit = off\n\
             full_page_writes = off\n\
             autovacuum_naptime = 10min\n"
        }
    });
    text
}

/// Makes sure that the log exists and belongs to the server's account; returns its length.
fn open_log(place: &Place, account: &Account) -> Result<u64, DevDbError> {
    let path = place.log();
    let length = || fs::metadata(&path).map_or(0, |it| it.len());
    if length() > LOG_LIMIT {
        let old = path.with_extension("log.old");
        fs::rename(&path, &old).map_err(DevDbError::file("rename", &path))?;
    }
    let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(&path);
    opened.map_err(DevDbError::file("open", &path))?;
    account.give(&path)?;
    Ok(length())
}

fn log_since(place: &Place, from: u64) -> String {
    let mut bytes = Vec::new();
    if let Ok(mut file) = File::open(place.log()) {
        let _ = file.seek(SeekFrom::Start(from));
        let _ = file.read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn append(path: &Path, text: &str) -> Result<(), DevDbError> {
    let file = OpenOptions::new().append(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(DevDbError::file("write", path))
}

pub(crate) fn text_of(output: &Output) -> String {
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The end of a program's output, on one line.
pub(crate) fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(4)..].join("; ")
}
