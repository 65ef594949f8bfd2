//! Watches over a second connection who keeps a running statement waiting.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use glowplug_dialect::database::Result;
use glowplug_dialect::error::{DatabaseError, ErrorKind};
use glowplug_dialect::unit::Blocker;
use tokio_postgres::Client;

use crate::database::rows;
use crate::error;
use crate::split::words;

/// How often the server is asked, unless the statement gives up sooner.
const LOOK: Duration = Duration::from_millis(500);
const REPORT: Duration = Duration::from_secs(1);
/// How much of a statement is told.
const SHOWN: usize = 80;
/// `lock_not_available` and `deadlock_detected`: nothing has landed, and another try may do better.
const BLOCKED: [&str; 2] = ["55P03", "40P01"];

/// Runs `work` in the session of that server process, and tells about once a second who keeps it waiting.
/// Whoever was seen last is told with the failure.
pub(super) fn run<T: Send>(
    client: Option<&Client>,
    pid: i64,
    lock_timeout: Option<Duration>,
    on_wait: &mut dyn FnMut(&[Blocker], Duration),
    work: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    let Some(client) = client else { return work().map_err(|error| told(error, Vec::new())) };
    let look = lock_timeout.filter(|it| !it.is_zero()).map_or(LOOK, |it| LOOK.min(it / 3));
    let (ended, end) = channel();
    let mut seen = Vec::new();
    let res = thread::scope(|scope| {
        let worker = scope.spawn(move || {
            let res = work();
            let _ = ended.send(());
            res
        });
        let begin = Instant::now();
        let mut reported = begin;
        while end.recv_timeout(look) == Err(RecvTimeoutError::Timeout) {
            // Whatever is wrong with this connection is not the statement's fault.
            let blockers = blockers(client, pid).unwrap_or_default();
            if !blockers.is_empty() {
                if reported.elapsed() >= REPORT {
                    reported = Instant::now();
                    on_wait(&blockers, begin.elapsed());
                }
                seen = blockers;
            }
        }
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    res.map_err(|error| told(error, seen))
}

fn told(mut error: DatabaseError, blockers: Vec<Blocker>) -> DatabaseError {
    if error::sqlstate(&error).is_some_and(|it| BLOCKED.contains(&it)) {
        error.kind = ErrorKind::Blocked;
        if let Some(pid) = blockers.first().and_then(|it| it.pid) {
            error.hint = Some(format!("if it hangs, end that session: SELECT pg_terminate_backend({pid})"));
        }
        error.blockers = blockers;
    }
    error
}

/// Who keeps the session waiting now. The server hides other roles' details from those who may not see them.
fn blockers(client: &Client, pid: i64) -> Result<Vec<Blocker>> {
    let sql = format!(
        "SELECT b.pid, a.application_name, a.state, a.xact_start, a.query, \
         (SELECT l.mode || coalesce(' on ' || l.relation::regclass, '') FROM pg_catalog.pg_locks l \
          WHERE l.pid = {pid} AND NOT l.granted LIMIT 1) \
         FROM unnest(pg_catalog.pg_blocking_pids({pid})) AS b(pid) \
         LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid ORDER BY a.xact_start, b.pid"
    );
    Ok(rows(client, &sql)?.into_iter().map(blocker).collect())
}

/// The session that a row tells of: its process, application and state, then what else the query asked for.
pub(super) fn blocker(row: Vec<Option<String>>) -> Blocker {
    let mut row = row.into_iter();
    let mut next = || row.next().flatten().filter(|it| !it.is_empty());
    Blocker {
        pid: next().and_then(|it| it.parse().ok()),
        application: next(),
        state: next(),
        since: next(),
        query: next().map(|it| shown(&it)),
        wanted: next(),
    }
}

/// The beginning of a statement, with every constant left out: it may be a password.
fn shown(query: &str) -> String {
    let mut text = String::new();
    for word in words(query) {
        let is_constant = word.is_quoted && !word.text.starts_with('"');
        let glued = matches!(word.text, "," | ";" | ")" | ".") || text.ends_with(['(', '.']);
        if !text.is_empty() && !glued {
            text.push(' ');
        }
        text.push_str(if is_constant { "'...'" } else { word.text });
        if text.chars().count() > SHOWN {
            return format!("{}...", text.chars().take(SHOWN).collect::<String>());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn constants_are_left_out() {
        assert_eq!(
            shown("ALTER ROLE \"a b\"  PASSWORD 'secret' -- why\n, x E'\\'more' $$q$$;"),
            "ALTER ROLE \"a b\" PASSWORD '...', x '...' '...';"
        );
        assert_eq!(shown(&"é".repeat(100)).chars().count(), 83);
        assert_eq!(shown("select f(a.b), 1"), "select f (a.b), 1");
    }
}
