//! Is the database as new as the code? A check for the start of an application.
//!
//! ```no_run
//! # fn check<C>(conn: &mut C, migrations: &impl diesel::migration::MigrationSource<C::Backend>) -> Result<(), glowplug::boot::BootError>
//! # where C: diesel::connection::LoadConnection, C::Backend: glowplug::boot::Catalog {
//! use glowplug::boot::{Boot, boot_check};
//!
//! match boot_check(conn, migrations)? {
//!     Boot::Equal => {}
//!     Boot::Newer { versions } => eprintln!("the database is newer by {}", versions.join(", ")),
//! }
//! # Ok(())
//! # }
//! ```

use diesel::connection::LoadConnection;
use diesel::migration::MigrationSource;

pub use crate::catalog::Catalog;

use crate::history::{Known, Program, Standing};

/// How a database stands to an application that it lacks nothing of. What it lacks is
/// [`BootError::Pending`], the third answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Boot {
    /// It has the migrations that the application was built with, and no others.
    Equal,
    /// It has others as well: the application was rolled back, or the next one is being deployed.
    Newer {
        /// Diesel's versions of those that the application does not know, oldest first.
        versions: Vec<String>,
    },
}

/// Why an application should not start.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// The application was built with migrations that the database does not have.
    #[error("the database lacks {}: `{}`", count(names.len()), names.join("`, `"))]
    Pending {
        /// Their names, oldest first.
        names: Vec<String>,
    },
    /// The migrations of the application could not be read.
    #[error("the migrations of the application cannot be read: {0}")]
    Source(String),
    /// The database could not be asked.
    #[error("the database cannot be asked for its migrations: {0}")]
    Database(#[from] diesel::result::Error),
}

impl BootError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            BootError::Pending { .. } => "cargo glowplug migrate deploy",
            BootError::Source(_) => "build the application again",
            BootError::Database(_) => "check that the role may read `__diesel_schema_migrations`",
        }
    }
}

fn count(migrations: usize) -> String {
    if migrations == 1 { "1 migration".to_owned() } else { format!("{migrations} migrations") }
}

/// Says whether the database is equal to what the application was built with, or newer; fails if it lacks a
/// migration. It only reads, and takes no lock. A newer one is no failure: during a deploy the old code runs on
/// the new database for a while, and an application that was rolled back must start.
///
/// # Errors
/// [`BootError`]
pub fn boot_check<C>(conn: &mut C, migrations: &impl MigrationSource<C::Backend>) -> Result<Boot, BootError>
where
    C: LoadConnection,
    C::Backend: Catalog,
{
    let program = Program::read(migrations).map_err(BootError::Source)?;
    let known = Known::of_diesel(conn)?;
    let pending = program.pending(&known).into_iter().filter(|(standing, _)| *standing != Standing::HasAll);
    let names: Vec<String> = pending.map(|(_, own)| own.name.clone()).collect();
    if !names.is_empty() {
        return Err(BootError::Pending { names });
    }
    let versions = program.unknown(&known);
    Ok(if versions.is_empty() { Boot::Equal } else { Boot::Newer { versions } })
}
