//! Runs migrations through Diesel's harness, so that `__diesel_schema_migrations` is written by Diesel,
//! in the transaction of the migration.

use std::cell::Cell;
use std::time::Duration;

use diesel::connection::{BoxableConnection, SimpleConnection};
use diesel::migration::{CREATE_MIGRATIONS_TABLE, Migration, MigrationMetadata, MigrationName};
use diesel::pg::Pg;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::MigrationHarness;
use glowplug_dialect::database::{ConnectOptions, Result, UnitRun};
use glowplug_dialect::error::{DatabaseError, ErrorKind, ServerMessage};
use glowplug_dialect::script::MigrationScript;
use glowplug_dialect::unit::How;

use crate::connect::tap::LastError;
use crate::connect::{Driver, Session};
use crate::database::{lock, session};
use crate::error;
use crate::runtime::{SharedRuntime, block_on};
use crate::split::{split, words};
use crate::units;

/// Diesel's connection.
pub(crate) struct Migrator {
    connection: AsyncConnectionWrapper<AsyncPgConnection, SharedRuntime>,
    last_error: LastError,
    driver: Driver,
    /// The server's process.
    pid: i64,
    /// The limits for what runs in a transaction.
    limits: String,
    /// Makes the session fit for a migration, and creates Diesel's table if it does not exist: every
    /// time, because somebody may have emptied the database.
    prepare: String,
    /// Dumps begin with `set_config('search_path', '', false)`: the bookkeeping must find its tables.
    restore: String,
    /// Where names without a namespace are looked for, until the end of a transaction.
    local_names: String,
    /// Whether this session was made fit: where connections take turns, it may be another one by now.
    prepared: bool,
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
    pub(crate) fn new(
        session: Session,
        schema: Option<&str>,
        namespace: &str,
        options: &ConnectOptions,
    ) -> Result<Self> {
        let pid = lock::mark_running(&session.client, namespace)?;
        let Session { client, last_error, driver, .. } = session;
        // Not every server can do this; there a dead client is noticed when the statement ends.
        let notices_death = block_on(client.batch_execute(NOTICE_DEATH)).is_ok();
        let diesel = block_on(AsyncPgConnection::try_from(client))
            .map_err(|error| described(last_error.take(), &error.to_string()))?;
        let names = session::search_path(schema);
        let limits = limits("SET", options);
        let prepare = [
            FRESH_SESSION,
            if notices_death { NOTICE_DEATH } else { "" },
            &limits,
            &names,
            CREATE_MIGRATIONS_TABLE,
        ];
        Ok(Self {
            connection: AsyncConnectionWrapper::from(diesel),
            last_error,
            driver,
            pid,
            prepare: prepare.join("; "),
            restore: format!("RESET ROLE; SET TIME ZONE 'UTC'; {names}"),
            local_names: session::local_search_path(schema),
            limits,
            prepared: false,
            usable: true,
        })
    }

    /// The server's process.
    pub(crate) fn pid(&self) -> i64 {
        self.pid
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
        let whole = units::is_whole(script);
        let stage = Cell::new(Stage::Before);
        let run = Run { script, whole, bookkeeping, last_error: &self.last_error, stage };
        let res = match direction {
            Direction::Up => self.connection.run_migration(&run),
            Direction::Down => self.connection.revert_migration(&run),
        };
        let Err(error) = res else { return Ok(()) };
        let (server, completed) = self.last_error.take_counted();
        let failure = failure(script, whole, run.stage.get(), server, completed, error.as_ref());
        // Outside of a transaction the script may have opened one of its own.
        self.usable = whole && failure.kind == ErrorKind::Statement;
        Err(failure)
    }

    /// Runs one unit of a migration. What goes before it in the session (`SET`) stays, unless it is the first.
    pub(crate) fn run_unit(&mut self, run: &UnitRun<'_>) -> Result<()> {
        if run.is_first || !self.prepared {
            self.prepare()?;
        }
        let stage = Cell::new(Stage::Before);
        self.last_error.take();
        let Err(error) = self.send_unit(run, &stage) else { return Ok(()) };
        let (server, _) = self.last_error.take_counted();
        let failure = failure(run.script, false, stage.get(), server, 0, &error);
        self.usable =
            failure.kind == ErrorKind::Statement && self.connection.batch_execute("ROLLBACK").is_ok();
        self.last_error.take();
        Err(failure)
    }

