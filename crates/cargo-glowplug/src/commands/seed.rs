//! `seed`: reference data, SQL files, then what the product's own binary adds.

use std::fs;
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};

use glowplug_dialect::words::{counted, counted_as};
use glowplug_engine::commands::seed::{self, Changed, Checked, Options, Outcome, Stage};
use glowplug_engine::data::{DataPlan, RowChange};
use glowplug_engine::failure::{Exit, Failure, Result};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Session, product};
use crate::args::{SeedArgs, SeedKind};
use crate::config::Binary;
use crate::terminal::Terminal;

/// Names the folder of what comes before the fixtures, for the product's binary: `glowplug::seed` reads it.
const STAGES: &str = "GLOWPLUG_SEED_STAGES";

/// How many rows are named; `--json` has all of them.
const MANY: usize = 30;

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
        check(session, options, binary, &args.arguments)
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
        print_rows(terminal, data);
        print_counts(terminal, data);
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
            print_rows(terminal, data);
            print_counts(terminal, data);
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

/// What the product's binary says of a check.
#[derive(Deserialize)]
struct Said {
    stages: Vec<String>,
    differences: Vec<SaidRow>,
}

#[derive(Deserialize)]
struct SaidRow {
    stage: String,
    sign: char,
    table: String,
    row: String,
    columns: Vec<String>,
}

fn check(
    session: &mut Session<'_>,
    options: Options,
    binary: Option<Binary>,
    arguments: &[String],
) -> Result<ExitCode> {
    let chosen = session.choose()?;
    let url = chosen.connection.url.clone();
    let checked = match binary {
        None => session.with(chosen, |ctx| seed::check(ctx, options))?,
        Some(binary) => {
            let stages = session.with(chosen, |ctx| seed::stages(ctx, options))?;
            match check_with(session, &binary, &url, &stages, arguments)? {
                Ok(checked) => checked,
                Err(code) => return Ok(code),
            }
        }
    };
    if !checked.is_clean() {
        return Err(checked.failure());
    }
    session.terminal.object(&checked);
    for stage in &checked.stages {
        session.terminal.line(stage);
    }
    session.terminal.good("Running it again changes no row (tried in a transaction that was rolled back).");
    Ok(ExitCode::SUCCESS)
}

/// The binary runs all of it, because its fixtures can only run in its own transaction. Gives its exit code, if it
/// failed by itself and has said why.
fn check_with(
    session: &Session<'_>,
    binary: &Binary,
    url: &str,
    stages: &[Stage],
    arguments: &[String],
) -> Result<std::result::Result<Checked, ExitCode>> {
    let folder = write_stages(session, stages)?;
    let mut all = arguments.to_vec();
    all.extend(["--check".to_owned(), "--json".to_owned()]);
    let run = product::prepare(session, binary, url, &all).and_then(|mut run| {
        run.env(STAGES, &folder).stdin(Stdio::inherit()).stderr(Stdio::inherit()).output()
    });
    // Whatever came of it, nobody needs the folder any more.
    let _ = fs::remove_dir_all(&folder);
    let output = run.map_err(|error| product::failed("seed", &error))?;
    let code = output.status.code();
    match serde_json::from_slice::<Said>(&output.stdout) {
        Ok(said) if code == Some(0) || code == Some(i32::from(Exit::Differs.code())) => {
            let row = |it: SaidRow| Changed {
                stage: it.stage,
                sign: it.sign,
                table: it.table,
                row: it.row,
                columns: it.columns,
            };
            let differences = said.differences.into_iter().map(row).collect();
            Ok(Ok(Checked { stages: said.stages, differences }))
        }
        _ if code == Some(0) => Err(Failure::new("GP4414", "the seed binary does not know `--check`")
            .fact("it may have seeded instead")
            .hint("let its `main` use `glowplug::seed::Options` and `glowplug::seed::run`")),
        _ => Ok(Err(product::exit_code(output.status))),
    }
}

/// A folder with a file for each stage: its name behind `--` in the first line, then a statement after the other, with
/// a zero byte in between.
fn write_stages(session: &Session<'_>, stages: &[Stage]) -> Result<PathBuf> {
    let folder = session.config.paths.state.join(format!("seed-check-{}", std::process::id()));
    let io = |error: std::io::Error| {
        Failure::new("GP4006", format!("failed to write `{}`: {error}", folder.display()))
    };
    fs::create_dir_all(&folder).map_err(io)?;
    for (at, stage) in stages.iter().enumerate() {
        let text = format!("-- {}\n{}", stage.name, stage.statements.join("\0"));
        fs::write(folder.join(format!("{at:04}.sql")), text).map_err(io)?;
    }
    Ok(folder)
}

/// What came of the reference data beside something else; nothing, if all was there.
pub(crate) fn print_data(terminal: &Terminal, data: Option<&DataPlan>) {
    let Some(data) = data.filter(|data| !data.rows.is_empty()) else { return };
    terminal.line("Reference data");
    print_rows(terminal, data);
    print_counts(terminal, data);
}

/// What a deploy would do with it.
pub(crate) fn print_plan(terminal: &Terminal, data: Option<&DataPlan>) {
    let Some(data) = data.filter(|data| !data.is_empty()) else { return };
    terminal.gap();
    terminal.line("Reference data, in one transaction after the migrations");
    print_rows(terminal, data);
    if let Some(why) = &data.waits {
        terminal.line(&format!("  is compared after the migrations: {why}"));
    }
}

/// How the database stands to it.
pub(crate) fn print_state(terminal: &Terminal, data: Option<&DataPlan>) {
    let Some(data) = data else { return };
    if data.is_empty() {
        return terminal.line("Data      reference data is there as declared");
    }
    match &data.waits {
        Some(why) => terminal.line(&format!("Data      reference data cannot be compared yet: {why}")),
        None => terminal.line(&format!(
            "Data      {} not as the reference data",
            counted_as(data.rows.len(), "row is", "rows are")
        )),
    }
    print_rows(terminal, data);
}

fn print_rows(terminal: &Terminal, data: &DataPlan) {
    let line =
        |row: &RowChange| glowplug_engine::summary::Line { sign: row.sign, depth: 0, text: row.to_string() };
    let lines: Vec<_> = data.rows.iter().take(MANY).map(line).collect();
    terminal.changes(&lines);
    if data.rows.len() > MANY {
        terminal.line(&format!("  and {} more", data.rows.len() - MANY));
    }
}

fn print_counts(terminal: &Terminal, data: &DataPlan) {
    let width = data.models.iter().map(|it| it.model.chars().count()).max().unwrap_or(0);
    for it in &data.models {
        let removed = if it.removed > 0 { format!("{} deleted, ", it.removed) } else { String::new() };
        terminal.line(&format!(
            "{:<width$}  {} written, {removed}{} as wanted",
            it.model, it.written, it.unchanged
        ));
    }
}
