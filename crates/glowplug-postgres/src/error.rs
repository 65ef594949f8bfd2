//! From the driver's errors to ours. No password ever reaches a message.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use glowplug_dialect::error::{DatabaseError, ErrorKind, ServerMessage};
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

use crate::connect::url::{Address, ConnectionUrl, Wanted};

const CHECK_SERVER: &str = "is the server running? check host and port of the connection string";

/// No server at the address.
pub(crate) fn unreachable(url: &ConnectionUrl, error: &io::Error) -> DatabaseError {
    let reason = match error.kind() {
        io::ErrorKind::ConnectionRefused => "the connection was refused".to_owned(),
        io::ErrorKind::TimedOut => "it did not answer in time".to_owned(),
        io::ErrorKind::NotFound if is_socket(url) => "there is no such socket".to_owned(),
        _ => error.to_string(),
    };
    DatabaseError::new(
        ErrorKind::Unreachable,
        format!("the database server at `{}` cannot be reached: {reason}", url.address),
    )
    .with_hint(CHECK_SERVER)
}

/// The server did not answer within the limit.
pub(crate) fn no_answer(url: &ConnectionUrl, limit: Duration) -> DatabaseError {
    DatabaseError::new(
        ErrorKind::Unreachable,
        format!("the database server at `{}` did not answer within {} s", url.address, limit.as_secs()),
    )
    .with_hint(format!("{CHECK_SERVER}, or wait longer with `connect_timeout=30`"))
}

/// The server answers, but is not the one to work on.
pub(crate) fn not_as_wanted(address: &Address, wanted: Wanted) -> DatabaseError {
    let why = match wanted {
        Wanted::ReadWrite => "only lets read",
        Wanted::ReadOnly => "lets write",
        Wanted::Primary => "follows another",
        Wanted::Standby | Wanted::Any | Wanted::PreferStandby => "follows no other",
    };
    DatabaseError::new(ErrorKind::Unreachable, format!("the database server at `{address}` {why}"))
        .with_hint("`target_session_attrs` in the connection string says which server is wanted")
}

/// Of several servers none will do.
pub(crate) fn none_of(mut failures: Vec<DatabaseError>) -> DatabaseError {
    if failures.len() == 1 {
        return failures.remove(0);
    }
    let messages: Vec<&str> = failures.iter().map(|it| it.message.as_str()).collect();
    let message = format!("none of the database servers will do: {}", messages.join("; "));
    let hint = failures.iter().rev().find_map(|it| it.hint.clone());
    DatabaseError { hint, ..DatabaseError::new(ErrorKind::Unreachable, message) }
}

/// The server was reached but the session did not come about.
pub(crate) fn refused(url: &ConnectionUrl, error: &tokio_postgres::Error) -> DatabaseError {
    if let Some(db) = error.as_db_error() {
        return refused_by_server(url, db);
    }
    let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    // The driver has no typed way to ask for these; a test holds each of the texts.
    match error.to_string().as_str() {
        "error performing TLS handshake" => DatabaseError::new(
            ErrorKind::Tls,
            format!("TLS with the database server at `{}` failed: {cause}", url.address),
        )
        .with_hint("check `sslmode` and `sslcert` of the connection string"),
        "invalid configuration" | "authentication error" if url.password.is_none() => DatabaseError::new(
            ErrorKind::WrongCredentials,
            format!("the database server at `{}` asks for a password of `{}`", url.address, url.user),
        )
        .with_hint("add it to the connection string (postgresql://user:password@host:5432/database), or set PGPASSWORD, or write it into ~/.pgpass"),
        "authentication error" => DatabaseError::new(
            ErrorKind::WrongCredentials,
            format!("logging in as `{}` at `{}` failed: {cause}", url.user, url.address),
        )
        .with_hint("check user and password of the connection string"),
        _ => DatabaseError::new(
            ErrorKind::Unreachable,
            format!("what answers at `{}` is not a database server that can be used: {cause}", url.address),
        )
        .with_hint(CHECK_SERVER),
    }
}

