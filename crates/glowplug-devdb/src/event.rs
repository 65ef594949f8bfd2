//! What a caller can show while a server is made ready.

use std::fmt;
use std::path::PathBuf;

/// What happens while a server is made ready; its `Display` is a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Another tool is creating or starting the same server.
    Waiting,
    /// A new cluster is created (takes a second or two).
    Creating {
        /// Its data folder.
        data_dir: PathBuf,
        /// The version of PostgreSQL.
        version: String,
    },
    /// The cluster lies outside the workspace, where the server's account can reach it.
    Elsewhere {
        /// The folder.
        dir: PathBuf,
    },
    /// The server did not end in order the last time; PostgreSQL repairs its data by itself.
    Recovering,
    /// The embedded PostgreSQL is compiled, which takes minutes the first time.
    BuildingEmbedded,
    /// The file with the password was lost; the server gets a new one and keeps its data.
    NewPassword,
    /// The usual port is in use by another program.
    PortChanged {
        /// The usual port.
        from: u16,
        /// The new one.
        to: u16,
    },
    /// The server is being started.
    Starting {
        /// Its port.
        port: u16,
    },
    /// The server accepts connections.
    Started {
        /// Its port.
        port: u16,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => write!(f, "waiting for another tool that is starting PostgreSQL"),
            Self::Creating { data_dir, version } => {
                write!(f, "creating a PostgreSQL {version} cluster in `{}`", data_dir.display())
            }
            Self::Elsewhere { dir } => {
                write!(f, "PostgreSQL cannot run as root; its account keeps the data in `{}`", dir.display())
            }
            Self::Recovering => write!(f, "PostgreSQL was not stopped in order; it recovers its data"),
            Self::BuildingEmbedded => {
                write!(
                    f,
                    "no PostgreSQL on this machine: compiling the embedded one (once; takes some minutes)"
                )
            }
            Self::NewPassword => {
                write!(f, "the password of the local PostgreSQL was lost; setting a new one")
            }
            Self::PortChanged { from, to } => write!(f, "port {from} is taken; using port {to}"),
            Self::Starting { port } => write!(f, "starting PostgreSQL on port {port}"),
            Self::Started { port } => write!(f, "PostgreSQL is ready on port {port}"),
        }
    }
}
