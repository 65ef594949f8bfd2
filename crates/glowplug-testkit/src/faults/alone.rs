//! The tool is killed in the middle of a statement that cannot be in a transaction, while that waits for a writer.

use super::Verdict;
use super::judge::{connect, judge, sessions_ended, value};
use super::kill::{close_gate, reach};
use super::work::Bench;
use crate::postgres::TestDatabase;

/// Kills it in the statement after a boundary. The writer ends when the server has given the statement up, which
/// leaves the half of it; or at once, so that the statement ends well with nobody there to hear of it.
pub(super) fn inside(bench: &Bench, boundary: usize, gives_up: bool) -> Verdict {
    let database = TestDatabase::new();
    let url = database.url();
    let mut gate = close_gate(&url, boundary)?;
    let mut deploy = bench.deploy(&url);
    if !reach(gate.as_mut(), &mut deploy, "Lock", "advisory")? {
        return Err(format!("the tool never came to boundary {boundary}: {}", deploy.end().text));
    }
    // A writer that is not done: a concurrent build waits for it.
    let mut writer = connect(&url)?;
    value(writer.as_mut(), "BEGIN")?;
    value(writer.as_mut(), "UPDATE \"Work\" SET \"kind\" = \"kind\" WHERE \"id\" = 1")?;
    drop(gate);
    let mut watch = connect(&url)?;
    let met = reach(watch.as_mut(), &mut deploy, "Lock", "virtualxid|transactionid|relation")?;
    let met = deploy.kill() && met;
    if gives_up {
        sessions_ended(&url)?;
    }
    drop(writer);
    if !met {
        return Err(format!("the statement after boundary {boundary} did not wait"));
    }
    judge(bench, &url, true)
}
