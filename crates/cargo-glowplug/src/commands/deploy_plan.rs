//! `migrate deploy --plan`: what would be done, and nothing is.

use std::process::ExitCode;

use glowplug_dialect::words::counted;
use glowplug_engine::commands::deploy;
use glowplug_engine::data::DataPlan;
use glowplug_engine::failure::{Exit, Result};
use glowplug_engine::plan::{DeployPlan, PlannedStatement};

use super::{Session, seed};
use crate::args::{DeployArgs, FailOn};
use crate::connection;

/// How long a statement may be before it is cut; `--json` has all of it.
const MANY_LINES: usize = 12;

/// A transaction that is open for longer may keep a lock from us.
const LONG: u64 = 5;

pub(crate) fn run(session: &mut Session<'_>, args: DeployArgs) -> Result<ExitCode> {
    let options = deploy::Options {
        allow_out_of_order: args.allow_out_of_order,
        skip_data: args.skip_data,
        environment: args.environment,
        no_create: args.no_create,
    };
    let chosen = match &args.against {
        Some(url) => connection::chosen_of_url(session.terminal, &session.config, &session.schema, url)?,
        None => session.choose()?,
    };
    let plan = session.with(chosen, |ctx| deploy::plan(ctx, &options))?;
    session.terminal.object(&plan);
    if !session.terminal.json {
        print(session, &plan);
    }
    let unwanted = args.fail_on.iter().any(|what| match what {
        FailOn::Destructive => plan.destructive,
        FailOn::Blocking => plan.blocking,
    });
    Ok(if unwanted { ExitCode::from(Exit::Differs.code()) } else { ExitCode::SUCCESS })
}

fn print(session: &Session<'_>, plan: &DeployPlan) {
    let terminal = &session.terminal;
    terminal.line(&format!("Plan for {} on {}", plan.database, plan.host));
    if plan.migrations.is_empty() && plan.data.as_ref().is_none_or(DataPlan::is_empty) {
        terminal.good("Nothing to apply.");
        return;
    }
    for migration in &plan.migrations {
        terminal.gap();
        let how = if migration.whole { "in one transaction" } else { "not in one transaction" };
        let count = counted(migration.statements.len(), "statement");
        terminal.line(&format!("{}: {count}, {how}", migration.name));
        for statement in &migration.statements {
            print_statement(session, statement);
        }
    }
    seed::print::plan(terminal, plan.data.as_ref());
    terminal.gap();
    if let Some(open) = plan.oldest_transaction.as_ref().filter(|open| open.seconds >= LONG) {
        let who = open.application.as_deref().unwrap_or("a session");
        let pid = open.pid.map(|pid| format!(" (server process {pid})")).unwrap_or_default();
        terminal.warn(&format!(
            "`{who}`{pid} has had a transaction open for {} s: locks may have to wait for it",
            open.seconds
        ));
    }
    summarize(session, "destroys data", &plan.losses());
    summarize(session, "blocks others for long", &plan.blockers());
    terminal.line(&format!("Hash {}", plan.hash));
    let confirm = if plan.needs_confirm { format!(" --confirm {}", plan.hash) } else { String::new() };
    terminal.next(&[(session.command(&format!("migrate deploy{confirm}")), "apply it")]);
}

fn print_statement(session: &Session<'_>, statement: &PlannedStatement) {
    let terminal = &session.terminal;
    let lines: Vec<&str> = statement.sql.lines().collect();
    for (index, line) in lines.iter().take(MANY_LINES).enumerate() {
        let number = if index == 0 { statement.line.to_string() } else { String::new() };
        terminal.line(&format!("  {number:>4}  {line}"));
    }
    if lines.len() > MANY_LINES {
        terminal.line(&format!("        ... {} more", counted(lines.len() - MANY_LINES, "line")));
    }
    let mut words: Vec<String> = statement.destroys.iter().map(|what| format!("destroys {what}")).collect();
    words.push(statement.words());
    if !statement.is_known {
        words.push("what it does cannot be told from its text".to_owned());
    }
    for words in words.iter().filter(|words| !words.is_empty()) {
        terminal.line(&format!("        → {words}"));
    }
}

fn summarize(session: &Session<'_>, what: &str, places: &[String]) {
    let terminal = &session.terminal;
    if places.is_empty() {
        return terminal.line(&format!("Nothing in it {what}."));
    }
    terminal.warn(&format!("it {what}:"));
    for place in places {
        terminal.line(&format!("  {place}"));
    }
}
