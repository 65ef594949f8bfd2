//! Reads the schema from one file or a folder of them.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use glowplug_dialect::words::counted;
use glowplug_psl::diagnostics::{Diagnostic, Severity, SourceFile};
use glowplug_psl::schema::{Datasource, Schema};

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

/// The schema of a workspace: read and parsed when somebody first asks for it, and only then.
#[derive(Debug)]
pub struct SchemaFiles {
    paths: Paths,
    parsed: OnceCell<Result<Parsed>>,
}

#[derive(Debug)]
struct Parsed {
    loaded: LoadedSchema,
    mistakes: Option<Box<Failure>>,
}

impl SchemaFiles {
    /// The schema that `paths` name. Nothing is read yet.
    pub fn new(paths: &Paths) -> Self {
        Self { paths: paths.clone(), parsed: OnceCell::new() }
    }

    /// The schema, if it is free of errors.
    ///
    /// # Errors
    /// No file, or errors in it: all of them at once.
    pub fn load(&self) -> Result<&LoadedSchema> {
        let parsed = self.parsed().as_ref().map_err(Clone::clone)?;
        match &parsed.mistakes {
            None => Ok(&parsed.loaded),
            Some(failure) => Err(failure.clone()),
        }
    }

    /// The datasource block as far as it can be read: mistakes elsewhere in the schema, and a schema that does
    /// not exist, are told by whoever loads it.
    pub fn datasource(&self) -> Option<&Datasource> {
        self.parsed().as_ref().ok()?.loaded.schema.datasource.as_ref()
    }

    /// The text of all files, one after the other; empty where they cannot be read.
    pub fn text(&self) -> String {
        let parsed = self.parsed().as_ref();
        parsed.map_or_else(
            |_| String::new(),
            |it| it.loaded.sources.iter().map(|file| file.text.as_str()).collect(),
        )
    }

    /// The path, as a person sees it.
    pub fn shown(&self) -> String {
        self.paths.show(&self.paths.schema)
    }

    fn parsed(&self) -> &Result<Parsed> {
        self.parsed.get_or_init(|| parse(&self.paths))
    }
}

fn parse(paths: &Paths) -> Result<Parsed> {
    let sources = read(paths)?;
    let (schema, diagnostics) = glowplug_psl::parse(&sources);
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    let mistakes = (errors > 0).then(|| {
        let count = counted(errors, "error");
        let mut failure =
            Failure::new("GP1000", format!("`{}` has {count}", paths.show(&paths.schema))).prisma("P1012");
        failure.diagnostics.clone_from(&diagnostics);
        failure.sources.clone_from(&sources);
        failure
    });
    Ok(Parsed { loaded: LoadedSchema { schema, warnings: diagnostics, sources }, mistakes })
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
