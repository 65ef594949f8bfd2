//! Others at the same time: eight who deploy, and one who holds a lock on a table.

use std::time::{Duration, Instant};

use super::Verdict;
use super::judge::{agrees, connect, finished, judge, value};
use super::work::{Bench, HISTORY};
use crate::postgres::TestDatabase;

/// The modes of a lock on a table, weakest first, each released in time or not.
pub(super) const MODES: &[(&str, bool)] = &[
    ("ACCESS SHARE", true),
    ("ROW SHARE", true),
    ("ROW EXCLUSIVE", true),
    ("SHARE UPDATE EXCLUSIVE", true),
    ("SHARE", true),
    ("SHARE ROW EXCLUSIVE", true),
    ("EXCLUSIVE", true),
    ("ACCESS EXCLUSIVE", true),
    ("ACCESS SHARE", false),
    ("ROW SHARE", false),
    ("ROW EXCLUSIVE", false),
    ("SHARE UPDATE EXCLUSIVE", false),
    ("SHARE", false),
    ("SHARE ROW EXCLUSIVE", false),
    ("EXCLUSIVE", false),
    ("ACCESS EXCLUSIVE", false),
];

/// Each migration is applied by exactly one of them, and all end well.
pub(super) fn deployers(bench: &Bench) -> Verdict {
    let database = TestDatabase::new();
    let url = database.url();
    let all: Vec<_> = (0..8).map(|_| bench.deploy(&url)).collect();
    let mut applied = 0;
    for deploy in all {
        let ended = deploy.end();
        if ended.code != Some(0) {
            return Err(format!("one of eight failed: {}", ended.text));
        }
        applied += ended.text.matches('\u{2713}').count() + ended.text.matches("  ok ").count();
    }
    if applied != HISTORY.len() {
        return Err(format!("{applied} migrations were applied by eight together"));
    }
    finished(bench, &url)?;
    Ok(true)
}

/// A blocker on the table that all migrations change. Readers are never kept for longer than a try takes.
pub(super) fn lock(bench: &Bench, (mode, in_time): (&str, bool)) -> Verdict {
    let database = TestDatabase::new();
    let url = database.url();
    // The table must be there to be locked: the first migration by hand would be drift, so it is deployed.
    let mut gate = super::kill::close_gate(&url, 2)?;
    let mut first = bench.deploy(&url);
    super::kill::reach(gate.as_mut(), &mut first, "Lock", "advisory")?;
    first.kill();
    drop(gate);
    super::judge::sessions_ended(&url)?;

    let mut blocker = connect(&url)?;
    value(blocker.as_mut(), "BEGIN")?;
    value(blocker.as_mut(), &format!("LOCK TABLE \"Work\" IN {mode} MODE"))?;
    let retries = if in_time { "100" } else { "2" };
    let mut deploy = bench.deploy_with(&url, &["--lock-timeout", "300ms", "--lock-retries", retries]);
    // A build that is not in a transaction waits, and says so; whoever reads or writes goes on.
    let longest = if in_time { Duration::from_millis(1500) } else { Duration::from_secs(6) };
    let begin = Instant::now();
    let mut slowest = Duration::ZERO;
    let mut reader = connect(&url)?;
    while deploy.is_running() && begin.elapsed() < longest {
        if mode != "ACCESS EXCLUSIVE" {
            let asked = Instant::now();
            value(reader.as_mut(), "SELECT count(*) FROM \"Work\" WHERE \"id\" = 1")?;
            slowest = slowest.max(asked.elapsed());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let was_waiting = deploy.is_running();
    if !was_waiting {
        let ended = deploy.end();
        if ended.code != Some(0) && !(ended.text.contains("GP3011") && ended.text.contains("`judge`")) {
            return Err(format!("{mode}: it does not say who is in the way: {}", ended.text));
        }
        agrees(&url).map_err(|why| format!("{mode}, while it is held: {why}"))?;
        drop(blocker);
    } else {
        drop(blocker);
        let ended = deploy.end();
        if ended.code != Some(0) {
            return Err(format!("{mode}: released in time, and yet: {}", ended.text));
        }
    }
    if slowest > Duration::from_millis(1500) {
        return Err(format!("{mode}: a reader waited for {} ms", slowest.as_millis()));
    }
    judge(bench, &url, true)
}
