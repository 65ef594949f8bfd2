//! Plans and findings as plain values: what `--json` tells of them.

use glowplug_dialect::finding::{Finding, Level};
use glowplug_dialect::plan::{Lock, Plan, Step};
use serde::Serialize;

/// A statement of a plan, or a few that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// What it is for.
    pub title: String,
    /// The SQL.
    pub sql: String,
    /// The strongest lock that it takes on a table that existed before: `none`, `schema_changes` (other schema
    /// changes wait), `writes` (writes wait), `everything` (reads wait as well).
    pub lock: &'static str,
    /// The tables that it locks so.
    pub locks: Vec<String>,
    /// Whether a table's rows are written anew.
    pub rewrites: bool,
    /// Whether it may run inside a transaction.
    pub in_transaction: bool,
    /// What it cannot bring back, or what a reader should know.
    pub notes: Vec<String>,
}

/// Something about a plan that a person should know before it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Permanent code, `GP21xx`.
    pub code: &'static str,
    /// The check's name; the page in the book has it too.
    pub check: &'static str,
    /// `notice`, `warning`, or `error` for what cannot run.
    pub level: &'static str,
    /// One sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The statements of a plan.
pub fn statements(plan: &Plan) -> Vec<Statement> {
    plan.steps.iter().map(statement).collect()
}

/// The findings about a plan.
pub fn findings(findings: &[Finding]) -> Vec<Found> {
    findings
        .iter()
        .map(|finding| Found {
            code: finding.code,
            check: finding.name,
            level: level(finding.level),
            message: finding.message.clone(),
            hint: finding.hint.clone(),
        })
        .collect()
}

/// What a plan keeps waiting, a line each.
pub fn locks(plan: &Plan) -> Vec<String> {
    let mut lines: Vec<String> = plan.steps.iter().filter_map(Step::lock_words).collect();
    lines.sort();
    lines.dedup();
    lines
}

/// The word for a lock: what waits.
pub fn lock(lock: Lock) -> &'static str {
    match lock {
        Lock::None => "none",
        Lock::SchemaChanges => "schema_changes",
        Lock::Writes => "writes",
        Lock::Everything => "everything",
    }
}

/// The word for a level.
pub fn level(level: Level) -> &'static str {
    match level {
        Level::Notice => "notice",
        Level::Warning => "warning",
        Level::Impossible => "error",
    }
}

fn statement(step: &Step) -> Statement {
    Statement {
        title: step.title.clone(),
        sql: step.sql.clone(),
        lock: lock(step.lock),
        locks: step.locks.clone(),
        rewrites: step.rewrites,
        in_transaction: step.in_transaction,
        notes: step.notes.clone(),
    }
}
