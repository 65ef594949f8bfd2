//! The database that the tool started for this workspace, for applications that run in development.

use std::fs;
use std::path::Path;

/// The file, below the workspace's root, in which the tool keeps the address of the local database.
/// It is readable by its owner alone and ignored by git.
pub const URL_FILE: &str = ".glowplug/database_url";

/// The address of the local database of the workspace that `folder` lies in, if the tool made one.
/// Meant as the last resort of a development build, after the environment and `.env`.
pub fn database_url(folder: &Path) -> Option<String> {
    let file = folder.ancestors().map(|it| it.join(URL_FILE)).find(|it| it.is_file())?;
    let text = fs::read_to_string(file).ok()?;
    Some(text.trim().to_owned()).filter(|it| !it.is_empty())
}
