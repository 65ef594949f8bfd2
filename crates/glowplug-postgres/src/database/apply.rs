//! Runs migrations through Diesel's harness, so that `__diesel_schema_migrations` is written by Diesel,
//! in the transaction of the migration.

use std::cell::Cell;

use diesel::connection::{BoxableConnection, SimpleConnection};
use diesel::migration::{Migration, MigrationConnection, MigrationMetadata, MigrationName};
use diesel::pg::Pg;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::MigrationHarness;
use glowplug_dialect::database::Result;
use glowplug_dialect::error::{DatabaseError, ErrorKind, ServerMessage};
use glowplug_dialect::script::MigrationScript;

use crate::connect::tap::LastError;
use crate::connect::{Driver, Session};
use crate::database::{lock, session};
use crate::error;
use crate::runtime::{SharedRuntime, block_on};
use crate::split::split;

/// Diesel's connection.
pub(crate) struct Migrator {
    connection: AsyncConnectionWrapper<AsyncPgConnection, SharedRuntime>,
    last_error: LastError,
    driver: Driver,
    schema: Option<String>,
    /// False after a failure that may have left the session in the middle of something.
    usable: bool,
}

/// Which way a migration runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Forward: Diesel writes its row.
    Up,
    /// Back: Diesel deletes its row.
    Down,
}

impl Migrator {
    /// Hands a session to Diesel.
    pub(crate) fn new(session: Session, schema: Option<&str>, namespace: &str) -> Result<Self> {
        session::set_up(&session.client, schema)?;
        lock::mark_running(&session.client, namespace)?;
        let Session { client, last_error, driver } = session;
        let diesel = block_on(AsyncPgConnection::try_from(client))
            .map_err(|error| described(last_error.take(), &error.to_string()))?;
        let connection = AsyncConnectionWrapper::from(diesel);
        Ok(Self { connection, last_error, driver, schema: schema.map(str::to_owned), usable: true })
    }

    /// Whether another migration may run on it.
    pub(crate) fn is_usable(&self) -> bool {
        self.usable && self.driver.is_running()
    }

    /// Closes the connection and waits until that has happened.
    pub(crate) fn close(self) {
        drop(self.connection);
        self.driver.wait();
    }

    /// Runs a migration or its way back.
    pub(crate) fn run(&mut self, script: &MigrationScript, direction: Direction) -> Result<()> {
        self.prepare()?;
        let run =
            Run { script, restore: fresh_names(self.schema.as_deref()), stage: Cell::new(Stage::Before) };
        let res = match direction {
            Direction::Up => self.connection.run_migration(&run),
            Direction::Down => self.connection.revert_migration(&run),
        };
        let Err(error) = res else { return Ok(()) };
        let failure = failure(script, run.stage.get(), self.last_error.take(), error.as_ref());
        // Outside of a transaction the script may have opened one of its own.
        self.usable = script.run_in_transaction && failure.kind == ErrorKind::Statement;
        Err(failure)
    }

    /// Makes the session fit for a migration, and creates Diesel's table if it does not exist: every
    /// time, because somebody may have emptied the database.
    fn prepare(&mut self) -> Result<()> {
        self.last_error.take();
        let fresh = format!("{FRESH_SESSION}; {}", session::search_path(self.schema.as_deref()));
        let res = self.connection.batch_execute(&fresh).and_then(|()| self.connection.setup());
        if let Err(error) = res {
            self.usable = false;
            return Err(match self.last_error.take() {
                Some(server) => error::from_server(server),
                None => error::unsaid(&error.to_string()),
            });
        }
        // Some systems cannot do this; then a dead client is noticed when the statement ends.
        let _ = self.connection.batch_execute(NOTICE_DEATH);
        self.last_error.take();
        Ok(())
    }
}

/// Whatever an earlier migration did to the session (`SET`, `SET ROLE`, temporary tables) is undone.
/// Diesel wants UTC.
const FRESH_SESSION: &str =
    "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; DISCARD TEMP; SET TIME ZONE 'UTC'";

/// The server looks every second whether we are still there (PostgreSQL 14 and later), so that a killed
/// tool does not leave a statement running for hours.
const NOTICE_DEATH: &str = "SELECT pg_catalog.set_config(name, '1000', false) FROM pg_catalog.pg_settings \
     WHERE name = 'client_connection_check_interval'";

/// Dumps begin with `set_config('search_path', '', false)`: the bookkeeping after them must find its tables.
fn fresh_names(schema: Option<&str>) -> String {
    format!("RESET ROLE; SET TIME ZONE 'UTC'; {}", session::search_path(schema))
}

/// How far a migration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Diesel opens the transaction.
    Before,
    /// The script runs; where in it the text begins that was sent, in bytes.
    Script(usize),
    /// The ledger is written, Diesel's row, and the transaction committed.
    Bookkeeping,
}

/// A script as Diesel's harness wants it, that knows how far it got.
struct Run<'a> {
    script: &'a MigrationScript,
    restore: String,
    stage: Cell<Stage>,
}

impl Run<'_> {
    fn send(&self, connection: &mut dyn BoxableConnection<Pg>) -> diesel::migration::Result<()> {
        if self.script.run_in_transaction {
            self.stage.set(Stage::Script(0));
            connection.batch_execute(&self.script.sql)?;
        } else {
            for statement in split(&self.script.sql) {
                self.stage.set(Stage::Script(statement.start));
                connection.batch_execute(statement.text)?;
            }
        }
        self.stage.set(Stage::Bookkeeping);
        connection.batch_execute(&self.restore)?;
        Ok(connection.batch_execute(&self.script.bookkeeping)?)
    }
}

impl Migration<Pg> for Run<'_> {
    fn run(&self, connection: &mut dyn BoxableConnection<Pg>) -> diesel::migration::Result<()> {
        self.send(connection)
    }

    fn revert(&self, connection: &mut dyn BoxableConnection<Pg>) -> diesel::migration::Result<()> {
        self.send(connection)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self.script
    }

    fn name(&self) -> &dyn MigrationName {
        self.script
    }
}

/// The failure of a migration. The position is one in the script's whole text, or none.
fn failure(
    script: &MigrationScript,
    stage: Stage,
    server: Option<ServerMessage>,
    error: &(dyn std::error::Error + 'static),
) -> DatabaseError {
    let mut failure = match error.downcast_ref::<DieselError>() {
        Some(DieselError::DatabaseError(DatabaseErrorKind::UnableToSendCommand, _)) if server.is_none() => {
            return error::unsaid(&error.to_string());
        }
        _ => described(server, &error.to_string()),
    };
    if let Some(server) = &mut failure.server {
        server.position = match stage {
            Stage::Script(start) => server.position.map(|it| it + script.sql[..start].chars().count()),
            // Texts that the user has never seen.
            Stage::Before | Stage::Bookkeeping => None,
        };
    }
    failure
}

/// What the server said; failing that, what Diesel says.
fn described(server: Option<ServerMessage>, otherwise: &str) -> DatabaseError {
    match server {
        Some(server) => error::from_server(server),
        None => DatabaseError::new(ErrorKind::Statement, otherwise),
    }
}
