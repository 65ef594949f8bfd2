//! What is dangerous about a plan, and the questions to a live database that decide it.

use std::collections::BTreeMap;

use glowplug_sql::model::QualifiedName;

/// Something about a plan that a person should know before it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Permanent code, `GP21xx`.
    pub code: &'static str,
    /// Kebab-case name; the page in the book has it too.
    pub name: &'static str,
    /// How bad.
    pub level: Level,
    /// The change it is about, an index into `ChangeSet::changes`.
    pub change: usize,
    /// One sentence: lower-case start, no full stop, names in backticks.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing.
    Notice,
    /// Data may be lost, or the statement may fail on some rows.
    Warning,
    /// It cannot run as the database stands.
    Impossible,
}

/// A question to a live database. Names are those of the database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Probe {
    /// How many rows the table has.
    Rows(QualifiedName),
    /// How many rows have a value in the column.
    Values(QualifiedName, String),
    /// How many rows have NULL in the column.
    Nulls(QualifiedName, String),
    /// How many groups of rows share the same values in these columns (rows with NULLs do not count).
    Duplicates(QualifiedName, Vec<String>),
    /// How many rows have values in all of the columns that no row of the target has in its own.
    Orphans {
        /// The table that refers.
        table: QualifiedName,
        /// Its columns.
        columns: Vec<String>,
        /// The table that is referred to.
        target: QualifiedName,
        /// The columns there, in the order of `columns`.
        target_columns: Vec<String>,
    },
    /// How many rows of the column hold one of these enum labels.
    LabelUses(QualifiedName, String, Vec<String>),
}

/// Answers of a live database. A probe without an answer was not asked or took too long.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The counts.
    pub counts: BTreeMap<Probe, u64>,
}

impl Facts {
    /// The count for a probe, if known.
    pub fn count(&self, probe: &Probe) -> Option<u64> {
        self.counts.get(probe).copied()
    }
}
