//! `migrate new --sql`: an empty migration, for statements that a person writes.

use glowplug_migrations::name::folder_name;
use glowplug_migrations::write::write_migration;
use serde::Serialize;

use crate::ctx::Workspace;
use crate::failure::{Failure, Result};
use crate::{draft, naming};

/// The new folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// Where it is, relative to the workspace.
    pub path: String,
}

/// Writes the folder. No database is asked.
///
/// # Errors
/// Words that leave no name, a broken folder, or a disk that refuses.
pub fn run(workspace: &Workspace<'_>, words: &str) -> Result<Outcome> {
    let slug = naming::check(words)?;
    let versions: Vec<String> = workspace.disk()?.into_iter().map(|migration| migration.version).collect();
    let name = folder_name(&workspace.clock.folder_timestamp(), &slug, &versions);
    let written = write_migration(&workspace.paths.migrations, &draft::empty(&name))
        .map_err(|error| Failure::from_history(&error, &workspace.paths))?;
    Ok(Outcome { name, path: workspace.paths.show(&written.path) })
}
