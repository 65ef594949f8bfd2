//! `seed --check`: everything runs twice in a transaction that is rolled back.

use std::fs;
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};

use glowplug_engine::commands::seed::{self, Checked, Options, Stage};
use glowplug_engine::failure::{Exit, Failure, Result};

use super::super::{Session, product};
use crate::config::Binary;

/// Names the folder of what comes before the fixtures, for the product's binary: `glowplug::seed` reads it.
const STAGES: &str = "GLOWPLUG_SEED_STAGES";

/// Runs the check: by the product's binary, where there is one.
pub(super) fn run(
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
    match serde_json::from_slice::<Checked>(&output.stdout) {
        Ok(said) if code == Some(0) || code == Some(i32::from(Exit::Differs.code())) => Ok(Ok(said)),
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
