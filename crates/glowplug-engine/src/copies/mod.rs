//! Copies of a database, made in development before rows may go: of a database that is a file as another file, of one
//! on a server as another database beside it. The newest few are kept.

mod beside;
mod files;

use std::path::{Path, PathBuf};

use glowplug_dialect::database::Database;
use glowplug_dialect::finding::{Finding, Level};
use glowplug_dialect::plan::Plan;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::ui::Event;

/// A copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// The file, relative to the workspace; on a server, the database.
    pub name: String,
    /// What it takes of the disk, as far as that can be seen.
    pub bytes: Option<u64>,
}

/// Which copy somebody means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// As it was typed: the name of a database.
    pub name: String,
    /// The same, as the path of a file.
    pub file: PathBuf,
}

/// Whether rows may go with a plan, or are written anew.
pub fn is_risky(plan: &Plan, findings: &[Finding]) -> bool {
    plan.steps.iter().any(|step| step.rewrites)
        || findings.iter().any(|finding| finding.level != Level::Notice)
}

/// Copies a database that is a file before `migration` runs; gives the file, relative to the workspace. `None` for any
/// other database, or if the settings want no copies.
///
/// # Errors
/// The disk refuses: then the migration does not run either.
pub fn of_file(ctx: &Ctx<'_>, database: &mut dyn Database, migration: &str) -> Result<Option<String>> {
    Ok(files::make(ctx, database, migration)?.map(|file| ctx.paths.show(&file)))
}

/// Copies any database before everything in it is dropped. `None` if the settings want no copies, or for a database
/// that ends with the tool.
///
/// # Errors
/// What stands in the way of a copy: then nothing may be dropped.
pub fn before_reset(ctx: &mut Ctx<'_>, database: &mut dyn Database) -> Result<Option<Kept>> {
    if ctx.copies == 0 {
        return Ok(None);
    }
    if let Some(server) = database.beside() {
        return beside::make(ctx, server, "reset").map(Some);
    }
    let Some(file) = files::make(ctx, database, "reset")? else { return Ok(None) };
    let kept = files::kept(ctx, &file);
    ctx.ui.report(&Event::Copied { file: &kept.name });
    Ok(Some(kept))
}

/// The copies of this database that there are, oldest first.
///
/// # Errors
/// Whatever the database answers.
pub fn all(ctx: &Ctx<'_>, database: &mut dyn Database) -> Result<Vec<Kept>> {
    match database.beside() {
        Some(server) => Ok(server.copies()?.iter().map(beside::kept).collect()),
        None => Ok(files::all(ctx).iter().map(|file| files::kept(ctx, file)).collect()),
    }
}

/// The copy that is meant: the newest, if none is named. A file need not be one of ours.
///
/// # Errors
/// There is no such copy.
pub fn find(ctx: &Ctx<'_>, database: &mut dyn Database, named: Option<&Named>) -> Result<Named> {
    let is_file = database.beside().is_none();
    let all = all(ctx, database)?;
    let wanted = match named {
        Some(named) if is_file || all.iter().any(|it| it.name == named.name) => return Ok(named.clone()),
        Some(named) => Some(&named.name),
        None => None,
    };
    match (wanted, all.last()) {
        (None, Some(Kept { name, .. })) => Ok(Named { file: ctx.paths.root.join(name), name: name.clone() }),
        (None, None) => Err(none(ctx, is_file)),
        (Some(name), _) => Err(Failure::new(
            "GP4107",
            format!("`{name}` is no copy of this database that the tool has made"),
        )
        .hint(format!("{} restore --list    shows which there are", ctx.tool))),
    }
}

/// Makes the database as the copy is.
///
/// # Errors
/// Whatever stands in the way; then nothing has changed.
pub fn restore(database: &mut dyn Database, copy: &Named) -> Result<()> {
    match database.beside() {
        Some(server) => beside::bring_back(server, &copy.name),
        None => Ok(database.restore_from(&copy.file)?),
    }
}

/// How a copy is told of: the name of a database, or a path relative to the workspace.
pub fn shown(ctx: &Ctx<'_>, database: &mut dyn Database, copy: &Named) -> String {
    match database.beside() {
        Some(_) => copy.name.clone(),
        None => ctx.paths.show(Path::new(&copy.file)),
    }
}

fn none(ctx: &Ctx<'_>, is_file: bool) -> Box<Failure> {
    let failure = Failure::new("GP4107", "there is no copy of a database here");
    if is_file {
        failure
            .fact("a copy is made of a database that is a file, before a migration that drops or rebuilds something")
            .hint(format!("{} restore <FILE>    restores any other copy", ctx.tool))
    } else {
        failure.fact("a copy is made before a reset")
    }
}
