//! What can go wrong with the local database, and what to type then.

use std::io;
use std::path::{Path, PathBuf};

/// Why there is no local database to work with.
///
/// The text says what happened; [`DevDbError::hint`] says what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DevDbError {
    /// No usable PostgreSQL programs on this machine.
    #[error("no PostgreSQL programs were found on this machine (looked in {looked} places)")]
    NoPrograms {
        /// How many folders were looked at.
        looked: usize,
    },

    /// `GLOWPLUG_POSTGRES_BIN` names a folder without the programs.
    #[error("`GLOWPLUG_POSTGRES_BIN` is `{}`, which holds no usable `{missing}`", dir.display())]
    BadOverride {
        /// The folder as given.
        dir: PathBuf,
        /// The first program that is missing there or does not run.
        missing: String,
    },

    /// The data folder was written by a major version of PostgreSQL that is not installed (any more).
    #[error("the data in `{}` was written by PostgreSQL {data}, and this machine has {found}", dir.display())]
    OtherMajor {
        /// The data folder.
        dir: PathBuf,
        /// The major version that wrote it.
        data: u32,
        /// The versions found, for reading.
        found: String,
    },

    /// The tool runs as root and finds no account to run the server as.
    #[error("PostgreSQL refuses to run as root, and `/etc/passwd` names no other account to run it as")]
    NoAccount,

    /// No folder can hold the cluster.
    #[error("no folder can hold the database cluster: {tried}")]
    NoPlace {
        /// The folders tried, each with its reason.
        tried: String,
    },

    /// A file or folder could not be read, written or moved.
    #[error("cannot {action} `{}`: {source}", path.display())]
    File {
        /// A verb in plain form ("read", "create").
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },

    /// A file of ours does not hold what it should.
    #[error("`{}` cannot be understood: {detail}", path.display())]
    BadState {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },

    /// A program could not be started at all.
    #[error("cannot run `{program}`: {source}")]
    Spawn {
        /// The program.
        program: String,
        /// The cause.
        source: io::Error,
    },

    /// `initdb` ended with an error.
    #[error("`initdb` could not create the database cluster in `{}`: {output}", dir.display())]
    Initdb {
        /// The folder of the cluster.
        dir: PathBuf,
        /// The last lines of its output.
        output: String,
    },

    /// The server did not come up.
    #[error("the PostgreSQL server of `{}` did not start: {output}", dir.display())]
    Start {
        /// The folder of the cluster.
        dir: PathBuf,
        /// The last lines of its log.
        output: String,
        /// The whole log.
        log: PathBuf,
    },

    /// The server does not stop.
    #[error("the PostgreSQL server with process id {pid} did not stop within {seconds} seconds")]
    Stop {
        /// Its process.
        pid: u32,
        /// How long we waited.
        seconds: u64,
    },

    /// The embedded PostgreSQL is wanted, and its program is not there.
    #[error("the program of the embedded PostgreSQL, `glowplug-devdb-embedded`, is not installed")]
    NoEmbedded,

    /// The embedded PostgreSQL could not be compiled.
    #[error("the embedded PostgreSQL could not be compiled: {output}")]
    BuildEmbedded {
        /// The last lines of cargo's output.
        output: String,
    },

    /// `GLOWPLUG_POSTGRES` holds a word that means nothing.
    #[error("`GLOWPLUG_POSTGRES` is `{value}`, which is neither `local` nor `embedded`")]
    BadChoice {
        /// The value.
        value: String,
    },
}

impl DevDbError {
    /// The permanent code of this error, for documents and searches.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPrograms { .. } => "GP5001",
            Self::BadOverride { .. } => "GP5002",
            Self::OtherMajor { .. } => "GP5003",
            Self::NoAccount => "GP5004",
            Self::NoPlace { .. } => "GP5005",
            Self::File { .. } => "GP5006",
            Self::BadState { .. } => "GP5007",
            Self::Spawn { .. } => "GP5008",
            Self::Initdb { .. } => "GP5009",
            Self::Start { .. } => "GP5010",
            Self::Stop { .. } => "GP5011",
            Self::BadChoice { .. } => "GP5012",
            Self::NoEmbedded => "GP5013",
            Self::BuildEmbedded { .. } => "GP5014",
        }
    }

    /// What to do about it, as a sentence with the command to type.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NoPrograms { .. } => "install PostgreSQL 12 or newer (`apt-get install postgresql`, \
                 `brew install postgresql`), point `GLOWPLUG_POSTGRES_BIN` at its `bin` folder, take the \
                 embedded one (`cargo install glowplug-devdb-embedded --locked`), or set `DATABASE_URL` to a \
                 server you have"
                .to_owned(),
            Self::BadOverride { .. } => "point it at the folder with `initdb`, `pg_ctl` and `postgres` \
                 (`pg_config --bindir` prints it), or unset it"
                .to_owned(),
            Self::OtherMajor { dir, data, .. } => format!(
                "install PostgreSQL {data} beside it and point `GLOWPLUG_POSTGRES_BIN` at its `bin` folder; \
                 or, if the data may go, delete `{}` and run the command again",
                dir.display()
            ),
            Self::NoAccount => "create an account for it: `useradd --system postgres`".to_owned(),
            Self::NoPlace { .. } => {
                "make the workspace folder writable, or set `DATABASE_URL` to a server you have".to_owned()
            }
            Self::File { source, path, .. } => file_hint(source, path),
            Self::BadState { path, .. } => {
                format!("delete `{}` and run the command again; the data stays", path.display())
            }
            Self::Spawn { program, .. } => format!("check that `{program}` exists and may be executed"),
            Self::Initdb { .. } => "read its message above; a full disk (`df -h .`) and a folder on another \
                 system's disk are the usual causes"
                .to_owned(),
            Self::Start { log, .. } => format!("the whole log is `{}`", log.display()),
            Self::Stop { pid, .. } => {
                format!("if it hangs, end it with `kill -QUIT {pid}`: the data stays consistent")
            }
            Self::NoEmbedded => {
                "install it (`cargo install glowplug-devdb-embedded --locked`), or install PostgreSQL"
                    .to_owned()
            }
            Self::BuildEmbedded { .. } => {
                "install PostgreSQL instead, or set `DATABASE_URL` to a server you have".to_owned()
            }
            Self::BadChoice { .. } => "use `local`, `embedded`, or unset it".to_owned(),
        }
    }

    /// Wraps an input-output error with what was being done to which file.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { action, path, source }
    }
}

fn file_hint(source: &io::Error, path: &Path) -> String {
    if source.kind() == io::ErrorKind::PermissionDenied {
        let path = path.display();
        return format!(
            "the local database belongs to the account that first started it: use that account, or give \
             `{path}` to yours with `chown`"
        );
    }
    "check the folder and the free space on its disk (`df -h .`)".to_owned()
}
