//! Copies of a whole database beside it, on the same server.
//!
//! A copy is ours if its name is of our form **and** its comment says of which database it is: a database of the same
//! name that somebody else made is left alone, and so is a copy that somebody gave another name, to keep it.

use std::thread::sleep;
use std::time::{Duration, Instant};

use glowplug_dialect::beside::{Beside, Copy};
use glowplug_dialect::database::Result;
use glowplug_dialect::error::{DatabaseError, ErrorKind};
use glowplug_dialect::unit::Blocker;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::connect::Session;
use crate::database::sql::{identifier, literal};
use crate::database::{PostgresDatabase, create, rows, scratch, watch};
use crate::error;
use crate::names::with_suffix;
use crate::runtime::block_on;

/// What a database has that a copy does not get by itself, as statements.
const RIGHTS: &str = include_str!("database_rights.sql");

/// Who else is connected to the database `$`. The server ends its own vacuum by itself.
const OTHERS: &str = "SELECT pid, application_name, state FROM pg_catalog.pg_stat_activity \
     WHERE datname = $ AND pid <> pg_catalog.pg_backend_pid() AND backend_type <> 'autovacuum worker' ORDER BY pid";

/// How long a session may be seen that has ended.
const LEAVING: Duration = Duration::from_secs(1);
const POLL: Duration = Duration::from_millis(20);
/// How often another name is tried, if one is taken.
const TRIES: usize = 9;

impl Beside for PostgresDatabase {
    fn size(&mut self) -> Result<u64> {
        let size = self.on_main(|client| {
            rows(client, "SELECT pg_catalog.pg_database_size(pg_catalog.current_database())")
        })?;
        Ok(size.into_iter().flatten().flatten().next().and_then(|it| it.parse().ok()).unwrap_or_default())
    }

    fn copy(&mut self, why: &str, when: &str) -> Result<Copy> {
        let server = self.leave()?;
        let res = copy(&server.client, &self.url.database, why, when);
        self.come_back(server, res)
    }

    fn copies(&mut self) -> Result<Vec<Copy>> {
        let source = self.url.database.clone();
        self.on_main(|client| copies(client, &source))
    }

    fn bring_back(&mut self, name: &str) -> Result<()> {
        self.refuse_strange(name)?;
        let server = self.leave()?;
        let res = bring_back(&server.client, &self.url.database, name);
        self.come_back(server, res)
    }

    fn remove(&mut self, name: &str) -> Result<()> {
        self.refuse_strange(name)?;
        self.on_main(|client| {
            // The server would wait for them.
            refuse_others(client, name)?;
            run(client, &format!("DROP DATABASE {}", identifier(name)))
        })
    }
}

impl PostgresDatabase {
    /// Closes our connections and opens one to another database: whoever is to be copied or renamed must be alone.
    fn leave(&mut self) -> Result<Session> {
        // The embedded one: what is one process altogether copies nothing behind its own back.
        if self.options.single_connection {
            let message = "a server that takes one connection at a time copies no database";
            return Err(DatabaseError::new(ErrorKind::Statement, message));
        }
        if let Some(migrator) = self.migrator.take() {
            migrator.close();
        }
        let source = self.url.database.clone();
        self.on_main(|client| refuse_others(client, &source))?;
        if let Some(session) = self.main.take() {
            session.close();
        }
        create::maintenance(&self.url, &self.options.application_name, &self.turn)
    }

    fn refuse_strange(&mut self, name: &str) -> Result<()> {
        if self.copies()?.iter().any(|copy| copy.name == name) {
            return Ok(());
        }
        let message = format!("`{name}` is no copy of `{}` that this tool has made", self.url.database);
        Err(DatabaseError::new(ErrorKind::MissingDatabase, message))
    }

    /// Connects again, which takes the lock again.
    fn come_back<T>(&mut self, server: Session, res: Result<T>) -> Result<T> {
        server.close();
        let res = res.map_err(|error| {
            let hint = format!(
                "let an administrator grant the right: ALTER ROLE {} CREATEDB; the role must also own the database",
                identifier(&self.url.user)
            );
            error::or_missing_right(error, &hint)
        })?;
        self.main()?;
        Ok(res)
    }
}

fn copy(client: &Client, source: &str, why: &str, when: &str) -> Result<Copy> {
    let name = create_copy(client, source, why, when)?;
    // The comment comes last: a copy without its rights is none.
    let mark = format!("COMMENT ON DATABASE {} IS {}", identifier(&name), literal(&mark(source)));
    let dressed =
        rights(client, source, &name).and_then(|rights| transaction(client, &[rights, vec![mark]].concat()));
    if let Err(error) = dressed {
        let _ = run(client, &format!("DROP DATABASE {}", identifier(&name)));
        return Err(error);
    }
    let bytes =
        copies(client, source)?.into_iter().find(|copy| copy.name == name).and_then(|copy| copy.bytes);
    Ok(Copy { name, bytes })
}

