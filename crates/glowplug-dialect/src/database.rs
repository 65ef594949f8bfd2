//! The connected half of a dialect. Everything that talks to a server goes through here.

use std::path::Path;
use std::time::Duration;

use glowplug_sql::model::{QualifiedName, SqlSchema};

use crate::beside::Beside;
use crate::effects::Weights;
use crate::error::DatabaseError;
use crate::finding::{Facts, Probe};
use crate::script::MigrationScript;
use crate::unit::{Blocker, Landed, Unit};

/// What every call to a database gives.
pub type Result<T> = std::result::Result<T, DatabaseError>;

/// Rows as text, `None` for NULL.
pub type Rows = Vec<Vec<Option<String>>>;

/// Opens databases of one kind.
pub trait Connector: Send + Sync {
    /// Connects. `url` is as the user gave it, Prisma's parameters included.
    fn connect(&self, url: &str, options: &ConnectOptions) -> Result<Box<dyn Database>>;

    /// Creates the database that `url` names if it does not exist; says whether it did.
    fn create_database(&self, url: &str, options: &ConnectOptions) -> Result<bool>;

    /// Where a URL leads, without connecting.
    fn target(&self, url: &str) -> Result<Target>;

    /// The same URL, for use from any folder: what is relative in it starts at `folder`.
    fn absolute_url(&self, url: &str, folder: &Path) -> String;

    /// The URL of a workspace's own database where none is configured, relative to the folder of the schema
    /// file. `None` where a server has to be started for that.
    fn local_url(&self) -> Option<&'static str>;
}

/// How to connect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConnectOptions {
    /// The server takes one connection at a time (the embedded one): never hold two.
    pub single_connection: bool,
    /// Shown in `pg_stat_activity` and to those who wait for our lock.
    pub application_name: String,
    /// How long a statement in a transaction may wait for others, and keep those behind it waiting; without a
    /// limit, what the server has. Zero: for ever.
    pub lock_timeout: Option<Duration>,
    /// How long such a statement may run; the same.
    pub statement_timeout: Option<Duration>,
}

/// One unit of a migration, about to run.
#[derive(Debug, Clone, Copy)]
pub struct UnitRun<'a> {
    /// The migration.
    pub script: &'a MigrationScript,
    /// Which part of it.
    pub unit: &'a Unit,
    /// Statements that keep the journal: run after it, in its transaction if it has one.
    pub bookkeeping: &'a str,
    /// Whether it is the first of this run, so that the session starts over.
    pub is_first: bool,
}

impl UnitRun<'_> {
    /// Its text.
    pub fn text(&self) -> &str {
        &self.script.sql[self.unit.start..self.unit.end]
    }
}

/// Where a connection leads. Safe to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Host name, socket folder or file path.
    pub host: String,
    /// Port, where there is one.
    pub port: Option<u16>,
    /// The database's name (SQLite: the file's).
    pub database: String,
    /// The role.
    pub user: Option<String>,
    /// The namespace that unqualified names are in.
    pub namespace: Option<String>,
    /// Whether it is on this machine: loopback, a socket, a file.
    pub is_local: bool,
    /// Parameters of the URL that nobody here knows; to be named in a warning.
    pub unknown_parameters: Vec<String>,
}

/// Who holds the migration lock, as far as the server tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LockHolder {
    /// The server's process.
    pub pid: Option<i64>,
    /// The application's name.
    pub application: Option<String>,
    /// Its address.
    pub host: Option<String>,
    /// Since when its session exists, as the server prints it.
    pub since: Option<String>,
}

/// A transaction that is open.
pub trait Transaction {
    /// Runs one statement, or a few; gives how many rows they wrote, as far as the database counts that.
    fn execute(&mut self, sql: &str) -> Result<u64>;

    /// Runs one query; every value as text.
    fn query(&mut self, sql: &str) -> Result<Rows>;
}

/// How a transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// What it did stays.
    Commit,
    /// What it did is taken back.
    Rollback,
}

/// An open database.
pub trait Database: Send {
    /// Where it is. Safe to print.
    fn target(&self) -> &Target;

    /// The server's version, e.g. `PostgreSQL 15.18`.
    fn server_version(&mut self) -> Result<String>;

