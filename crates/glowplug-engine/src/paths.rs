//! Where things are in a workspace, and how a person sees a path.

use std::path::{Path, PathBuf};

/// Where things are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The workspace.
    pub root: PathBuf,
    /// The schema file, or a folder of them.
    pub schema: PathBuf,
    /// The migrations folder.
    pub migrations: PathBuf,
    /// The folder of reference data.
    pub data: PathBuf,
    /// The folder of SQL files that fill a development database.
    pub seed_sql: PathBuf,
    /// Local state that is never committed: `.glowplug/`.
    pub state: PathBuf,
}

impl Paths {
    /// The folder of the schema file: relative paths in connection strings start there.
    pub fn schema_folder(&self) -> &Path {
        if self.schema.is_dir() { &self.schema } else { self.schema.parent().unwrap_or(&self.schema) }
    }

    /// A path as a person sees it: relative to the workspace where it lies in it.
    pub fn show(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}
