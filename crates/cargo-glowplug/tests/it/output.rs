//! Whoever reads the output may go away: that is no failure. A disk that is full is one.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::tool::{Run, finish};

fn workspace() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("Cargo.toml"), "[workspace]\nresolver = \"3\"\n").unwrap();
    fs::create_dir_all(folder.path().join("prisma")).unwrap();
    let schema = "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel One {\n  id Int @id\n}\n";
    fs::write(folder.path().join("prisma/schema.prisma"), schema).unwrap();
    folder
}

fn validate(folder: &Path, stdout: Stdio) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-glowplug"));
    command.current_dir(folder).arg("validate").stdin(Stdio::null()).stdout(stdout).stderr(Stdio::piped());
    finish(command.spawn().unwrap())
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    let folder = workspace();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let run = validate(folder.path(), writer.into());
    assert_eq!((run.code, run.text.as_str()), (0, ""));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_a_failure() {
    let folder = workspace();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let run = validate(folder.path(), full.into());
    assert_eq!(run.code, 1, "{}", run.text);
    assert!(run.text.contains("GP4006") && run.text.contains("the result"), "{}", run.text);
}
