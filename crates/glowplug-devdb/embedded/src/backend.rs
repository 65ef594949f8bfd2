//! The database itself, behind a socket file that only this process's account can reach.

use std::fs::{self, DirBuilder};
use std::io::{Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{env, io, process};

use pglite_oxide::PgliteServer;

/// An embedded PostgreSQL, started again when its listener has ended.
#[derive(Debug)]
pub(crate) struct Backend {
    root: Option<PathBuf>,
    socket: PathBuf,
    server: Mutex<Option<PgliteServer>>,
}

impl Backend {
    /// Starts on the data of a folder, or on a temporary one.
    pub(crate) fn start(root: Option<PathBuf>) -> Result<Self, String> {
        let folder = socket_folder(root.as_deref());
        let _ = fs::remove_dir_all(&folder);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .map_err(|error| format!("cannot create `{}`: {error}", folder.display()))?;
        let backend = Self { root, socket: folder.join("s"), server: Mutex::new(None) };
        backend.restart()?;
        Ok(backend)
    }

    /// Its version, as the server tells every client in the parameter `server_version`.
    pub(crate) fn version(&self) -> Result<String, String> {
        let talk = || -> std::io::Result<Option<String>> {
            let mut stream = UnixStream::connect(&self.socket)?;
            let parameters = b"\0\x03\0\0user\0postgres\0database\0postgres\0\0";
            let length = u32::try_from(parameters.len() + 4).unwrap_or(u32::MAX);
            stream.write_all(&length.to_be_bytes())?;
            stream.write_all(parameters)?;
            let mut version = None;
            loop {
                let mut header = [0; 5];
                stream.read_exact(&mut header)?;
                let length = u32::from_be_bytes([header[1], header[2], header[3], header[4]]);
                let mut body = vec![0; usize::try_from(length).unwrap_or(4).saturating_sub(4)];
                stream.read_exact(&mut body)?;
                match header[0] {
                    b'S' => version = server_version(&body).or(version),
                    // Ready for queries, or an error: in both cases there is nothing more to learn.
                    b'Z' | b'E' => break,
                    _ => {}
                }
            }
            stream.write_all(b"X\0\0\0\x04")?;
            Ok(version)
        };
        match talk() {
            Ok(Some(version)) => Ok(version),
            Ok(None) => Err("the database does not tell its version".to_owned()),
            Err(error) => Err(format!("the database does not answer: {error}")),
        }
    }

    /// Removes the files of a temporary server; afterwards the process ends.
    pub(crate) fn forget(&self) {
        if self.root.is_none()
            && let Ok(server) = self.server.try_lock()
            && let Some(server) = server.as_ref()
        {
            let _ = fs::remove_dir_all(server.root());
        }
        let _ = self.socket.parent().map(fs::remove_dir_all);
    }

    /// A connection to it.
    pub(crate) fn connect(&self) -> Result<UnixStream, String> {
        UnixStream::connect(&self.socket).or_else(|first| {
            // Its listener ends with the first connection that breaks.
            let _ = writeln!(io::stderr(), "note: the database is started again ({first})");
            self.restart()?;
            UnixStream::connect(&self.socket)
                .map_err(|error| format!("the database does not answer: {error}"))
        })
    }

    fn restart(&self) -> Result<(), String> {
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        // The old one first: it holds a lock on the folder.
        drop(server.take());
        let _ = fs::remove_file(&self.socket);
        let builder = PgliteServer::builder().unix(&self.socket).postgres_config("timezone", "UTC");
        let builder = match &self.root {
            Some(root) => builder.path(root),
            None => builder.temporary(),
        };
        *server = Some(builder.start().map_err(|error| format!("the database does not start: {error:#}"))?);
        Ok(())
    }
}

/// A folder for the socket file: beside the data if the path is short enough for a socket (about 100 bytes, the
/// name included), else in the temporary folder.
fn socket_folder(root: Option<&Path>) -> PathBuf {
    let beside = root.and_then(Path::parent).map(|it| it.join("socket"));
    let short = beside.filter(|it| it.as_os_str().len() < 90);
    short.unwrap_or_else(|| env::temp_dir().join(format!("glowplug-embedded-{}", process::id())))
}

/// The value of a parameter message, if it is about the version.
fn server_version(body: &[u8]) -> Option<String> {
    let mut texts = body.split(|it| *it == 0);
    let value = (texts.next()? == b"server_version").then(|| texts.next())??;
    String::from_utf8(value.to_vec()).ok()
}
