//! Which PostgreSQL a workspace uses, and the calls that callers make.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cluster::Purpose;
use crate::embedded::{Embedded, TemporaryServer};
use crate::local::Local;
use crate::place;
use crate::programs::Search;
use crate::{DevDbError, Event, Server};

/// The two ways to have PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The programs that the machine has.
    Local,
    /// The embedded one.
    Embedded,
}

/// What there is without starting anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// No data has been created yet.
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
    local: Local,
    embedded: Embedded,
    /// The kind that was asked for, or the word that is none.
    kind: Result<Option<Kind>, String>,
}

impl DevServer {
    /// The development server of a workspace; its data lies in `<workspace_root>/.glowplug`.
    ///
    /// Read from the environment: `GLOWPLUG_POSTGRES_BIN` (the folder of PostgreSQL's programs),
    /// `GLOWPLUG_POSTGRES` (`local` or `embedded`), `GLOWPLUG_EMBEDDED_PROGRAM` (the embedded server's
    /// program) and `PATH`.
    #[must_use]
    pub fn of_workspace(workspace_root: &Path) -> Self {
        let kind = match variable("GLOWPLUG_POSTGRES").as_deref() {
            None => Ok(None),
            Some("local") => Ok(Some(Kind::Local)),
            Some("embedded") => Ok(Some(Kind::Embedded)),
            Some(other) => Err(other.to_owned()),
        };
        Self { kind, ..Self::new(&absolute(workspace_root).join(".glowplug"), Purpose::Development) }
    }

    /// A server for throw-away data, quick and careless (`fsync = off`), in the folder `home`.
    ///
    /// After a crash its cluster is created anew. Tests run at once and need many connections, so it is
    /// never the embedded one.
    #[must_use]
    pub fn for_tests(home: &Path) -> Self {
        Self::new(&absolute(home), Purpose::Tests).with_kind(Kind::Local)
    }

    /// Uses the programs of one folder, as `GLOWPLUG_POSTGRES_BIN` does.
    #[must_use]
    pub fn with_programs(mut self, bin: &Path) -> Self {
        self.local.search.only = Some(absolute(bin));
        self
    }

    /// Uses this kind, as `GLOWPLUG_POSTGRES` does.
    #[must_use]
    pub fn with_kind(mut self, kind: Kind) -> Self {
        self.kind = Ok(Some(kind));
        self
    }

    fn new(home: &Path, purpose: Purpose) -> Self {
        let search = Search {
            only: variable("GLOWPLUG_POSTGRES_BIN").map(|it| absolute(Path::new(&it))),
            path: std::env::var_os("PATH"),
            root: PathBuf::from("/"),
        };
        let program = variable("GLOWPLUG_EMBEDDED_PROGRAM").map(|it| absolute(Path::new(&it)));
        Self {
            home: home.to_owned(),
            local: Local { home: home.to_owned(), purpose, search },
            embedded: Embedded { dir: home.join("embedded"), program },
            kind: Ok(None),
        }
    }

    /// Makes sure that the server runs: creates its data if there is none, starts it if it is down.
    ///
    /// A server that runs already is found in about a millisecond. Any number of tools may call this at
    /// once: exactly one creates and starts, all get the same address.
    ///
    /// The kind, unless it was asked for: the one that holds data already, else the machine's own programs,
    /// else the embedded one.
    ///
    /// # Errors
    /// No PostgreSQL to be had, no folder for the data, or a server that does not start.
    pub fn ensure(&self, on_event: &mut dyn FnMut(Event)) -> Result<Server, DevDbError> {
        if let Some(server) = self.running()? {
            return Ok(server);
        }
        place::make_home(&self.home)?;
        let _lock = place::lock(&self.home, &mut || on_event(Event::Waiting))?;
        if let Some(server) = self.running()? {
            return Ok(server);
        }
        match self.wanted()? {
            Some(Kind::Local) => self.local.ensure(on_event),
            Some(Kind::Embedded) => self.embedded.ensure(on_event),
            None if self.local.data_dir()?.exists() => self.local.ensure(on_event),
            None if self.embedded.has_data() => self.embedded.ensure(on_event),
            None => match self.local.ensure(on_event) {
                Err(DevDbError::NoPrograms { .. }) if self.embedded.is_available() => {
                    self.embedded.ensure(on_event)
                }
                res => res,
            },
        }
    }

    /// Starts a second, empty embedded server that ends with the returned value: the shadow of a server
    /// that serves one connection at a time ([`Server::single_connection`]).
    ///
    /// # Errors
    /// The embedded program is not to be had, or does not start.
    pub fn temporary(&self, on_event: &mut dyn FnMut(Event)) -> Result<TemporaryServer, DevDbError> {
        self.embedded.temporary(on_event)
    }

    /// Says what there is; starts nothing.
    ///
    /// # Errors
    /// Files of the server that cannot be read.
    pub fn status(&self) -> Result<Status, DevDbError> {
        if let Some(server) = self.running()? {
            return Ok(Status::Running(server));
        }
        let wanted = self.wanted()?;
        let local = self.local.data_dir()?;
        if wanted != Some(Kind::Embedded) && local.exists() {
            return Ok(Status::Stopped { data_dir: local });
        }
        if wanted != Some(Kind::Local) && self.embedded.has_data() {
            return Ok(Status::Stopped { data_dir: self.embedded.data_dir() });
        }
        Ok(Status::Absent)
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
        self.stop_locked()
    }

    /// Stops the server and deletes its data, of either kind. Returns whether there was any.
    ///
    /// # Errors
    /// A server that does not end, or files that cannot be deleted.
    pub fn delete_data(&self, on_event: &mut dyn FnMut(Event)) -> Result<bool, DevDbError> {
        if !self.home.is_dir() {
            return Ok(false);
        }
        let _lock = place::lock(&self.home, &mut || on_event(Event::Waiting))?;
        self.stop_locked()?;
        let local = self.local.delete_data()?;
        Ok(self.embedded.delete_data()? || local)
    }

    fn stop_locked(&self) -> Result<bool, DevDbError> {
        let local = self.local.stop()?;
        Ok(self.embedded.stop()? || local)
    }

    /// The server of the wanted kind if it runs and accepts connections.
    fn running(&self) -> Result<Option<Server>, DevDbError> {
        let wanted = self.wanted()?;
        if wanted != Some(Kind::Embedded)
            && let Some(server) = self.local.running()?
        {
            return Ok(Some(server));
        }
        if wanted == Some(Kind::Local) { Ok(None) } else { self.embedded.running() }
    }

    fn wanted(&self) -> Result<Option<Kind>, DevDbError> {
        self.kind.clone().map_err(|value| DevDbError::BadChoice { value })
    }
}

/// An environment variable that is set and not empty.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|it| !it.is_empty())
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

#[cfg(all(test, feature = "embedded"))]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_postgresql_gets_the_embedded_one_and_keeps_it() {
        let dir = tempfile::tempdir().unwrap();
        let mut server = DevServer::new(&dir.path().join(".glowplug"), Purpose::Development);
        let there = server.local.search.clone();
        server.local.search = Search { root: dir.path().to_owned(), ..Search::default() };
        let first = server.ensure(&mut |_| {}).unwrap();
        assert!(first.single_connection);
        server.stop(&mut |_| {}).unwrap();
        // PostgreSQL gets installed; the data stays where it is.
        server.local.search = there;
        let second = server.ensure(&mut |_| {}).unwrap();
        assert_eq!(second.data_dir, first.data_dir);
        server.delete_data(&mut |_| {}).unwrap();
    }
}
