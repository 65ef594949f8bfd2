//! `generate` and `codegen`: writes what the schema's generator blocks ask for. Needs no database.

use std::path::{Path, PathBuf};

use glowplug_codegen::file::{GeneratedFile, Origin};
use glowplug_codegen::{diesel, graphql};
use glowplug_psl::schema::{Generator, Value};
use serde::Serialize;

use crate::ctx::Workspace;
use crate::failure::{Exit, Failure, Result, io_failure};
use crate::paths::Paths;
use crate::schema_files::LoadedSchema;
use crate::ui::Event;

/// Which generators to run, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Which.
    pub which: Which,
    /// Write nothing; fail if something would change.
    pub check: bool,
    /// Overwrite generated files that were edited by hand.
    pub force: bool,
}

/// Which generators to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Every one of ours.
    All,
    /// Only Diesel code.
    Diesel,
    /// Only GraphQL.
    GraphQl,
}

/// What it did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// One entry a generator block.
    pub outputs: Vec<Output>,
}

/// What one generator block came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Output {
    /// The block's name.
    pub generator: String,
    /// The folder or file, relative to the workspace.
    pub path: String,
    /// Files in all.
    pub files: usize,
    /// Files that were written anew.
    pub changed: Vec<String>,
}

/// Runs the generators.
///
/// # Errors
/// A generator block without output, a generated file that was edited by hand, a disk that refuses, or, with
/// `check`, files that are not current.
pub fn run(workspace: &mut Workspace<'_>, loaded: &LoadedSchema, options: Options) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut stale = Vec::new();
    for generator in &loaded.schema.generators {
        let Some(files) = generate(workspace, loaded, generator, options.which)? else { continue };
        let base = output_of(&workspace.paths, generator)?;
        let is_file = base.extension().is_some();
        let folder = if is_file { base.parent().unwrap_or(Path::new("")).to_owned() } else { base.clone() };
        let mut changed = Vec::new();
        for file in &files {
            let path = if is_file && files.len() == 1 { base.clone() } else { folder.join(&file.path) };
            if write_if_changed(&workspace.paths, &path, &file.text, options)? {
                changed.push(workspace.paths.show(&path));
            }
        }
        stale.extend(changed.clone());
        let path = workspace.paths.show(&base);
        outcome.outputs.push(Output { generator: generator.name.clone(), path, files: files.len(), changed });
    }
    if options.check && !stale.is_empty() {
        let mut failure = Failure::new("GP4003", "generated files are not current")
            .hint(format!("{} generate    writes them anew", workspace.tool));
        failure.exit = Exit::Differs;
        failure.facts = stale;
        return Err(failure);
    }
    Ok(outcome)
}

/// The files of a generator of ours; `None` for one that is not, or not asked for.
fn generate(
    workspace: &mut Workspace<'_>,
    loaded: &LoadedSchema,
    generator: &Generator,
    which: Which,
) -> Result<Option<Vec<GeneratedFile>>> {
    let (schema, dialect) = (&loaded.schema, workspace.dialect);
    // The same words whoever generates: the header must not depend on what was typed.
    let origin = Origin { source: workspace.paths.show(&workspace.paths.schema), ..Origin::default() };
    Ok(match (generator.provider.as_deref(), which) {
        (Some("glowplug-diesel"), Which::All | Which::Diesel) => {
            let (options, unknown) = diesel::Options::from_generator(generator, origin);
            warn(workspace, &unknown);
            Some(diesel::generate(schema, dialect, &options))
        }
        (Some("glowplug-graphql"), Which::All | Which::GraphQl) => {
            let (options, unknown) = graphql::Options::from_generator(generator, origin);
            warn(workspace, &unknown);
            Some(graphql::generate(schema, dialect, &options))
        }
        // Prisma's own generators and those of others stay as they are.
        _ => None,
    })
}

fn warn(workspace: &mut Workspace<'_>, sentences: &[String]) {
    for message in sentences {
        workspace.ui.report(&Event::Warning { message });
    }
}

/// `output`, relative to the folder of the schema, as Prisma reads it.
fn output_of(paths: &Paths, generator: &Generator) -> Result<PathBuf> {
    let output = generator.properties.iter().find_map(|(name, value)| match value {
        Value::String(text) if name == "output" => Some(text),
        _ => None,
    });
    let Some(output) = output else {
        let message = format!("generator `{}` does not say where to write", generator.name);
        return Err(
            Failure::new("GP4004", message).hint("output = \"../src/db\"    relative to the schema's folder")
        );
    };
    let folder = if paths.schema.is_dir() {
        paths.schema.as_path()
    } else {
        paths.schema.parent().unwrap_or(&paths.root)
    };
    Ok(normalize(&folder.join(output)))
}

/// The path without `..`, so that messages are short. Symbolic links are not followed: the folder may not
/// exist yet.
fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir if normal.file_name().is_some() => {
                normal.pop();
            }
            std::path::Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}

fn write_if_changed(paths: &Paths, path: &Path, text: &str, options: Options) -> Result<bool> {
    let current = std::fs::read_to_string(path).ok();
    if current.as_deref() == Some(text) {
        return Ok(false);
    }
    if options.check {
        return Ok(true);
    }
    if let Some(current) = current
        && !options.force
        && !glowplug_codegen::is_untouched(&current)
    {
        let message = format!("`{}` was edited by hand, so it is not overwritten", paths.show(path));
        return Err(Failure::refused("GP4005", message)
            .hint("move your edits into a file of your own beside it")
            .hint("--force    overwrites it"));
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| io_failure("create", folder, &error))?;
    }
    std::fs::write(path, text).map_err(|error| io_failure("write", path, &error))?;
    Ok(true)
}
