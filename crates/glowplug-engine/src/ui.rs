//! How the engine speaks with a person, without knowing whether there is one.

use std::time::Duration;

use glowplug_dialect::database::LockHolder;
use glowplug_dialect::unit::Blocker;

use crate::phases::Part;

/// Where news and questions go.
pub trait Ui {
    /// News of long work. Results are returned by the commands, not reported here.
    fn report(&mut self, event: &Event<'_>);

    /// Asks a person. `None` when there is nobody to ask.
    fn ask(&mut self, question: &Question) -> Option<Answer>;
}

/// News.
#[derive(Debug)]
pub enum Event<'a> {
    /// The database did not exist and was created.
    DatabaseCreated {
        /// Its name.
        name: &'a str,
    },
    /// Somebody else holds the migration lock.
    WaitingForLock {
        /// Who.
        holder: &'a LockHolder,
        /// For how long we have waited.
        waited: Duration,
    },
    /// The lock is ours after a wait.
    LockTaken,
    /// Others kept a migration from a table; its transaction was rolled back and is tried again.
    Blocked {
        /// The migration.
        name: &'a str,
        /// Who, where that was seen.
        blockers: &'a [Blocker],
        /// How often it was tried.
        tried: u32,
        /// How often it may be.
        tries: u32,
        /// How long until the next try.
        pause: Duration,
    },
    /// A statement outside of a transaction waits for others, and keeps nobody from reading or writing meanwhile.
    Held {
        /// The migration.
        name: &'a str,
        /// Who.
        blockers: &'a [Blocker],
        /// For how long it has waited.
        waited: Duration,
    },
    /// What there is of a migration that stopped half-way.
    Stopped {
        /// The migration.
        name: &'a str,
        /// Its parts, in order.
        parts: &'a [Part],
    },
    /// A migration that had stopped half-way is taken up again.
    TakenUp {
        /// The migration.
        name: &'a str,
        /// The number of the statement that it goes on with.
        from: usize,
        /// How many it has.
        of: usize,
    },
    /// The history is replayed on a scratch database.
    Replaying {
        /// How many migrations.
        migrations: usize,
    },
    /// The database was copied before something that drops or rebuilds.
    Copied {
        /// The file, relative to the workspace.
        file: &'a str,
    },
    /// A large database is about to be copied on its server.
    Copying {
        /// How large it is.
        bytes: u64,
    },
    /// The database was copied beside itself, before everything in it is dropped.
    CopiedBeside {
        /// The database that is the copy.
        name: &'a str,
        /// What it takes of the disk, if that can be seen.
        bytes: Option<u64>,
        /// How long it took.
        took: Duration,
    },
    /// Pending migrations are about to be applied.
    Applying {
        /// Their folders' names.
        names: &'a [&'a str],
    },
    /// One was applied.
    Applied {
        /// The folder's name.
        name: &'a str,
        /// How long it took.
        took: Duration,
    },
    /// Applied migrations are about to be taken back.
    TakingBack {
        /// Their folders' names, the last one first.
        names: &'a [&'a str],
    },
    /// One was taken back.
    TakenBack {
        /// The folder's name.
        name: &'a str,
        /// How long it took.
        took: Duration,
    },
    /// One failed; the failure follows as the command's error.
    ApplyFailed {
        /// The folder's name.
        name: &'a str,
    },
    /// Something that a person has chosen is done.
    Settled {
        /// What, in a sentence.
        message: &'a str,
    },
    /// A warning that stops nothing.
    Warning {
        /// One sentence.
        message: &'a str,
    },
}

/// A question with a flag of its own for when nobody is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// What the new migration should be called.
    MigrationName {
        /// Proposed from the changes.
        suggestion: String,
    },
    /// Whether something was renamed, or dropped and something else added.
    Rename {
        /// The object, as the user knows it.
        message: String,
    },
    /// What is to become of a difference that no migration made.
    Drift {
        /// The object, by the name that `drift adopt`, `revert` and `ignore` take.
        object: String,
        /// What differs, a line each.
        changes: Vec<String>,
        /// The SQL that would take it back.
        back: Vec<String>,
        /// What can be done about it.
        ways: Vec<Way>,
    },
    /// Whether to start over, because such differences are left.
    StartOver {
        /// What is left.
        message: String,
        /// Whether a copy is made first.
        copied: bool,
    },
    /// Whether to go on.
    Confirm {
        /// What would happen.
        message: String,
    },
}

/// What a person said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A text.
    Text(String),
    /// Yes: go on, it is a rename.
    Yes,
    /// No.
    No,
    /// What to do about a difference.
    Way(Way),
}

/// What can be done about a difference that no migration made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Write a migration from it.
    Adopt,
    /// Take it back.
    Revert,
    /// Let it be from now on.
    Ignore,
    /// Decide later.
    Leave,
}
