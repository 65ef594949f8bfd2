//! The public face: make sure that a server runs, ask about it, stop it.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::DevDbError;
use crate::account::Account;
use crate::cluster::{self, Purpose, ROLE};
use crate::place::{self, Place};
use crate::postmaster::{Postmaster, answers};
use crate::programs::{self, Programs, Search};
use crate::state::State;

/// A running server and how to reach it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Server {
    /// Always `127.0.0.1`.
    pub host: String,
    /// The port it listens on.
    pub port: u16,
    /// The role to connect as, a superuser.
    pub user: String,
    /// The role's password.
    pub password: String,
    /// PostgreSQL's version, e.g. `15.18`.
    pub version: String,
    /// The data folder.
    pub data_dir: PathBuf,
    /// Whether this call started it.
    pub started_now: bool,
    /// Whether it serves one connection at a time (the embedded PostgreSQL does).
    pub single_connection: bool,
}

impl Server {
    /// The address of one of its databases, with the password. The database need not exist.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://{}:{}@{}:{}/{}",
            percent_encoded(&self.user),
            percent_encoded(&self.password),
            self.host,
            self.port,
            percent_encoded(database)
        )
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &format_args!("{}:{}", self.host, self.port))
            .field("version", &self.version)
            .field("data_dir", &self.data_dir)
            .field("started_now", &self.started_now)
            .field("single_connection", &self.single_connection)
            .finish_non_exhaustive()
    }
}

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
            Self::NewPassword => {
                write!(f, "the password of the local PostgreSQL was lost; setting a new one")
            }
            Self::PortChanged { from, to } => write!(f, "port {from} is taken; using port {to}"),
            Self::Starting { port } => write!(f, "starting PostgreSQL on port {port}"),
            Self::Started { port } => write!(f, "PostgreSQL is ready on port {port}"),
        }
    }
}

/// What there is without starting anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// No cluster has been created yet.
    Absent,
    /// There is data, and no server runs.
    Stopped {
        /// The data folder.
        data_dir: PathBuf,
    },
    /// A server runs.
    Running(Server),
}

/// A local PostgreSQL server of one workspace.
///
/// The value is only a description; the server lives on when it is dropped.
#[derive(Debug, Clone)]
pub struct DevServer {
    home: PathBuf,
    purpose: Purpose,
    search: Search,
}

impl DevServer {
    /// The development server of a workspace; its data lies in `<workspace_root>/.glowplug`.
    ///
    /// `GLOWPLUG_POSTGRES_BIN` and `PATH` are read from the environment.
    #[must_use]
    pub fn of_workspace(workspace_root: &Path) -> Self {
        Self::new(&absolute(workspace_root).join(".glowplug"), Purpose::Development)
    }

    /// A server for throw-away data, quick and careless (`fsync = off`), in the folder `home`.
    ///
    /// After a crash its cluster is created anew.
    #[must_use]
    pub fn for_tests(home: &Path) -> Self {
        Self::new(&absolute(home), Purpose::Tests)
    }

    /// Uses the programs of one folder, as `GLOWPLUG_POSTGRES_BIN` does.
    #[must_use]
    pub fn with_programs(mut self, bin: &Path) -> Self {
        self.search.only = Some(absolute(bin));
        self
    }

    fn new(home: &Path, purpose: Purpose) -> Self {
        let only = std::env::var_os("GLOWPLUG_POSTGRES_BIN").filter(|it| !it.is_empty()).map(PathBuf::from);
        let search = Search { only, path: std::env::var_os("PATH"), root: PathBuf::from("/") };
        Self { home: home.to_owned(), purpose, search }
    }

