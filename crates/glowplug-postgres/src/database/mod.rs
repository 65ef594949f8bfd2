//! An open PostgreSQL database: two connections, each opened when it is first needed.
//!
//! The *main* one is plain: catalog queries, probes, reads of the ledger, the migration lock. The
//! *migrator* is Diesel's; it opens only when a migration must run. Two, so that a migration that breaks
//! its session does not give the lock back. A server that takes a single connection gets one at a time.

mod apply;
mod beside;
pub(crate) mod create;
mod landed;
mod lock;
mod pooler;
mod probe;
mod scratch;
mod session;
pub(crate) mod sql;
mod transaction;
mod watch;
mod weigh;
mod wipe;

use std::path::Path;
use std::time::Duration;

use glowplug_dialect::beside::Beside;
use glowplug_dialect::database::{
    ConnectOptions, Database, End, LockHolder, Result, Rows, Target, Transaction, UnitRun,
};
use glowplug_dialect::effects::Weights;
use glowplug_dialect::error::{DatabaseError, ErrorKind};
use glowplug_dialect::finding::{Facts, Probe};
use glowplug_dialect::script::MigrationScript;
use glowplug_dialect::unit::{Blocker, Landed, Unit};
use glowplug_sql::model::{QualifiedName, SqlSchema};
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::connect::Session;
use crate::connect::turn::Turn;
use crate::connect::url::ConnectionUrl;
use crate::error;
use crate::introspect;
use crate::runtime::block_on;
use crate::units;
use apply::{Direction, Migrator};
use scratch::Scratch;

/// An open PostgreSQL database.
pub struct PostgresDatabase {
    url: ConnectionUrl,
    options: ConnectOptions,
    turn: Turn,
    target: Target,
    /// The namespace that unqualified names are in.
    namespace: String,
    main: Option<Session>,
    migrator: Option<Migrator>,
    locked: bool,
    /// For a throw-away database. The last field: it is dropped when the connections are closed.
    scratch: Option<Scratch>,
}

impl PostgresDatabase {
    /// Connects, creates the namespace that the URL asks for if it does not exist.
    pub fn connect(url: ConnectionUrl, options: &ConnectOptions) -> Result<Self> {
        Self::connect_in_turn(url, options, Turn::new(options.single_connection))
    }

    fn connect_in_turn(url: ConnectionUrl, options: &ConnectOptions, turn: Turn) -> Result<Self> {
        let mut database = Self {
            target: url.target(),
            namespace: url.schema.clone().unwrap_or_default(),
            url,
            options: options.clone(),
            turn,
            main: None,
            migrator: None,
            locked: false,
            scratch: None,
        };
        let session = database.open()?;
        // All further sessions go to the same server.
        database.url = database.url.at(&session.address);
        database.target = database.url.target();
        database.namespace = session::first(&session.client, database.url.schema.as_deref())?;
        database.target.namespace = Some(database.namespace.clone());
        database.main = Some(session);
        Ok(database)
    }

    /// The main connection, opened again if it was closed or broke.
    fn main(&mut self) -> Result<&Client> {
        self.check_lock()?;
        let session = match self.main.take() {
            Some(session) if !session.client.is_closed() => session,
            _ => {
                self.close_for_single_connection();
                let session = self.open()?;
                session::set_up(&session.client, self.url.schema.as_deref())?;
                if self.locked {
                    lock::take_back(&session.client, &self.namespace)?;
                }
                session
            }
        };
        Ok(&self.main.insert(session).client)
    }

    /// Fails if the lock went away with its connection: nobody may go on as if it were still held.
    fn check_lock(&mut self) -> Result<()> {
        // Where connections take turns, a closed one is no news; the lock is taken back with the next.
        if self.options.single_connection {
            return Ok(());
        }
        let is_lost = self.locked && self.main.as_ref().is_some_and(|it| it.client.is_closed());
        if is_lost {
            self.main = None;
            self.locked = false;
            return Err(error::lost("the migration lock went with it"));
        }
        Ok(())
    }

    /// Runs something on the main connection. If that breaks it, the next call opens another one.
    fn on_main<T>(&mut self, run: impl FnOnce(&Client) -> Result<T>) -> Result<T> {
        let mut res = run(self.main()?);
        if let Err(error) = &mut res
            && error.kind == ErrorKind::ConnectionLost
        {
            self.main = None;
            if std::mem::take(&mut self.locked) {
                error.message.push_str("; the migration lock went with it");
            }
        }
        res
    }

