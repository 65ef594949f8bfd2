//! Copies of a database that its server keeps beside it, made before everything in it is dropped.

use std::time::Instant;

use glowplug_dialect::beside::{Beside, Copy};
use glowplug_dialect::error::DatabaseError;

use crate::copies::Kept;
use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::ui::Event;

/// From this size on a copy is told of before it is made, in bytes.
const LARGE: u64 = 100_000_000;

/// Copies the database, and drops copies beyond the number that is kept.
pub(super) fn make(ctx: &mut Ctx<'_>, server: &mut dyn Beside, why: &str) -> Result<Kept> {
    let bytes = server.size()?;
    if bytes >= LARGE {
        ctx.ui.report(&Event::Copying { bytes });
    }
    let begin = Instant::now();
    let copy = server.copy(why, &ctx.clock.folder_timestamp()).map_err(refused)?;
    let kept = kept(&copy);
    ctx.ui.report(&Event::CopiedBeside { name: &kept.name, bytes: kept.bytes, took: begin.elapsed() });
    for old in server.copies()?.iter().rev().skip(ctx.copies) {
        // A copy too many is no reason to stop.
        let _ = server.remove(&old.name);
    }
    Ok(kept)
}

pub(super) fn kept(copy: &Copy) -> Kept {
    Kept { name: copy.name.clone(), bytes: copy.bytes }
}

/// Makes the database as the copy is.
pub(super) fn bring_back(server: &mut dyn Beside, name: &str) -> Result<()> {
    server.bring_back(name).map_err(|error| {
        let connected = connected(&error);
        let mut failure = Failure::from_database(error).fact("nothing was changed");
        failure.facts.extend(connected);
        failure
    })
}

fn connected(error: &DatabaseError) -> Vec<String> {
    error.blockers.iter().map(|it| format!("connected: {}", it.words())).collect()
}

fn refused(error: DatabaseError) -> Box<Failure> {
    let message = format!("nothing was dropped, because no copy can be made first: {}", error.message);
    let mut failure = Failure::refused("GP4109", message);
    failure.facts = connected(&error);
    failure.facts.extend(error.server.and_then(|server| server.detail));
    failure.hints.extend(error.hint);
    failure.hint("--no-copy    goes on without one: what is in the database is lost for good")
}
