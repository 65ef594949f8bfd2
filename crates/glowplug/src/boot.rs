//! Is the database as new as the code? A check for the start of an application.

use std::collections::BTreeSet;

use diesel::connection::LoadConnection;
use diesel::migration::{Migration, MigrationSource};

use crate::catalog::Catalog;

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

/// Fails if the database lacks a migration that the application was built with. It only reads, takes
/// no lock, and does not mind migrations that are newer than the application: during a deploy the
/// old code runs on the new database for a while.
///
/// # Errors
/// [`BootError`]
pub fn boot_check<C>(conn: &mut C, migrations: &impl MigrationSource<C::Backend>) -> Result<(), BootError>
where
    C: LoadConnection,
    C::Backend: Catalog,
{
    let table = "__diesel_schema_migrations";
    let rows = C::Backend::pairs(conn, table, "version AS key, NULL AS value")?.unwrap_or_default();
    let applied: BTreeSet<String> = rows.into_iter().map(|(version, _)| version).collect();
    let known = migrations.migrations().map_err(|error| BootError::Source(error.to_string()))?;
    let mut pending: Vec<(String, String)> = known
        .iter()
        .map(|it| (it.name().version().to_string(), it.name().to_string()))
        .filter(|(version, _)| !applied.contains(version))
        .collect();
    if pending.is_empty() {
        return Ok(());
    }
    pending.sort();
    Err(BootError::Pending { names: pending.into_iter().map(|(_, name)| name).collect() })
}
