//! The files of a pull: none is lost when writing one of them fails.

use std::path::{Path, PathBuf};

use glowplug_psl::diagnostics::SourceFile;
use serde::Serialize;

use super::plan::Plan;
use crate::ctx::Ctx;
use crate::failure::{Result, io_failure};

/// A schema file that a pull writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pulled {
    /// Relative to the workspace.
    pub path: String,
    /// Whether it is new, changed, or goes.
    pub what: What,
    /// Its text; only where nothing is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It is new.
    Created,
    /// It was there.
    Changed,
    /// Its models are in another file now.
    Removed,
}

/// The files that would be written.
pub(super) fn printed(plan: &Plan) -> Vec<Pulled> {
    let written = plan.after.iter().map(|source| Pulled {
        path: source.path.clone(),
        what: what(plan, source),
        text: Some(source.text.clone()),
    });
    written.collect()
}

fn what(plan: &Plan, source: &SourceFile) -> What {
    let was_there = plan.before.iter().any(|before| before.path == source.path);
    if was_there { What::Changed } else { What::Created }
}

/// Writes what differs. Every text is on the disk under another name before the first file is replaced.
pub(super) fn write(ctx: &Ctx<'_>, plan: &Plan) -> Result<Vec<Pulled>> {
    let is_new = |source: &&SourceFile| !plan.before.contains(source);
    let mut staged = Vec::new();
    let mut files = Vec::new();
    for source in plan.after.iter().filter(is_new) {
        let path = ctx.paths.root.join(&source.path);
        // What is behind a link is replaced, not the link.
        let path = path.canonicalize().unwrap_or(path);
        staged.push((stage(&path, &source.text)?, path));
        files.push(Pulled { path: source.path.clone(), what: what(plan, source), text: None });
    }
    for (staging, path) in &staged {
        std::fs::rename(staging, path).map_err(|error| io_failure("write", path, &error))?;
    }
    for source in &plan.before {
        if !plan.after.iter().any(|after| after.path == source.path) {
            let path = ctx.paths.root.join(&source.path);
            std::fs::remove_file(&path).map_err(|error| io_failure("remove", &path, &error))?;
            files.push(Pulled { path: source.path.clone(), what: What::Removed, text: None });
        }
    }
    Ok(files)
}

/// Writes a text beside the file that it is for, with that file's permissions.
fn stage(path: &Path, text: &str) -> Result<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| io_failure("create", folder, &error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let staging = folder.join(format!(".{name}.{}.new", std::process::id()));
    let written = std::fs::write(&staging, text).and_then(|()| match std::fs::metadata(path) {
        Ok(metadata) => std::fs::set_permissions(&staging, metadata.permissions()),
        Err(_) => Ok(()),
    });
    written.map_err(|error| {
        let _ = std::fs::remove_file(&staging);
        io_failure("write", &staging, &error)
    })?;
    Ok(staging)
}
