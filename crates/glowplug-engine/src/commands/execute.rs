//! `execute`: runs SQL as one batch. It keeps no ledger and asks nothing: whoever writes SQL means it.

use glowplug_dialect::error::ErrorKind;

use crate::apply::place_in;
use crate::ctx::Ctx;
use crate::failure::{Failure, Result};

/// Statements and where they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The file, or what stands for it in messages.
    pub name: String,
    /// The statements.
    pub sql: String,
}

/// Runs it. Several statements are one transaction, unless they say otherwise.
///
/// # Errors
/// The statement that the server refused, with its place.
pub fn run(ctx: &mut Ctx<'_>, script: &Script) -> Result<()> {
    let mut database = ctx.connect()?;
    database.execute(&script.sql).map_err(|error| {
        if error.kind != ErrorKind::Statement {
            return Failure::from_database(error);
        }
        let place = error.server.as_ref().and_then(|server| place_in(&script.name, &script.sql, server));
        let mut failure = Failure::from_database(error);
        failure.place = place;
        failure.fact("landed: nothing, unless the SQL commits by itself")
    })
}
