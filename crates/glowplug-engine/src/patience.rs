//! Tries a transaction again that others kept from a table: rolled back whole each time, so that whoever queued
//! behind it gets their turn.

use std::thread::sleep;
use std::time::Duration;

use glowplug_dialect::database::Database;
use glowplug_dialect::error::{DatabaseError, ErrorKind};

use crate::ctx::Ctx;
use crate::failure::Failure;
use crate::ui::Event;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Runs `attempt` until it is not blocked, or patience ends.
///
/// # Errors
/// The last failure.
pub(crate) fn patiently(
    ctx: &mut Ctx<'_>,
    name: &str,
    mut attempt: impl FnMut(&mut Ctx<'_>) -> Result<(), DatabaseError>,
) -> Result<(), DatabaseError> {
    let tries = ctx.pace.tries.max(1);
    let mut tried = 1;
    loop {
        let error = match attempt(ctx) {
            Err(error) if error.kind == ErrorKind::Blocked && tried < tries => error,
            done => return done,
        };
        let pause = pause(tried, &ctx.clock.ledger_timestamp());
        ctx.ui.report(&Event::Blocked { name, blockers: &error.blockers, tried, tries, pause });
        sleep(pause);
        tried += 1;
    }
}

/// Runs the statements of a command, which is named to whoever reads along. What fails for another reason than others in
/// the way is for `describe`.
///
/// # Errors
/// Patience ended, or what `describe` makes of it.
pub(crate) fn change(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    command: &str,
    sql: &str,
    describe: impl FnOnce(DatabaseError) -> Box<Failure>,
) -> Result<(), Box<Failure>> {
    patiently(ctx, command, |_| database.change(sql)).map_err(|error| {
        if error.kind == ErrorKind::Blocked {
            let message = format!("`{command}` cannot get at what others use: {}", error.message);
            return blocked(message, &error, ctx.pace.tries);
        }
        describe(error)
    })
}

/// Twice as long each time, and no two tools at the same moment: between half of it and all of it.
fn pause(tried: u32, now: &str) -> Duration {
    let longest = FIRST_PAUSE.saturating_mul(1 << tried.min(16)).min(LONGEST_PAUSE);
    let hash =
        now.bytes().fold(std::process::id(), |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    longest / 2 + longest.mul_f64(f64::from(hash % 1000) / 2000.0)
}

/// Patience has ended.
pub(crate) fn blocked(message: String, error: &DatabaseError, tries: u32) -> Box<Failure> {
    let mut failure = Failure::new(error.kind.code(), message);
    failure.facts.push(format!("it was tried {tries} times, and rolled back each time"));
    for blocker in &error.blockers {
        let wanted = blocker.wanted.as_ref().map_or_else(String::new, |it| format!("{it} is kept by "));
        failure.facts.push(format!("{wanted}{}", blocker.words()));
    }
    failure.hints.push("run the same command again when they have ended".to_owned());
    failure.hints.extend(error.hint.clone());
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_differ() {
        let pauses: Vec<_> = (1..12).map(|tried| pause(tried, "2026-11-22 12:00:00.001+00")).collect();
        assert!(pauses.is_sorted(), "{pauses:?}");
        assert!(pauses[0] >= FIRST_PAUSE && pauses[10] <= LONGEST_PAUSE, "{pauses:?}");
        assert_ne!(pause(5, "2026-11-22 12:00:00.001+00"), pause(5, "2026-11-22 12:00:00.002+00"));
    }
}
