//! Drift that a team has decided to live with: a list of objects in the repository, beside the migrations.
//!
//! An ignored difference is shown by `status` and is in nobody's way; no command makes or takes it back.

use std::path::PathBuf;

use glowplug_sql::change::ChangeSet;

use crate::ctx::Workspace;
use crate::failure::{Result, io_failure};
use crate::objects;

/// The list's name.
const FILE: &str = "drift.ignore";

const HEAD: &str = "\
# Differences between the database and its history that are meant to stay.
# A line is the name of an object: Course, Course.title, Course_title_idx. `*` is any text, `?` one character.
";

/// The list, as it stands in the repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ignored {
    patterns: Vec<String>,
}

impl Ignored {
    /// Reads the list; a file that does not exist ignores nothing.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(workspace: &Workspace<'_>) -> Result<Self> {
        let file = file(workspace);
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(io_failure("read", &file, &error)),
        };
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Ok(Self { patterns: lines.map(str::to_owned).collect() })
    }

    /// Whether nothing is ignored.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// What of the changes is not ignored.
    pub fn not_ignored<'a>(&self, changes: &ChangeSet<'a>) -> ChangeSet<'a> {
        objects::without(changes, &self.patterns)
    }

    /// What of the changes is ignored.
    pub fn ignored<'a>(&self, changes: &ChangeSet<'a>) -> ChangeSet<'a> {
        objects::select(changes, &self.patterns)
    }
}

/// Adds names to the list; gives the file, relative to the workspace.
///
/// # Errors
/// The file cannot be read or written.
pub fn add(workspace: &Workspace<'_>, names: &[String]) -> Result<String> {
    let file = file(workspace);
    let mut text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => HEAD.to_owned(),
        Err(error) => return Err(io_failure("read", &file, &error)),
    };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for name in names {
        if !text.lines().any(|line| line.trim() == name) {
            text.push_str(&format!("{name}\n"));
        }
    }
    std::fs::write(&file, text).map_err(|error| io_failure("write", &file, &error))?;
    Ok(workspace.paths.show(&file))
}

/// Where the list is, relative to the workspace.
pub fn shown(workspace: &Workspace<'_>) -> String {
    workspace.paths.show(&file(workspace))
}

fn file(workspace: &Workspace<'_>) -> PathBuf {
    workspace.paths.migrations.with_file_name(FILE)
}
