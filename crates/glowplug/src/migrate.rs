//! An application that applies its own migrations at its start, and agrees with the tool about them.
//!
//! ```no_run
//! use diesel::migration::MigrationSource;
//! use glowplug::migrate::{self, MigrateError, Options};
//! # use diesel::connection::LoadConnection;
//! # use diesel_migrations::MigrationHarness;
//!
//! // const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../prisma/migrations");
//! fn start<C, M>(conn: &mut C, migrations: &M) -> Result<(), MigrateError>
//! where
//!     C: LoadConnection + MigrationHarness<C::Backend> + 'static,
//!     C::Backend: glowplug::migrate::Migrates,
//!     M: MigrationSource<C::Backend>,
//! {
//!     let mut say = |event: &migrate::Event<'_>| eprintln!("{event}");
//!     let done = migrate::run(conn, migrations, Options { report: Some(&mut say), ..Options::default() })?;
//!     eprintln!("applied {}", done.applied.len());
//!     Ok(())
//! }
//! ```
//!
//! - It takes the lock that the tool takes, so a `deploy` and any number of instances may start at once: one
//!   works, the others wait and find nothing left to do. Where nothing is pending, nobody waits for anything.
//! - What is pending is decided from Diesel's table and the tool's ledger, and runs through Diesel's harness, in
//!   Diesel's order. A migration that is a transaction leaves nothing behind when it fails or is killed.
//! - Before a migration that is no transaction, a row in the ledger says that it begins; the row goes when it
//!   has ended. Where such a row stays, neither an application nor the tool goes on blindly.
//! - The ledger gets no rows of what has been applied: they hold checksums over the meaning of the SQL, which
//!   would bring half of the tool along. `status` counts what stands in Diesel's table, and the next `deploy`
//!   of the same folder writes the rows.
//!
//! The lock belongs to the session: use a direct connection, not one through a pooler that hands every
//! transaction to another session.

mod error;
mod lock;
mod plan;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
mod work;

use std::time::Duration;

use diesel::connection::{Connection, LoadConnection, TransactionManager};
use diesel::migration::MigrationSource;
use diesel_migrations::MigrationHarness;

pub use error::MigrateError;
pub use lock::{Holder, Migrates};

use crate::history::{Known, Program};

/// How to migrate.
pub struct Options<'a> {
    /// How long to wait while somebody else migrates: a minute, as the tool waits.
    pub patience: Duration,
    /// Whether to apply a pending migration although a later one is applied.
    pub allow_out_of_order: bool,
    /// Who hears of what happens; an [`Event`] can be printed.
    pub report: Option<&'a mut dyn FnMut(&Event<'_>)>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { patience: Duration::from_secs(60), allow_out_of_order: false, report: None }
    }
}

/// What happens meanwhile.
#[derive(Debug)]
pub enum Event<'a> {
    /// Somebody else holds the migration lock; said once a second.
    Waiting {
        /// Who, as far as the database tells.
        holder: &'a Holder,
        /// For how long this has been so.
        waited: Duration,
    },
    /// A migration was applied.
    Applied {
        /// Its folder's name.
        name: &'a str,
        /// How long that took.
        took: Duration,
    },
}

impl std::fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Event::Waiting { holder, waited } => {
                write!(f, "waiting for the migration lock for {} s: {holder} holds it", waited.as_secs())
            }
            Event::Applied { name, took } => {
                write!(f, "applied migration `{name}` in {} ms", took.as_millis())
            }
        }
    }
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// The migrations that were applied now, by folder name, in order. Those of others who held the lock
    /// before are not among them.
    pub applied: Vec<String>,
    /// Versions that the database has and this program does not: it is newer, or of another branch.
    pub unknown_here: Vec<String>,
}

/// Applies what the database lacks of the program's migrations.
///
/// # Errors
/// [`MigrateError`]. Those before the first migration change nothing; what was applied before one that failed
/// stays applied, and the next start goes on there.
pub fn run<C, M>(conn: &mut C, migrations: &M, mut options: Options<'_>) -> Result<Done, MigrateError>
where
    C: LoadConnection + MigrationHarness<C::Backend> + 'static,
    C::Backend: Migrates,
    M: MigrationSource<C::Backend> + ?Sized,
{
    if is_in_transaction(conn) {
        return Err(MigrateError::InTransaction);
    }
    let program = Program::read(migrations).map_err(MigrateError::Source)?;
    let known = Known::read(conn)?;
    if program.pending(&known).is_empty() {
        return Ok(Done { applied: Vec::new(), unknown_here: program.unknown(&known) });
    }
    let lock = lock::take(conn, &mut options)?;
    let done = work::go(conn, &lock, &program, &mut options);
    // After a failure this matters as much: the connection may go back into a pool.
    let given_back = C::Backend::give_back(conn, lock);
    let done = done?;
    given_back?;
    Ok(done)
}

/// A transaction around all of it would hide the bookkeeping from others, and give the lock back too early.
fn is_in_transaction<C: Connection>(conn: &mut C) -> bool {
    let status = C::TransactionManager::transaction_manager_status_mut(conn);
    !matches!(status.transaction_depth(), Ok(None))
}
