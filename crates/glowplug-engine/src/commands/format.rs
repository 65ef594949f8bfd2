//! `format` and `validate`: the schema file alone, no database.

use serde::Serialize;

use crate::failure::{Exit, Failure, Result, io_failure};
use crate::paths::Paths;
use crate::schema_files;

/// What it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Files that were written anew, or would be.
    pub changed: Vec<String>,
    /// Files in all.
    pub files: usize,
}

/// Formats the schema files in place; with `check`, only says which would change.
///
/// # Errors
/// No schema, a file that cannot be written, or, with `check`, files that are not formatted.
pub fn run(paths: &Paths, check: bool) -> Result<Outcome> {
    let sources = schema_files::read(paths)?;
    let mut changed = Vec::new();
    for source in &sources {
        let text = glowplug_psl::format(&source.text);
        if text != source.text {
            if !check {
                let file = paths.root.join(&source.path);
                std::fs::write(&file, &text).map_err(|error| io_failure("write", &file, &error))?;
            }
            changed.push(source.path.clone());
        }
    }
    if check && !changed.is_empty() {
        let mut failure = Failure::new("GP4002", "the schema is not formatted")
            .hint("run the same command without --check");
        failure.exit = Exit::Differs;
        failure.facts = changed;
        return Err(failure);
    }
    Ok(Outcome { changed, files: sources.len() })
}