/// Gives the name.
fn create_copy(client: &Client, source: &str, why: &str, when: &str) -> Result<String> {
    let mut number = 1;
    loop {
        let again = if number == 1 { String::new() } else { format!("_{number}") };
        let name = with_suffix(source, &format!("_before_{why}_{when}{again}"));
        match create_of(client, source, &name) {
            Err(error)
                if number < TRIES && error::sqlstate(&error) == Some(SqlState::DUPLICATE_DATABASE.code()) =>
            {
                number += 1;
            }
            res => return res.map(|()| name),
        }
    }
}

fn create_of(client: &Client, source: &str, name: &str) -> Result<()> {
    let create = format!("CREATE DATABASE {} TEMPLATE {}", identifier(name), identifier(source));
    run(client, &create).map_err(|error| in_use(client, source, error))
}

/// The new database is complete before the old one makes room for it, and they change places in one transaction.
/// What a crash leaves has the name of a throw-away database.
fn bring_back(client: &Client, source: &str, copy: &str) -> Result<()> {
    let place = scratch::new_name(client)?;
    let (new, old) = (format!("{place}0"), format!("{place}1"));
    create_of(client, copy, &new)?;
    let rename =
        |from: &str, to: &str| format!("ALTER DATABASE {} RENAME TO {}", identifier(from), identifier(to));
    let swapped = rights(client, source, &new).and_then(|rights| {
        let comment = comment(client, source)?
            .map(|text| format!("COMMENT ON DATABASE {} IS {}", identifier(source), literal(&text)));
        let swap = [vec![rename(source, &old), rename(&new, source)], comment.into_iter().collect()];
        transaction(client, &[rights, swap.concat()].concat())
    });
    if let Err(error) = swapped {
        let _ = run(client, &format!("DROP DATABASE {}", identifier(&new)));
        return Err(in_use(client, source, error));
    }
    // It is out of the way, and goes with the throw-away databases of a later run if it does not go now.
    let _ = run(client, &format!("DROP DATABASE {}", identifier(&old)));
    Ok(())
}

/// The copies of that database, oldest first.
fn copies(client: &Client, source: &str) -> Result<Vec<Copy>> {
    let sql = format!(
        "SELECT d.datname, CASE WHEN pg_catalog.has_database_privilege(d.oid, 'CONNECT') \
         THEN pg_catalog.pg_database_size(d.oid) END \
         FROM pg_catalog.pg_database d \
         CROSS JOIN LATERAL (SELECT substring(d.datname FROM '_before_[a-z]+_(\\d+(_\\d)?)$') AS taken) name \
         WHERE name.taken IS NOT NULL AND pg_catalog.shobj_description(d.oid, 'pg_database') = {} \
         ORDER BY name.taken, d.datname",
        literal(&mark(source))
    );
    let copies = rows(client, &sql)?.into_iter().filter_map(|row| {
        let mut row = row.into_iter();
        let (name, bytes) = (row.next()??, row.next()?);
        Some(Copy { name, bytes: bytes.and_then(|it| it.parse().ok()) })
    });
    Ok(copies.collect())
}

/// What says of a copy that it is one, and of what.
fn mark(source: &str) -> String {
    format!("copy of {} made by glowplug; one of them that has another name is kept", identifier(source))
}

fn rights(client: &Client, source: &str, target: &str) -> Result<Vec<String>> {
    let sql = RIGHTS.replace(":source", &literal(source)).replace(":target", &literal(target));
    Ok(rows(client, &sql)?.into_iter().flatten().flatten().collect())
}

fn comment(client: &Client, database: &str) -> Result<Option<String>> {
    let sql = format!(
        "SELECT pg_catalog.shobj_description(oid, 'pg_database') FROM pg_catalog.pg_database WHERE datname = {}",
        literal(database)
    );
    Ok(rows(client, &sql)?.into_iter().flatten().flatten().next())
}

fn refuse_others(client: &Client, database: &str) -> Result<()> {
    let begin = Instant::now();
    let mut others = others(client, database)?;
    while !others.is_empty() && begin.elapsed() < LEAVING {
        sleep(POLL);
        others = self::others(client, database)?;
    }
    if others.is_empty() {
        return Ok(());
    }
    let mut error = DatabaseError::new(ErrorKind::Blocked, format!("others are connected to `{database}`"))
        .with_hint("stop them, and run this again");
    error.blockers = others;
    Err(error)
}

/// The same error, with those who are in the way if that is what the server complains about.
fn in_use(client: &Client, database: &str, error: DatabaseError) -> DatabaseError {
    if error::sqlstate(&error) != Some(SqlState::OBJECT_IN_USE.code()) {
        return error;
    }
    refuse_others(client, database).err().unwrap_or(error)
}

fn others(client: &Client, database: &str) -> Result<Vec<Blocker>> {
    Ok(rows(client, &OTHERS.replace('$', &literal(database)))?.into_iter().map(watch::blocker).collect())
}

fn transaction(client: &Client, statements: &[String]) -> Result<()> {
    // One message is one transaction.
    run(client, &statements.join("; "))
}

fn run(client: &Client, sql: &str) -> Result<()> {
    block_on(client.batch_execute(sql)).map_err(|error| error::statement(&error))
}
