//! The tool is killed: at a boundary between two statements, or at any time.

use std::time::{Duration, Instant};

use glowplug_dialect::database::Database;

use super::Verdict;
use super::judge::{connect, judge, value};
use super::tool::Deploy;
use super::work::{Bench, CLASS};
use crate::postgres::TestDatabase;

const LONGEST: Duration = Duration::from_secs(30);

/// Kills it where it waits at a boundary.
pub(super) fn at_boundary(bench: &Bench, number: usize) -> Verdict {
    let database = TestDatabase::new();
    let mut gate = close_gate(&database.url(), number)?;
    let mut deploy = bench.deploy(&database.url());
    let met = reach(gate.as_mut(), &mut deploy, "Lock", "advisory")?;
    let met = deploy.kill() && met;
    drop(gate);
    if !met {
        return Err(format!("the tool never came to boundary {number}"));
    }
    judge(bench, &database.url(), true)
}

/// Kills it at any time.
pub(super) fn at_any_time(bench: &Bench, random: &mut fastrand::Rng) -> Verdict {
    let database = TestDatabase::new();
    let deploy = bench.deploy(&database.url());
    std::thread::sleep(bench.moment(random));
    let met = deploy.kill();
    judge(bench, &database.url(), met)
}

/// Keeps the tool at a boundary for as long as the value lives.
pub(super) fn close_gate(url: &str, number: usize) -> Result<Box<dyn Database>, String> {
    let mut gate = connect(url)?;
    value(gate.as_mut(), &format!("SELECT pg_advisory_lock({CLASS}, {number})"))?;
    Ok(gate)
}

/// Until a session of the tool waits for something of that kind (or is there at all, if none is named); false, if it
/// ends first.
pub(super) fn reach(
    watch: &mut dyn Database,
    deploy: &mut Deploy,
    kind: &str,
    event: &str,
) -> Result<bool, String> {
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
         AND application_name = 'glowplug' AND ('{kind}' IN ('', wait_event_type)) AND coalesce(wait_event, '') ~ '{event}'"
    );
    let begin = Instant::now();
    while value(watch, &sql)? == "0" {
        if !deploy.is_running() || begin.elapsed() > LONGEST {
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(true)
}
