//! `push`: the schema into the database, without a migration.

use std::process::ExitCode;
use std::time::Duration;

use glowplug_dialect::words::counted;
use glowplug_engine::commands::push::{self, Options, Outcome};
use glowplug_engine::failure::Result;

use super::{Session, generate};
use crate::args::PushArgs;
use crate::terminal::duration;

/// Pushes.
pub(crate) fn run(session: &mut Session<'_>, args: &PushArgs) -> Result<ExitCode> {
    let options = Options {
        force_reset: args.force_reset,
        force: args.force,
        no_copy: args.no_copy,
        skip_generate: args.skip_generate,
        allow_remote: args.allow_remote,
        accept_data_loss: args.accept_data_loss,
        allow_recreate: args.allow_recreate,
        said: args.names.said(),
    };
    let outcome = session.with_database(|ctx| push::run(ctx, &options))?;
    session.terminal.object(&outcome);
    print(session, &outcome);
    Ok(ExitCode::SUCCESS)
}

fn print(session: &Session<'_>, outcome: &Outcome) {
    let terminal = &session.terminal;
    if outcome.reset {
        terminal.line(&format!("Database `{}` was emptied", outcome.database));
    }
    if outcome.changes.is_empty() {
        terminal.good("Database and schema agree.");
    } else {
        terminal.line(&format!("Changes to the database `{}`", outcome.database));
        terminal.changes(&outcome.changes);
        terminal.gap();
        terminal.findings(&outcome.findings);
        let mut done = format!("Ran {}", counted(outcome.statements.len(), "statement"));
        for lock in &outcome.locks {
            done.push_str(&format!("; {lock}"));
        }
        terminal.line(&done);
        let took = duration(Duration::from_millis(outcome.milliseconds));
        terminal.good(&format!("Pushed in {took}. Database and schema agree."));
    }
    for object in &outcome.went_along {
        terminal.warn(&format!("{object} went with its column, and nobody here had made it"));
    }
    terminal.left_alone(
        "Strangers",
        "that neither the history nor a push has made, left alone",
        &outcome.left_alone,
    );
    terminal.foreign(&outcome.foreign);
    terminal.external(&outcome.external);
    generate::print(terminal, &outcome.generated);
    if outcome.history > 0 && !outcome.changes.is_empty() {
        terminal.warn(&format!(
            "this database has a history ({}): for `migrate`, what was pushed is drift",
            counted(outcome.history, "migration")
        ));
        terminal.next(&[
            (
                session.command("drift adopt --name <name>"),
                "write a migration from it, marked as applied here",
            ),
            (session.command("drift revert"), "take it back"),
        ]);
    }
}
