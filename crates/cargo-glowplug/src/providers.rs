//! The only list of databases.

use glowplug_dialect::database::Connector;
use glowplug_dialect::dialect::Dialect;
use glowplug_postgres::connector::PostgresConnector;
use glowplug_postgres::dialect::PostgresDialect;
#[cfg(feature = "sqlite")]
use glowplug_sqlite::connector::SqliteConnector;
#[cfg(feature = "sqlite")]
use glowplug_sqlite::dialect::SqliteDialect;

/// Both halves of a dialect.
pub(crate) struct Provider {
    pub(crate) dialect: &'static dyn Dialect,
    pub(crate) connector: &'static dyn Connector,
}

static POSTGRES: Provider = Provider { dialect: &PostgresDialect, connector: &PostgresConnector };

#[cfg(feature = "sqlite")]
static SQLITE: Provider = Provider { dialect: &SqliteDialect, connector: &SqliteConnector };

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
