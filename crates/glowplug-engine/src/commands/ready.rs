//! Whether a database is ready for the product's own binaries: not protected, nothing pending.

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
    let catch_up = format!("{} migrate    brings the database up to date first", ctx.tool);
    guard::refuse_remote(ctx, command, allow_remote)?;
    let mut database = ctx.connect().map_err(|failure| {
        if failure.prisma_code == Some("P1003") { failure.hint(catch_up.clone()) } else { failure }
    })?;
    let database = database.as_mut();
    guard::refuse_protected(ctx, database, command)?;
    let history = History::read(ctx, database)?;
    history.refuse_failed(&ctx.tool)?;
    match history.diagnosis.pending.len() {
        0 => Ok(()),
        n => {
            let count = counted_as(n, "migration is", "migrations are");
            Err(Failure::new("GP4207", format!("{count} pending, so `{command}` would not find its tables"))
                .hint(catch_up))
        }
    }
}
