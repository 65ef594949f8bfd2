//! `restore`: makes a development database as a copy of it was.

use serde::Serialize;

use crate::copies::{self, Kept, Named};
use crate::ctx::Ctx;
use crate::failure::Result;
use crate::history::History;
use crate::{apply, guard};

/// What to restore.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Another copy than the newest.
    pub copy: Option<Named>,
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
    /// The copy: a file, relative to the workspace, or a database.
    pub copy: String,
    /// Migrations of the folder that the copy does not have.
    pub pending: Vec<String>,
}

/// What there is to restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// The copies, oldest first.
    pub copies: Vec<Kept>,
}

/// Restores a copy.
///
/// # Errors
/// No copy, a protected or remote database, nobody to confirm, or a file that is no copy.
pub fn run(ctx: &mut Ctx<'_>, options: &Options) -> Result<Outcome> {
    guard::refuse_remote(ctx, "restore", options.allow_remote)?;
    let mut database = ctx.connect_or_create()?;
    let database = database.as_mut();
    guard::refuse_protected(ctx, database, "restore")?;
    let copy = copies::find(ctx, database, options.copy.as_ref())?;
    let name = database.target().database.clone();
    let shown = copies::shown(ctx, database, &copy);
    if !options.force {
        guard::confirm(ctx, format!("`{name}` becomes as it was in `{shown}`; what is in it now is lost"))?;
    }
    apply::lock(ctx, database)?;
    copies::restore(database, &copy)?;
    let pending = History::read(ctx, database)?.diagnosis.pending;
    database.unlock()?;
    Ok(Outcome { database: name, copy: shown, pending })
}

/// The copies that there are, oldest first.
///
/// # Errors
/// Whatever the database answers.
pub fn list(ctx: &mut Ctx<'_>) -> Result<Listed> {
    let mut database = ctx.connect()?;
    Ok(Listed { copies: copies::all(ctx, database.as_mut())? })
}
