//! Runs migrations through Diesel's harness, so that `__diesel_schema_migrations` is written by Diesel,
//! in the transaction of the migration.

use std::cell::Cell;

use diesel::connection::{BoxableConnection, SimpleConnection};
use diesel::migration::{CREATE_MIGRATIONS_TABLE, Migration, MigrationMetadata, MigrationName};
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
    /// Makes the session fit for a migration, and creates Diesel's table if it does not exist: every
    /// time, because somebody may have emptied the database.
    prepare: String,
    /// Dumps begin with `set_config('search_path', '', false)`: the bookkeeping must find its tables.
    restore: String,
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
        lock::mark_running(&session.client, namespace)?;
        let Session { client, last_error, driver, .. } = session;
        // Not every server can do this; there a dead client is noticed when the statement ends.
        let notices_death = block_on(client.batch_execute(NOTICE_DEATH)).is_ok();
        let diesel = block_on(AsyncPgConnection::try_from(client))
            .map_err(|error| described(last_error.take(), &error.to_string()))?;
        let names = session::search_path(schema);
        let prepare =
            [FRESH_SESSION, if notices_death { NOTICE_DEATH } else { "" }, &names, CREATE_MIGRATIONS_TABLE];
        Ok(Self {
            connection: AsyncConnectionWrapper::from(diesel),
            last_error,
            driver,
            prepare: prepare.join("; "),
            restore: format!("RESET ROLE; SET TIME ZONE 'UTC'; {names}"),
            usable: true,
        })
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
        let bookkeeping = format!("{}; {}", self.restore, script.bookkeeping);
        let run = Run { script, bookkeeping, last_error: &self.last_error, stage: Cell::new(Stage::Before) };
        let res = match direction {
            Direction::Up => self.connection.run_migration(&run),
            Direction::Down => self.connection.revert_migration(&run),
        };
        let Err(error) = res else { return Ok(()) };
        let (server, completed) = self.last_error.take_counted();
        let failure = failure(script, run.stage.get(), server, completed, error.as_ref());
        // Outside of a transaction the script may have opened one of its own.
        self.usable = script.run_in_transaction && failure.kind == ErrorKind::Statement;
        Err(failure)
    }

    fn prepare(&mut self) -> Result<()> {
        self.last_error.take();
        self.connection.batch_execute(&self.prepare).map_err(|error| {
            self.usable = false;
            match self.last_error.take() {
                Some(server) => error::from_server(server),
                None => error::unsaid(&error.to_string()),
            }
        })
    }
}

/// Whatever an earlier migration did to the session (`SET`, `SET ROLE`, temporary tables) is undone.
/// Diesel wants UTC.
const FRESH_SESSION: &str =
    "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; DISCARD TEMP; SET TIME ZONE 'UTC'";

/// The server looks every second whether we are still there (PostgreSQL 14 and later), so that a killed
/// tool does not leave a statement running for hours.
const NOTICE_DEATH: &str = "SET client_connection_check_interval = 1000";

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
    bookkeeping: String,
    last_error: &'a LastError,
    stage: Cell<Stage>,
}

impl Run<'_> {
    fn send(&self, connection: &mut dyn BoxableConnection<Pg>) -> diesel::migration::Result<()> {
        if self.script.run_in_transaction {
            // What Diesel has sent so far (its BEGIN) does not count as a statement of the script.
            self.last_error.take();
            self.stage.set(Stage::Script(0));
            connection.batch_execute(&self.script.sql)?;
        } else {
            for statement in split(&self.script.sql) {
                self.stage.set(Stage::Script(statement.start));
                connection.batch_execute(statement.text)?;
            }
            // Outside of a transaction the server refuses a savepoint. Inside of one, everything would
            // seem well until the session ends and takes all of it back.
            if connection.batch_execute("SAVEPOINT glowplug").is_ok() {
                return Err("the script begins a transaction and does not commit it".into());
            }
            self.last_error.take();
        }
        self.stage.set(Stage::Bookkeeping);
        Ok(connection.batch_execute(&self.bookkeeping)?)
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
    completed: usize,
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
            Stage::Script(start) => match server.position {
                Some(position) => Some(position + script.sql[..start].chars().count()),
                // An error while the statement ran has no position: it is the first that was not completed.
                None if script.run_in_transaction => start_of(&script.sql, completed),
                None => Some(script.sql[..start].chars().count()),
            },
            // Texts that the user has never seen.
            Stage::Before | Stage::Bookkeeping => None,
        };
    }
    failure
}

/// Where the statement of that number begins, in characters.
fn start_of(sql: &str, number: usize) -> Option<usize> {
    split(sql).get(number).map(|statement| sql[..statement.start].chars().count())
}

/// What the server said; failing that, what Diesel says.
fn described(server: Option<ServerMessage>, otherwise: &str) -> DatabaseError {
    match server {
        Some(server) => error::from_server(server),
        None => DatabaseError::new(ErrorKind::Statement, otherwise),
    }
}
