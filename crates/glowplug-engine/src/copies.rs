//! Copies of a database that is a file, made in development before a migration that drops something or writes
//! tables anew. The newest few are kept.

use std::path::{Path, PathBuf};

use glowplug_dialect::database::Database;
use glowplug_dialect::finding::{Finding, Level};
use glowplug_dialect::plan::Plan;

use crate::ctx::Ctx;
use crate::failure::{Failure, Result, io_failure};

/// Whether rows may go with a plan, or are written anew.
pub fn is_risky(plan: &Plan, findings: &[Finding]) -> bool {
    plan.steps.iter().any(|step| step.rewrites)
        || findings.iter().any(|finding| finding.level != Level::Notice)
}

/// Copies the database before `migration` runs; gives the file, relative to the workspace. `None` where a database
/// is not copied so, or the settings want no copies.
///
/// # Errors
/// The disk refuses: then the migration does not run either.
pub fn make(ctx: &Ctx<'_>, database: &mut dyn Database, migration: &str) -> Result<Option<String>> {
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
    Ok(Some(ctx.paths.show(&file)))
}

/// The newest copy.
///
/// # Errors
/// There is none.
pub fn newest(ctx: &Ctx<'_>) -> Result<PathBuf> {
    all(ctx).pop().ok_or_else(|| {
        Failure::new("GP4107", "there is no copy of a database here")
            .fact("a copy is made of a database that is a file, before a migration that drops or rebuilds something")
            .hint(format!("{} restore <FILE>    restores any other copy", ctx.tool))
    })
}

fn folder(ctx: &Ctx<'_>) -> PathBuf {
    ctx.paths.state.join("copies")
}

/// The copies, oldest first: their names begin with the time.
fn all(ctx: &Ctx<'_>) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder(ctx)).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| is_copy(path)).collect();
    files.sort();
    files
}

fn is_copy(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "db")
}
