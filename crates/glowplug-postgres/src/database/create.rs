//! Creates and drops whole databases, over a connection to another one.

use glowplug_dialect::database::{ConnectOptions, Result};
use glowplug_dialect::error::ErrorKind;
use tokio_postgres::error::SqlState;

use crate::connect::Session;
use crate::connect::turn::Turn;
use crate::connect::url::ConnectionUrl;
use crate::database::sql;
use crate::error;
use crate::runtime::block_on;

/// Databases that a server has from its first day.
const MAINTENANCE: &[&str] = &["postgres", "template1"];

/// Creates the database of `url`; says whether it was this call that did.
pub(crate) fn create(url: &ConnectionUrl, options: &ConnectOptions) -> Result<bool> {
    let turn = Turn::new(options.single_connection);
    let session = maintenance(url, &options.application_name, &turn)?;
    let statement = format!("CREATE DATABASE {}", sql::identifier(&url.database));
    match block_on(session.client.batch_execute(&statement)) {
        Ok(()) => Ok(true),
        // Somebody was faster. While both are at it, the catalog's unique index speaks instead.
        Err(error) if error.code() == Some(&SqlState::DUPLICATE_DATABASE) => Ok(false),
        Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => Ok(false),
        Err(error) => Err(error::or_missing_right(
            error::statement(&error),
            &format!(
                "let an administrator create it, or grant the right: ALTER ROLE \"{}\" CREATEDB",
                url.user
            ),
        )),
    }
}

/// A connection to a database that is there for this, and is not the one that `url` names.
pub(crate) fn maintenance(url: &ConnectionUrl, application_name: &str, turn: &Turn) -> Result<Session> {
    let mut first_error = None;
    for database in MAINTENANCE.iter().filter(|it| **it != url.database) {
        let url = ConnectionUrl { database: (*database).to_owned(), ..url.clone() };
        match turn.open(&url, application_name) {
            Ok(session) => return Ok(session),
            Err(error) if matches!(error.kind, ErrorKind::MissingDatabase | ErrorKind::MissingRight) => {
                first_error.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    Err(first_error.unwrap_or_else(|| error::lost("no maintenance database")))
}
