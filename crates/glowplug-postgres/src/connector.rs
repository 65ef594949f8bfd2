//! Opens PostgreSQL databases.

use std::path::Path;
use std::time::Duration;

use glowplug_dialect::database::{ConnectOptions, Connector, Database, Result, Target};
use glowplug_dialect::error::ErrorKind;

use crate::connect::url::ConnectionUrl;
use crate::database::PostgresDatabase;
use crate::database::create;

/// Where one client is served at a time the others queue (ten seconds with the embedded server), then are told
/// what they waited for: whoever gives up earlier never hears it.
const QUEUE: Duration = Duration::from_secs(15);

/// The connector for `postgresql://` URLs.
///
/// Everything that comes of it blocks, and must not be used (or dropped) inside an async task: use
/// `spawn_blocking` there.
#[derive(Debug, Clone, Copy, Default)]
pub struct PostgresConnector;

impl Connector for PostgresConnector {
    fn connect(&self, url: &str, options: &ConnectOptions) -> Result<Box<dyn Database>> {
        Ok(Box::new(PostgresDatabase::connect(parse(url, options)?, options)?))
    }

    fn create_database(&self, url: &str, options: &ConnectOptions) -> Result<bool> {
        let url = parse(url, options)?;
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

    /// Nothing in it is relative.
    fn absolute_url(&self, url: &str, _folder: &Path) -> String {
        url.to_owned()
    }

    fn local_url(&self) -> Option<&'static str> {
        None
    }
}

fn parse(url: &str, options: &ConnectOptions) -> Result<ConnectionUrl> {
    let mut url = ConnectionUrl::parse(url)?;
    if options.single_connection {
        url.connect_timeout = url.connect_timeout.map(|limit| limit.max(QUEUE));
    }
    Ok(url)
}
