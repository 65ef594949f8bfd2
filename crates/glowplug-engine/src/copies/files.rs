//! Copies of a database that is a file: files in `.glowplug/copies`.

use std::path::{Path, PathBuf};

use glowplug_dialect::database::Database;

use crate::copies::Kept;
use crate::ctx::Ctx;
use crate::failure::{Result, io_failure};

/// Copies the database before `migration` runs; gives the file. `None` where a database
/// is not copied so, or the settings want no copies.
///
/// # Errors
/// The disk refuses: then the migration does not run either.
pub(super) fn make(ctx: &Ctx<'_>, database: &mut dyn Database, migration: &str) -> Result<Option<PathBuf>> {
    if ctx.copies == 0 {
        return Ok(None);
    }
    let folder = folder(ctx);
    std::fs::create_dir_all(&folder).map_err(|error| io_failure("create", &folder, &error))?;
    let plain = migration.split_once('_').map_or(migration, |(_, name)| name);
    let name = format!("{}_before_{plain}.db", ctx.clock.folder_timestamp());
    let file = folder.join(&name);
    // The same second, the same migration: the copy that is there is as good.
    if !file.exists() && !database.copy_to(&file)? {
        return Ok(None);
    }
    for old in all(ctx).iter().rev().skip(ctx.copies) {
        // A copy too many is no reason to stop.
        let _ = std::fs::remove_file(old);
    }
    Ok(Some(file))
}

/// A copy as it is told of: its path is relative to the workspace.
pub(super) fn kept(ctx: &Ctx<'_>, file: &Path) -> Kept {
    Kept { name: ctx.paths.show(file), bytes: std::fs::metadata(file).ok().map(|it| it.len()) }
}

fn folder(ctx: &Ctx<'_>) -> PathBuf {
    ctx.paths.state.join("copies")
}

/// The copies, oldest first: their names begin with the time.
pub(super) fn all(ctx: &Ctx<'_>) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder(ctx)).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| is_copy(path)).collect();
    files.sort();
    files
}

fn is_copy(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "db")
}