    fn send_unit(&mut self, run: &UnitRun<'_>, stage: &Cell<Stage>) -> diesel::QueryResult<()> {
        let statements = split(run.text());
        let alone = run.unit.how == How::Alone;
        // What waits alone keeps nobody else from reading or writing, and may take its time. A limit that the
        // migration itself sets stays.
        let unlimited = alone && !sets_limits(&run.script.sql[..run.unit.start]);
        if unlimited {
            self.connection.batch_execute(NO_LIMITS)?;
        }
        let own = statements.first().is_some_and(|first| begins(first.text));
        if !alone && !own {
            self.connection.batch_execute("BEGIN")?;
        }
        let (end, inside) = match statements.split_last() {
            Some((end, inside)) if own && !alone => (Some(end), inside),
            _ => (None, &statements[..]),
        };
        for statement in inside {
            stage.set(Stage::Script(run.unit.start + statement.start));
            self.connection.batch_execute(statement.text)?;
        }
        if own && !alone && end.is_none_or(|end| !ends(end.text)) {
            return Err(DieselError::QueryBuilderError(LEFT_OPEN.into()));
        }
        stage.set(Stage::Bookkeeping);
        if unlimited {
            self.connection
                .batch_execute(&format!("RESET lock_timeout; RESET statement_timeout; {}", self.limits))?;
        }
        // The migration may have taken another role or another place for names: until the COMMIT, not these.
        let books = format!("SET LOCAL ROLE NONE; {}; {}", self.local_names, run.bookkeeping);
        let books = if alone { format!("BEGIN; {books}; COMMIT") } else { books };
        self.connection.batch_execute(&books)?;
        if !alone {
            self.connection.batch_execute(end.map_or("COMMIT", |end| end.text))?;
        }
        Ok(())
    }

    fn prepare(&mut self) -> Result<()> {
        self.last_error.take();
        self.prepared = true;
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
    /// Whether it is one transaction.
    whole: bool,
    bookkeeping: String,
    last_error: &'a LastError,
    stage: Cell<Stage>,
}

impl Run<'_> {
    fn send(&self, connection: &mut dyn BoxableConnection<Pg>) -> diesel::migration::Result<()> {
        if self.whole {
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
                return Err(LEFT_OPEN.into());
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
        self
    }

    fn name(&self) -> &dyn MigrationName {
        self.script
    }
}

impl MigrationMetadata for Run<'_> {
    fn run_in_transaction(&self) -> bool {
        self.whole
    }
}

const LEFT_OPEN: &str = "the script begins a transaction and does not commit it";

const NO_LIMITS: &str = "SET lock_timeout = 0; SET statement_timeout = 0";

/// The limits for what runs in a transaction, as statements: `SET`, or `SET LOCAL`.
pub(super) fn limits(verb: &str, options: &ConnectOptions) -> String {
    let set = |name: &str, limit: Option<Duration>| {
        limit.map_or_else(String::new, |it| format!("{verb} {name} = {}; ", it.as_millis()))
    };
    format!(
        "{}{}",
        set("lock_timeout", options.lock_timeout),
        set("statement_timeout", options.statement_timeout)
    )
}

/// Whether a text sets a limit of its own.
fn sets_limits(sql: &str) -> bool {
    words(sql).iter().any(|word| {
        let word = word.text.trim_matches(['\'', '"']);
        word.eq_ignore_ascii_case("lock_timeout") || word.eq_ignore_ascii_case("statement_timeout")
    })
}

fn begins(statement: &str) -> bool {
    words(statement).first().is_some_and(|it| it.is("begin") || it.is("start"))
}

fn ends(statement: &str) -> bool {
    words(statement).first().is_some_and(|it| it.is("commit") || it.is("end"))
}

/// The failure of a migration. The position is one in the script's whole text, or none.
fn failure(
    script: &MigrationScript,
    whole: bool,
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
                None if whole => start_of(&script.sql, completed),
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
