//! `migrate` and its subcommands.

use std::process::ExitCode;
use std::time::Duration;

use glowplug_dialect::words::counted;
use glowplug_engine::commands::{deploy, dev, reset, resolve, status};
use glowplug_engine::failure::{Exit, Result};
use glowplug_engine::prove::Proof;

use super::{Session, deploy_plan, diff, generate, history, revert, seed};
use crate::args::{DeployArgs, DevArgs, Migrate, MigrateArgs, ResetArgs, ResolveArgs};
use crate::terminal::{Terminal, duration};

/// Dispatch.
pub(crate) fn run(session: &mut Session<'_>, args: MigrateArgs) -> Result<ExitCode> {
    match args.command {
        None => dev(session, args.dev),
        Some(Migrate::Dev(args)) => dev(session, args),
        Some(Migrate::Deploy(args)) => deploy(session, args),
        Some(Migrate::Status) => status(session),
        Some(Migrate::Diff(args)) => diff::run(session, &args),
        Some(Migrate::Revert(args)) => revert::revert(session, args),
        Some(Migrate::Goto(args)) => revert::goto(session, args),
        Some(Migrate::Check) => history::check(session),
        Some(Migrate::Rebase(args)) => history::rebase(session, args),
        Some(Migrate::New(args)) if args.sql => history::new(session, args),
        Some(Migrate::New(args)) => {
            dev(session, DevArgs { name: args.name, create_only: true, ..DevArgs::default() })
        }
        Some(Migrate::Baseline(args)) => history::baseline(session, &args),
        Some(Migrate::Squash(args)) => history::squash(session, args),
        Some(Migrate::Reset(args)) => reset(session, &args),
        Some(Migrate::Resolve(args)) => resolve(session, args),
    }
}

pub(crate) fn dev(session: &mut Session<'_>, args: DevArgs) -> Result<ExitCode> {
    let options = dev::Options {
        name: args.name,
        create_only: args.create_only,
        skip_generate: args.skip_generate,
        allow_remote: args.allow_remote,
        accept_data_loss: args.accept_data_loss,
        allow_recreate: args.allow_recreate,
        online: !args.no_online && session.config.settings.online.unwrap_or(true),
        no_prove: args.no_prove,
        said: args.names.said(),
    };
    let outcome = session.with_database(|ctx| dev::run(ctx, &options))?;
    session.terminal.object(&outcome);
    if !outcome.applied.is_empty() {
        session.terminal.gap();
    }
    if outcome.adopted.is_some() {
        session.terminal.good("The history has what was changed by hand; the schema file does not yet.");
        session.terminal.next(&[(
            session.command("pull"),
            "bring it into the schema file as well, or the next migration takes it back",
        )]);
        return Ok(ExitCode::SUCCESS);
    }
    match &outcome.written {
        Some(written) => print_written(session, written),
        None => session.terminal.good("Database, history and schema agree."),
    }
    seed::print::after(session.terminal, outcome.data.as_ref());
    generate::print(session.terminal, &outcome.generated);
    if !outcome.applied.is_empty() {
        print_next(session);
    }
    Ok(ExitCode::SUCCESS)
}

fn print_written(session: &Session<'_>, written: &dev::Written) {
    let terminal = &session.terminal;
    if written.changes.is_empty() {
        terminal.line(&format!("Written {}, empty: write its statements.", written.path));
        terminal.next(&[(session.command("migrate"), "apply it")]);
        return;
    }
    match &written.since {
        Some(since) => terminal.line(&format!("Changes since {since}")),
        None => terminal.line("Changes from an empty database"),
    }
    terminal.changes(&written.changes);
    terminal.gap();
    terminal.line(&format!("Written {}", written.path));
    let mut up = counted(written.steps, "statement");
    for lock in &written.locks {
        up.push_str(&format!("; {lock}"));
    }
    terminal.line(&format!("  up.sql    {up}"));
    print_proof(terminal, written.proof.as_ref());
    for path in &written.further {
        terminal.line(&format!("Written {path}"));
    }
    if let Some(copy) = &written.copy {
        terminal.line(&format!("Copied the database to {copy}"));
    }
    terminal.findings(&written.findings);
    match &written.applied {
        Some(applied) => {
            let took = duration(Duration::from_millis(applied.milliseconds));
            terminal.good(&format!("Applied in {took}. Database, history and schema agree."));
        }
        None => terminal.next(&[(session.command("migrate"), "apply it, after you have looked at it")]),
    }
}

