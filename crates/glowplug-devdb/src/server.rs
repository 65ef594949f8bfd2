//! A running server, as callers see it.

use std::fmt;
use std::path::PathBuf;

/// A running server and how to reach it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Server {
    /// Always `127.0.0.1`.
    pub host: String,
    /// The port it listens on.
    pub port: u16,
    /// The role to connect as, a superuser.
    pub user: String,
    /// The role's password.
    pub password: String,
    /// PostgreSQL's version, e.g. `15.18`.
    pub version: String,
    /// The data folder.
    pub data_dir: PathBuf,
    /// Whether this call started it.
    pub started_now: bool,
    /// Whether it serves one connection at a time (the embedded PostgreSQL does).
    pub single_connection: bool,
}

impl Server {
    /// The address of one of its databases, with the password. The database need not exist.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://{}:{}@{}:{}/{}",
            percent_encoded(&self.user),
            percent_encoded(&self.password),
            self.host,
            self.port,
            percent_encoded(database)
        )
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &format_args!("{}:{}", self.host, self.port))
            .field("version", &self.version)
            .field("data_dir", &self.data_dir)
            .field("started_now", &self.started_now)
            .field("single_connection", &self.single_connection)
            .finish_non_exhaustive()
    }
}

/// Everything but letters, digits and `-._~` as `%XX`.
fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_an_address_are_encoded() {
        assert_eq!(percent_encoded("my db/ä"), "my%20db%2F%C3%A4");
    }
}