fn refused_by_server(url: &ConnectionUrl, db: &DbError) -> DatabaseError {
    let (address, user, database) = (&url.address, &url.user, &url.database);
    let said = db.message();
    let error = match *db.code() {
        SqlState::INVALID_PASSWORD => DatabaseError::new(
            ErrorKind::WrongCredentials,
            format!("the database server at `{address}` does not accept the password of `{user}`"),
        )
        .with_hint("check user and password of the connection string"),
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION => DatabaseError::new(
            ErrorKind::WrongCredentials,
            format!("the database server at `{address}` does not let `{user}` in: {said}"),
        )
        .with_hint("check the user of the connection string, and pg_hba.conf on the server"),
        SqlState::INVALID_CATALOG_NAME => DatabaseError::new(
            ErrorKind::MissingDatabase,
            format!("the database `{database}` does not exist on `{address}`"),
        )
        .with_hint("create it, or check the name in the connection string"),
        SqlState::INSUFFICIENT_PRIVILEGE => DatabaseError::new(
            ErrorKind::MissingRight,
            format!("`{user}` may not connect to the database `{database}` on `{address}`"),
        )
        .with_hint(format!("let it: GRANT CONNECT ON DATABASE \"{database}\" TO \"{user}\"")),
        _ => DatabaseError::new(
            ErrorKind::Unreachable,
            format!("the database server at `{address}` does not accept connections now: {said}"),
        )
        .with_hint("try again, or see the server's log"),
    };
    with_server(error, server_message(db))
}

/// A failure of something that was sent over an open connection.
pub(crate) fn statement(error: &tokio_postgres::Error) -> DatabaseError {
    match error.as_db_error() {
        Some(db) => from_server(server_message(db)),
        None => unsaid(&error.to_string()),
    }
}

/// A failing statement about which the server said nothing, by the driver's words.
pub(crate) fn unsaid(driver: &str) -> DatabaseError {
    match driver {
        // A zero byte is the only thing that cannot be put into a message.
        "error encoding message to server" => {
            DatabaseError::new(ErrorKind::Statement, "the SQL holds a zero byte, which cannot be sent")
        }
        _ => lost(driver),
    }
}

/// A failing statement, by what the server said.
pub(crate) fn from_server(server: ServerMessage) -> DatabaseError {
    let lost_session = server.sqlstate.as_deref().is_some_and(ends_session);
    let kind = if lost_session { ErrorKind::ConnectionLost } else { ErrorKind::Statement };
    with_server(DatabaseError::new(kind, server.message.clone()), server)
}

/// The connection broke.
pub(crate) fn lost(reason: &str) -> DatabaseError {
    DatabaseError::new(
        ErrorKind::ConnectionLost,
        format!("the connection to the database was lost: {reason}"),
    )
    .with_hint("was the server stopped? what had not been committed is rolled back; run it again")
}

/// Something in the catalog that cannot be understood.
pub(crate) fn catalog(message: impl Into<String>) -> DatabaseError {
    DatabaseError::new(ErrorKind::Catalog, message)
        .with_hint("this database holds something that is not known here; please report it")
}

/// The same error, as a missing right if that is what the server complains about.
pub(crate) fn or_missing_right(error: DatabaseError, hint: &str) -> DatabaseError {
    let denied = SqlState::INSUFFICIENT_PRIVILEGE.code();
    if sqlstate(&error) == Some(denied) {
        return DatabaseError { kind: ErrorKind::MissingRight, ..error }.with_hint(hint);
    }
    error
}

/// The code that the server gave.
pub(crate) fn sqlstate(error: &DatabaseError) -> Option<&str> {
    error.server.as_ref()?.sqlstate.as_deref()
}

fn with_server(mut error: DatabaseError, server: ServerMessage) -> DatabaseError {
    error.server = Some(Box::new(server));
    error
}

fn server_message(db: &DbError) -> ServerMessage {
    ServerMessage {
        message: db.message().to_owned(),
        sqlstate: Some(db.code().code().to_owned()),
        detail: db.detail().map(str::to_owned),
        hint: db.hint().map(str::to_owned),
        position: match db.position() {
            Some(ErrorPosition::Original(position)) => {
                usize::try_from(*position).ok().and_then(|it| it.checked_sub(1))
            }
            // Inside a function's own text: nowhere in what was sent.
            Some(ErrorPosition::Internal { .. }) | None => None,
        },
    }
}

/// Class 57P and 08: the server ends the session (shutdown, crash, terminated by an administrator).
fn ends_session(sqlstate: &str) -> bool {
    sqlstate.starts_with("57P") || sqlstate.starts_with("08")
}

fn is_socket(url: &ConnectionUrl) -> bool {
    matches!(url.address, Address::Socket(..))
}
