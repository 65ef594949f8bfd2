//! Why an application's migrations were not applied.

use std::error::Error;
use std::time::Duration;

use super::Holder;

/// Why the migrations were not applied, or not all of them.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The migrations of the application could not be read.
    #[error("the migrations of the application cannot be read: {0}")]
    Source(String),
    /// The connection is inside of a transaction.
    #[error("migrations cannot run inside of a transaction")]
    InTransaction,
    /// Somebody else migrates, and did not end in time.
    #[error("{holder} still holds the migration lock after {} s", waited.as_secs())]
    LockTimeout {
        /// Who.
        holder: Holder,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The file that is the lock of a SQLite database cannot be used.
    #[error("the lock file `{path}` cannot be opened: {cause}")]
    LockFile {
        /// The file.
        path: String,
        /// What the operating system says.
        cause: std::io::Error,
    },
    /// The session gave the lock up: a migration did that, or a pooler stands between.
    #[error("the migration lock was lost before migration `{name}`")]
    LockLost {
        /// The migration that was not begun.
        name: String,
    },
    /// A migration that is no transaction began and did not end.
    #[error("migration `{name}` began and never finished{}", said(log))]
    Unfinished {
        /// Its folder's name.
        name: String,
        /// What the server said, if somebody wrote that down.
        log: Option<String>,
    },
    /// A migration is pending, and a later one is applied.
    #[error("migration `{pending}` is pending, but the later `{applied}` is applied")]
    OutOfOrder {
        /// The folder's name.
        pending: String,
        /// The later one: its folder's name, or Diesel's version where the program does not have it.
        applied: String,
    },
    /// A squashed migration meets a database that has only some of what it stands for.
    #[error("migration `{name}` stands for others, and the database lacks `{}`", lacks.join("`, `"))]
    Half {
        /// The squashed one.
        name: String,
        /// Those that the database lacks.
        lacks: Vec<String>,
    },
    /// A migration failed.
    #[error("migration `{name}` failed: {cause}")]
    Failed {
        /// Its folder's name.
        name: String,
        /// Whether nothing of it is left: it is a transaction, and was rolled back.
        rolled_back: bool,
        /// What the database says.
        cause: Box<dyn Error + Send + Sync>,
    },
    /// The database refuses the bookkeeping.
    #[error("the database refuses the bookkeeping of migrations: {0}")]
    Database(#[from] diesel::result::Error),
    /// Diesel refuses.
    #[error("the bookkeeping of migrations failed: {0}")]
    Bookkeeping(Box<dyn Error + Send + Sync>),
}

fn said(log: &Option<String>) -> String {
    log.as_ref().map(|it| format!(": {it}")).unwrap_or_default()
}

impl MigrateError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            MigrateError::Source(_) => "build the application again",
            MigrateError::InTransaction => "call it on a connection without an open transaction",
            MigrateError::LockTimeout { .. } => {
                "wait for that migration to end, or end its session: the lock goes with it"
            }
            MigrateError::LockFile { .. } => "let the application write beside its database file",
            MigrateError::LockLost { .. } => "connect to the server directly, not through a pooler",
            MigrateError::Unfinished { .. } => {
                "cargo glowplug migrate deploy    goes on with it, or says what is left to decide"
            }
            MigrateError::OutOfOrder { .. } => {
                "cargo glowplug migrate deploy --allow-out-of-order    if the two do not depend on each other"
            }
            MigrateError::Half { .. } => "start a version of the application from before the squash first",
            MigrateError::Failed { rolled_back: true, .. } => {
                "nothing of it is left; mend the SQL or the rows, and start again"
            }
            MigrateError::Failed { rolled_back: false, .. } => {
                "cargo glowplug migrate status    shows what there is of it"
            }
            MigrateError::Database(_) | MigrateError::Bookkeeping(_) => {
                "let the role write `__diesel_schema_migrations`"
            }
        }
    }
}
