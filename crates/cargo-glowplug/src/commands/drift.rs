//! `drift`: differences that no migration made, without a reset.

use std::process::ExitCode;

use glowplug_dialect::words::counted;
use glowplug_engine::commands::drift::{self, Revert};
use glowplug_engine::failure::Result;

use super::Session;
use crate::args::Drift;

/// Adopts, reverts or ignores.
pub(crate) fn run(session: &mut Session<'_>, args: Drift) -> Result<ExitCode> {
    match args {
        Drift::Adopt { objects, name } => {
            let outcome = session.with_database(|ctx| drift::adopt(ctx, &name, &objects))?;
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
        Drift::Revert { objects, force, allow_remote } => {
            let options = Revert { objects, force, allow_remote };
            let outcome = session.with_database(|ctx| drift::revert(ctx, &options))?;
            session.terminal.object(&outcome);
            let what = match options.objects.as_slice() {
                [] => "the database is".to_owned(),
                objects => format!("{} is", objects.join(", ")),
            };
            let count = counted(outcome.statements.len(), "statement");
            session.terminal.good(&format!("Ran {count}: {what} as the history says."));
        }
        Drift::Ignore { objects } => {
            let outcome = session.with_database(|ctx| drift::ignore(ctx, &objects))?;
            session.terminal.object(&outcome);
            let left = match outcome.left {
                0 => "no drift is left".to_owned(),
                n => format!("{} left", counted(n, "difference")),
            };
            session.terminal.good(&format!("Written into {}: {left}.", outcome.path));
        }
    }
    Ok(ExitCode::SUCCESS)
}
