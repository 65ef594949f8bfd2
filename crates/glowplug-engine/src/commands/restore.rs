//! `restore`: makes a development database as a copy of it was.

use std::path::PathBuf;

use serde::Serialize;

use crate::ctx::Ctx;
use crate::failure::Result;
use crate::history::History;
use crate::{apply, copies, guard};

/// What to restore.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Another copy than the newest.
    pub file: Option<PathBuf>,
    /// Do not ask.
    pub force: bool,
    /// Also on another host.
    pub allow_remote: bool,
}

/// What it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The database's name.
    pub database: String,
    /// The copy, relative to the workspace.
    pub file: String,
    /// Migrations of the folder that the copy does not have.
    pub pending: Vec<String>,
}

/// Restores a copy.
///
/// # Errors
/// No copy, a protected or remote database, nobody to confirm, or a file that is no copy.
pub fn run(ctx: &mut Ctx<'_>, options: &Options) -> Result<Outcome> {
    guard::refuse_remote(ctx, "restore", options.allow_remote)?;
    let file = match &options.file {
        Some(file) => file.clone(),
        None => copies::newest(ctx)?,
    };
    let mut database = ctx.connect_or_create()?;
    let database = database.as_mut();
    guard::refuse_protected(ctx, database, "restore")?;
    let name = database.target().database.clone();
    let shown = ctx.paths.show(&file);
    if !options.force {
        guard::confirm(ctx, format!("`{name}` becomes as it was in {shown}; what is in it now is lost"))?;
    }
    apply::lock(ctx, database)?;
    database.restore_from(&file)?;
    let pending = History::read(ctx, database)?.diagnosis.pending;
    database.unlock()?;
    Ok(Outcome { database: name, file: shown, pending })
}
