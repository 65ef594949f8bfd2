//! `restore`: back to a copy of the database.

use std::process::ExitCode;

use glowplug_dialect::words::counted;
use glowplug_engine::commands::restore::{self, Options};
use glowplug_engine::failure::Result;

use super::Session;
use crate::args::RestoreArgs;
use crate::config;

/// Restores the newest copy, or the one that was typed.
pub(crate) fn run(session: &mut Session<'_>, args: &RestoreArgs) -> Result<ExitCode> {
    let file = args.file.as_deref().map(config::absolute).transpose()?;
    let options = Options { file, force: args.force, allow_remote: args.allow_remote };
    let outcome = session.with_database(|ctx| restore::run(ctx, &options))?;
    session.terminal.object(&outcome);
    session.terminal.good(&format!("`{}` is as it was in {}.", outcome.database, outcome.file));
    if !outcome.pending.is_empty() {
        session
            .terminal
            .line(&format!("{} of the folder came later", counted(outcome.pending.len(), "migration")));
        let status = (session.command("migrate status"), "shows what is pending");
        session.terminal.next(&[status]);
    }
    Ok(ExitCode::SUCCESS)
}