    /// Reads the whole model in a fixed number of queries. `namespaces` are those to look at;
    /// empty means the default one. Tables of the bookkeeping are left out
    /// (ours, Diesel's, Prisma's).
    fn introspect(&mut self, namespaces: &[String]) -> Result<SqlSchema>;

    /// Runs SQL as one batch: one implicit transaction where the server has that.
    fn execute(&mut self, sql: &str) -> Result<()>;

    /// The same with the limits of a migration (`lock_timeout`, `statement_timeout` of [`ConnectOptions`]): where others
    /// keep it from a table it fails as `Blocked`, names them, and may be tried again.
    fn change(&mut self, sql: &str) -> Result<()>;

    /// Runs one query; every value as text.
    fn query(&mut self, sql: &str) -> Result<Rows>;

    /// Works in one transaction, within the limits of [`ConnectOptions`]. An error takes it back.
    fn transaction(&mut self, work: &mut dyn FnMut(&mut dyn Transaction) -> Result<End>) -> Result<()>;

    /// Whether a table of that name exists in the default namespace.
    fn has_table(&mut self, name: &str) -> Result<bool>;

    /// Runs a migration through Diesel's harness (see [`MigrationScript`]).
    /// On failure nothing of it remains, if it runs in a transaction.
    fn apply(&mut self, script: &MigrationScript) -> Result<()>;

    /// Reverts a migration through Diesel's harness: `script.sql` is the down SQL.
    fn revert(&mut self, script: &MigrationScript) -> Result<()>;

    /// Whether a migration is applied as a whole or not at all: in the harness's transaction, or in one that
    /// its text brings along. Its bookkeeping is then a part of that.
    fn is_whole(&self, script: &MigrationScript) -> bool;

    /// The units of a migration that is not applied as a whole, in order. None: it cannot be taken apart, and
    /// only a person can say how far it came.
    fn units(&self, script: &MigrationScript) -> Vec<Unit>;

    /// Runs one unit in the session for migrations. One in a transaction lands with its bookkeeping or not at
    /// all. `on_wait` is called about once a second while others keep the unit waiting.
    fn run_unit(&mut self, run: &UnitRun<'_>, on_wait: &mut dyn FnMut(&[Blocker], Duration)) -> Result<()>;

    /// Looks what there is of a statement that cannot be in a transaction. Changes nothing.
    fn landed(&mut self, statement: &str) -> Result<Landed>;

    /// Answers questions about the rows. A probe that fails or takes longer than `limit` has no answer.
    fn probe(&mut self, probes: &[Probe], limit: Duration) -> Result<Facts>;

    /// What the statistics say about these tables (or tables of these indexes), and about who is in the way. Asks no
    /// row; a name that is not there has no weight.
    fn weigh(&mut self, names: &[String]) -> Result<Weights>;

    /// Takes the migration lock of this database for this session, by polling. `on_wait` is called
    /// about once a second while somebody else holds it; returning false gives up (`LockTimeout`).
    fn lock(&mut self, on_wait: &mut dyn FnMut(&LockHolder, Duration) -> bool) -> Result<()>;

    /// Gives the lock back. Closing the connection does, too.
    fn unlock(&mut self) -> Result<()>;

    /// Drops everything in the given namespaces (empty: the default one), bookkeeping included.
    fn wipe(&mut self, namespaces: &[String]) -> Result<()>;

    /// The same, but leaves these tables and enums as they are. Fails, and drops nothing, if one of them needs
    /// something that would go.
    fn wipe_but(&mut self, namespaces: &[String], spare: &[QualifiedName]) -> Result<()>;

    /// Writes a copy of the whole database into `file`, which must not exist yet. False, and nothing is
    /// written, where a database is not something that is copied so.
    fn copy_to(&mut self, file: &Path) -> Result<bool>;

    /// Makes the database as it was when [`Self::copy_to`] wrote the file: all of it, or nothing changes.
    fn restore_from(&mut self, file: &Path) -> Result<()>;

    /// Copies that its server keeps beside it. `None` where a copy is a file ([`Self::copy_to`]), or there are none.
    fn beside(&mut self) -> Option<&mut dyn Beside>;

    /// A new empty database on the same server, dropped when the value is dropped.
    fn create_scratch(&mut self) -> Result<Box<dyn Database>>;
}
