//! `drift`: differences that no migration made, without a reset.

use std::process::ExitCode;

use glowplug_dialect::words::counted;
use glowplug_engine::commands::drift::{self, Revert};
use glowplug_engine::failure::Result;

use super::Session;
use crate::args::Drift;

/// Adopts or reverts.
pub(crate) fn run(session: &mut Session<'_>, args: Drift) -> Result<ExitCode> {
    match args {
        Drift::Adopt { name } => {
            let outcome = session.with_database(|ctx| drift::adopt(ctx, &name))?;
            session.terminal.object(&outcome);
            session.terminal.changes(&outcome.changes);
            session.terminal.good(&format!("Written {}, marked as applied here.", outcome.path));
            if outcome.in_schema {
                session.terminal.next(&[(
                    session.command("pull"),
                    "bring it into the schema file as well, or the next migration takes it back",
                )]);
            }
        }
        Drift::Revert { force, allow_remote } => {
            let outcome = session.with_database(|ctx| drift::revert(ctx, Revert { force, allow_remote }))?;
            session.terminal.object(&outcome);
            session.terminal.good(&format!(
                "Ran {}: the database is as the history says.",
                counted(outcome.statements.len(), "statement")
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}
