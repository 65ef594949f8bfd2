//! The generic walk: finds what differs between two schemas.
//!
//! It pairs objects by name (or by a rename hint), asks the dialect through [`Compare`] where
//! equality is a question of the database, and lists what is left as [`Change`]s.

use crate::change::{Cast, Change, ChangeSet};
use crate::model::{Column, Index, QualifiedName, SqlSchema, Table};
use crate::pair::Pair;

/// The questions that only a dialect can answer. All are pure.
pub trait Compare {
    /// `None` when both columns have the same type, else what a cast from `prev` to `next` does.
    fn type_change(&self, columns: Pair<&Column>) -> Option<Cast>;
    /// Whether both defaults mean the same.
    fn same_default(&self, columns: Pair<&Column>) -> bool;
    /// Whether both columns are counted up the same way.
    fn same_auto_increment(&self, columns: Pair<&Column>) -> bool;
    /// Whether both indexes are the same but for their names.
    fn same_index(&self, tables: Pair<&Table>, indexes: Pair<&Index>) -> bool;
    /// Whether foreign keys and primary keys have names of their own that can differ.
    fn has_constraint_names(&self) -> bool;
}

/// What the user has said about names: objects that are the same under another name.
/// Names are those of the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenameHints {
    /// Tables before and after.
    pub tables: Vec<Pair<QualifiedName>>,
    /// Columns before and after.
    pub columns: Vec<PartRename>,
    /// Enums before and after.
    pub enums: Vec<Pair<QualifiedName>>,
    /// Labels of enum values before and after.
    pub enum_values: Vec<PartRename>,
}

/// The rename of a part: a column of a table, a value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRename {
    /// The table or enum, by its name **after** the change.
    pub of: QualifiedName,
    /// The part's names.
    pub names: Pair<String>,
}

/// A change that may be a rename: something is gone and something like it is new.
#[derive(Debug, Clone, PartialEq)]
pub struct RenameCandidate {
    /// The drop and the creation, as indexes into `ChangeSet::changes`
    /// (for enum values: twice the same `AlterEnum`).
    pub changes: Pair<usize>,
    /// What it is about.
    pub what: Renamed,
    /// 0 to 100: how much alike the two are.
    pub score: u8,
}

/// The kind and names of a possible rename. Names are those of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renamed {
    /// A table.
    Table(Pair<String>),
    /// A column, with its table.
    Column {
        /// The table's name after the change.
        table: String,
        /// The column's names.
        names: Pair<String>,
    },
    /// An enum.
    Enum(Pair<String>),
    /// A value, with its enum.
    EnumValue {
        /// The enum's name after the change.
        enum_name: String,
        /// The labels.
        labels: Pair<String>,
    },
}

/// Everything that leads from `schemas.prev` to `schemas.next`.
pub fn diff<'a>(schemas: Pair<&'a SqlSchema>, compare: &dyn Compare, hints: &RenameHints) -> ChangeSet<'a> {
    let _ = (compare, hints);
    let changes: Vec<Change> = Vec::new();
    ChangeSet { schemas, changes }
}

/// Drops and creations that look like renames nobody has spoken about, best score first.
pub fn rename_candidates(changes: &ChangeSet<'_>, compare: &dyn Compare) -> Vec<RenameCandidate> {
    let _ = (changes, compare);
    Vec::new()
}
