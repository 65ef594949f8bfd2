//! The lock on PostgreSQL: advisory locks of the session, the same that the tool takes
//! (`crates/glowplug-postgres/src/database/lock.rs`).
//!
//! Polled, never waited for in the server: a session that blocks in `pg_advisory_lock` holds a snapshot, for
//! which a concurrent index build of the holder would wait in turn.

use diesel::QueryResult;
use diesel::connection::LoadConnection;
use diesel::pg::Pg;

use super::{Holder, MigrateError, Migrates};
use crate::catalog::Catalog;

/// "glow": the lock itself.
const LOCK: i32 = 0x676c_6f77;
/// "plug": held by the session in which the tool's migration runs, which may outlive a killed tool. An
/// application has one session for both, so it needs no such note.
const RUNNING: i32 = 0x706c_7567;

/// The namespace's number.
#[derive(Debug, Clone, Copy)]
pub struct AdvisoryLock(i32);

impl Migrates for Pg {
    type Lock = AdvisoryLock;

    fn try_take<C>(conn: &mut C) -> Result<Result<AdvisoryLock, Holder>, MigrateError>
    where
        C: LoadConnection<Backend = Self>,
    {
        let namespace = one(conn, "SELECT '' AS key, pg_catalog.current_schema()::text AS value")?;
        let key = key(&namespace.unwrap_or_default());
        if !is_true(conn, &format!("pg_catalog.pg_try_advisory_lock({LOCK}, {key})"))? {
            return Ok(Err(holder(conn, LOCK, key)?));
        }
        if is_true(conn, &format!("pg_catalog.pg_try_advisory_lock({RUNNING}, {key})"))? {
            is_true(conn, &format!("pg_catalog.pg_advisory_unlock({RUNNING}, {key})"))?;
            return Ok(Ok(AdvisoryLock(key)));
        }
        is_true(conn, &format!("pg_catalog.pg_advisory_unlock({LOCK}, {key})"))?;
        Ok(Err(holder(conn, RUNNING, key)?))
    }

    fn holds<C>(conn: &mut C, lock: &AdvisoryLock) -> QueryResult<bool>
    where
        C: LoadConnection<Backend = Self>,
    {
        let held = format!(
            "EXISTS (SELECT 1 FROM pg_catalog.pg_locks l WHERE l.pid = pg_catalog.pg_backend_pid() AND {})",
            is_lock(LOCK, lock.0)
        );
        is_true(conn, &held)
    }

    fn give_back<C>(conn: &mut C, lock: AdvisoryLock) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        is_true(conn, &format!("pg_catalog.pg_advisory_unlock({LOCK}, {})", lock.0)).map(|_| ())
    }

    /// Dumps begin with `set_config('search_path', '', false)`, after which Diesel's table is not found.
    fn session<C>(conn: &mut C) -> QueryResult<String>
    where
        C: LoadConnection<Backend = Self>,
    {
        let path = one(conn, "SELECT '' AS key, pg_catalog.current_setting('search_path') AS value")?;
        let path = path.unwrap_or_default().replace('\'', "''");
        Ok(format!("SELECT pg_catalog.set_config('search_path', '{path}', false)"))
    }

    /// A text is sent as a whole, which the server takes as one transaction unless the text says otherwise.
    fn commit_of(_sql: &str) -> Option<usize> {
        None
    }
}

/// Who holds it. The server hides other roles' details from those who may not see them.
fn holder<C>(conn: &mut C, class: i32, key: i32) -> QueryResult<Holder>
where
    C: LoadConnection<Backend = Pg>,
{
    let sql = format!(
        "SELECT v.key, v.value FROM pg_catalog.pg_locks l \
         LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid, \
         LATERAL (VALUES ('pid', l.pid::text), ('application', a.application_name), \
         ('host', coalesce(host(a.client_addr), 'local')), ('since', a.backend_start::text)) v (key, value) \
         WHERE l.pid = (SELECT min(l.pid) FROM pg_catalog.pg_locks l WHERE {0}) AND {0}",
        is_lock(class, key)
    );
    let mut holder = Holder::default();
    for (name, value) in Pg::rows(conn, &sql)? {
        let value = value.filter(|it| !it.is_empty());
        match name.as_str() {
            "pid" => holder.pid = value.and_then(|it| it.parse().ok()),
            "application" => holder.application = value,
            "host" => holder.host = value,
            _ => holder.since = value,
        }
    }
    Ok(holder)
}

fn is_lock(class: i32, key: i32) -> String {
    format!(
        "l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 \
         AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) \
         AND l.classid::bigint = {} AND l.objid::bigint = {}",
        class.cast_unsigned(),
        key.cast_unsigned()
    )
}

fn is_true<C>(conn: &mut C, condition: &str) -> QueryResult<bool>
where
    C: LoadConnection<Backend = Pg>,
{
    Ok(one(conn, &format!("SELECT '' AS key, ({condition})::text AS value"))?.as_deref() == Some("true"))
}

fn one<C>(conn: &mut C, sql: &str) -> QueryResult<Option<String>>
where
    C: LoadConnection<Backend = Pg>,
{
    Ok(Pg::rows(conn, sql)?.into_iter().next().and_then(|(_, value)| value))
}

/// FNV-1a of the namespace, as the tool has it.
fn key(namespace: &str) -> i32 {
    let hash = namespace
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash.cast_signed()
}