    /// Makes sure that the server runs: creates the cluster if there is none, starts it if it is down.
    ///
    /// A server that runs already is found in about a millisecond. Any number of tools may call this at
    /// once: exactly one creates and starts, all get the same address.
    ///
    /// # Errors
    /// No PostgreSQL on this machine, no folder for the data, or a server that does not start.
    pub fn ensure(&self, on_event: &mut dyn FnMut(Event)) -> Result<Server, DevDbError> {
        if let Some(server) = self.running()? {
            return Ok(server);
        }
        place::make_home(&self.home)?;
        let _lock = place::lock(&self.home, &mut || on_event(Event::Waiting))?;
        if let Some(server) = self.running()? {
            return Ok(server);
        }
        let account = Account::for_server()?;
        let mut place = place::find(&self.home)?;
        if !place.data().exists() {
            // It may still find data: the note of a place outside the workspace can get lost.
            place = place::choose(&self.home, &account)?;
        }
        let running = cluster::wait(&place)?;
        if place.data().exists() && State::read(&place.state())?.is_none() {
            self.replace_password(&place, &account, on_event)?;
        } else if let Some(port) = running {
            return self.server(&place, port, false);
        }
        if self.purpose == Purpose::Tests && Postmaster::of(&place.data())? != Postmaster::None {
            // Written without fsync and not shut down in order: not worth a thought.
            remove(&place.data())?;
        }
        let programs = self.programs(&place, &account)?;
        if !place.data().exists() {
            self.create(&place, &account, &programs, on_event)?;
        }
        let port = self.start(&place, &account, &programs, on_event)?;
        self.server(&place, port, true)
    }

    /// Says what there is; starts nothing.
    ///
    /// # Errors
    /// Files of the cluster that cannot be read.
    pub fn status(&self) -> Result<Status, DevDbError> {
        if let Some(server) = self.running()? {
            return Ok(Status::Running(server));
        }
        let data_dir = place::find(&self.home)?.data();
        Ok(if data_dir.exists() { Status::Stopped { data_dir } } else { Status::Absent })
    }

    /// Stops the server; open connections are cut. Returns whether one ran.
    ///
    /// # Errors
    /// A server that does not end.
    pub fn stop(&self, on_event: &mut dyn FnMut(Event)) -> Result<bool, DevDbError> {
        if !self.home.is_dir() {
            return Ok(false);
        }
        let _lock = place::lock(&self.home, &mut || on_event(Event::Waiting))?;
        let place = place::find(&self.home)?;
        let Postmaster::Alive { pid, .. } = Postmaster::of(&place.data())? else { return Ok(false) };
        cluster::stop(&place, &Account::for_server()?, pid)?;
        Ok(true)
    }

    /// Stops the server and deletes its data. Returns whether there was any.
    ///
    /// # Errors
    /// A server that does not end, or files that cannot be deleted.
    pub fn delete_data(&self, on_event: &mut dyn FnMut(Event)) -> Result<bool, DevDbError> {
        self.stop(on_event)?;
        let place = place::find(&self.home)?;
        if !place.dir().exists() {
            return Ok(false);
        }
        let _lock = place::lock(&self.home, &mut || on_event(Event::Waiting))?;
        fs::remove_dir_all(place.dir()).map_err(DevDbError::file("delete", place.dir()))?;
        place::forget_location(&self.home)?;
        Ok(true)
    }

    /// The server if it runs and accepts connections.
    fn running(&self) -> Result<Option<Server>, DevDbError> {
        let place = place::find(&self.home)?;
        if !place.state().exists() {
            return Ok(None);
        }
        match Postmaster::of(&place.data())? {
            Postmaster::Alive { port, ready: true, .. } if answers(port) => {
                self.server(&place, port, false).map(Some)
            }
            Postmaster::None | Postmaster::Stale { .. } | Postmaster::Alive { .. } => Ok(None),
        }
    }

    fn server(&self, place: &Place, port: u16, started_now: bool) -> Result<Server, DevDbError> {
        let state = read_state(place)?;
        Ok(Server {
            host: "127.0.0.1".to_owned(),
            port,
            user: ROLE.to_owned(),
            password: state.password,
            version: state.version,
            data_dir: place.data(),
            started_now,
            single_connection: false,
        })
    }

