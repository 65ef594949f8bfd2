//! `lint`: looks at migrations, and prints what was found: for people, as JSON, or for GitHub.

use std::process::ExitCode;

use glowplug_dialect::words::counted;
use glowplug_engine::commands::lint::{self, Finding, Options, Outcome, Replay, Which};
use glowplug_engine::ctx::{Connection, Ctx};
use glowplug_engine::failure::{Exit, Result};

use super::Session;
use crate::args::LintArgs;
use crate::connection;
use crate::git;

/// Looks and prints.
pub(crate) fn run(session: &mut Session<'_>, args: &LintArgs) -> Result<ExitCode> {
    let (which, said) = which(session, args)?;
    let settings = session.config.settings.lint.clone();
    let provider = connection::provider(session.schema.datasource())?;
    let (connection, replay) = database(session, args.text_only)?;
    let options = Options { which, allow: settings.allow, deny: settings.deny, replay };
    let workspace = session.workspace(provider);
    let outcome = lint::run(&mut Ctx { workspace, connection }, &options)?;
    session.terminal.object(&outcome);
    if let Some(why) = outcome.text_only.as_ref().filter(|_| !args.text_only) {
        session.terminal.warn(&format!("only the text was looked at, not what it changes: {why}"));
    }
    if args.github {
        let lines: String = outcome.findings.iter().map(workflow_command).collect();
        session.terminal.text(&lines);
    } else {
        print(session, &outcome, &said);
    }
    let found = outcome.has_warnings();
    Ok(if found { ExitCode::from(Exit::Differs.code()) } else { ExitCode::SUCCESS })
}

/// Which migrations, and what they are compared with.
fn which(session: &Session<'_>, args: &LintArgs) -> Result<(Which, String)> {
    let folder = &session.config.paths.migrations;
    if !args.migrations.is_empty() {
        return Ok((Which::Named(args.migrations.clone()), String::new()));
    }
    let since = match &args.since {
        Some(since) => Some(since.clone()),
        None if args.all || !folder.is_dir() => None,
        None => git::default_branch(folder),
    };
    Ok(match since {
        Some(since) => {
            let folders = git::changed_folders(folder, &since)?;
            (Which::Folders(folders), since)
        }
        None => (Which::All, String::new()),
    })
}

/// Where the history can be replayed, or why it cannot. No server is started for it.
fn database(session: &mut Session<'_>, text_only: bool) -> Result<(Connection, Replay)> {
    let without = |replay: Replay| {
        let namespaces = session.schema.datasource().map(|it| it.schemas.clone()).unwrap_or_default();
        let options = connection::options(&session.config);
        (Connection { url: String::new(), shadow_url: None, options, namespaces }, replay)
    };
    if text_only {
        return Ok(without(Replay::Never));
    }
    if connection::would_start_server(session.global, &session.config, &session.schema)? {
        let why = "no database is configured, and the local PostgreSQL is not running";
        return Ok(without(Replay::Recall(why.to_owned())));
    }
    Ok((session.choose()?.connection, Replay::Scratch))
}

fn print(session: &Session<'_>, outcome: &Outcome, said: &str) {
    let terminal = &session.terminal;
    for finding in &outcome.findings {
        terminal.finding(finding);
    }
    let looked = match outcome.files.len() {
        files if outcome.files_of_history < files => format!("Looked at {}", counted(files, "file")),
        0 if said.is_empty() => "There are no migrations.".to_owned(),
        0 => format!("Nothing to look at: {said} has every migration as it is here."),
        files if files == outcome.migrations => format!("Looked at {}", counted(files, "migration")),
        files if said.is_empty() => {
            format!("Looked at {files} of {}", counted(outcome.migrations, "migration"))
        }
        files => format!(
            "Looked at {files} of {}: those that {said} does not have as they are here",
            counted(outcome.migrations, "migration")
        ),
    };
    if outcome.files.is_empty() {
        terminal.line(&looked);
        if outcome.migrations > 0 {
            terminal.next(&[(session.command("lint --all"), "looks at the whole history")]);
        }
        return;
    }
    let mut sums = Vec::new();
    for (level, word) in [("error", "error"), ("warning", "warning"), ("notice", "note")] {
        let found = outcome.findings.iter().filter(|it| it.level == level).count();
        if found > 0 {
            sums.push(counted(found, word));
        }
    }
    let allowed = match outcome.allowed {
        0 => String::new(),
        allowed => format!("; {allowed} more allowed by a comment"),
    };
    terminal.line(&looked);
    if sums.is_empty() {
        terminal.good(&format!("Nothing found{allowed}."));
        return;
    }
    terminal.line(&format!("Found {}{allowed}.", sums.join(", ")));
    if let Some(first) = outcome.findings.iter().find(|it| it.level != "notice") {
        terminal.next(&[(
            format!("-- glowplug: allow {} because <reason>", first.code),
            "above the statement, if it is meant",
        )]);
    }
}

/// A line that GitHub Actions shows at its place in the pull request.
fn workflow_command(finding: &Finding) -> String {
    // Source: github.com/actions/toolkit, packages/core/src/command.ts.
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut message = finding.message.clone();
    if let Some(hint) = &finding.hint {
        message.push_str(&format!("\n{hint}"));
    }
    format!(
        "::{} file={},line={},col={},title={}::{}\n",
        finding.level,
        property(&finding.file),
        finding.line,
        finding.column,
        property(&finding.code),
        data(&message)
    )
}
