//! What the text of a migration tells by itself: statements, comments, and what a dialect's rules find in it.

use std::ops::Range;

use glowplug_sql::model::SqlSchema;

use crate::finding::Level;

/// A migration's text, and what is known around it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The statements that apply it.
    pub sql: &'a str,
    /// Whether the runner puts a transaction around it.
    pub in_transaction: bool,
    /// The model that it starts from, where that is known.
    pub before: Option<&'a SqlSchema>,
    /// Whether a server has run it, so that its syntax is beyond doubt.
    pub has_run: bool,
}

/// What was read in a text. Places are in bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Linted {
    /// The statements in order, without blanks, comments and the `;` around them.
    pub statements: Vec<Range<usize>>,
    /// The comments in order, with their marks.
    pub comments: Vec<Range<usize>>,
    /// Findings that a comment in the dialect's own way allows. Those in this tool's way are read by the caller.
    pub allowances: Vec<Allowance>,
    /// Places where a column becomes required, and the model before proves that every row has a value: nothing can
    /// fail there.
    pub proven_required: Vec<Range<usize>>,
    /// What every rule finds, those that are off by default as well: the caller chooses.
    pub findings: Vec<TextFinding>,
}

/// A rule about the text of migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Permanent code: `GP2201`, `squawk/renaming-table`.
    pub code: String,
    /// Another name under which it is known and may be allowed.
    pub alias: Option<String>,
    /// How bad its findings are.
    pub level: Level,
    /// Whether it speaks without being asked to.
    pub is_on: bool,
}

/// Something in a text that a person should know before it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFinding {
    /// The code of its rule.
    pub code: String,
    /// Where.
    pub place: Range<usize>,
    /// One sentence: lower-case start, no full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// A comment by which somebody says that a finding is known and meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The comment.
    pub place: Range<usize>,
    /// Codes or names of rules.
    pub rules: Vec<String>,
    /// Whether it is about the whole file, and not the next statement alone.
    pub whole_file: bool,
}
