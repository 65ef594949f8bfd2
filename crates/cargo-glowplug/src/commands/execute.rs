//! `execute`: SQL by hand, on the database that the other commands use.

use std::io::Read as _;
use std::process::ExitCode;

use glowplug_engine::commands::execute::{self, Script};
use glowplug_engine::failure::{Failure, Result};
use serde_json::json;

use super::Session;
use crate::args::ExecuteArgs;

/// Runs the statements from the command line, a file, or standard input.
pub(crate) fn run(session: &mut Session<'_>, args: &ExecuteArgs) -> Result<ExitCode> {
    let script = script(args)?;
    session.with_database(|ctx| execute::run(ctx, &script))?;
    session.terminal.object(&json!({ "executed": true }));
    session.terminal.good("Executed.");
    Ok(ExitCode::SUCCESS)
}

fn script(args: &ExecuteArgs) -> Result<Script> {
    let unreadable = |name: &str, error: std::io::Error| {
        Failure::new("GP4006", format!("failed to read `{name}`: {error}"))
    };
    if let Some(file) = &args.file {
        let name = file.display().to_string();
        let sql = std::fs::read_to_string(file).map_err(|error| unreadable(&name, error))?;
        return Ok(Script { name, sql });
    }
    if args.stdin {
        let mut sql = String::new();
        std::io::stdin().read_to_string(&mut sql).map_err(|error| unreadable("standard input", error))?;
        return Ok(Script { name: "standard input".to_owned(), sql });
    }
    Ok(Script { name: "command line".to_owned(), sql: args.sql.clone().unwrap_or_default() })
}
