//! Opens PostgreSQL databases.

use glowplug_dialect::database::{ConnectOptions, Connector, Database, Result, Target};
use glowplug_dialect::error::ErrorKind;

use crate::connect::url::ConnectionUrl;
use crate::database::PostgresDatabase;
use crate::database::create;

/// The connector for `postgresql://` URLs.
///
/// Everything that comes of it blocks, and must not be used (or dropped) inside an async task: use
/// `spawn_blocking` there.
#[derive(Debug, Clone, Copy, Default)]
pub struct PostgresConnector;

impl Connector for PostgresConnector {
    fn connect(&self, url: &str, options: &ConnectOptions) -> Result<Box<dyn Database>> {
        Ok(Box::new(PostgresDatabase::connect(ConnectionUrl::parse(url)?, options)?))
    }

    fn create_database(&self, url: &str, options: &ConnectOptions) -> Result<bool> {
        let url = ConnectionUrl::parse(url)?;
        // Whoever may use a database may often not look at any other one, so this comes first.
        match PostgresDatabase::connect(url.clone(), options) {
            Ok(_) => Ok(false),
            Err(error) if error.kind == ErrorKind::MissingDatabase => create::create(&url, options),
            Err(error) => Err(error),
        }
    }

    fn target(&self, url: &str) -> Result<Target> {
        Ok(ConnectionUrl::parse(url)?.target())
    }
}
