//! The units of a migration that cannot be one transaction: what lands as a whole or not at all, and how to tell.

/// A part of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Where its text begins in the migration's SQL, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// How many statements it has.
    pub statements: usize,
    /// How it runs.
    pub how: How,
}

/// How a unit runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// In one transaction, with its row of the journal: whether it has landed is always known.
    Transaction,
    /// It changes the session alone, so it runs again whenever the migration is taken up again.
    Session,
    /// It cannot be in a transaction. After a crash the database is looked at ([`Landed`]).
    Alone,
}

/// What the database shows of a statement that was begun, and is not known to have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landed {
    /// It has landed.
    Yes,
    /// There is nothing of it.
    No,
    /// A part of it is there; these statements, sent one by one, take that away.
    Partly(Vec<String>),
    /// It leaves nothing that could be looked for, and does no harm a second time.
    RunAgain,
    /// Nobody can tell but a person.
    Unknown,
}

/// Who keeps a statement waiting, as far as the server tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blocker {
    /// The server's process.
    pub pid: Option<i64>,
    /// The application's name.
    pub application: Option<String>,
    /// What it does, e.g. `idle in transaction`.
    pub state: Option<String>,
    /// Since when its transaction is open, as the server prints it.
    pub since: Option<String>,
    /// The beginning of its last statement, without any constant.
    pub query: Option<String>,
    /// What is waited for, e.g. `AccessExclusiveLock on "Course"`.
    pub wanted: Option<String>,
}

impl Blocker {
    /// Who it is, in a line.
    pub fn words(&self) -> String {
        let mut words = match (&self.application, self.pid) {
            (Some(application), Some(pid)) => format!("`{application}` (server process {pid})"),
            (Some(application), None) => format!("`{application}`"),
            (None, Some(pid)) => format!("server process {pid}"),
            (None, None) => "another session".to_owned(),
        };
        if let Some(state) = &self.state {
            words.push_str(&format!(", {state}"));
        }
        if let Some(since) = &self.since {
            words.push_str(&format!(", its transaction open since {since}"));
        }
        if let Some(query) = &self.query {
            words.push_str(&format!(": {query}"));
        }
        words
    }
}