/// What down.sql is worth.
pub(super) fn print_proof(terminal: &Terminal, proof: Option<&Proof>) {
    let words = proof.map_or_else(String::new, |proof| format!("; {}", proof.words()));
    terminal.line(&format!("  down.sql  takes it back{words}"));
    for note in proof.iter().flat_map(|proof| &proof.notes) {
        terminal.line(&format!("            {note}"));
    }
}

fn print_next(session: &Session<'_>) {
    let settings = &session.config.settings;
    let mut commands = Vec::new();
    if seed::adds_development_data(session) {
        commands.push((session.command("seed"), "fill it with development data"));
    }
    if settings.dev_admin.is_some() {
        commands.push((session.command("dev-admin --email you@example.com"), "make yourself an admin"));
    }
    if let Some(serve) = &settings.serve {
        commands.push((serve.clone(), "serve the product"));
    }
    if !commands.is_empty() {
        session.terminal.next(&commands);
    }
}

fn deploy(session: &mut Session<'_>, args: DeployArgs) -> Result<ExitCode> {
    if args.plan {
        return deploy_plan::run(session, args);
    }
    let options = deploy::Options {
        allow_out_of_order: args.allow_out_of_order,
        skip_data: args.skip_data,
        environment: args.environment,
        no_create: args.no_create,
    };
    session.config.pace = args.pace.or(session.config.pace);
    let outcome = session.with_database(|ctx| deploy::run(ctx, &options))?;
    session.terminal.object(&outcome);
    for name in &outcome.unknown_here {
        session.terminal.warn(&format!("the database has migration `{name}`, which this folder lacks"));
    }
    if outcome.applied.is_empty() {
        session
            .terminal
            .good(&format!("Nothing to apply: {}, all applied.", counted(outcome.migrations, "migration")));
    } else {
        session.terminal.gap();
        session.terminal.good(&format!("Applied {}.", counted(outcome.applied.len(), "migration")));
    }
    seed::print::after(session.terminal, outcome.data.as_ref());
    if !outcome.left.is_empty() {
        session.terminal.warn("the database is not yet as the schema file says; this would still change it:");
        session.terminal.changes(&outcome.left);
        session
            .terminal
            .next(&[(session.command("migrate status"), "tells drift from what has no migration")]);
    }
    Ok(ExitCode::SUCCESS)
}

fn status(session: &mut Session<'_>) -> Result<ExitCode> {
    let outcome = session.with_database(status::run)?;
    session.terminal.object(&outcome);
    let terminal = &session.terminal;
    terminal.line(&format!("Database  {} on {}", outcome.database, outcome.host));
    terminal.line(&format!(
        "History   {}, {} applied, {} pending",
        counted(outcome.migrations, "migration"),
        outcome.applied.len(),
        outcome.pending.len()
    ));
    let lists = [
        ("pending", &outcome.pending),
        ("failed", &outcome.failed),
        ("half back ", &outcome.half_back),
        ("edited", &outcome.edited),
        ("missing", &outcome.missing),
    ];
    for (word, names) in lists {
        for name in names {
            terminal.line(&format!("    {word:<8}{name}"));
        }
    }
    for stopped in &outcome.stopped {
        terminal.parts(&stopped.name, &stopped.parts);
    }
    print_drift(session, &outcome);
    if !outcome.unwritten.is_empty() {
        terminal.line("Schema    has changes that no migration makes yet");
        terminal.changes(&outcome.unwritten);
    }
    if let Some(why) = &outcome.does_not_run {
        terminal.line("Schema    cannot be compared: the history does not run from its start");
        terminal.line(&format!("    {why}"));
    }
    seed::print::state(terminal, outcome.data.as_ref());
    terminal.foreign(&outcome.foreign);
    terminal.external(&outcome.external);
    for pattern in &outcome.idle_patterns {
        terminal.warn(&format!(
            "the external pattern `{pattern}` matches no table or enum of the schemas that are looked at"
        ));
    }
    if outcome.is_clean() {
        terminal.good("Database, history and schema agree.");
        return Ok(ExitCode::SUCCESS);
    }
    print_ways_on(session, &outcome);
    Ok(ExitCode::from(Exit::Differs.code()))
}

fn print_drift(session: &Session<'_>, outcome: &status::Outcome) {
    let terminal = &session.terminal;
    if outcome.drift.is_none() {
        terminal.line("Drift     none");
    } else {
        print_differences(session, outcome);
    }
    if !outcome.drift.ignored.is_empty() {
        terminal.line(&format!("Ignored   differences that are meant to stay ({})", outcome.ignore_list));
        terminal.changes(&outcome.drift.ignored);
    }
}

