//! What a statement of a migration does to a running database, told from its text: what it keeps waiting, whether it
//! goes through a table's rows, what it destroys.

use std::collections::BTreeMap;

use crate::plan::Lock;

/// What one statement does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effect {
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it keeps from others, the strongest lock for each table.
    pub locks: BTreeMap<String, Lock>,
    /// What it does with the rows of the tables that it locks.
    pub work: Work,
    /// What is gone afterwards, in words: ``table `Course` ``.
    pub destroys: Vec<String>,
    /// The table that it creates: what follows keeps nobody from it.
    pub creates: Option<String>,
    /// Whether the text tells all of it. A `DO` block or a statement that nobody here knows does not.
    pub is_known: bool,
}

/// How long a statement holds its locks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Work {
    /// As long as it takes to write down that something is different.
    #[default]
    Instant,
    /// It reads every row, or builds an index of them.
    Reads,
    /// It may write every row anew.
    Rewrites,
}

/// What the statistics say about tables, and about who is in the way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Weights {
    /// By the name that was asked for.
    pub tables: BTreeMap<String, Weight>,
    /// The oldest transaction that is open, other than ours.
    pub oldest: Option<OpenTransaction>,
}

/// How heavy a table is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// Rows, as the statistics estimate them; `None` if they were never taken.
    pub rows: Option<u64>,
    /// Bytes with indexes and everything.
    pub bytes: Option<u64>,
}

/// A transaction that locks may have to wait for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenTransaction {
    /// The server's process.
    pub pid: Option<i64>,
    /// The application's name.
    pub application: Option<String>,
    /// What it does, e.g. `idle in transaction`.
    pub state: Option<String>,
    /// For how many seconds it has been open.
    pub seconds: u64,
}

impl Effect {
    /// Locks a table, or more strongly than before.
    pub fn lock(&mut self, table: &str, lock: Lock) {
        let held = self.locks.entry(table.to_owned()).or_default();
        *held = lock.max(*held);
    }

    /// Its work is at least this.
    pub fn takes(&mut self, work: Work) {
        self.work = work.max(self.work);
    }

    /// The strongest of its locks.
    pub fn strongest(&self) -> Lock {
        self.locks.values().copied().max().unwrap_or_default()
    }
}
