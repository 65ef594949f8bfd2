//! Runs migrations through Diesel's harness, so that `__diesel_schema_migrations` is written by Diesel, in the
//! transaction of the migration.

use std::cell::RefCell;
use std::path::Path;

use diesel::connection::{BoxableConnection, SimpleConnection};
use diesel::migration::{CREATE_MIGRATIONS_TABLE, Migration, MigrationMetadata, MigrationName};
use diesel::result::Error as DieselError;
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel_migrations::MigrationHarness;
use glowplug_dialect::database::Result;
use glowplug_dialect::error::{DatabaseError, ErrorKind, ServerMessage};
use glowplug_dialect::script::MigrationScript;

use crate::error;
use crate::rows::value;
use crate::script::Shape;
use crate::split::{Statement, split};

/// Which way a migration runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Forward: Diesel writes its row.
    Up,
    /// Back: Diesel deletes its row.
    Down,
}

const BROKEN_KEYS: &str = "SELECT count(*) FROM pragma_foreign_key_check";

/// Runs a migration or its way back. After a failure a transaction may be open: the caller takes it back.
pub(super) fn run(
    connection: &mut SqliteConnection,
    script: &MigrationScript,
    direction: Direction,
    file: Option<&Path>,
) -> Result<()> {
    let said = |error: DieselError| error::statement(&error, file);
    connection.batch_execute(CREATE_MIGRATIONS_TABLE).map_err(said)?;
    let statements = split(&script.sql);
    match Shape::of(script) {
        Shape::Inside { keys_off } => {
            if keys_off {
                connection.batch_execute("PRAGMA foreign_keys=OFF").map_err(said)?;
            }
            connection.batch_execute("BEGIN IMMEDIATE").map_err(said)?;
            let broken = if keys_off { value(connection, BROKEN_KEYS).map_err(said)? } else { None };
            harness(connection, script, &statements, direction, file)?;
            if keys_off {
                refuse_broken_keys(connection, broken.as_deref(), file)?;
            }
            connection.batch_execute("COMMIT").map_err(said)
        }
        Shape::Framed { commit } => {
            let (inside, end) = statements.split_at(commit);
            // The ledger and Diesel's row are written before the script's own COMMIT.
            harness(connection, script, inside, direction, file)?;
            send(connection, &script.sql, end).map_err(|failed| failed.into_error(&script.sql, file))
        }
        Shape::Loose => harness(connection, script, &statements, direction, file),
    }
}

/// Runs a text, in a transaction if that is wanted.
pub(super) fn execute(
    connection: &mut SqliteConnection,
    sql: &str,
    statements: &[Statement<'_>],
    in_transaction: bool,
    file: Option<&Path>,
) -> Result<()> {
    let said = |error: DieselError| error::statement(&error, file);
    if in_transaction {
        connection.batch_execute("BEGIN IMMEDIATE").map_err(said)?;
    }
    send(connection, sql, statements).map_err(|failed| failed.into_error(sql, file))?;
    if in_transaction {
        connection.batch_execute("COMMIT").map_err(said)?;
    } else if is_open(connection) {
        return Err(left_open());
    }
    Ok(())
}

/// A statement that failed.
#[derive(Debug)]
struct Failed {
    statement: String,
    start: usize,
    error: DieselError,
}

impl Failed {
    fn into_error(self, sql: &str, file: Option<&Path>) -> DatabaseError {
        error::at(error::statement(&self.error, file), sql, &self.statement, self.start)
    }
}

fn send(
    connection: &mut dyn SimpleConnection,
    _sql: &str,
    statements: &[Statement<'_>],
) -> std::result::Result<(), Failed> {
    for statement in statements {
        connection.batch_execute(statement.text).map_err(|error| Failed {
            statement: statement.text.to_owned(),
            start: statement.start,
            error,
        })?;
    }
    Ok(())
}

/// Runs statements and bookkeeping through Diesel's harness, which adds its own row.
fn harness(
    connection: &mut SqliteConnection,
    script: &MigrationScript,
    statements: &[Statement<'_>],
    direction: Direction,
    file: Option<&Path>,
) -> Result<()> {
    let loose = Shape::of(script) == Shape::Loose;
    let run = Run { script, statements, loose, failed: RefCell::new(None) };
    let res = match direction {
        Direction::Up => connection.run_migration(&run),
        Direction::Down => connection.revert_migration(&run),
    };
    let Err(other) = res else { return Ok(()) };
    Err(match (run.failed.into_inner(), other.downcast_ref::<DieselError>()) {
        (Some(failed), _) => failed.into_error(&script.sql, file),
        (None, Some(error)) => error::statement(error, file),
        (None, None) if other.to_string() == LEFT_OPEN => left_open(),
        (None, None) => DatabaseError::new(ErrorKind::Statement, other.to_string()),
    })
}

/// A script as Diesel's harness wants it.
struct Run<'a> {
    script: &'a MigrationScript,
    statements: &'a [Statement<'a>],
    loose: bool,
    failed: RefCell<Option<Failed>>,
}

impl Run<'_> {
    fn send(&self, connection: &mut dyn BoxableConnection<Sqlite>) -> diesel::migration::Result<()> {
        let sent = send(&mut Boxed(connection), &self.script.sql, self.statements);
        if let Err(failed) = sent {
            self.failed.replace(Some(failed));
            return Err("a statement failed".into());
        }
        if self.loose && is_open_boxed(connection) {
            return Err(LEFT_OPEN.into());
        }
        Ok(connection.batch_execute(&self.script.bookkeeping)?)
    }
}

