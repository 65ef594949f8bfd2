//! The only list of databases.

use glowplug_dialect::database::{Connector, Result as DatabaseResult};
use glowplug_dialect::dialect::Dialect;
use glowplug_engine::failure::Failure;
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
    pub(crate) complete: fn(&str, &Environment<'_>) -> DatabaseResult<Completed>,
    /// The database that the environment alone names.
    pub(crate) alone: fn(&Environment<'_>) -> DatabaseResult<Option<Completed>>,
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

/// Providers that are a feature of this crate, and left out of this build.
static LEFT_OUT: &[&str] = &[
    #[cfg(not(feature = "sqlite"))]
    "sqlite",
];

/// The code of the failure that another build of the tool would not have.
pub(crate) const LEFT_OUT_CODE: &str = "GP4209";

/// The provider of that name, as the datasource block writes it.
///
/// # Errors
/// It is none of ours, or left out of this build.
pub(crate) fn find(name: &str) -> Result<&'static Provider, Box<Failure>> {
    let found = ALL.iter().copied().find(|provider| provider.dialect.provider() == name);
    found.ok_or_else(|| {
        let known: Vec<&str> = ALL.iter().map(|provider| provider.dialect.provider()).collect();
        let (code, known) = match LEFT_OUT.contains(&name) {
            true => (LEFT_OUT_CODE, format!("build it with `--features {name}`")),
            false => ("GP4204", format!("known providers: {}", known.join(", "))),
        };
        Failure::new(code, format!("provider `{name}` is not built into this tool")).hint(known)
    })
}

/// The provider that a URL's scheme belongs to; the default one, where the schema cannot be asked.
pub(crate) fn default() -> &'static Provider {
    &POSTGRES
}
