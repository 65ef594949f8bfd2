//! The one error type of the engine: what happened, to which object, where, and what to type next.

use glowplug_dialect::error::DatabaseError;
use glowplug_migrations::error::HistoryError;
use glowplug_psl::diagnostics::{Diagnostic, SourceFile};

use crate::paths::Paths;

/// What every command gives.
pub type Result<T> = std::result::Result<T, Box<Failure>>;

/// A refusal or failure. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Our permanent code.
    pub code: &'static str,
    /// The code that Prisma's users search for.
    pub prisma_code: Option<&'static str>,
    /// One sentence: lower-case start, no full stop, names in backticks.
    pub message: String,
    /// Where in which file.
    pub place: Option<Place>,
    /// Facts worth a line each: what has landed, what has not, what differs.
    pub facts: Vec<String>,
    /// Commands or edits that are safe next, a line each.
    pub hints: Vec<String>,
    /// Findings about the schema file, when that is what is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that `diagnostics` point into.
    pub sources: Vec<SourceFile>,
    /// How the process should end.
    pub exit: Exit,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, relative to the workspace.
    pub path: String,
    /// Its text.
    pub text: String,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What to write beside it.
    pub label: String,
}

/// Exit codes; the book has them in one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 1: it failed.
    Failed,
    /// 3: an answer is needed, and there is nobody to ask.
    AnswerNeeded,
    /// 4: refused for safety.
    Refused,
    /// 5: a check found differences.
    Differs,
}

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Failed => 1,
            Exit::AnswerNeeded => 3,
            Exit::Refused => 4,
            Exit::Differs => 5,
        }
    }
}

impl Failure {
    /// A plain failure.
    pub fn new(code: &'static str, message: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            code,
            prisma_code: None,
            message: message.into(),
            place: None,
            facts: Vec::new(),
            hints: Vec::new(),
            diagnostics: Vec::new(),
            sources: Vec::new(),
            exit: Exit::Failed,
        })
    }

    /// A refusal for safety's sake.
    pub fn refused(code: &'static str, message: impl Into<String>) -> Box<Self> {
        let mut failure = Self::new(code, message);
        failure.exit = Exit::Refused;
        failure
    }

    /// A question that nobody was there to answer.
    pub fn unanswered(code: &'static str, message: impl Into<String>) -> Box<Self> {
        let mut failure = Self::new(code, message);
        failure.exit = Exit::AnswerNeeded;
        failure
    }

    /// A failure of the database.
    pub fn from_database(error: DatabaseError) -> Box<Self> {
        error.into()
    }

    /// A failure of the history on disk; paths are shown relative to the workspace.
    pub fn from_history(error: &HistoryError, paths: &Paths) -> Box<Self> {
        let root = format!("{}/", paths.root.display());
        let mut failure = Self::new(error.code(), error.to_string().replace(&root, ""));
        failure.prisma_code = error.prisma_code();
        failure.hints.extend(error.hint().map(|hint| hint.replace(&root, "")));
        failure
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self: Box<Self>, hint: impl Into<String>) -> Box<Self> {
        self.hints.push(hint.into());
        self
    }

    /// The same with a fact.
    #[must_use]
    pub fn fact(mut self: Box<Self>, fact: impl Into<String>) -> Box<Self> {
        self.facts.push(fact.into());
        self
    }

    /// The same with Prisma's code.
    #[must_use]
    pub fn prisma(mut self: Box<Self>, code: &'static str) -> Box<Self> {
        self.prisma_code = Some(code);
        self
    }

    /// The same with a place.
    #[must_use]
    pub fn at(mut self: Box<Self>, place: Place) -> Box<Self> {
        self.place = Some(place);
        self
    }
}

impl From<DatabaseError> for Box<Failure> {
    fn from(error: DatabaseError) -> Self {
        let mut failure = Failure::new(error.kind.code(), error.message);
        failure.prisma_code = error.kind.prisma_code();
        if let Some(server) = error.server {
            failure.facts.extend(server.detail.map(|detail| format!("detail: {detail}")));
            failure.hints.extend(server.hint);
        }
        failure.hints.extend(error.hint);
        failure
    }
}

/// A file that could not be read or written.
pub(crate) fn io_failure(verb: &str, path: &std::path::Path, error: &std::io::Error) -> Box<Failure> {
    Failure::new("GP4006", format!("failed to {verb} `{}`: {error}", path.display()))
}
