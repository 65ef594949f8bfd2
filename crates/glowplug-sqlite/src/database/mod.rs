//! An open SQLite database: one connection, and beside it the lock of whoever migrates.

mod apply;
mod copy;
mod lock;
mod probe;
mod transaction;
mod weigh;
mod wipe;

use std::path::Path;
use std::time::Duration;

use diesel::Connection;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use glowplug_dialect::beside::Beside;
use glowplug_dialect::database::{
    ConnectOptions, Database, End, LockHolder, Result, Rows, Target, Transaction, UnitRun,
};
use glowplug_dialect::effects::Weights;
use glowplug_dialect::finding::{Facts, Probe};
use glowplug_dialect::script::MigrationScript;
use glowplug_dialect::unit::{Blocker, Landed, Unit};
use glowplug_sql::model::{QualifiedName, SqlSchema};

use crate::error;
use crate::introspect;
use crate::names::literal;
use crate::rows;
use crate::script::{self, Shape};
use crate::url::ConnectionUrl;
use apply::Direction;
use lock::FileLock;

/// An open SQLite database.
pub struct SqliteDatabase {
    url: ConnectionUrl,
    options: ConnectOptions,
    target: Target,
    connection: SqliteConnection,
    lock: Option<FileLock>,
}

impl SqliteDatabase {
    /// Opens a file that exists, or a new database in memory.
    pub(crate) fn open(url: ConnectionUrl, options: &ConnectOptions) -> Result<Self> {
        let connection = connect(&url)?;
        let target = url.target();
        Ok(Self { url, options: options.clone(), target, connection, lock: None })
    }

    fn file(&self) -> Option<&Path> {
        self.url.file.as_deref()
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        let file = self.url.file.as_deref();
        self.connection.batch_execute(sql).map_err(|error| error::statement(&error, file))
    }

    /// Whatever was left open is taken back, and the session is as it was in the beginning.
    fn recover(&mut self) {
        // Without an open transaction there is nothing to take back, and SQLite says so.
        let _ = self.connection.batch_execute("ROLLBACK");
        let fresh = match &self.url.file {
            // A fresh connection knows of nothing; a database in memory would be gone with its own.
            Some(_) => connect(&self.url).ok(),
            None => None,
        };
        match fresh {
            Some(connection) => self.connection = connection,
            None => {
                let _ = self.connection.batch_execute(&set_up(&self.url));
            }
        }
    }

    fn run(&mut self, script: &MigrationScript, direction: Direction) -> Result<()> {
        let res = apply::run(&mut self.connection, script, direction, self.url.file.as_deref());
        match &res {
            Ok(()) => self.batch(&set_up(&self.url))?,
            Err(_) => self.recover(),
        }
        res
    }
}

/// What every session is told first.
fn set_up(url: &ConnectionUrl) -> String {
    format!(
        "PRAGMA busy_timeout={}; PRAGMA foreign_keys=ON; PRAGMA legacy_alter_table=OFF; PRAGMA writable_schema=OFF",
        url.busy_milliseconds
    )
}

fn connect(url: &ConnectionUrl) -> Result<SqliteConnection> {
    if let Some(file) = &url.file {
        check_file(file)?;
    }
    let file = url.file.as_deref();
    let mut connection = SqliteConnection::establish(&url.for_driver())
        .map_err(|error| error::unopened(file.unwrap_or(Path::new(":memory:")), &error.to_string()))?;
    // SQLite looks into the file when it first has to.
    let looked = connection
        .batch_execute(&set_up(url))
        .and_then(|()| rows::value(&mut connection, "SELECT count(*) FROM sqlite_master"));
    match looked {
        Ok(_) => Ok(connection),
        Err(error) => Err(error::statement(&error, file)),
    }
}

