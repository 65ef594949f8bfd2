//! The only list of databases.

use glowplug_dialect::database::{Connector, Result};
use glowplug_dialect::dialect::Dialect;
use glowplug_postgres::connect::environment::{self, Completed, Environment};
use glowplug_postgres::connector::PostgresConnector;
use glowplug_postgres::dialect::PostgresDialect;
#[cfg(feature = "sqlite")]
use glowplug_sqlite::connector::SqliteConnector;
#[cfg(feature = "sqlite")]
use glowplug_sqlite::dialect::SqliteDialect;

/// Both halves of a dialect, and what the database's own programs read from their environment.
pub(crate) struct Provider {
    pub(crate) dialect: &'static dyn Dialect,
    pub(crate) connector: &'static dyn Connector,
    /// A connection string with what it lacks.
    pub(crate) complete: fn(&str, &Environment<'_>) -> Result<Completed>,
    /// The database that the environment alone names.
    pub(crate) alone: fn(&Environment<'_>) -> Result<Option<Completed>>,
}

static POSTGRES: Provider = Provider {
    dialect: &PostgresDialect,
    connector: &PostgresConnector,
    complete: environment::complete,
    alone: environment::alone,
};

#[cfg(feature = "sqlite")]
static SQLITE: Provider = Provider {
    dialect: &SqliteDialect,
    connector: &SqliteConnector,
    // A path lacks nothing, and no variable names one.
    complete: |url, _| Ok(Completed { url: url.to_owned(), sources: Vec::new(), warnings: Vec::new() }),
    alone: |_| Ok(None),
};

static ALL: &[&Provider] = &[
    &POSTGRES,
    #[cfg(feature = "sqlite")]
    &SQLITE,
];

/// The provider of that name, as the datasource block writes it.
pub(crate) fn find(name: &str) -> Option<&'static Provider> {
    ALL.iter().copied().find(|provider| provider.dialect.provider() == name)
}

/// All names, for messages.
pub(crate) fn names() -> Vec<&'static str> {
    ALL.iter().map(|provider| provider.dialect.provider()).collect()
}

/// The provider that a URL's scheme belongs to; the default one, where the schema cannot be asked.
pub(crate) fn default() -> &'static Provider {
    &POSTGRES
}
