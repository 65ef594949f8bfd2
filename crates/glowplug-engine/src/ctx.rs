//! What every command is given.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use glowplug_dialect::database::{ConnectOptions, Connector, Database};
use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::error::ErrorKind;
use glowplug_migrations::folder::{Migration, read_history};
use glowplug_migrations::ledger::Stamp;

use crate::external::External;
use crate::failure::{Failure, Result};
use crate::paths::Paths;
use crate::schema_files::SchemaFiles;
use crate::ui::{Event, Ui};

/// What every command is given, whether or not it needs a database.
pub struct Workspace<'a> {
    /// Where things are.
    pub paths: Paths,
    /// The schema, parsed once.
    pub schema: &'a SchemaFiles,
    /// The pure half of the database's dialect.
    pub dialect: &'a dyn Dialect,
    /// Opens databases.
    pub connector: &'a dyn Connector,
    /// What others look after.
    pub external: &'a External,
    /// How many copies of a database are kept.
    pub copies: usize,
    /// Whether new migrations are run up, down and up again on a scratch database.
    pub prove: bool,
    /// How patient it is with others.
    pub pace: Pace,
    /// Who is told and asked.
    pub ui: &'a mut dyn Ui,
    /// What time it is.
    pub clock: &'a dyn Clock,
    /// What the user typed to get here, for hints: `cargo xtask db`.
    pub tool: String,
    /// Version of this tool, for the ledger.
    pub tool_version: String,
    /// The hash of a plan that somebody has read and agreed to.
    pub confirm: Option<String>,
}

/// How patient a migration is with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long to wait for somebody else's migration lock.
    pub deploy_wait: Duration,
    /// How often a transaction is tried that others keep from a table.
    pub tries: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { deploy_wait: Duration::from_secs(60), tries: 10 }
    }
}

/// A workspace and the database that a command works on. It reads like the workspace: `ctx.paths`, `ctx.ui`.
pub struct Ctx<'a> {
    /// Everything but the database.
    pub workspace: Workspace<'a>,
    /// Which database.
    pub connection: Connection,
}

impl<'a> Deref for Ctx<'a> {
    type Target = Workspace<'a>;

    fn deref(&self) -> &Self::Target {
        &self.workspace
    }
}

impl DerefMut for Ctx<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.workspace
    }
}

/// Which database, and how to get there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The connection string. Secret.
    pub url: String,
    /// A database to replay the history on; without one, a scratch database is made on the same server.
    pub shadow_url: Option<String>,
    /// How to connect.
    pub options: ConnectOptions,
    /// Namespaces to look at; empty means the default one.
    pub namespaces: Vec<String>,
}

/// What to type when connecting failed.
fn next_command(kind: ErrorKind) -> Option<(&'static str, &'static str)> {
    match kind {
        ErrorKind::BadUrl | ErrorKind::Unreachable | ErrorKind::WrongCredentials | ErrorKind::Tls => {
            Some(("url", "prints the connection string that is used"))
        }
        ErrorKind::MissingDatabase => Some(("migrate", "creates it, for development")),
        // Only an administrator can help, and the hint says how.
        ErrorKind::MissingRight => None,
        ErrorKind::LockTimeout
        | ErrorKind::ConnectionLost
        | ErrorKind::Blocked
        | ErrorKind::Statement
        | ErrorKind::Catalog
        | ErrorKind::Pooler => None,
    }
}

/// The time, from outside.
pub trait Clock {
    /// UTC now, as `YYYYMMDDHHMMSS`.
    fn folder_timestamp(&self) -> String;
    /// UTC now, as `YYYY-MM-DD HH:MM:SS.mmm+00`.
    fn ledger_timestamp(&self) -> String;
}

impl Workspace<'_> {
    /// The migrations on disk, in order.
    ///
    /// # Errors
    /// A broken folder: no up.sql, metadata.toml that cannot be read.
    pub fn disk(&self) -> Result<Vec<Migration>> {
        read_history(&self.paths.migrations).map_err(|error| Failure::from_history(&error, &self.paths))
    }

    /// The same workspace with a database.
    pub fn with(&mut self, connection: Connection) -> Ctx<'_> {
        let workspace = Workspace {
            paths: self.paths.clone(),
            schema: self.schema,
            dialect: self.dialect,
            connector: self.connector,
            external: self.external,
            copies: self.copies,
            prove: self.prove,
            pace: self.pace,
            ui: &mut *self.ui,
            clock: self.clock,
            tool: self.tool.clone(),
            tool_version: self.tool_version.clone(),
            confirm: self.confirm.clone(),
        };
        Ctx { workspace, connection }
    }

    /// The stamp for rows of the ledger.
    pub fn stamp(&self) -> Stamp {
        Stamp { now: self.clock.ledger_timestamp(), tool_version: self.tool_version.clone() }
    }
}

impl Ctx<'_> {
    /// Opens the database.
    ///
    /// # Errors
    /// Whatever the server answers.
    pub fn connect(&mut self) -> Result<Box<dyn Database>> {
        let target = self.connector.target(&self.connection.url)?;
        for parameter in &target.unknown_parameters {
            let message =
                format!("the connection string's parameter `{parameter}` is not known and was ignored");
            self.ui.report(&Event::Warning { message: &message });
        }
        self.connector.connect(&self.connection.url, &self.connection.options).map_err(|error| {
            let next = next_command(error.kind);
            let failure = Failure::from_database(error);
            match next {
                Some((command, what)) => failure.hint(format!("{} {command}    {what}", self.tool)),
                None => failure,
            }
        })
    }

    /// Opens the database, creating it first where it does not exist.
    ///
    /// # Errors
    /// Whatever the server answers.
    pub fn connect_or_create(&mut self) -> Result<Box<dyn Database>> {
        self.connect_noting_creation().map(|(database, _)| database)
    }

    /// The same, and whether it was created now.
    ///
    /// # Errors
    /// Whatever the server answers.
    pub fn connect_noting_creation(&mut self) -> Result<(Box<dyn Database>, bool)> {
        match self.connect() {
            Err(failure) if failure.prisma_code == Some("P1003") => {}
            done => return done.map(|database| (database, false)),
        }
        let created = self.connector.create_database(&self.connection.url, &self.connection.options)?;
        if created {
            let name = self.connector.target(&self.connection.url)?.database;
            self.ui.report(&Event::DatabaseCreated { name: &name });
        }
        Ok((self.connect()?, created))
    }
}
