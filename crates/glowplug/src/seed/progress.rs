//! How far a long seed has come: a line on standard error that is written over, and only for a terminal.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::{Duration, Instant};

/// Nobody reads faster.
const PAUSE: Duration = Duration::from_millis(100);

/// How far something has come.
#[derive(Debug)]
pub struct Progress {
    what: String,
    total: usize,
    done: usize,
    shown: Option<Instant>,
    is_seen: bool,
}

impl Progress {
    /// Begins: `people`, and how many of them there will be.
    pub fn new(what: &str, total: usize) -> Self {
        let is_seen = stderr().is_terminal();
        Self { what: what.to_owned(), total, done: 0, shown: None, is_seen }
    }

    /// So many more are done.
    pub fn advance(&mut self, more: usize) {
        self.done += more;
        let is_due = self.shown.is_none_or(|shown| shown.elapsed() >= PAUSE);
        if self.is_seen && is_due {
            self.shown = Some(Instant::now());
            self.write(&format!("{}: {} of {}", self.what, self.done, self.total));
        }
    }

    /// How many are done.
    pub fn done(&self) -> usize {
        self.done
    }

    /// The line anew. Whether anybody reads it changes nothing.
    fn write(&self, text: &str) {
        let _ = write!(stderr(), "\r\x1b[K{text}");
        let _ = stderr().flush();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown.is_some() {
            self.write("");
        }
    }
}
