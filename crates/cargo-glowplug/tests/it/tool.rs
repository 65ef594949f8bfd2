//! Starts the tool as a person would, and keeps what it printed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use glowplug_testkit::postgres::TestDatabase;

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code; -1 for a run that was killed.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Both outputs, for messages.
    pub(crate) text: String,
}

/// The root of this repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// The tool, ready to start in a folder, on a database.
pub(crate) fn command(folder: &Path, database: &TestDatabase, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-glowplug"));
    command
        .current_dir(folder)
        .args(arguments)
        .env("DATABASE_URL", database.url())
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs it to its end.
pub(crate) fn glowplug(folder: &Path, database: &TestDatabase, arguments: &[&str]) -> Run {
    finish(command(folder, database, arguments).spawn().unwrap())
}

/// Waits for a started one.
pub(crate) fn finish(child: std::process::Child) -> Run {
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let text = format!("{stdout}{}", String::from_utf8(output.stderr).unwrap());
    Run { code: output.status.code().unwrap_or(-1), stdout, text }
}
