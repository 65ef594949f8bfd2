//! Throw-away databases: created beside the real one, dropped with their value.

use glowplug_dialect::database::{ConnectOptions, Result};
use glowplug_dialect::error::{DatabaseError, ErrorKind};
use tokio_postgres::Client;

use crate::connect::SHORT;
use crate::connect::turn::Turn;
use crate::connect::url::ConnectionUrl;
use crate::database::create::maintenance;
use crate::database::{PostgresDatabase, rows, sql};
use crate::error;
use crate::runtime::block_on;

/// `glowplug_scratch_<seconds since 1970>_<process of the server that made it>_<random>`.
const PREFIX: &str = "glowplug_scratch_";

/// Databases that nobody will drop any more: nobody is connected to them, and the session that made them
/// is gone (its process number is free, or belongs to a session that is younger than the database) or they
/// are older than a day. A role sees the sessions of its own, which are those that matter: only the owner's
/// databases are looked at.
const LEFTOVERS: &str = r"
SELECT d.datname
FROM pg_catalog.pg_database d
CROSS JOIN LATERAL (SELECT pg_catalog.regexp_match(d.datname, '^glowplug_scratch_(\d{1,12})_(\d{1,9})_[0-9a-f]+$') AS part) name
WHERE name.part IS NOT NULL
  AND pg_catalog.pg_get_userbyid(d.datdba) = current_user
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)
  AND (name.part[1]::bigint < extract(epoch FROM now()) - 86400
       OR NOT EXISTS (
           SELECT FROM pg_catalog.pg_stat_activity a
           WHERE a.pid = name.part[2]::int
             AND (a.backend_start IS NULL OR extract(epoch FROM a.backend_start) <= name.part[1]::bigint + 1)))";

/// Drops a database when it is dropped itself.
pub(crate) struct Scratch {
    /// How to reach the server, by the database that exists anyway.
    parent: ConnectionUrl,
    application_name: String,
    turn: Turn,
    name: String,
}

impl Scratch {
    /// Creates an empty database. Clears away what crashed runs have left.
    pub(crate) fn create(
        client: &Client,
        parent: &ConnectionUrl,
        options: &ConnectOptions,
        turn: Turn,
    ) -> Result<Self> {
        drop_leftovers(client);
        let name = new_name(client)?;
        // `template0` is never in use and holds nothing of the site's own.
        let create = format!("CREATE DATABASE {} TEMPLATE template0", sql::identifier(&name));
        block_on(client.batch_execute(&create)).map_err(|error| {
            error::or_missing_right(
                error::statement(&error),
                &format!(
                    "a throw-away database is needed: let an administrator run ALTER ROLE \"{}\" CREATEDB",
                    parent.user
                ),
            )
        })?;
        Ok(Self { parent: parent.clone(), application_name: options.application_name.clone(), turn, name })
    }

    /// Opens the new database, which will hold this value. Its namespace is that of the real one.
    pub(crate) fn connect(self, options: &ConnectOptions) -> Result<PostgresDatabase> {
        let url = ConnectionUrl { database: self.name.clone(), ..self.parent.clone() };
        let session = self.turn.open(&url, &options.application_name)?;
        let there =
            rows(&session.client, "SELECT current_database()")?.into_iter().flatten().flatten().next();
        session.close();
        // Some poolers, and servers of one database, take every name for the same database. What is meant
        // for a throw-away database must never reach the real one.
        if there.as_ref() != Some(&self.name) {
            return Err(DatabaseError::new(
                ErrorKind::MissingDatabase,
                format!(
                    "the way to the throw-away database `{}` leads to `{}`",
                    self.name,
                    there.unwrap_or_default()
                ),
            )
            .with_hint("is a pooler in between? use the server's own address"));
        }
        let mut database = PostgresDatabase::connect_in_turn(url, options, self.turn.clone())?;
        database.scratch = Some(self);
        Ok(database)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nothing can be told to anybody here; what stays is cleared away by a later run. A session in the real
        // database would hold up an index that is built there meanwhile.
        let parent = ConnectionUrl { connect_timeout: Some(SHORT), ..self.parent.clone() };
        let session = maintenance(&parent, &self.application_name, &self.turn)
            .or_else(|_| self.turn.open(&parent, &self.application_name));
        if let Ok(session) = session {
            let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", sql::identifier(&self.name));
            let _ = block_on(session.client.batch_execute(&drop));
            session.close();
        }
    }
}

/// A name that no other database has, and that says who made it.
pub(super) fn new_name(client: &Client) -> Result<String> {
    let name = rows(
        client,
        &format!(
            "SELECT '{PREFIX}' || extract(epoch FROM now())::bigint || '_' || pg_backend_pid() || '_' \
             || left(md5(random()::text || clock_timestamp()::text), 8)"
        ),
    )?;
    Ok(name.into_iter().flatten().flatten().next().unwrap_or_default())
}

/// Without force: if somebody connects after all, the server keeps the database.
fn drop_leftovers(client: &Client) {
    let names = rows(client, LEFTOVERS).unwrap_or_default();
    for name in names.into_iter().flatten().flatten() {
        let drop = format!("DROP DATABASE IF EXISTS {}", sql::identifier(&name));
        let _ = block_on(client.batch_execute(&drop));
    }
}
