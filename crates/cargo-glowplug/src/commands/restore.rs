//! `restore`: back to a copy of the database.

use std::path::Path;
use std::process::ExitCode;

use glowplug_dialect::words::{counted, size};
use glowplug_engine::commands::restore::{self, Options};
use glowplug_engine::copies::Named;
use glowplug_engine::failure::Result;

use super::Session;
use crate::args::RestoreArgs;
use crate::config;

/// Restores the newest copy, or the one that was typed.
pub(crate) fn run(session: &mut Session<'_>, args: &RestoreArgs) -> Result<ExitCode> {
    if args.list {
        return list(session);
    }
    let file = args.copy.as_deref().map(|name| config::absolute(Path::new(name))).transpose()?;
    let copy = args.copy.clone().zip(file).map(|(name, file)| Named { name, file });
    let options = Options { copy, force: args.force, allow_remote: args.allow_remote };
    let outcome = session.with_database(|ctx| restore::run(ctx, &options))?;
    session.terminal.object(&outcome);
    session.terminal.good(&format!("`{}` is as it was in `{}`.", outcome.database, outcome.copy));
    if !outcome.pending.is_empty() {
        session
            .terminal
            .line(&format!("{} of the folder came later", counted(outcome.pending.len(), "migration")));
        let status = (session.command("migrate status"), "shows what is pending");
        session.terminal.next(&[status]);
    }
    Ok(ExitCode::SUCCESS)
}

/// Shows which copies there are.
fn list(session: &mut Session<'_>) -> Result<ExitCode> {
    let outcome = session.with_database(restore::list)?;
    session.terminal.object(&outcome);
    let copies = outcome.copies;
    let terminal = &session.terminal;
    if copies.is_empty() {
        terminal.line("There are no copies of this database.");
        return Ok(ExitCode::SUCCESS);
    }
    let width = copies.iter().map(|copy| copy.name.chars().count()).max().unwrap_or(0);
    for copy in &copies {
        let bytes = copy.bytes.map_or_else(String::new, size);
        terminal.line(&format!("{:<width$}  {bytes:>9}", copy.name));
    }
    let newest = (session.command("restore"), "brings back the last of them");
    terminal.next(&[newest]);
    Ok(ExitCode::SUCCESS)
}
