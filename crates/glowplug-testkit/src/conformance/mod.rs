//! Runs folders of cases made with other tools: one file a suite, one verdict a case.

pub mod schema_language;

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// As the case wants it.
    Passed,
    /// Otherwise: the first difference.
    Failed(String),
    /// It could not be run here: what is missing.
    Blocked(String),
}

/// A case and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// The suite, which is the name of its folder.
    pub suite: &'static str,
    /// The case's path inside the suite, without a file extension.
    pub case: String,
    /// How it ended.
    pub verdict: Verdict,
}
