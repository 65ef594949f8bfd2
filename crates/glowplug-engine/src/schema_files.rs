//! Reads the schema from one file or a folder of them.

use std::path::{Path, PathBuf};

use glowplug_psl::diagnostics::{Diagnostic, Severity, SourceFile};
use glowplug_psl::schema::Schema;

use crate::failure::{Failure, Result, io_failure};
use crate::paths::Paths;

/// A schema without errors, and what was worth a warning.
#[derive(Debug, Clone)]
pub struct LoadedSchema {
    /// The schema.
    pub schema: Schema,
    /// Warnings only.
    pub warnings: Vec<Diagnostic>,
    /// The files.
    pub sources: Vec<SourceFile>,
}

/// Reads, parses and validates.
///
/// # Errors
/// No file, or errors in it: all of them at once.
pub fn load(paths: &Paths) -> Result<LoadedSchema> {
    let sources = read(paths)?;
    let (schema, diagnostics) = glowplug_psl::parse(&sources);
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    if errors == 0 {
        return Ok(LoadedSchema { schema, warnings: diagnostics, sources });
    }
    let count = if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") };
    let mut failure =
        Failure::new("GP1000", format!("`{}` has {count}", paths.show(&paths.schema))).prisma("P1012");
    failure.diagnostics = diagnostics;
    failure.sources = sources;
    Err(failure)
}

/// The schema's files, without looking into them.
///
/// # Errors
/// No such file or folder, or no `.prisma` file in it.
pub fn read(paths: &Paths) -> Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    if paths.schema.is_dir() {
        collect(&paths.schema, &paths.migrations, &mut files)?;
        files.sort();
    } else if paths.schema.is_file() {
        files.push(paths.schema.clone());
    }
    if files.is_empty() {
        let message = format!("there is no schema at `{}`", paths.show(&paths.schema));
        return Err(Failure::new("GP4001", message)
            .hint("write one there, or name another with --schema <file or folder>"));
    }
    files
        .into_iter()
        .map(|file| {
            let text = std::fs::read_to_string(&file).map_err(|error| io_failure("read", &file, &error))?;
            Ok(SourceFile { path: paths.show(&file), text })
        })
        .collect()
}

fn collect(folder: &Path, migrations: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder).map_err(|error| io_failure("read", folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| io_failure("read", folder, &error))?.path();
        if path.is_dir() && path != migrations {
            collect(&path, migrations, files)?;
        } else if path.extension().is_some_and(|extension| extension == "prisma") {
            files.push(path);
        }
    }
    Ok(())
}