/// Says what is wrong with a path in better words than "unable to open database file".
fn check_file(file: &Path) -> Result<()> {
    match std::fs::metadata(file) {
        Ok(found) if found.is_dir() => Err(error::is_folder(file)),
        Ok(_) => Ok(()),
        Err(_) if file.parent().is_some_and(|folder| !folder.is_dir()) => Err(error::missing_folder(file)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(error::missing(file)),
        Err(error) => Err(error::io("open", file, &error)),
    }
}

impl Database for SqliteDatabase {
    fn target(&self) -> &Target {
        &self.target
    }

    fn server_version(&mut self) -> Result<String> {
        let rows = self.query("SELECT sqlite_version()")?;
        let version = rows.into_iter().flatten().flatten().next().unwrap_or_default();
        Ok(format!("SQLite {version}"))
    }

    /// There are no namespaces.
    fn introspect(&mut self, _namespaces: &[String]) -> Result<SqlSchema> {
        introspect::introspect(&mut self.connection, self.url.file.as_deref())
    }

    /// In one transaction, unless the text has its own or cannot run in one.
    fn execute(&mut self, sql: &str) -> Result<()> {
        let statements = crate::split::split(sql);
        let plain = statements.iter().any(script::wants_no_transaction);
        let file = self.url.file.as_deref();
        let res = apply::execute(&mut self.connection, sql, &statements, !plain, file);
        if res.is_err() {
            self.recover();
        }
        res
    }

    /// `busy_timeout` is the limit there is.
    fn change(&mut self, sql: &str) -> Result<()> {
        self.execute(sql)
    }

    fn query(&mut self, sql: &str) -> Result<Rows> {
        let file = self.url.file.as_deref();
        rows::rows(&mut self.connection, sql).map_err(|error| error::statement(&error, file))
    }

    fn transaction(&mut self, work: &mut dyn FnMut(&mut dyn Transaction) -> Result<End>) -> Result<()> {
        let res = transaction::run(&mut self.connection, self.url.file.as_deref(), work);
        if res.is_err() {
            self.recover();
        }
        res
    }

    fn has_table(&mut self, name: &str) -> Result<bool> {
        let sql = format!("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = {}", literal(name));
        Ok(!self.query(&sql)?.is_empty())
    }

    fn apply(&mut self, script: &MigrationScript) -> Result<()> {
        self.run(script, Direction::Up)
    }

    fn revert(&mut self, script: &MigrationScript) -> Result<()> {
        self.run(script, Direction::Down)
    }

    fn is_whole(&self, script: &MigrationScript) -> bool {
        match Shape::of(script) {
            Shape::Inside { .. } | Shape::Framed { .. } => true,
            Shape::Loose => false,
        }
    }

    /// What is not one transaction here is so by the will of its author.
    fn units(&self, _script: &MigrationScript) -> Vec<Unit> {
        Vec::new()
    }

    fn run_unit(&mut self, run: &UnitRun<'_>, _on_wait: &mut dyn FnMut(&[Blocker], Duration)) -> Result<()> {
        self.execute(&format!("{};\n{}", run.text(), run.bookkeeping))
    }

    fn landed(&mut self, _statement: &str) -> Result<Landed> {
        Ok(Landed::Unknown)
    }

    fn probe(&mut self, probes: &[Probe], limit: Duration) -> Result<Facts> {
        probe::probe(&mut self.connection, probes, limit)
    }

    fn weigh(&mut self, names: &[String]) -> Result<Weights> {
        Ok(weigh::weigh(&mut self.connection, names))
    }

    fn lock(&mut self, on_wait: &mut dyn FnMut(&LockHolder, Duration) -> bool) -> Result<()> {
        if self.lock.is_none()
            && let Some(file) = self.file()
        {
            self.lock = Some(FileLock::take(file, &self.options.application_name, on_wait)?);
        }
        Ok(())
    }

    fn unlock(&mut self) -> Result<()> {
        self.lock = None;
        Ok(())
    }

    fn wipe(&mut self, namespaces: &[String]) -> Result<()> {
        self.wipe_but(namespaces, &[])
    }

    fn wipe_but(&mut self, _namespaces: &[String], spare: &[QualifiedName]) -> Result<()> {
        let res = wipe::wipe(&mut self.connection, spare);
        self.recover();
        res
    }

    fn copy_to(&mut self, file: &Path) -> Result<bool> {
        if self.url.file.is_none() {
            return Ok(false);
        }
        copy::write(&mut self.connection, file).map_err(|error| error::statement(&error, Some(file)))?;
        Ok(true)
    }

    fn restore_from(&mut self, file: &Path) -> Result<()> {
        check_file(file)?;
        let attach = format!("ATTACH {} AS copy", literal(&file.display().to_string()));
        let said = |error| error::statement(&error, Some(file));
        let res = self
            .connection
            .batch_execute(&attach)
            .and_then(|()| rows::value(&mut self.connection, "SELECT count(*) FROM copy.sqlite_master"))
            .map_err(said)
            .and_then(|_| wipe::empty(&mut self.connection, &[]))
            .and_then(|()| copy::fill(&mut self.connection).map_err(said))
            .and_then(|()| self.batch("COMMIT"));
        // A fresh connection has nothing attached.
        self.recover();
        res
    }

    fn beside(&mut self) -> Option<&mut dyn Beside> {
        None
    }

    fn create_scratch(&mut self) -> Result<Box<dyn Database>> {
        Ok(Box::new(Self::open(ConnectionUrl::parse(":memory:")?, &self.options)?))
    }
}
