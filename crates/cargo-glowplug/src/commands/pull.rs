//! `pull`: the schema file from the database.

use std::process::ExitCode;

use glowplug_dialect::words::counted;
use glowplug_engine::commands::pull::{self, Next, Options, Outcome, What};
use glowplug_engine::failure::Result;

use super::Session;
use crate::args::PullArgs;

/// How many foreign objects are shown.
const SHOWN: usize = 12;

/// Pulls, and prints what came of it.
pub(crate) fn run(session: &mut Session<'_>, args: PullArgs) -> Result<ExitCode> {
    let options = Options { print: args.print, force: args.force };
    let outcome = session.with_database(|ctx| pull::run(ctx, options))?;
    session.terminal.object(&outcome);
    if session.terminal.json {
        return Ok(ExitCode::SUCCESS);
    }
    if args.print {
        print_texts(&outcome);
        print_warnings(session, &outcome);
        return Ok(ExitCode::SUCCESS);
    }
    print_changes(session, &outcome);
    print_warnings(session, &outcome);
    print_left_alone(session, &outcome);
    print_next(session, &outcome);
    Ok(ExitCode::SUCCESS)
}

/// The schema alone, so that it can be written to a file.
fn print_texts(outcome: &Outcome) {
    for file in &outcome.files {
        if outcome.files.len() > 1 {
            anstream::println!("// {}", file.path);
        }
        anstream::print!("{}", file.text.as_deref().unwrap_or_default());
    }
}

fn print_changes(session: &Session<'_>, outcome: &Outcome) {
    let terminal = &session.terminal;
    if outcome.files.is_empty() {
        terminal.good(&format!("The schema is as `{}` is: nothing was written.", outcome.database));
        return;
    }
    terminal.line(&format!("Pulled from `{}` on {}", outcome.database, outcome.host));
    terminal.changes(&outcome.changes);
    terminal.gap();
    for file in &outcome.files {
        let word = match file.what {
            What::Created => "Created",
            What::Changed => "Changed",
            What::Removed => "Removed",
        };
        terminal.line(&format!("{word} {}", file.path));
    }
}

fn print_warnings(session: &Session<'_>, outcome: &Outcome) {
    for warning in &outcome.warnings {
        session.terminal.warn(warning);
    }
    if !outcome.leftover.is_empty() {
        let lines: Vec<String> =
            outcome.leftover.iter().map(|line| format!("{} {}", line.sign, line.text)).collect();
        session.terminal.warn(&format!(
            "the schema still differs from the database ({}): this is a defect of glowplug; please report it with \
             the schema and the tables",
            lines.join(", ")
        ));
    }
}

fn print_left_alone(session: &Session<'_>, outcome: &Outcome) {
    if outcome.left_alone.is_empty() {
        return;
    }
    let terminal = &session.terminal;
    let count = counted(outcome.left_alone.len(), "object");
    terminal.line(&format!("Foreign   {count} outside the schema's language, left alone"));
    for object in outcome.left_alone.iter().take(SHOWN) {
        terminal.line(&format!("    {object}"));
    }
    if outcome.left_alone.len() > SHOWN {
        let more = outcome.left_alone.len() - SHOWN;
        terminal.line(&format!("    and {more} more: --json lists all"));
    }
}

fn print_next(session: &Session<'_>, outcome: &Outcome) {
    let commands = match outcome.next {
        Next::Baseline => vec![(
            session.command("drift adopt --name init"),
            "write the first migration from the database, marked as applied here",
        )],
        Next::Status if outcome.files.is_empty() => Vec::new(),
        Next::Status => vec![
            (session.command("migrate status"), "see whether the history leads to this schema"),
            (session.command("drift adopt"), "write a migration from what no migration made"),
        ],
    };
    if !commands.is_empty() {
        session.terminal.next(&commands);
    }
}