/// Lets a boxed connection be used where a plain one is.
struct Boxed<'a>(&'a mut dyn BoxableConnection<Sqlite>);

impl SimpleConnection for Boxed<'_> {
    fn batch_execute(&mut self, query: &str) -> diesel::QueryResult<()> {
        self.0.batch_execute(query)
    }
}

impl Migration<Sqlite> for Run<'_> {
    fn run(&self, connection: &mut dyn BoxableConnection<Sqlite>) -> diesel::migration::Result<()> {
        self.send(connection)
    }

    fn revert(&self, connection: &mut dyn BoxableConnection<Sqlite>) -> diesel::migration::Result<()> {
        self.send(connection)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self
    }

    fn name(&self) -> &dyn MigrationName {
        self.script
    }
}

/// The transaction is opened here, with the write lock from the start: Diesel's own would ask for it later,
/// when SQLite can no longer wait.
impl MigrationMetadata for Run<'_> {
    fn run_in_transaction(&self) -> bool {
        false
    }
}

const LEFT_OPEN: &str = "the script begins a transaction and does not commit it";

fn left_open() -> DatabaseError {
    let mut error = DatabaseError::new(ErrorKind::Statement, LEFT_OPEN);
    error.server =
        Some(Box::new(ServerMessage { message: LEFT_OPEN.to_owned(), ..ServerMessage::default() }));
    error
}

/// Whether a transaction is open: then SQLite refuses another one.
fn is_open(connection: &mut SqliteConnection) -> bool {
    is_open_boxed(connection)
}

fn is_open_boxed(connection: &mut dyn BoxableConnection<Sqlite>) -> bool {
    match connection.batch_execute("BEGIN") {
        Ok(()) => connection.batch_execute("COMMIT").is_err(),
        Err(_) => true,
    }
}

fn refuse_broken_keys(
    connection: &mut SqliteConnection,
    before: Option<&str>,
    file: Option<&Path>,
) -> Result<()> {
    let count = |text: Option<&str>| text.and_then(|it| it.parse::<u64>().ok()).unwrap_or_default();
    let now = value(connection, BROKEN_KEYS).map_err(|error| error::statement(&error, file))?;
    if count(now.as_deref()) <= count(before) {
        return Ok(());
    }
    let first = "SELECT 'a row of `' || \"table\" || '` refers to a row of `' || parent || '` that does not exist' \
                 FROM pragma_foreign_key_check LIMIT 1";
    let which = value(connection, first).ok().flatten().unwrap_or_default();
    let message = format!("after this migration {which}");
    let mut error = DatabaseError::new(ErrorKind::Statement, message.clone());
    error.server = Some(Box::new(ServerMessage { message, ..ServerMessage::default() }));
    Err(error)
}
