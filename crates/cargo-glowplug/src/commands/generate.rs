//! `generate` and `codegen`. Neither needs a database.

use std::process::ExitCode;

use glowplug_dialect::database::ConnectOptions;
use glowplug_engine::commands::generate::{self, Options, Outcome, Which};
use glowplug_engine::ctx::Connection;
use glowplug_engine::failure::Result;
use glowplug_engine::schema_files;

use super::Session;
use crate::args::GenerateArgs;
use crate::connection::Chosen;
use crate::providers;
use crate::terminal::{Terminal, counted};

/// Everything of ours that the schema asks for.
pub(crate) fn generate(session: &mut Session<'_>, args: GenerateArgs) -> Result<ExitCode> {
    run(session, Which::All, args)
}

/// GraphQL only.
pub(crate) fn codegen(session: &mut Session<'_>, args: GenerateArgs) -> Result<ExitCode> {
    run(session, Which::GraphQl, args)
}

fn run(session: &mut Session<'_>, which: Which, args: GenerateArgs) -> Result<ExitCode> {
    let loaded = schema_files::load(&session.config.paths)?;
    let provider = loaded.schema.datasource.as_ref().and_then(|d| providers::find(&d.provider));
    // Nobody connects: the address stays empty.
    let connection = Connection {
        url: String::new(),
        shadow_url: None,
        options: ConnectOptions::default(),
        namespaces: Vec::new(),
    };
    let provider = provider.unwrap_or_else(providers::default);
    let chosen = Chosen { connection, provider, is_local_server: false };
    let options = Options { which, check: args.check, force: args.force };
    let outcome = session.with(chosen, |ctx| generate::run(ctx, &loaded, options))?;
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
