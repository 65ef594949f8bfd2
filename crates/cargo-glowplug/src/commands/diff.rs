//! `migrate diff`: compares two models, and prints the difference in words, as SQL, or as JSON.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use glowplug_engine::commands::diff::{self, Outcome};
use glowplug_engine::ctx::Connection;
use glowplug_engine::failure::{Exit, Result};
use glowplug_engine::paths::Paths;
use glowplug_engine::schema_files::SchemaFiles;
use glowplug_engine::side::Side;
use glowplug_sql::pair::Pair;

use super::Session;
use crate::args::DiffArgs;
use crate::config;
use crate::connection;
use crate::providers::Provider;

/// Compares and prints.
pub(crate) fn run(session: &mut Session<'_>, args: &DiffArgs) -> Result<ExitCode> {
    let typed = typed(session, args)?;
    let provider = provider(session, &typed)?;
    let mut configured = None;
    let sides = typed.as_ref().map(|side| resolve(session, side, &mut configured)).both()?;
    let outcome = diff::run(&mut session.workspace(provider), &sides, &args.names.said())?;
    for possible in &outcome.possible_renames {
        let (from, to) = (&possible.from, &possible.to);
        session.terminal.warn(&format!(
            "`{from}` is dropped and `{to}` added; --rename {from}={to} if it is a rename, --drop {from} if not"
        ));
    }
    if let Some(path) = &args.output {
        session.terminal.divert(path)?;
    }
    session.terminal.object(&outcome);
    match args.script {
        true => session.terminal.text(&outcome.script),
        false => print(session, &outcome),
    }
    let differs = args.exit_code && !outcome.changes.is_empty();
    Ok(if differs { ExitCode::from(Exit::Differs.code()) } else { ExitCode::SUCCESS })
}

/// One side as it was typed.
enum Typed {
    Empty,
    Schema(Box<SchemaFiles>),
    Migrations(PathBuf),
    Url(String),
    Configured,
}

/// Clap has made sure that exactly one is given on each side.
fn typed(session: &Session<'_>, args: &DiffArgs) -> Result<Pair<Typed>> {
    let side = |schema: &Option<PathBuf>, migrations: &Option<PathBuf>, url: &Option<String>, database| {
        Ok(match (schema, migrations, url) {
            (Some(path), ..) => Typed::Schema(Box::new(schema_at(session, path)?)),
            (None, Some(path), _) => Typed::Migrations(config::absolute(path)?),
            (None, None, Some(url)) => Typed::Url(url.clone()),
            (None, None, None) if database => Typed::Configured,
            (None, None, None) => Typed::Empty,
        })
    };
    Pair::new(
        side(&args.from_schema, &args.from_migrations, &args.from_url, args.from_database),
        side(&args.to_schema, &args.to_migrations, &args.to_url, args.to_database),
    )
    .both()
}

fn schema_at(session: &Session<'_>, path: &Path) -> Result<SchemaFiles> {
    let schema = config::absolute(path)?;
    let migrations = config::beside(&schema);
    Ok(SchemaFiles::new(&Paths { schema, migrations, ..session.config.paths.clone() }))
}

/// The dialect of the schema that is named on a side, else that of the workspace.
fn provider(session: &Session<'_>, sides: &Pair<Typed>) -> Result<&'static Provider> {
    let named = [&sides.next, &sides.prev].into_iter().find_map(|side| match side {
        Typed::Schema(files) => Some(files.as_ref()),
        Typed::Empty | Typed::Migrations(_) | Typed::Url(_) | Typed::Configured => None,
    });
    connection::provider(named.unwrap_or(&session.schema).datasource())
}

/// The database of the other commands is chosen (and the local server started) only where a side needs it.
fn resolve<'a>(
    session: &mut Session<'_>,
    side: &'a Typed,
    configured: &mut Option<Connection>,
) -> Result<Side<'a>> {
    let mut chosen = || -> Result<Connection> {
        match configured {
            Some(connection) => Ok(connection.clone()),
            None => Ok(configured.insert(session.choose()?.connection).clone()),
        }
    };
    Ok(match side {
        Typed::Empty => Side::Empty,
        Typed::Schema(files) => Side::Schema(files),
        Typed::Migrations(folder) => Side::Migrations(folder.clone(), chosen()?),
        Typed::Url(url) => {
            let (terminal, config) = (&*session.terminal, &session.config);
            Side::Database(connection::of_url(terminal, config, &session.schema, url)?)
        }
        Typed::Configured => Side::Database(chosen()?),
    })
}

fn print(session: &Session<'_>, outcome: &Outcome) {
    let terminal = &session.terminal;
    if outcome.changes.is_empty() {
        terminal.good(&format!("No difference from {} to {}.", outcome.from, outcome.to));
    } else {
        terminal.line(&format!("From {} to {}", outcome.from, outcome.to));
        terminal.changes(&outcome.changes);
        terminal.gap();
        terminal.line(&outcome.effort());
    }
    for found in &outcome.findings {
        terminal.line(&format!("{} {}: {}", found.level, found.code, found.message));
    }
    terminal.foreign(&outcome.foreign);
    terminal.external(&outcome.external);
}
