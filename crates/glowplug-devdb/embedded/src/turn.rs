//! One client at a time: the others wait for a while, then are told.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// The right to use the database.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    taken: Mutex<bool>,
    freed: Condvar,
}

impl Turn {
    /// Waits for the turn; `None` when `patience` has run out.
    pub(crate) fn take(&self, patience: Duration) -> Option<Taken<'_>> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut taken, waited) = self
            .freed
            .wait_timeout_while(taken, patience, |taken| *taken)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() && *taken {
            return None;
        }
        *taken = true;
        Some(Taken(self))
    }
}

/// The turn, given back when dropped.
#[derive(Debug)]
pub(crate) struct Taken<'a>(&'a Turn);

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        *self.0.taken.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_waits_for_the_first() {
        let turn = Turn::default();
        let first = turn.take(Duration::ZERO);
        assert!(first.is_some());
        assert!(turn.take(Duration::from_millis(5)).is_none());
        drop(first);
        assert!(turn.take(Duration::ZERO).is_some());
    }
}
