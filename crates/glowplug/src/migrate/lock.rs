//! The migration lock, as the tool takes it.

use std::fmt;
use std::thread::sleep;
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::connection::LoadConnection;

use super::{Event, MigrateError, Options};
use crate::catalog::Catalog;

const POLL: Duration = Duration::from_millis(100);
const REPORT: Duration = Duration::from_secs(1);

/// Who holds the migration lock, as far as the database tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holder {
    /// The server's process on PostgreSQL, the process that has the file on SQLite.
    pub pid: Option<i64>,
    /// How the other program calls itself.
    pub application: Option<String>,
    /// Where it connects from.
    pub host: Option<String>,
    /// Since when it is connected, or has the lock, as the database writes it.
    pub since: Option<String>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.application {
            Some(application) => write!(f, "`{application}`")?,
            None => f.write_str("somebody else")?,
        }
        if let Some(host) = self.host.as_ref().filter(|it| *it != "local") {
            write!(f, " on {host}")?;
        }
        match self.pid {
            Some(pid) => write!(f, " (process {pid})"),
            None => Ok(()),
        }
    }
}

/// A backend on which an application can apply its migrations: PostgreSQL and SQLite.
pub trait Migrates: Catalog + 'static {
    /// The lock while it is held.
    #[doc(hidden)]
    type Lock;

    /// Tries to take it; says who holds it where that fails.
    #[doc(hidden)]
    fn try_take<C>(conn: &mut C) -> Result<Result<Self::Lock, Holder>, MigrateError>
    where
        C: LoadConnection<Backend = Self>;

    /// Whether it is still held.
    #[doc(hidden)]
    fn holds<C>(conn: &mut C, lock: &Self::Lock) -> QueryResult<bool>
    where
        C: LoadConnection<Backend = Self>;

    /// Gives it back.
    #[doc(hidden)]
    fn give_back<C>(conn: &mut C, lock: Self::Lock) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>;

    /// A statement that makes of the session again what it is now, for what a migration may change in it and
    /// both the bookkeeping and the application rely on.
    #[doc(hidden)]
    fn session<C>(conn: &mut C) -> QueryResult<String>
    where
        C: LoadConnection<Backend = Self>;

    /// Where a text that brings its own transaction commits, in bytes, if all that it does is inside.
    #[doc(hidden)]
    fn commit_of(sql: &str) -> Option<usize>;
}

/// Takes the lock. Polls while somebody else holds it, as long as patience lasts.
pub(super) fn take<C>(
    conn: &mut C,
    options: &mut Options<'_>,
) -> Result<<C::Backend as Migrates>::Lock, MigrateError>
where
    C: LoadConnection,
    C::Backend: Migrates,
{
    let begin = Instant::now();
    let mut reported: Option<Instant> = None;
    loop {
        let holder = match C::Backend::try_take(conn)? {
            Ok(lock) => return Ok(lock),
            Err(holder) => holder,
        };
        let waited = begin.elapsed();
        if waited >= options.patience {
            return Err(MigrateError::LockTimeout { holder, waited });
        }
        if reported.is_none_or(|it| it.elapsed() >= REPORT) {
            reported = Some(Instant::now());
            if let Some(report) = &mut options.report {
                report(&Event::Waiting { holder: &holder, waited });
            }
        }
        sleep(POLL);
    }
}
