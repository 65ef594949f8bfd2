//! `lint`: looks at migrations, and prints what was found: for people, as JSON, or for GitHub.

use std::process::ExitCode;

use glowplug_dialect::words::counted;
use glowplug_engine::commands::lint::{self, Finding, Options, Outcome, Which};
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
    let (connection, no_database) = database(session, args.text_only)?;
    let options = Options { which, allow: settings.allow, deny: settings.deny, no_database };
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

/// Which migrations, and that in words.
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
            (Which::Folders(folders), format!(": what {since} does not have"))
        }
        None => (Which::All, String::new()),
    })
}

/// Where the history can be replayed, or why it cannot. No server is started for it.
fn database(session: &mut Session<'_>, text_only: bool) -> Result<(Connection, Option<String>)> {
    let none = |why: &str| {
        let namespaces = session.schema.datasource().map(|it| it.schemas.clone()).unwrap_or_default();
        let options = connection::options(&session.config);
        (Connection { url: String::new(), shadow_url: None, options, namespaces }, Some(why.to_owned()))
    };
    if text_only {
        return Ok(none("--text-only"));
    }
    if connection::would_start_server(session.global, &session.config, &session.schema)? {
        return Ok(none("no database is configured, and the local PostgreSQL is not running"));
    }
    Ok((session.choose()?.connection, None))
}

fn print(session: &Session<'_>, outcome: &Outcome, said: &str) {
    let terminal = &session.terminal;
    for finding in &outcome.findings {
        terminal.finding(finding);
    }
    let looked = match outcome.files.len() {
        0 => format!("Nothing to look at{said}."),
        files if files == outcome.migrations => format!("Looked at {}", counted(files, "migration")),
        files => format!("Looked at {files} of {}{said}", counted(outcome.migrations, "migration")),
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
    if outcome.allowed > 0 {
        sums.push(format!("{} allowed", outcome.allowed));
    }
    terminal.line(&looked);
    if sums.is_empty() {
        terminal.good("Nothing found.");
        return;
    }
    terminal.line(&format!("Found {}.", sums.join(", ")));
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
