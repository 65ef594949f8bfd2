//! The server's pid file, and whether the process it names is alive and really ours.
//!
//! Lines of `postmaster.pid` (PostgreSQL's `miscadmin.h`): process id, data folder, start time, port, socket
//! folder, listen address, shared memory key, status.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use crate::DevDbError;
use crate::process::Process;

/// How long a server on this machine may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// A process id that no system gives out.
const NOBODY: u32 = 2_147_483_646;

/// What a pid file and the processes of the machine say about a data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Postmaster {
    /// No pid file: the server was never started or ended in order.
    None,
    /// A pid file whose process is gone, or is not a PostgreSQL server of this data folder.
    Stale,
    /// A live server.
    Alive {
        /// Its process.
        pid: u32,
        /// Its port.
        port: u16,
        /// Whether it says that it accepts connections.
        ready: bool,
    },
}

impl Postmaster {
    /// Reads the pid file of a data folder and looks at the process it names.
    pub(crate) fn of(data: &Path) -> Result<Self, DevDbError> {
        let file = data.join("postmaster.pid");
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::None),
            Err(error) => return Err(DevDbError::file("read", &file)(error)),
        };
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let line = |index: usize| lines.get(index).copied().unwrap_or_default();
        let Ok(pid) = line(0).parse::<u32>() else { return Ok(Self::Stale) };
        match Process::with_id(pid, &["postgres", "postmaster"], "-D") {
            Process::Serving(folder) if is_ours(&folder, pid, Path::new(line(1)), data) => {}
            Process::Serving(_) | Process::Stranger | Process::Gone => return Ok(Self::Stale),
        }
        // A server that is just starting has not written its port yet.
        let port = line(3).parse().unwrap_or(0);
        Ok(Self::Alive { pid, port, ready: port != 0 && line(7) == "ready" })
    }
}

/// Makes a stale pid file harmless: PostgreSQL takes any process with that id for a running server, also a
/// stranger and the remains of a process that nobody has waited for (in containers they stay for ever).
///
/// The file is not deleted: PostgreSQL finds the shared memory of the old server through it, and refuses to
/// start beside children of that server which are still at work.
pub(crate) fn disarm(data: &Path) -> Result<(), DevDbError> {
    if Postmaster::of(data)? != Postmaster::Stale {
        return Ok(());
    }
    let file = data.join("postmaster.pid");
    let text = fs::read_to_string(&file).map_err(DevDbError::file("read", &file))?;
    if text.lines().count() < 2 {
        // Cut off while it was written: PostgreSQL would call it bogus and give up.
        return fs::remove_file(&file).map_err(DevDbError::file("delete", &file));
    }
    let rest: Vec<&str> = text.lines().skip(1).collect();
    let text = format!("{NOBODY}\n{}\n", rest.join("\n"));
    // In place, so that the file keeps its owner.
    fs::write(&file, text).map_err(DevDbError::file("write", &file))
}

/// Whether the process that serves `folder` is the server of `data`, whose pid file says `recorded`.
fn is_ours(folder: &Path, pid: u32, recorded: &Path, data: &Path) -> bool {
    if folder == data || same_folder(folder, data) {
        return true;
    }
    // The workspace was moved under a running server, or copied: in a copy the original still has its own
    // pid file with the same process, and that server is not ours.
    folder == recorded && first_line(&recorded.join("postmaster.pid")) != Some(pid.to_string())
}

/// Whether two paths lead to the same folder, by different symbolic links.
fn same_folder(one: &Path, two: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(two)), (Ok(one), Ok(two)) if one == two)
}

fn first_line(path: &Path) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.lines().next()?.trim().to_owned())
}

/// Whether something on this machine accepts connections on a port.
pub(crate) fn answers(port: u16) -> bool {
    TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), CONNECT_TIMEOUT).is_ok()
}

/// A port that nobody listens on: `preferred` if it is free, else one near a number derived from `seed`.
///
/// The range 15432 to 31431 lies below the ports that systems hand out by themselves, so that a port kept
/// over a reboot is rarely taken by an outgoing connection.
pub(crate) fn free_port(preferred: Option<u16>, seed: u64) -> u16 {
    let start = u16::try_from(seed % 16_000).unwrap_or(0);
    let near = (0..16_000_u16).map(|step| 15_432 + (start + step) % 16_000);
    let free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    preferred.into_iter().chain(near).find(free).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let first = free_port(None, 7);
        let _taken = TcpListener::bind((Ipv4Addr::LOCALHOST, first)).unwrap();
        let second = free_port(Some(first), 7);
        assert_ne!(first, second);
        assert!(answers(first));
    }

    #[test]
    fn a_pid_file_of_another_program_is_stale() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(Postmaster::of(data.path()).unwrap(), Postmaster::None);
        let text = format!(
            "{}\n{}\n1700000000\n5432\n\n127.0.0.1\n\nready\n",
            std::process::id(),
            data.path().display()
        );
        fs::write(data.path().join("postmaster.pid"), text).unwrap();
        assert_eq!(Postmaster::of(data.path()).unwrap(), Postmaster::Stale);
        fs::write(data.path().join("postmaster.pid"), "garbage").unwrap();
        assert_eq!(Postmaster::of(data.path()).unwrap(), Postmaster::Stale);
    }

    #[test]
    fn a_copy_of_a_workspace_does_not_take_the_original_server() {
        let original = tempfile::tempdir().unwrap();
        let copy = tempfile::tempdir().unwrap();
        fs::write(original.path().join("postmaster.pid"), "123\n").unwrap();
        assert!(is_ours(original.path(), 123, original.path(), original.path()));
        assert!(!is_ours(original.path(), 123, original.path(), copy.path()));
        // Moved: the old folder is gone.
        fs::remove_file(original.path().join("postmaster.pid")).unwrap();
        assert!(is_ours(original.path(), 123, original.path(), copy.path()));
    }
}
