//! What can be wrong with a migrations folder on disk.

use std::path::PathBuf;

/// A failure to read or write the history on disk.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A file or folder could not be read or written.
    #[error("failed to {verb} `{}`: {source}", path.display())]
    Io {
        /// What was tried: `read`, `write`, `create`.
        verb: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A migration folder holds neither `up.sql` nor Prisma's `migration.sql`.
    #[error("migration `{name}` has no up.sql")]
    MissingUp {
        /// The folder's name.
        name: String,
        /// The folder.
        path: PathBuf,
    },
    /// `metadata.toml` is not valid.
    #[error("`{}` cannot be read: {message}", path.display())]
    BadMetadata {
        /// The file.
        path: PathBuf,
        /// What the parser said, with line and column.
        message: String,
    },
    /// Two folders have the same Diesel version, so Diesel could not tell them apart.
    #[error("migrations `{first}` and `{second}` have the same version `{version}`")]
    SameVersion {
        /// The shared version.
        version: String,
        /// One folder.
        first: String,
        /// The other.
        second: String,
    },
}

impl HistoryError {
    /// Our permanent code.
    pub fn code(&self) -> &'static str {
        match self {
            HistoryError::Io { .. } => "GP3101",
            HistoryError::MissingUp { .. } => "GP3102",
            HistoryError::BadMetadata { .. } => "GP3103",
            HistoryError::SameVersion { .. } => "GP3104",
        }
    }

    /// The code that Prisma's users search for.
    pub fn prisma_code(&self) -> Option<&'static str> {
        match self {
            HistoryError::MissingUp { .. } => Some("P3015"),
            HistoryError::Io { .. } | HistoryError::BadMetadata { .. } | HistoryError::SameVersion { .. } => {
                None
            }
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            HistoryError::Io { .. } => None,
            HistoryError::MissingUp { path, .. } => Some(format!(
                "restore `{}`, or delete the folder if it was never applied",
                path.join("up.sql").display()
            )),
            HistoryError::BadMetadata { .. } => {
                Some("it should say `run_in_transaction = true` or `false`".to_owned())
            }
            HistoryError::SameVersion { second, .. } => {
                Some(format!("give `{second}` another timestamp if it was never applied"))
            }
        }
    }
}
