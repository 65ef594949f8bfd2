//! Runs folders of cases made with other tools: one file a suite, one verdict a case.

mod corpus;
mod create;
mod diff;
mod file_dump;
mod live;
mod physical;
mod pull;
pub mod schema_language;

use std::path::Path;

pub(crate) use corpus::replay;
pub(crate) use physical::{dialect_of, load_schema};

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

/// Which cases to run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only this suite.
    pub suite: Option<String>,
    /// Only the case of this name.
    pub case: Option<String>,
}

/// Runs whatever suites lie under `dir`, in the order `validate`, `format`, `create`, `diff`, `corpus`.
/// A corpus may also lie beside `dir`.
#[must_use]
pub fn run(dir: &Path, wanted: &Wanted) -> Vec<CaseResult> {
    let only = wanted.case.as_deref();
    let named = |mut results: Vec<CaseResult>| {
        results.retain(|result| only.is_none_or(|only| result.case == only));
        results
    };
    let mut results = Vec::new();
    for suite in ["validate", "format", "create", "diff", "corpus"] {
        let here = dir.join(suite);
        let folder = if suite == "corpus" && !here.is_dir() { dir.join("../corpus") } else { here };
        if wanted.suite.as_deref().is_some_and(|wanted| wanted != suite) || !folder.is_dir() {
            continue;
        }
        results.extend(match suite {
            "validate" => named(schema_language::run_validate(&folder)),
            "format" => named(schema_language::run_format(&folder)),
            "create" => create::run_create(&folder, only),
            "diff" => diff::run_diff(&folder, only),
            _ => corpus::run_corpus(&folder, only),
        });
    }
    results
}