    /// Diesel's connection, opened again if it was closed or is in doubt.
    fn migrator(&mut self) -> Result<&mut Migrator> {
        self.check_lock()?;
        let migrator = match self.migrator.take() {
            Some(migrator) if migrator.is_usable() => migrator,
            _ => {
                self.close_for_single_connection();
                let session = self.open()?;
                if self.options.single_connection && self.locked {
                    lock::take_back(&session.client, &self.namespace)?;
                }
                Migrator::new(session, self.url.schema.as_deref(), &self.namespace, &self.options)?
            }
        };
        Ok(self.migrator.insert(migrator))
    }

    /// Works in Diesel's session, and watches it over the main connection.
    fn on_migrator(
        &mut self,
        on_wait: &mut dyn FnMut(&[Blocker], Duration),
        work: impl FnOnce(&mut Migrator) -> Result<()> + Send,
    ) -> Result<()> {
        self.migrator()?;
        let watcher = self.main.as_ref().map(|session| &session.client).filter(|it| !it.is_closed());
        let Some(migrator) = self.migrator.as_mut() else { return Ok(()) };
        watch::run(watcher, migrator.pid(), self.options.lock_timeout, on_wait, || work(migrator))
    }

    /// Fails where the lock could not be held.
    fn refuse_pooler(&mut self) -> Result<()> {
        if self.url.pgbouncer {
            return Err(pooler::refused("`pgbouncer=true`"));
        }
        // Where connections take turns there is no second one.
        if self.options.single_connection {
            return Ok(());
        }
        let answering = self.on_main(pooler::process)?;
        let said = self.main.as_ref().and_then(|session| session.last_error.process());
        if said == answering {
            return Ok(());
        }
        let second = self.open()?;
        let shares = self.on_main(|client| pooler::shares(client, &second.client));
        second.close();
        if shares? {
            return Err(pooler::refused("two sessions of ours share one of the server's"));
        }
        Ok(())
    }

    fn open(&self) -> Result<Session> {
        self.turn.open(&self.url, &self.options.application_name)
    }

    /// Where the server takes one connection at a time, ours must go before another one comes.
    fn close_for_single_connection(&mut self) {
        if self.options.single_connection {
            if let Some(session) = self.main.take() {
                session.close();
            }
            if let Some(migrator) = self.migrator.take() {
                migrator.close();
            }
        }
    }

    fn names(&self, namespaces: &[String]) -> Vec<String> {
        if namespaces.is_empty() { vec![self.namespace.clone()] } else { namespaces.to_vec() }
    }
}

impl Database for PostgresDatabase {
    fn target(&self) -> &Target {
        &self.target
    }

    fn server_version(&mut self) -> Result<String> {
        let rows = self.query("SHOW server_version")?;
        let version = rows.into_iter().flatten().flatten().next().unwrap_or_default();
        // `15.18 (Debian 15.18-0+deb12u1)`: the package is nobody's business.
        Ok(format!("PostgreSQL {}", version.split(' ').next().unwrap_or_default()))
    }

    fn introspect(&mut self, namespaces: &[String]) -> Result<SqlSchema> {
        let names = self.names(namespaces);
        let default = self.namespace.clone();
        self.on_main(|client| introspect::introspect(client, &default, &names))
    }

    fn execute(&mut self, sql: &str) -> Result<()> {
        self.on_main(|client| block_on(client.batch_execute(sql)).map_err(|error| error::statement(&error)))
    }

    fn change(&mut self, sql: &str) -> Result<()> {
        let limits = apply::limits("SET", &self.options);
        self.execute(&limits)?;
        let pid = i64::from(self.on_main(pooler::process)?.unwrap_or_default());
        // Whoever is in the way is seen from beside. Without a second connection nobody is named.
        let watcher = if self.options.single_connection { None } else { self.open().ok() };
        let limit = self.options.lock_timeout;
        let res = self.on_main(|client| {
            let seen_from = watcher.as_ref().map(|session| &session.client);
            watch::run(seen_from, pid, limit, &mut |_, _| {}, || {
                block_on(client.batch_execute(sql)).map_err(|error| error::statement(&error))
            })
        });
        if let Some(watcher) = watcher {
            watcher.close();
        }
        if !limits.is_empty() && res.as_ref().err().is_none_or(|it| it.kind != ErrorKind::ConnectionLost) {
            self.execute("RESET lock_timeout; RESET statement_timeout")?;
        }
        res
    }

    fn query(&mut self, sql: &str) -> Result<Rows> {
        self.on_main(|client| rows(client, sql))
    }

