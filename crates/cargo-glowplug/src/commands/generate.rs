//! `generate` and `codegen`. Neither needs a database.

use std::process::ExitCode;

use glowplug_dialect::words::counted;
use glowplug_engine::commands::generate::{self, Options, Outcome, Which};
use glowplug_engine::failure::Result;

use super::Session;
use crate::args::GenerateArgs;
use crate::connection;
use crate::terminal::Terminal;

/// Everything of ours that the schema asks for.
pub(crate) fn generate(session: &mut Session<'_>, args: GenerateArgs) -> Result<ExitCode> {
    run(session, Which::All, args)
}

/// GraphQL only.
pub(crate) fn codegen(session: &mut Session<'_>, args: GenerateArgs) -> Result<ExitCode> {
    run(session, Which::GraphQl, args)
}

fn run(session: &mut Session<'_>, which: Which, args: GenerateArgs) -> Result<ExitCode> {
    let options = Options { which, check: args.check, force: args.force };
    let provider = connection::provider(session.schema.load()?.schema.datasource.as_ref())?;
    let mut workspace = session.workspace(provider);
    let loaded = workspace.schema.load()?;
    let outcome = generate::run(&mut workspace, loaded, options)?;
    session.terminal.object(&outcome);
    if outcome.outputs.is_empty() {
        session.terminal.warn("the schema has no generator block of glowplug's: nothing to generate");
    }
    print(session.terminal, &outcome);
    Ok(ExitCode::SUCCESS)
}

/// What was generated, a line each.
pub(crate) fn print(terminal: &Terminal, outcome: &Outcome) {
    for output in &outcome.outputs {
        let files = counted(output.files, "file");
        let changed = match output.changed.len() {
            0 => "unchanged".to_owned(),
            n if n == output.files => "written".to_owned(),
            n => format!("{n} changed"),
        };
        terminal.line(&format!("Generated {} ({files}, {changed})", output.path));
    }
}
