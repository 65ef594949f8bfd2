//! What can go wrong between the tool and a database.

use crate::unit::Blocker;

/// A failure of the database or of the way to it. Never holds a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DatabaseError {
    /// Which of the known kinds.
    pub kind: ErrorKind,
    /// One sentence: what happened, to which object.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// For a failing statement: what the server said.
    pub server: Option<Box<ServerMessage>>,
    /// For [`ErrorKind::Blocked`]: who kept it waiting, where that was seen.
    pub blockers: Vec<Blocker>,
}

/// The kinds of failure that ask for different next steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorKind {
    /// The connection string cannot be understood (Prisma: P1013).
    BadUrl,
    /// No server answers there (P1001).
    Unreachable,
    /// The server does not accept the credentials (P1000).
    WrongCredentials,
    /// The database does not exist (P1003).
    MissingDatabase,
    /// The role may not do this (P1010).
    MissingRight,
    /// TLS could not be agreed on (P1011).
    Tls,
    /// Somebody else holds the migration lock (P1002).
    LockTimeout,
    /// The connection was lost (P1017).
    ConnectionLost,
    /// Others did not give a table back in time, or a deadlock was broken: nothing of it landed, and it may be
    /// tried again.
    Blocked,
    /// The server refused a statement (in a migration: P3018).
    Statement,
    /// The catalog holds something that cannot be read.
    Catalog,
    /// The way to the server leads through a pooler that gives each transaction another session.
    Pooler,
}

impl ErrorKind {
    /// Our permanent code.
    pub fn code(self) -> &'static str {
        match self {
            ErrorKind::BadUrl => "GP3001",
            ErrorKind::Unreachable => "GP3002",
            ErrorKind::WrongCredentials => "GP3003",
            ErrorKind::MissingDatabase => "GP3004",
            ErrorKind::MissingRight => "GP3005",
            ErrorKind::Tls => "GP3006",
            ErrorKind::LockTimeout => "GP3007",
            ErrorKind::ConnectionLost => "GP3008",
            ErrorKind::Statement => "GP3009",
            ErrorKind::Catalog => "GP3010",
            ErrorKind::Blocked => "GP3011",
            ErrorKind::Pooler => "GP3012",
        }
    }

    /// The code that Prisma's users search for.
    pub fn prisma_code(self) -> Option<&'static str> {
        match self {
            ErrorKind::BadUrl => Some("P1013"),
            ErrorKind::Unreachable => Some("P1001"),
            ErrorKind::WrongCredentials => Some("P1000"),
            ErrorKind::MissingDatabase => Some("P1003"),
            ErrorKind::MissingRight => Some("P1010"),
            ErrorKind::Tls => Some("P1011"),
            ErrorKind::LockTimeout => Some("P1002"),
            ErrorKind::ConnectionLost => Some("P1017"),
            ErrorKind::Blocked | ErrorKind::Statement | ErrorKind::Catalog | ErrorKind::Pooler => None,
        }
    }
}

/// What the server said about a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerMessage {
    /// The primary message.
    pub message: String,
    /// SQLSTATE, where the driver tells it.
    pub sqlstate: Option<String>,
    /// The detail line.
    pub detail: Option<String>,
    /// The server's own hint.
    pub hint: Option<String>,
    /// Character offset (from 0) into the text that was sent.
    pub position: Option<usize>,
}

impl DatabaseError {
    /// A failure of that kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, server: None, blockers: Vec::new() }
    }

    /// The same failure with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
