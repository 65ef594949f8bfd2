//! The migration lock: one migration at a time in a database and namespace.
//!
//! Two advisory locks of the server, both of the form (class, hash of the namespace). The first is the
//! lock itself, held by the main connection. The second is held by Diesel's session while it exists: a
//! tool that was killed loses the first at once, but the server may still be busy with its last
//! statement, and nobody else should begin before that has ended.
//!
//! The lock is asked for again and again with `pg_try_advisory_lock`. The call that waits in the server,
//! `pg_advisory_lock`, holds a snapshot while it waits, and the holder's `CREATE INDEX CONCURRENTLY`
//! waits for that snapshot: the server ends such a pair as a deadlock (measured on PostgreSQL 15).

use std::thread::sleep;
use std::time::{Duration, Instant};

use glowplug_dialect::database::{LockHolder, Result};
use glowplug_dialect::error::{DatabaseError, ErrorKind};
use tokio_postgres::Client;

use crate::database::rows;

/// The session that holds the lock is silent while a migration runs, which may take hours: a server that
/// ends silent sessions (PostgreSQL 14 and later can) must not end this one.
const STAY: &str = "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings \
     WHERE name = 'idle_session_timeout'";

/// "glow" and "plug" as numbers.
const LOCK: i32 = 0x676c_6f77;
const RUNNING: i32 = 0x706c_7567;

const POLL: Duration = Duration::from_millis(250);
const REPORT: Duration = Duration::from_secs(1);
/// How long the server may take to notice that our own connection before this one is gone.
const TAKE_BACK: Duration = Duration::from_secs(5);

/// Takes the lock. Polls while somebody else holds it, until `on_wait` returns false.
pub(crate) fn take(
    client: &Client,
    namespace: &str,
    on_wait: &mut dyn FnMut(&LockHolder, Duration) -> bool,
) -> Result<()> {
    rows(client, STAY)?;
    let begin = Instant::now();
    let mut reported: Option<Instant> = None;
    loop {
        let Some(held) = try_take(client, namespace)? else { return Ok(()) };
        if reported.is_none_or(|it| it.elapsed() >= REPORT) {
            reported = Some(Instant::now());
            let holder = holder(client, held, namespace)?;
            if !on_wait(&holder, begin.elapsed()) {
                return Err(timeout(&holder, begin.elapsed()));
            }
        }
        sleep(POLL);
    }
}

/// Takes the lock for a connection that follows another one of ours.
pub(crate) fn take_back(client: &Client, namespace: &str) -> Result<()> {
    take(client, namespace, &mut |_, waited| waited < TAKE_BACK)
}

/// Gives the lock back.
pub(crate) fn give_back(client: &Client, namespace: &str) -> Result<()> {
    rows(client, &format!("SELECT pg_catalog.pg_advisory_unlock({LOCK}, {})", key(namespace)))?;
    Ok(())
}

/// Notes for as long as the session exists that a migration may be running in it.
/// Gives the number of its server process.
pub(crate) fn mark_running(client: &Client, namespace: &str) -> Result<i64> {
    // Shared: whether somebody else may run is decided by the lock, not by this note.
    let sql = format!(
        "SELECT pg_catalog.pg_backend_pid(), pg_catalog.pg_try_advisory_lock_shared({RUNNING}, {})",
        key(namespace)
    );
    let pid = rows(client, &sql)?.into_iter().flatten().next().flatten();
    Ok(pid.and_then(|it| it.parse().ok()).unwrap_or_default())
}

/// `None` if the lock is ours now, else the class of the lock that somebody holds.
fn try_take(client: &Client, namespace: &str) -> Result<Option<i32>> {
    let key = key(namespace);
    if !is_true(client, &format!("SELECT pg_catalog.pg_try_advisory_lock({LOCK}, {key})"))? {
        return Ok(Some(LOCK));
    }
    if is_true(client, &format!("SELECT pg_catalog.pg_try_advisory_lock({RUNNING}, {key})"))? {
        is_true(client, &format!("SELECT pg_catalog.pg_advisory_unlock({RUNNING}, {key})"))?;
        return Ok(None);
    }
    is_true(client, &format!("SELECT pg_catalog.pg_advisory_unlock({LOCK}, {key})"))?;
    Ok(Some(RUNNING))
}

/// Who holds it. The server hides other roles' details from those who may not see them.
fn holder(client: &Client, class: i32, namespace: &str) -> Result<LockHolder> {
    let sql = format!(
        "SELECT l.pid, a.application_name, coalesce(host(a.client_addr), 'local'), a.backend_start \
         FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid \
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 \
         AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) \
         AND l.classid::bigint = {} AND l.objid::bigint = {} LIMIT 1",
        class.cast_unsigned(),
        key(namespace).cast_unsigned()
    );
    let mut row = rows(client, &sql)?.into_iter().next().unwrap_or_default().into_iter();
    let mut next = || row.next().flatten().filter(|it| !it.is_empty());
    Ok(LockHolder {
        pid: next().and_then(|it| it.parse().ok()),
        application: next(),
        host: next(),
        since: next(),
    })
}

fn timeout(holder: &LockHolder, waited: Duration) -> DatabaseError {
    let who = match (&holder.application, &holder.host) {
        (Some(application), Some(host)) => format!("`{application}` on {host}"),
        (Some(application), None) => format!("`{application}`"),
        (None, _) => "another session".to_owned(),
    };
    let error = DatabaseError::new(
        ErrorKind::LockTimeout,
        format!("{who} still holds the migration lock after {} s", waited.as_secs()),
    );
    match holder.pid {
        Some(pid) => error.with_hint(format!(
            "wait for it and run this again; if it hangs, end its session: SELECT pg_terminate_backend({pid})"
        )),
        None => error.with_hint("wait for it and run this again"),
    }
}

fn is_true(client: &Client, sql: &str) -> Result<bool> {
    Ok(rows(client, sql)?.into_iter().flatten().next().flatten().as_deref() == Some("t"))
}

/// FNV-1a of the namespace: the same in every version of the tool, which is all it must be.
fn key(namespace: &str) -> i32 {
    let hash = namespace
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash.cast_signed()
}
