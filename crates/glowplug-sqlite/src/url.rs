//! Connection strings: where the file is.
//!
//! Understood are Prisma's form (`file:./dev.db`), `sqlite:` with or without slashes, and a plain path.

use std::path::{Component, Path, PathBuf};

use glowplug_dialect::database::{Result, Target};
use glowplug_dialect::error::{DatabaseError, ErrorKind};

/// Parameters that belong to the pools of others. They say nothing about the file.
const OF_OTHERS: &[&str] = &[
    "connection_limit",
    "pool_timeout",
    "socket_timeout",
    "connect_timeout",
    "max_connection_lifetime",
    "cache",
];

const DEFAULT_BUSY_MILLISECONDS: u32 = 5_000;

/// A connection string, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConnectionUrl {
    /// The file; `None` for a database in memory.
    pub(crate) file: Option<PathBuf>,
    /// `mode=ro`
    pub(crate) read_only: bool,
    /// How long to wait for another program's lock on the file.
    pub(crate) busy_milliseconds: u32,
    unknown_parameters: Vec<String>,
}

impl ConnectionUrl {
    /// Takes a connection string apart. A relative path is one from the current folder.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let Parts { path, query, is_url } = Parts::of(url)?;
        let mut res = Self {
            file: None,
            read_only: false,
            busy_milliseconds: DEFAULT_BUSY_MILLISECONDS,
            unknown_parameters: Vec::new(),
        };
        let mut in_memory = path == ":memory:";
        for (name, value) in
            query.split('&').filter(|it| !it.is_empty()).map(|it| it.split_once('=').unwrap_or((it, "")))
        {
            match (name, value) {
                ("mode", "ro") => res.read_only = true,
                ("mode", "rw" | "rwc") => {}
                ("mode", "memory") => in_memory = true,
                ("busy_timeout", value) => {
                    res.busy_milliseconds = value.parse().map_err(|_| {
                        bad(format!(
                            "`busy_timeout={value}` in the connection string is no number of milliseconds"
                        ))
                    })?;
                }
                (name, _) if OF_OTHERS.contains(&name) => {}
                (name, _) => res.unknown_parameters.push(name.to_owned()),
            }
        }
        if in_memory {
            return Ok(res);
        }
        let path = if is_url { percent_decoded(path) } else { path.to_owned() };
        if path.is_empty() {
            return Err(bad("the connection string names no file").with_hint("file:./dev.db"));
        }
        let absolute = std::path::absolute(&path)
            .map_err(|error| bad(format!("the path `{path}` cannot be followed: {error}")))?;
        res.file = Some(tidied(&absolute));
        Ok(res)
    }

    /// Where it leads.
    pub(crate) fn target(&self) -> Target {
        let (host, database) = match &self.file {
            None => ("memory".to_owned(), ":memory:".to_owned()),
            Some(file) => (
                file.parent().unwrap_or(file).display().to_string(),
                file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            ),
        };
        Target {
            host,
            port: None,
            database,
            user: None,
            namespace: None,
            is_local: true,
            unknown_parameters: self.unknown_parameters.clone(),
        }
    }

    /// The string for SQLite itself, which never creates a file by this.
    pub(crate) fn for_driver(&self) -> String {
        match &self.file {
            None => ":memory:".to_owned(),
            Some(file) => {
                let mode = if self.read_only { "ro" } else { "rw" };
                format!("file:{}?mode={mode}", percent_encoded(&file.to_string_lossy()))
            }
        }
    }
}

/// The same connection string with a relative path made absolute, from `folder`.
pub(crate) fn from_folder(url: &str, folder: &Path) -> String {
    let Ok(Parts { path, query, is_url }) = Parts::of(url) else { return url.to_owned() };
    if path.is_empty() || path.starts_with(':') {
        return url.to_owned();
    }
    let decoded = if is_url { percent_decoded(path) } else { path.to_owned() };
    let absolute = tidied(&folder.join(decoded));
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    format!("file:{}{query}", percent_encoded(&absolute.to_string_lossy()))
}

