//! What is remembered of a cluster between runs: port, password, programs.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::DevDbError;
use crate::place::write_atomically;

/// The content of `server.json`. The file has mode 600, for it holds the password.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The port of the last start; kept as long as it is free, so that addresses stay valid.
    pub(crate) port: Option<u16>,
    /// The password of the role `postgres`.
    pub(crate) password: String,
    /// The version of the last start.
    pub(crate) version: String,
    /// The programs of the last start.
    pub(crate) bin: PathBuf,
}

impl State {
    /// Reads the file; `None` if there is none.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, DevDbError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(DevDbError::file("read", path)(error)),
        };
        let parsed = serde_json::from_str(&text);
        // The parser's message could quote the password: only the position is passed on.
        parsed.map(Some).map_err(|error| DevDbError::BadState {
            path: path.to_owned(),
            detail: format!("broken at line {}", error.line()),
        })
    }

    /// Writes the file at once or not at all.
    pub(crate) fn write(&self, path: &Path) -> Result<(), DevDbError> {
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| DevDbError::BadState { path: path.to_owned(), detail: error.to_string() })?;
        write_atomically(path, text.as_bytes(), 0o600)
    }
}

/// A password that nobody has to type: 48 hexadecimal digits from the system's random source.
pub(crate) fn random_password() -> Result<String, DevDbError> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0_u8; 24];
    File::open(source)
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(DevDbError::file("read", source))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_is_named_and_its_content_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("server.json");
        fs::write(&path, "{\"password\": \"secret\", \"port\": \"secret\"}").unwrap();
        let error = State::read(&path).err().unwrap();
        assert_eq!(error.code(), "GP5007");
        assert!(!error.to_string().contains("secret"));
    }

    #[test]
    fn passwords_differ() {
        let (one, two) = (random_password().unwrap(), random_password().unwrap());
        assert_eq!(one.len(), 48);
        assert_ne!(one, two);
    }
}
