//! The physical side: statements, in order, each knowing what it does to a running database.

use std::collections::BTreeSet;

/// What the planner may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// A column whose type changes where no cast exists may be dropped and added again, with loss.
    /// Without it such a change is left out of the plan and stands in `Plan::refused`.
    pub allow_recreate: bool,
    /// The plan is a way back: its steps also say what they cannot restore.
    pub way_back: bool,
    /// Tables that existed before stay usable meanwhile, where the database has a way for that, at the price of
    /// more than one transaction: later steps have a [`Stage`]. Not for a way back.
    pub online: bool,
}

/// The statements for a change set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps in the order in which they must run.
    pub steps: Vec<Step>,
    /// Changes that cannot be made with the given options. A plan with any of them is not one to run.
    pub refused: Vec<Refusal>,
    /// On a way back: columns that are required again and get a constant where rows have no value for them, as
    /// indexes into `ChangeSet::changes`.
    pub filled: Vec<usize>,
}

/// A change that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// An index into `ChangeSet::changes`.
    pub change: usize,
    /// What is in the way.
    pub obstacle: Obstacle,
    /// Why, in a sentence with the names of the objects.
    pub why: String,
}

/// What is in the way of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// No cast leads from the old type to the new one: `PlanOptions::allow_recreate` is a way out.
    NoCast,
    /// A view or another foreign object that cannot stay, and is not dropped along: somebody has to change it.
    Dependent,
}

/// One statement, or a few that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is for, e.g. ``alter table `Course` ``; a comment above it in the file.
    pub title: String,
    /// The SQL, ended by `;`, without a trailing newline.
    pub sql: String,
    /// The changes that it makes, as indexes into `ChangeSet::changes`.
    pub realises: Vec<usize>,
    /// Whether it may run inside a transaction.
    pub in_transaction: bool,
    /// The strongest lock it takes on a table that existed before.
    pub lock: Lock,
    /// The tables (existing before) that it locks so.
    pub locks: Vec<String>,
    /// Whether the table's rows are written anew.
    pub rewrites: bool,
    /// What it cannot bring back or what a reader should know; comments in the file.
    pub notes: Vec<String>,
    /// Which transaction it is in.
    pub stage: Stage,
    /// What takes it back, where the plan of the inverted changes does not say it.
    pub undo: Option<String>,
}

/// A transaction of a plan, or a statement outside of one. The first has no name; steps of different stages must
/// not share a transaction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stage {
    /// Its place.
    pub number: usize,
    /// A word for what it does, a part of its migration's name.
    pub name: &'static str,
}

/// A stage both ways: what becomes a migration of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Which.
    pub stage: Stage,
    /// The steps.
    pub up: Vec<Step>,
    /// What comes first on the way back.
    pub undo: Vec<String>,
    /// The steps back.
    pub down: Vec<Step>,
}

/// The stages of a plan, in order. `down` is the plan of the inverted changes: what no later stage takes back
/// itself goes to the first. There is always one, if only an empty one.
pub fn parts(up: &Plan, down: &Plan) -> Vec<Part> {
    let realised = |is_wanted: &dyn Fn(&Step) -> bool| -> BTreeSet<usize> {
        up.steps.iter().filter(|step| is_wanted(step)).flat_map(|step| step.realises.clone()).collect()
    };
    let first = realised(&|step| step.stage == Stage::default());
    let later = realised(&|step| step.stage != Stage::default());
    let is_undone = |step: &&Step| {
        !step.realises.is_empty() && step.realises.iter().all(|it| later.contains(it) && !first.contains(it))
    };
    let mut parts: Vec<Part> = Vec::new();
    for step in &up.steps {
        if parts.last().is_none_or(|part| part.stage != step.stage) {
            parts.push(Part { stage: step.stage, ..Part::default() });
        }
        let Some(part) = parts.last_mut() else { continue };
        part.up.push(step.clone());
        part.undo.extend(step.undo.clone());
    }
    if parts.is_empty() {
        parts.push(Part::default());
    }
    for part in &mut parts {
        part.undo.reverse();
    }
    parts[0].down = down.steps.iter().filter(|step| !is_undone(step)).cloned().collect();
    parts
}

/// How long others are kept from a table, weakest first. Sources: PostgreSQL manual, 13.3 Explicit Locking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Lock {
    /// No existing table is locked.
    #[default]
    None,
    /// Other schema changes and VACUUM wait; reads and writes go on.
    SchemaChanges,
    /// Writes wait, reads go on.
    Writes,
    /// Reads and writes wait.
    Everything,
}

impl Step {
    /// What it keeps from others, in a user's words; `None` when that is not worth a word: it touches no table
    /// that existed, or keeps only other schema changes waiting.
    pub fn lock_words(&self) -> Option<String> {
        if self.locks.is_empty() {
            return None;
        }
        let tables = self.locks.iter().map(|table| format!("`{table}`")).collect::<Vec<_>>().join(", ");
        let meanwhile = if self.rewrites { " while its rows are written anew" } else { "" };
        match self.lock {
            Lock::None | Lock::SchemaChanges => None,
            Lock::Writes => Some(format!("locks {tables} for writes{meanwhile}")),
            Lock::Everything => Some(format!("locks {tables}{meanwhile}")),
        }
    }
}
