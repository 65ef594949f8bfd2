//! The care of a history: `migrate check`, `rebase`, `new`, `baseline` and `squash`.

use std::process::ExitCode;

use glowplug_dialect::words::counted;
use glowplug_engine::commands::{baseline, check, new, rebase, squash};
use glowplug_engine::failure::{Exit, Failure, Result};
use glowplug_engine::forks::Fork;

use super::Session;
use super::migrate::print_proof;
use crate::args::{BaselineArgs, NewArgs, RebaseArgs, SquashArgs};

/// Checks the history.
pub(crate) fn check(session: &mut Session<'_>) -> Result<ExitCode> {
    let outcome = session.with_database(check::run)?;
    let terminal = &session.terminal;
    terminal.object(&outcome);
    terminal.line(&format!("History   {}", counted(outcome.migrations, "migration")));
    for fork in &outcome.forks {
        print_fork(session, fork);
    }
    for name in &outcome.loose {
        terminal.warn(&format!("`{name}` starts from a schema that no place in this history has"));
    }
    if !outcome.unwritten.is_empty() {
        terminal.line("Schema    has changes that no migration makes yet");
        terminal.changes(&outcome.unwritten);
    }
    if outcome.is_clean() {
        let words = if outcome.forks.is_empty() { "no forks" } else { "no conflicts" };
        terminal.good(&format!("The history runs from the start and ends where the schema is: {words}."));
        return Ok(ExitCode::SUCCESS);
    }
    let mut commands = Vec::new();
    if outcome.forks.iter().any(|fork| !fork.commutes) {
        let what = "put the later branch on top of the other, planned anew";
        commands.push((session.command("migrate rebase"), what));
    }
    if !outcome.unwritten.is_empty() {
        commands.push((session.command("migrate --name <name>"), "write and apply a migration"));
    }
    terminal.next(&commands);
    Ok(ExitCode::from(Exit::Differs.code()))
}

fn print_fork(session: &Session<'_>, fork: &Fork) {
    let terminal = &session.terminal;
    let from = match &fork.after {
        Some(name) => format!("two branches start after {name}"),
        None => "two branches start the history".to_owned(),
    };
    terminal.line(&format!("Fork      {from}"));
    terminal.line(&format!("    one      {}", fork.first.join(", ")));
    terminal.line(&format!("    another  {}", fork.second.join(", ")));
    if fork.commutes {
        terminal.line("    either order gives the same schema");
    } else if let Some(obstacle) = &fork.obstacle {
        terminal.line(&format!("    conflict: {obstacle}"));
    } else {
        terminal.line("    conflict: in the other order the schema would be another");
        terminal.changes(&fork.differences);
    }
}

/// Puts one branch on top of the other.
pub(crate) fn rebase(session: &mut Session<'_>, args: RebaseArgs) -> Result<ExitCode> {
    let options = rebase::Options {
        migration: args.migration,
        force: args.force,
        allow_recreate: args.allow_recreate,
        online: !args.no_online && session.config.settings.online.unwrap_or(true),
        no_prove: args.no_prove,
        allow_remote: args.allow_remote,
        said: args.names.said(),
    };
    let outcome = session.with_database(|ctx| rebase::run(ctx, &options))?;
    let terminal = &session.terminal;
    terminal.object(&outcome);
    for (old, kept) in &outcome.replaced {
        terminal.line(&format!("Replaced {old}, kept in {kept}"));
    }
    for (old, new) in &outcome.moved {
        match old == new {
            true => terminal.line(&format!("{old} comes last already; it says now what it starts from")),
            false => terminal.line(&format!("{old} is {new} now")),
        }
    }
    if let Some(path) = &outcome.written {
        terminal.changes(&outcome.changes);
        terminal.gap();
        terminal.line(&format!("Written {path}"));
        print_proof(terminal, outcome.proof.as_ref());
        for path in &outcome.further {
            terminal.line(&format!("Written {path}"));
        }
        terminal.next(&[(session.command("migrate"), "apply it, after you have looked at it")]);
    } else if !outcome.replaced.is_empty() {
        terminal.good("The other branch does all of it already.");
    } else if outcome.moved.is_empty() {
        terminal.good("Nothing to rebase: the history has no forks.");
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes an empty migration.
pub(crate) fn new(session: &mut Session<'_>, args: NewArgs) -> Result<ExitCode> {
    let Some(name) = args.name else {
        return Err(Failure::unanswered("GP4008", "a migration needs a name")
            .hint(session.command("migrate new --sql fill_in_slugs")));
    };
    let provider = crate::connection::provider(session.schema.datasource())?;
    let outcome = new::run(&session.workspace(provider), &name)?;
    session.terminal.object(&outcome);
    session.terminal.line(&format!("Written {}, empty: write its statements.", outcome.path));
    session.terminal.next(&[(session.command("migrate"), "apply it")]);
    Ok(ExitCode::SUCCESS)
}

/// Begins the history of a database that exists.
pub(crate) fn baseline(session: &mut Session<'_>, args: &BaselineArgs) -> Result<ExitCode> {
    let outcome = session.with_database(|ctx| baseline::run(ctx, &args.name))?;
    let terminal = &session.terminal;
    terminal.object(&outcome);
    terminal.changes(&outcome.changes);
    terminal.gap();
    terminal.line(&format!("Written {}", outcome.path));
    print_proof(terminal, outcome.proof.as_ref());
    terminal.good("It is marked as applied here; nothing else was changed.");
    let what = "bring what it holds into the schema file, if that is not done yet";
    terminal.next(&[(session.command("pull"), what)]);
    Ok(ExitCode::SUCCESS)
}

/// Makes one migration of several.
pub(crate) fn squash(session: &mut Session<'_>, args: SquashArgs) -> Result<ExitCode> {
    let (from, to) = args.range;
    let options = squash::Options { from, to, name: args.name };
    let outcome = session.with_database(|ctx| squash::run(ctx, &options))?;
    let terminal = &session.terminal;
    terminal.object(&outcome);
    terminal.line(&format!("Written {} for {}", outcome.path, counted(outcome.replaces.len(), "migration")));
    if !outcome.planned {
        terminal.line("  its statements are those of the old files: some were written by hand");
    }
    terminal.line(&format!("The old folders are kept in {}", outcome.kept));
    terminal.good("Both ways end in the same schema. Databases that have all of them will be marked.");
    Ok(ExitCode::SUCCESS)
}
