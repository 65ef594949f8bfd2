//! `seed`: reference data, SQL files, then what the product's own binary adds.

mod check;
pub(crate) mod print;

use std::process::{ExitCode, Stdio};

use glowplug_dialect::words::counted;
use glowplug_engine::commands::seed::{self, Options, Outcome};
use glowplug_engine::failure::Result;
use serde_json::{Map, Value, json};

use super::{Session, product};
use crate::args::{SeedArgs, SeedKind};
use crate::config::Binary;

/// Dispatch.
pub(crate) fn run(session: &mut Session<'_>, args: &SeedArgs) -> Result<ExitCode> {
    let binary = session.config.settings.seed.clone();
    let wants = |kind| args.only.is_none_or(|only| only == kind);
    let options = Options {
        data: wants(SeedKind::Data),
        sql: wants(SeedKind::Sql),
        fixtures: wants(SeedKind::Fixtures),
        allow_remote: args.allow_remote,
    };
    let needs_binary = args.only == Some(SeedKind::Fixtures)
        || !args.arguments.is_empty()
        || (args.only.is_none() && !is_there(session)?);
    let binary = match (binary, options.fixtures) {
        (Some(binary), true) => Some(binary),
        (None, true) if needs_binary => return Err(product::unnamed("seed")),
        _ => None,
    };
    if args.plan {
        plan(session, options, args.sql, binary.as_ref())
    } else if args.check {
        check::run(session, options, binary, &args.arguments)
    } else {
        seed_all(session, options, binary, &args.arguments)
    }
}

/// Whether there is anything to seed.
pub(crate) fn is_there(session: &Session<'_>) -> Result<bool> {
    let (data, sql) = files(session)?;
    Ok(data || sql || session.config.settings.seed.is_some())
}

/// Whether a seed does more than the reference data, which comes with the migrations.
pub(crate) fn adds_development_data(session: &Session<'_>) -> bool {
    session.config.settings.seed.is_some() || files(session).is_ok_and(|(_, sql)| sql)
}

fn files(session: &Session<'_>) -> Result<(bool, bool)> {
    let paths = &session.config.paths;
    Ok((seed::has_files(&paths.data)?, seed::has_files(&paths.seed_sql)?))
}

fn seed_all(
    session: &mut Session<'_>,
    options: Options,
    binary: Option<Binary>,
    arguments: &[String],
) -> Result<ExitCode> {
    let chosen = session.choose()?;
    let url = chosen.connection.url.clone();
    let outcome = session.with(chosen, |ctx| seed::run(ctx, options))?;
    let terminal = &session.terminal;
    if let Some(data) = &outcome.data {
        print::rows(terminal, data);
        print::counts(terminal, data);
    }
    for done in &outcome.sql {
        terminal.line(&format!("{}: {} written", done.path, counted(done.written, "row")));
    }
    let Some(binary) = binary else {
        terminal.object(&as_json(&outcome, None));
        return Ok(ExitCode::SUCCESS);
    };
    if !terminal.json {
        let run = product::prepare(session, &binary, &url, arguments).and_then(|mut run| run.status());
        return run.map(product::exit_code).map_err(|error| product::failed("seed", &error));
    }
    let mut all = arguments.to_vec();
    all.push("--json".to_owned());
    let run = product::prepare(session, &binary, &url, &all)
        .and_then(|mut run| run.stdin(Stdio::inherit()).stderr(Stdio::inherit()).output());
    let output = run.map_err(|error| product::failed("seed", &error))?;
    let said: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&output.stdout).into_owned()));
    session.terminal.object(&as_json(&outcome, Some(&said)));
    Ok(product::exit_code(output.status))
}

/// One object: what was written in all, table by table, and what each kind says.
fn as_json(outcome: &Outcome, fixtures: Option<&Value>) -> Value {
    let mut tables: Map<String, Value> = Map::new();
    let mut written = outcome.sql.iter().map(|done| done.written).sum::<u64>();
    for model in outcome.data.iter().flat_map(|data| &data.models) {
        written += (model.written + model.removed) as u64;
        let count = json!({ "written": model.written + model.removed, "unchanged": model.unchanged });
        tables.insert(model.model.clone(), count);
    }
    if let Some(said) = fixtures {
        written += said["written"].as_u64().unwrap_or_default();
        for (name, count) in said["tables"].as_object().into_iter().flatten() {
            let mut count = count.clone();
            for key in ["written", "unchanged"] {
                let before = tables.get(name).map_or(0, |it| it[key].as_u64().unwrap_or_default());
                if before > 0 {
                    count[key] = json!(count[key].as_u64().unwrap_or_default() + before);
                }
            }
            tables.insert(name.clone(), count);
        }
    }
    json!({
        "written": written,
        "tables": tables,
        "data": outcome.data,
        "sql": outcome.sql,
        "fixtures": fixtures,
    })
}

fn plan(
    session: &mut Session<'_>,
    options: Options,
    as_sql: bool,
    binary: Option<&Binary>,
) -> Result<ExitCode> {
    let outcome = session.with_database(|ctx| seed::plan(ctx, options))?;
    let terminal = &session.terminal;
    let starts = binary.map(|it| json!({ "package": it.package, "bin": it.bin }));
    terminal.object(&json!({ "data": outcome.data, "sql": outcome.sql, "fixtures": starts }));
    if as_sql {
        for sql in outcome.data.iter().flat_map(|data| &data.sql) {
            terminal.text(&format!("{sql}\n\n"));
        }
        return Ok(ExitCode::SUCCESS);
    }
    match &outcome.data {
        Some(data) if data.is_empty() => terminal.good("The reference data is there as declared."),
        Some(data) => {
            terminal.line("Reference data");
            print::rows(terminal, data);
            print::counts(terminal, data);
        }
        None => {}
    }
    for done in &outcome.sql {
        terminal.line(&format!("Then {}", done.path));
    }
    if let Some(binary) = binary {
        terminal.line(&format!("Then the binary `{}` of package `{}`", binary.bin, binary.package));
    }
    Ok(ExitCode::SUCCESS)
}
