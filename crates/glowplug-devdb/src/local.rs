//! The server of a workspace from PostgreSQL's own programs: created, started, found again, stopped.

use std::fs;
use std::path::PathBuf;

use crate::account::Account;
use crate::cluster::{self, Purpose, ROLE};
use crate::place::{self, Place};
use crate::postmaster::{Postmaster, answers, disarm};
use crate::programs::{self, Programs, Search};
use crate::state::State;
use crate::{DevDbError, Event, Server};

/// The description of a server; nothing runs or ends with it.
#[derive(Debug, Clone)]
pub(crate) struct Local {
    /// The folder for everything of this server.
    pub(crate) home: PathBuf,
    /// What its data is worth.
    pub(crate) purpose: Purpose,
    /// Where its programs may be.
    pub(crate) search: Search,
}

impl Local {
    /// The data folder, whether it exists or not.
    pub(crate) fn data_dir(&self) -> Result<PathBuf, DevDbError> {
        Ok(place::find(&self.home)?.data())
    }

    /// The server if it runs and accepts connections.
    pub(crate) fn running(&self) -> Result<Option<Server>, DevDbError> {
        let place = place::find(&self.home)?;
        if !place.state().exists() {
            return Ok(None);
        }
        match Postmaster::of(&place.data())? {
            Postmaster::Alive { port, ready: true, .. } if answers(port) => {
                server(&place, port, false).map(Some)
            }
            Postmaster::None | Postmaster::Stale | Postmaster::Alive { .. } => Ok(None),
        }
    }

    /// Creates and starts what is missing. The caller holds the lock.
    pub(crate) fn ensure(&self, on_event: &mut dyn FnMut(Event)) -> Result<Server, DevDbError> {
        let mut place = place::find(&self.home)?;
        let mut account = Account::for_data(&place.data())?;
        if !place.data().exists() {
            // Before anything is made: on a machine without PostgreSQL nothing is left behind.
            self.programs(&place, &account)?;
            // It may still find data: the note of a place outside the workspace can get lost.
            place = place::choose(&self.home, &account)?;
            account = Account::for_data(&place.data())?;
        }
        let running = cluster::wait(&place)?;
        if place.data().exists() && State::read(&place.state())?.is_none() {
            self.replace_password(&place, &account, on_event)?;
        } else if let Some(port) = running {
            return server(&place, port, false);
        }
        if self.purpose == Purpose::Tests && self.is_worthless(&place, &account)? {
            let data = place.data();
            fs::remove_dir_all(&data).map_err(DevDbError::file("delete", &data))?;
        }
        let programs = self.programs(&place, &account)?;
        if !place.data().exists() {
            self.create(&place, &account, &programs, on_event)?;
        }
        let port = self.start(&place, &account, &programs, on_event)?;
        server(&place, port, true)
    }

    /// Stops the server. The caller holds the lock.
    pub(crate) fn stop(&self) -> Result<bool, DevDbError> {
        let place = place::find(&self.home)?;
        let Postmaster::Alive { pid, .. } = Postmaster::of(&place.data())? else { return Ok(false) };
        cluster::stop(&place, &Account::for_data(&place.data())?, pid)?;
        Ok(true)
    }

    /// Deletes the data of a stopped server. The caller holds the lock.
    pub(crate) fn delete_data(&self) -> Result<bool, DevDbError> {
        let place = place::find(&self.home)?;
        if !place.dir().exists() {
            return Ok(false);
        }
        fs::remove_dir_all(place.dir()).map_err(DevDbError::file("delete", place.dir()))?;
        place::forget_location(&self.home)?;
        Ok(true)
    }

    /// Whether a cluster of tests is to be made anew: written without fsync and not shut down in order, or
    /// by a version of PostgreSQL that is gone.
    fn is_worthless(&self, place: &Place, account: &Account) -> Result<bool, DevDbError> {
        if Postmaster::of(&place.data())? != Postmaster::None {
            return Ok(true);
        }
        Ok(matches!(self.programs(place, account), Err(DevDbError::OtherMajor { .. })))
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
        disarm(&place.data())?;
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
        cluster::create(place, self.purpose, account, programs)
    }

    fn start(
        &self,
        place: &Place,
        account: &Account,
        programs: &Programs,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<u16, DevDbError> {
        if Postmaster::of(&place.data())? == Postmaster::Stale {
            on_event(Event::Recovering);
            disarm(&place.data())?;
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

fn server(place: &Place, port: u16, started_now: bool) -> Result<Server, DevDbError> {
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

fn read_state(place: &Place) -> Result<State, DevDbError> {
    let path = place.state();
    State::read(&path)?.ok_or_else(|| DevDbError::BadState { path, detail: "it is missing".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_programs_is_left_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let search = Search { root: dir.path().join("nothing"), ..Search::default() };
        let home = dir.path().join(".glowplug");
        let local = Local { home: home.clone(), purpose: Purpose::Development, search };
        let error = local.ensure(&mut |_| {}).unwrap_err();
        assert_eq!(error.code(), "GP5001");
        assert!(!home.exists());
    }
}
