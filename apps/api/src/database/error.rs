//! Why there is no connection, in words that say what to do next.

use std::error::Error;
use std::fmt::Write;

use tokio_postgres::Config;
use tokio_postgres::config::Host;
use tokio_postgres::error::SqlState;

/// Why there is no connection. Never holds a password.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nobody says which database.
    #[error("DATABASE_URL is not set")]
    MissingUrl,
    /// The connection string cannot be understood.
    #[error("DATABASE_URL cannot be understood: {0}")]
    BadUrl(String),
    /// No server answers.
    #[error("the database server at `{place}` cannot be reached: {cause}")]
    Unreachable {
        /// Host and port.
        place: String,
        /// What the operating system says.
        cause: String,
    },
    /// The server does not accept the credentials.
    #[error("the database server at `{place}` does not accept the credentials of `{user}`")]
    WrongCredentials {
        /// Host and port.
        place: String,
        /// The role.
        user: String,
    },
    /// The database does not exist.
    #[error("the database `{name}` does not exist at `{place}`")]
    MissingDatabase {
        /// Host and port.
        place: String,
        /// The database.
        name: String,
    },
    /// The server and this program do not agree on encryption.
    #[error("no encrypted connection to the database: {0}")]
    Tls(String),
    /// Anything else.
    #[error("the database does not work: {0}")]
    Other(String),
}

impl ConnectError {
    pub(super) fn new(config: &Config, error: &tokio_postgres::Error) -> Self {
        let place = place(config);
        let cause = causes(error);
        match error.code() {
            Some(code)
                if [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION]
                    .contains(code) =>
            {
                let user = config.get_user().unwrap_or_default().to_owned();
                ConnectError::WrongCredentials { place, user }
            }
            Some(code) if *code == SqlState::INVALID_CATALOG_NAME => {
                let name = config.get_dbname().or(config.get_user()).unwrap_or_default().to_owned();
                ConnectError::MissingDatabase { place, name }
            }
            Some(_) => ConnectError::Other(cause),
            None if cause.contains("TLS") => ConnectError::Tls(cause),
            None => ConnectError::Unreachable { place, cause },
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            ConnectError::MissingUrl => {
                "run `cargo xtask db migrate` once, or set DATABASE_URL, for instance to the output of `cargo xtask db url`"
            }
            ConnectError::BadUrl(_) => "write it as postgresql://USER:PASSWORD@HOST:5432/DATABASE",
            ConnectError::Unreachable { .. } => "start the server; for the local one: cargo xtask db start",
            ConnectError::WrongCredentials { .. } => "check user and password in DATABASE_URL",
            ConnectError::MissingDatabase { .. } => "create it and its tables with `cargo xtask db migrate`",
            ConnectError::Tls(_) => {
                "the server's certificate must be one that this machine trusts; sslmode=disable goes without encryption"
            }
            ConnectError::Other(_) => "see the log of the database server",
        }
    }
}

/// `host:port`, or the folder of a socket.
fn place(config: &Config) -> String {
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match config.get_hosts().first() {
        Some(Host::Tcp(host)) => format!("{host}:{port}"),
        #[cfg(unix)]
        Some(Host::Unix(folder)) => format!("{}:{port}", folder.display()),
        #[allow(unreachable_patterns, reason = "sockets exist on Unix only")]
        Some(_) | None => format!("localhost:{port}"),
    }
}

/// The error and what caused it, each part once.
fn causes(error: &tokio_postgres::Error) -> String {
    let mut res = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !res.contains(&text) {
            let _ = write!(res, ": {text}");
        }
        source = cause.source();
    }
    res
}
