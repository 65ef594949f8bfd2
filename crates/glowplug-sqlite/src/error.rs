//! From the driver's errors to ours.

use std::path::Path;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use glowplug_dialect::error::{DatabaseError, ErrorKind, ServerMessage};

/// The file is not there.
pub(crate) fn missing(file: &Path) -> DatabaseError {
    DatabaseError::new(
        ErrorKind::MissingDatabase,
        format!("the database file `{}` does not exist", file.display()),
    )
    .with_hint("create it, or check the path; a relative one starts at the folder of the schema file")
}

/// The folder of the file is not there.
pub(crate) fn missing_folder(file: &Path) -> DatabaseError {
    let folder = file.parent().unwrap_or(file).display();
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    DatabaseError::new(
        ErrorKind::Unreachable,
        format!("the folder `{folder}` of the database file `{name}` does not exist"),
    )
    .with_hint("create the folder, or check the path; a relative one starts at the folder of the schema file")
}

/// The path leads to a folder.
pub(crate) fn is_folder(file: &Path) -> DatabaseError {
    DatabaseError::new(
        ErrorKind::Unreachable,
        format!("`{}` is a folder, not a database file", file.display()),
    )
    .with_hint("name a file in it, for instance file:./dev.db")
}

/// The operating system does not let us at the file.
pub(crate) fn io(verb: &str, file: &Path, error: &std::io::Error) -> DatabaseError {
    let kind = match error.kind() {
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            ErrorKind::MissingRight
        }
        _ => ErrorKind::Unreachable,
    };
    DatabaseError::new(kind, format!("failed to {verb} `{}`: {error}", file.display()))
        .with_hint("check owner and rights of the file and of its folder")
}

/// Opening failed, in words of SQLite.
pub(crate) fn unopened(file: &Path, said: &str) -> DatabaseError {
    DatabaseError::new(ErrorKind::Unreachable, format!("`{}` cannot be opened: {said}", file.display()))
        .with_hint("check owner and rights of the file and of its folder")
}

/// A failure of something that was sent over an open connection.
pub(crate) fn statement(error: &DieselError, file: Option<&Path>) -> DatabaseError {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, said) => {
            DatabaseError::new(ErrorKind::ConnectionLost, said.message())
        }
        DieselError::DatabaseError(_, said) => said_by_sqlite(said.message(), file),
        DieselError::InvalidCString(_) => {
            DatabaseError::new(ErrorKind::Statement, "the SQL holds a zero byte, which cannot be sent")
        }
        other => said_by_sqlite(&other.to_string(), file),
    }
}

/// What SQLite said. It has no codes that come through the driver, so its fixed texts tell the kinds.
pub(crate) fn said_by_sqlite(said: &str, file: Option<&Path>) -> DatabaseError {
    let name = file.map_or_else(|| ":memory:".to_owned(), |file| file.display().to_string());
    let mut error = if said.starts_with("database is locked") || said.starts_with("database table is locked")
    {
        DatabaseError::new(ErrorKind::LockTimeout, format!("`{name}` is locked by another program"))
            .with_hint("end that program or its transaction, or wait longer with `?busy_timeout=30000` (milliseconds)")
    } else if said.starts_with("attempt to write a readonly database") {
        DatabaseError::new(ErrorKind::MissingRight, format!("`{name}` is read-only")).with_hint(
            "check owner and rights of the file and of its folder, and `mode=ro` in the connection string",
        )
    } else if said.starts_with("file is not a database") {
        DatabaseError::new(ErrorKind::Unreachable, format!("`{name}` is no SQLite database, or is encrypted"))
            .with_hint("check the path; nothing was changed in the file")
    } else if said.starts_with("database disk image is malformed") {
        DatabaseError::new(ErrorKind::Catalog, format!("`{name}` is damaged"))
            .with_hint("restore a copy of it, or save what can be read: sqlite3 FILE .recover")
    } else {
        DatabaseError::new(ErrorKind::Statement, said)
    };
    error.server = Some(Box::new(ServerMessage { message: said.to_owned(), ..ServerMessage::default() }));
    error
}

/// Something in the catalog that cannot be understood.
pub(crate) fn catalog(message: impl Into<String>) -> DatabaseError {
    DatabaseError::new(ErrorKind::Catalog, message)
        .with_hint("this database holds something that is not known here; please report it")
}

/// The same error with its place: where the failing statement begins in the script (in bytes), or the word in
/// it that SQLite complains about.
pub(crate) fn at(mut error: DatabaseError, sql: &str, statement: &str, start: usize) -> DatabaseError {
    if let Some(server) = &mut error.server {
        let word = complained(&server.message).and_then(|word| statement.find(word)).unwrap_or_default();
        server.position = Some(sql[..start + word].chars().count());
    }
    error
}

/// The word in SQLite's message that stands in the statement: `near "x": syntax error`, `no such table: x`.
fn complained(message: &str) -> Option<&str> {
    for start in ["near \"", "unrecognized token: \""] {
        if let Some(rest) = message.strip_prefix(start) {
            return rest.rsplit_once('"').map(|(word, _)| word);
        }
    }
    let (before, name) = message.rsplit_once(": ")?;
    let name = name.rsplit('.').next().unwrap_or(name);
    before.starts_with("no such").then_some(name)
}
