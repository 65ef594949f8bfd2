//! `migrate revert` and `migrate goto`.

use std::process::ExitCode;

use glowplug_dialect::words::counted;
use glowplug_engine::commands::revert::{self, Options, Which};
use glowplug_engine::failure::Result;

use super::Session;
use crate::args::{GotoArgs, RevertArgs};

/// Takes migrations back.
pub(crate) fn revert(session: &mut Session<'_>, args: RevertArgs) -> Result<ExitCode> {
    let which = match (args.to, args.missing) {
        (Some(name), _) => Which::After(name),
        (None, true) => Which::Missing,
        (None, false) => Which::Last(args.last.unwrap_or(1)),
    };
    let (accept_data_loss, allow_remote) = (args.accept_data_loss, args.allow_remote);
    run(session, &Options { which, accept_data_loss, allow_remote })
}

/// Goes to one.
pub(crate) fn goto(session: &mut Session<'_>, args: GotoArgs) -> Result<ExitCode> {
    let which = Which::Exactly(args.migration);
    let (accept_data_loss, allow_remote) = (args.accept_data_loss, args.allow_remote);
    run(session, &Options { which, accept_data_loss, allow_remote })
}

fn run(session: &mut Session<'_>, options: &Options) -> Result<ExitCode> {
    let outcome = session.with_database(|ctx| revert::run(ctx, options))?;
    let terminal = &session.terminal;
    terminal.object(&outcome);
    let at = match &outcome.at {
        Some(name) => format!("the database is at `{name}`"),
        None => "no migration is applied any more".to_owned(),
    };
    if outcome.taken_back.is_empty() && outcome.applied.is_empty() {
        terminal.good(&format!("Nothing to do: {at}."));
        return Ok(ExitCode::SUCCESS);
    }
    terminal.gap();
    let did = if outcome.taken_back.is_empty() {
        format!("Applied {}", counted(outcome.applied.len(), "migration"))
    } else {
        format!("Took back {}", counted(outcome.taken_back.len(), "migration"))
    };
    terminal.good(&format!("{did}: {at}."));
    Ok(ExitCode::SUCCESS)
}