    fn transaction(&mut self, work: &mut dyn FnMut(&mut dyn Transaction) -> Result<End>) -> Result<()> {
        let options = self.options.clone();
        self.on_main(|client| transaction::run(client, &options, work))
    }

    fn has_table(&mut self, name: &str) -> Result<bool> {
        let namespace = sql::literal(&self.namespace);
        let rows = self.query(&format!(
            "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = {namespace} AND c.relname = {} AND c.relkind IN ('r', 'p')",
            sql::literal(name)
        ))?;
        Ok(!rows.is_empty())
    }

    fn apply(&mut self, script: &MigrationScript) -> Result<()> {
        self.on_migrator(&mut |_, _| {}, |migrator| migrator.run(script, Direction::Up))
    }

    fn revert(&mut self, script: &MigrationScript) -> Result<()> {
        self.on_migrator(&mut |_, _| {}, |migrator| migrator.run(script, Direction::Down))
    }

    fn is_whole(&self, script: &MigrationScript) -> bool {
        units::is_whole(script)
    }

    fn units(&self, script: &MigrationScript) -> Vec<Unit> {
        units::cut(script)
    }

    fn run_unit(&mut self, run: &UnitRun<'_>, on_wait: &mut dyn FnMut(&[Blocker], Duration)) -> Result<()> {
        self.on_migrator(on_wait, |migrator| migrator.run_unit(run))
    }

    fn landed(&mut self, statement: &str) -> Result<Landed> {
        self.on_main(|client| landed::landed(client, statement))
    }

    fn probe(&mut self, probes: &[Probe], limit: Duration) -> Result<Facts> {
        let namespace = self.namespace.clone();
        self.on_main(|client| probe::probe(client, &namespace, probes, limit))
    }

    fn weigh(&mut self, names: &[String]) -> Result<Weights> {
        let namespace = self.namespace.clone();
        self.on_main(|client| weigh::weigh(client, &namespace, names))
    }

    fn lock(&mut self, on_wait: &mut dyn FnMut(&LockHolder, Duration) -> bool) -> Result<()> {
        if self.locked {
            return Ok(());
        }
        // Its session holds the note that a migration may be running, and would keep us out.
        if let Some(migrator) = self.migrator.take() {
            migrator.close();
        }
        self.refuse_pooler()?;
        let namespace = self.namespace.clone();
        self.on_main(|client| lock::take(client, &namespace, on_wait))?;
        self.locked = true;
        Ok(())
    }

    fn unlock(&mut self) -> Result<()> {
        if !std::mem::take(&mut self.locked) {
            return Ok(());
        }
        if let Some(migrator) = self.migrator.take() {
            migrator.close();
        }
        let namespace = self.namespace.clone();
        match &self.main {
            Some(session) if !session.client.is_closed() => lock::give_back(&session.client, &namespace),
            // It went with its connection.
            _ => Ok(()),
        }
    }

    fn wipe(&mut self, namespaces: &[String]) -> Result<()> {
        let names = self.names(namespaces);
        self.on_main(|client| wipe::wipe(client, &names))
    }

    fn wipe_but(&mut self, namespaces: &[String], spare: &[QualifiedName]) -> Result<()> {
        let (names, default) = (self.names(namespaces), self.namespace.clone());
        self.on_main(|client| wipe::wipe_but(client, &default, &names, spare))
    }

    /// Its server has programs for that, which know of roles and large objects, too.
    fn copy_to(&mut self, _file: &Path) -> Result<bool> {
        Ok(false)
    }

    fn beside(&mut self) -> Option<&mut dyn Beside> {
        Some(self)
    }

    fn restore_from(&mut self, file: &Path) -> Result<()> {
        let message = format!("`{}` cannot be restored here: copies are of database files", file.display());
        Err(DatabaseError::new(ErrorKind::Statement, message).with_hint("use pg_dump and pg_restore"))
    }

    fn create_scratch(&mut self) -> Result<Box<dyn Database>> {
        let (url, options, turn) = (self.url.clone(), self.options.clone(), self.turn.clone());
        let scratch = self.on_main(|client| Scratch::create(client, &url, &options, turn))?;
        // Where one connection is all there is, the new database needs it.
        self.close_for_single_connection();
        Ok(Box::new(scratch.connect(&self.options)?))
    }
}

/// Runs SQL as one batch; the rows of all its statements, as text.
pub(crate) fn rows(client: &Client, sql: &str) -> Result<Rows> {
    let messages = block_on(client.simple_query(sql)).map_err(|error| error::statement(&error))?;
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|index| row.get(index).map(str::to_owned)).collect())
        }
        _ => None,
    });
    Ok(rows.collect())
}
