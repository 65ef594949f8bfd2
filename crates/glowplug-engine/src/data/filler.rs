//! Ids and times for new rows.

use std::hash::{BuildHasher, RandomState};

use glowplug_data::fill::Filler;

use crate::ctx::Clock;

/// Random bits of the system, and the engine's clock.
pub(super) struct Random<'a> {
    clock: &'a dyn Clock,
    seed: RandomState,
    count: u64,
}

impl<'a> Random<'a> {
    pub(super) fn new(clock: &'a dyn Clock) -> Self {
        Self { clock, seed: RandomState::new(), count: 0 }
    }
}

impl Filler for Random<'_> {
    fn now(&mut self) -> String {
        self.clock.ledger_timestamp().trim_end_matches("+00").to_owned()
    }

    /// The standard library hashes with keys that the system made up: its only random numbers.
    fn random(&mut self) -> u64 {
        self.count += 1;
        self.seed.hash_one(self.count)
    }

    fn milliseconds(&mut self) -> u64 {
        let now = chrono::NaiveDateTime::parse_from_str(&self.now(), "%Y-%m-%d %H:%M:%S%.f");
        now.ok().and_then(|it| u64::try_from(it.and_utc().timestamp_millis()).ok()).unwrap_or_default()
    }
}