    fn programs(&self, place: &Place, account: &Account) -> Result<Programs, DevDbError> {
        let data = place.data();
        let version_file = data.join("PG_VERSION");
        if !data.exists() {
            return programs::find(&self.search, account, None);
        }
        let text = fs::read_to_string(&version_file).map_err(DevDbError::file("read", &version_file))?;
        let major = text.trim().parse().map_err(|_| DevDbError::BadState {
            path: version_file.clone(),
            detail: format!("`{}` is no version", text.trim()),
        })?;
        programs::find(&self.search, account, Some((&data, major)))
    }

    /// For data whose `server.json` is gone: nothing but the password is lost with it.
    fn replace_password(
        &self,
        place: &Place,
        account: &Account,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<(), DevDbError> {
        on_event(Event::NewPassword);
        if let Postmaster::Alive { pid, .. } = Postmaster::of(&place.data())? {
            cluster::stop(place, account, pid)?;
        }
        forget_stranger(place)?;
        cluster::replace_password(place, account, &self.programs(place, account)?)
    }

    fn create(
        &self,
        place: &Place,
        account: &Account,
        programs: &Programs,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<(), DevDbError> {
        if place.dir() != self.home.join("postgres") {
            on_event(Event::Elsewhere { dir: place.dir().to_owned() });
        }
        on_event(Event::Creating { data_dir: place.data(), version: programs.version.clone() });
        cluster::create(place, self.purpose, account, programs).map(|_| ())
    }

    fn start(
        &self,
        place: &Place,
        account: &Account,
        programs: &Programs,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<u16, DevDbError> {
        match Postmaster::of(&place.data())? {
            Postmaster::None => {}
            Postmaster::Stale { .. } => {
                on_event(Event::Recovering);
                forget_stranger(place)?;
            }
            Postmaster::Alive { .. } => {
                return Ok(cluster::wait(place)?.unwrap_or_default());
            }
        }
        let mut state = read_state(place)?;
        let usual = state.port;
        let port = cluster::start(place, self.purpose, account, programs, &mut state, &mut |port| {
            if let Some(from) = usual.filter(|it| *it != port) {
                on_event(Event::PortChanged { from, to: port });
            }
            on_event(Event::Starting { port });
        })?;
        on_event(Event::Started { port });
        Ok(port)
    }
}

/// Deletes a pid file that names a process of somebody else: PostgreSQL would take the stranger for a running
/// server and refuse to start. A pid file of a dead process stays, for PostgreSQL checks more with it.
fn forget_stranger(place: &Place) -> Result<(), DevDbError> {
    if Postmaster::of(&place.data())? != (Postmaster::Stale { taken: true }) {
        return Ok(());
    }
    let file = place.data().join("postmaster.pid");
    fs::remove_file(&file).map_err(DevDbError::file("delete", &file))
}

fn read_state(place: &Place) -> Result<State, DevDbError> {
    let path = place.state();
    State::read(&path)?.ok_or_else(|| DevDbError::BadState { path, detail: "it is missing".to_owned() })
}

fn remove(dir: &Path) -> Result<(), DevDbError> {
    if dir.exists() { fs::remove_dir_all(dir).map_err(DevDbError::file("delete", dir)) } else { Ok(()) }
}

/// The path without symbolic links, so that all tools compare the same text; its end may not exist yet.
fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let known = path.ancestors().find_map(|it| Some((it, fs::canonicalize(it).ok()?)));
    match known.map(|(there, real)| (path.strip_prefix(there), real)) {
        Some((Ok(rest), real)) if rest.as_os_str().is_empty() => real,
        Some((Ok(rest), real)) => real.join(rest),
        Some((Err(_), _)) | None => path,
    }
}

/// Everything but letters, digits and `-._~` as `%XX`.
fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_an_address_are_encoded() {
        assert_eq!(percent_encoded("my db/ä"), "my%20db%2F%C3%A4");
    }
}
