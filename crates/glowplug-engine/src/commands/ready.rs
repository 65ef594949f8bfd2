//! Whether a database is ready for the product's own binaries: not protected, nothing pending.

use glowplug_dialect::database::Database;
use glowplug_dialect::words::counted_as;

use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::guard;
use crate::history::History;

/// Checks before `seed` or `dev-admin` start.
///
/// # Errors
/// A protected or remote database, or migrations that are not applied yet.
pub fn check(ctx: &mut Ctx<'_>, command: &str, allow_remote: bool) -> Result<()> {
    open(ctx, command, allow_remote).map(|_| ())
}

/// The database, after the same checks.
///
/// # Errors
/// As [`check`].
pub(super) fn open(ctx: &mut Ctx<'_>, command: &str, allow_remote: bool) -> Result<Box<dyn Database>> {
    let mut database = connect(ctx, command, allow_remote)?;
    guard::refuse_protected(ctx, database.as_mut(), command)?;
    refuse_pending(ctx, database.as_mut(), command)?;
    Ok(database)
}

/// The same for what may go to a protected database.
///
/// # Errors
/// A remote database, or migrations that are not applied yet.
pub(super) fn open_protected(
    ctx: &mut Ctx<'_>,
    command: &str,
    allow_remote: bool,
) -> Result<Box<dyn Database>> {
    let mut database = connect(ctx, command, allow_remote)?;
    refuse_pending(ctx, database.as_mut(), command)?;
    Ok(database)
}

fn catch_up(ctx: &Ctx<'_>) -> String {
    format!("{} migrate    brings the database up to date first", ctx.tool)
}

fn connect(ctx: &mut Ctx<'_>, command: &str, allow_remote: bool) -> Result<Box<dyn Database>> {
    guard::refuse_remote(ctx, command, allow_remote)?;
    let catch_up = catch_up(ctx);
    ctx.connect().map_err(
        |failure| if failure.prisma_code == Some("P1003") { failure.hint(catch_up) } else { failure },
    )
}

fn refuse_pending(ctx: &Ctx<'_>, database: &mut dyn Database, command: &str) -> Result<()> {
    let history = History::read(ctx, database)?;
    history.refuse_failed(&ctx.tool)?;
    match history.diagnosis.pending.len() {
        0 => Ok(()),
        n => {
            let count = counted_as(n, "migration is", "migrations are");
            Err(Failure::new("GP4207", format!("{count} pending, so `{command}` would not find its tables"))
                .hint(catch_up(ctx)))
        }
    }
}