struct Parts<'a> {
    path: &'a str,
    query: &'a str,
    /// Whether the path may hold `%20`.
    is_url: bool,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Result<Self> {
        let scheme = ["file:", "sqlite:"]
            .into_iter()
            .find(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        let Some(scheme) = scheme else {
            // Names of drives have one letter.
            if let Some((other, _)) = url.split_once("://") {
                return Err(bad(format!(
                    "`{other}://` leads to another kind of database than the schema's `sqlite`"
                ))
                .with_hint("the form is file:./dev.db"));
            }
            return Ok(Self { path: url, query: "", is_url: false });
        };
        let rest = &url[scheme.len()..];
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        // `file:///abs` and `sqlite:///abs` are absolute, `sqlite://dev.db` is what people write for a relative one.
        Ok(Self { path: path.strip_prefix("//").unwrap_or(path), query, is_url: true })
    }
}

/// Without `.` and `..`, as far as names alone tell.
fn tidied(path: &Path) -> PathBuf {
    let mut res = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                res.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => res.push(part),
        }
    }
    res
}

fn percent_encoded(path: &str) -> String {
    let mut res = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            '%' | '?' | '#' => res.push_str(&format!("%{:02X}", u32::from(c))),
            c => res.push(c),
        }
    }
    res
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).filter(|_| *first == b'%');
        let code =
            code.and_then(|it| std::str::from_utf8(it).ok()).and_then(|it| u8::from_str_radix(it, 16).ok());
        match code {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn bad(message: impl Into<String>) -> DatabaseError {
    DatabaseError::new(ErrorKind::BadUrl, message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

    use super::*;

    #[test]
    fn every_form_of_a_path() {
        for (url, expected) in [
            ("file:/data/dev.db", "/data/dev.db"),
            ("file:///data/dev.db?connection_limit=1", "/data/dev.db"),
            ("sqlite:///data/dev.db", "/data/dev.db"),
            ("SQLite:/data/my%20app.db", "/data/my app.db"),
            ("/data/50%25.db", "/data/50%25.db"),
            ("file:/data/x/.././dev.db", "/data/dev.db"),
        ] {
            assert_eq!(ConnectionUrl::parse(url).unwrap().file.unwrap(), PathBuf::from(expected), "{url}");
        }
        for url in [":memory:", "file::memory:", "file:x?mode=memory", "sqlite::memory:"] {
            assert_eq!(ConnectionUrl::parse(url).unwrap().file, None, "{url}");
        }
        let here = std::env::current_dir().unwrap();
        assert_eq!(ConnectionUrl::parse("sqlite://dev.db").unwrap().file.unwrap(), here.join("dev.db"));
        assert_eq!(ConnectionUrl::parse("dev.db").unwrap().file.unwrap(), here.join("dev.db"));
    }

    #[test]
    fn relative_paths_start_where_they_are_told() {
        let folder = Path::new("/ws/prisma");
        for (url, expected) in [
            ("file:./dev.db", "file:/ws/prisma/dev.db"),
            ("file:../a%20b.db?mode=ro", "file:/ws/a b.db?mode=ro"),
            ("file:/abs.db", "file:/abs.db"),
            ("dev#1.db", "file:/ws/prisma/dev%231.db"),
            (":memory:", ":memory:"),
            ("postgresql://x/y", "postgresql://x/y"),
        ] {
            assert_eq!(from_folder(url, folder), expected);
        }
    }

    #[test]
    fn parameters_are_used_ignored_or_named() {
        let url = ConnectionUrl::parse("file:/a.db?mode=ro&busy_timeout=50&socket_timeout=3&wal=1").unwrap();
        assert!(url.read_only);
        assert_eq!(url.busy_milliseconds, 50);
        assert_eq!(url.target().unknown_parameters, ["wal"]);
        assert_eq!(url.for_driver(), "file:/a.db?mode=ro");
        for broken in ["file:", "postgresql://localhost/db", "file:/a.db?busy_timeout=soon"] {
            assert_eq!(ConnectionUrl::parse(broken).unwrap_err().kind, ErrorKind::BadUrl, "{broken}");
        }
    }
}