fn print_differences(session: &Session<'_>, outcome: &status::Outcome) {
    let terminal = &session.terminal;
    terminal
        .line(&format!("Drift     {} that no migration made", counted(outcome.drift.count, "difference")));
    terminal.changes(&outcome.drift.changes);
    for (title, statements) in
        [("to keep it", &outcome.drift.adopt_sql), ("to take it back", &outcome.drift.revert_sql)]
    {
        terminal.line(&format!("  {title}"));
        for line in statements.iter().flat_map(|sql| sql.lines()) {
            terminal.line(&format!("    {line}"));
        }
    }
    let by_hand: std::collections::BTreeSet<_> =
        outcome.drift.cannot_revert.iter().chain(&outcome.drift.cannot_adopt).collect();
    for why in by_hand {
        terminal.line(&format!("  by hand only: {why}"));
    }
}

fn print_ways_on(session: &Session<'_>, outcome: &status::Outcome) {
    let mut commands = Vec::new();
    // What stopped half-way looks like drift until it is done.
    if !outcome.drift.is_none() && outcome.failed.is_empty() && outcome.half_back.is_empty() {
        commands.push((
            session.command("drift adopt"),
            "write a migration from the drift, marked as applied here",
        ));
        commands.push((session.command("drift revert"), "make the database as the history says"));
        let ignore = format!("drift ignore {}", outcome.drift.ignorable());
        commands.push((session.command(&ignore), "leave it be, and say so in the repository"));
    }
    if !outcome.half_back.is_empty() {
        commands.push((session.command("migrate revert"), "go on taking back what stopped half-way"));
    }
    if let Some(count) = outcome.back_to_edited {
        commands.push((
            session.command(&format!("migrate revert --last {count}")),
            "take the edited one back, so that it can run anew; or take the edit back",
        ));
    }
    if !outcome.missing.is_empty() && outcome.missing_can_go_back {
        commands.push((
            session.command("migrate revert --missing"),
            "take back what this folder lacks, with the SQL that the ledger keeps",
        ));
    }
    if let Some(failed) = outcome.failed.first() {
        commands.push((session.command("migrate deploy"), "go on where it stopped"));
        commands.push((
            session.command(&format!("migrate resolve --rolled-back {failed}")),
            "after undoing what landed",
        ));
    } else if !outcome.pending.is_empty() {
        commands.push((session.command("migrate deploy"), "apply what is pending"));
    }
    if !outcome.unwritten.is_empty() {
        commands.push((session.command("migrate --name <name>"), "write and apply a migration"));
    }
    if outcome.data.as_ref().is_some_and(|data| !data.sql.is_empty()) {
        commands.push((session.command("seed --only data"), "apply the reference data"));
    }
    session.terminal.next(&commands);
}

fn reset(session: &mut Session<'_>, args: &ResetArgs) -> Result<ExitCode> {
    let options =
        reset::Options { force: args.force, allow_remote: args.allow_remote, no_copy: args.no_copy };
    let outcome = session.with_database(|ctx| reset::run(ctx, &options))?;
    session.terminal.object(&outcome);
    session.terminal.gap();
    let history = counted(outcome.applied.len(), "migration");
    session.terminal.good(&format!("Database `{}` starts over: {history} applied.", outcome.database));
    if outcome.copy.is_some() {
        session.terminal.next(&[(session.command("restore"), "brings back what was there")]);
    }
    if args.skip_seed || session.terminal.json || !seed::is_there(session)? {
        seed::print::after(session.terminal, outcome.data.as_ref());
        return Ok(ExitCode::SUCCESS);
    }
    seed::run(session, &crate::args::SeedArgs::default())
}

fn resolve(session: &mut Session<'_>, args: ResolveArgs) -> Result<ExitCode> {
    // Clap demands exactly one of the two.
    let options = match (args.applied, args.rolled_back) {
        (Some(name), _) => resolve::Options::Applied(name),
        (None, name) => resolve::Options::RolledBack(name.unwrap_or_default()),
    };
    let outcome = session.with_database(|ctx| resolve::run(ctx, &options))?;
    session.terminal.object(&outcome);
    session.terminal.good(&format!("Migration `{}` is marked as {}.", outcome.name, outcome.marked));
    Ok(ExitCode::SUCCESS)
}
