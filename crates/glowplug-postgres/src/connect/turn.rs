//! Taking turns on a server that takes one connection at a time.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use glowplug_dialect::error::DatabaseError;
use tokio::task::AbortHandle;
use tokio_postgres::error::SqlState;

use crate::connect::url::ConnectionUrl;
use crate::connect::{SHORT, Session, open};
use crate::error;

/// Shared by a database and its throw-away databases: whoever connects cuts the connection of the one
/// before, who will connect again when it needs to. Without the restriction it does nothing.
#[derive(Clone)]
pub(crate) struct Turn {
    /// The open connection, if there can be only one.
    current: Option<Arc<Mutex<Option<AbortHandle>>>>,
}

impl Turn {
    /// Turns for a server that takes one connection at a time, or any number.
    pub(crate) fn new(single_connection: bool) -> Self {
        Self { current: single_connection.then(Arc::default) }
    }

    /// Connects.
    pub(crate) fn open(&self, url: &ConnectionUrl, application_name: &str) -> Result<Session, DatabaseError> {
        let Some(current) = &self.current else { return open(url, application_name) };
        let mut current = current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = current.take() {
            before.abort();
            wait(|| before.is_finished());
        }
        let mut res = open(url, application_name);
        // The server may still be busy with the end of the one before.
        wait(|| {
            let is_busy =
                res.as_ref().err().and_then(error::sqlstate) == Some(SqlState::TOO_MANY_CONNECTIONS.code());
            if is_busy {
                res = open(url, application_name);
            }
            !is_busy
        });
        if let Ok(session) = &res {
            *current = Some(session.driver.abort_handle());
        }
        res
    }
}

/// Asks again and again, for a short while.
fn wait(mut done: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !done() && begin.elapsed() < SHORT {
        sleep(Duration::from_millis(20));
    }
}
