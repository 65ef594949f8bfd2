//! `format` and `validate`: the schema files alone. `schema --sql`: the whole model.

use std::process::ExitCode;

use glowplug_dialect::words::counted;
use glowplug_engine::commands::{format, schema};
use glowplug_engine::failure::Result;
use glowplug_engine::side::Side;
use serde_json::json;

use super::Session;
use crate::args::{ModelOf, SchemaArgs};
use crate::connection;

/// Formats in place, or checks.
pub(crate) fn format(session: &Session<'_>, check: bool) -> Result<ExitCode> {
    let outcome = format::run(&session.config.paths, check)?;
    session.terminal.object(&outcome);
    for path in &outcome.changed {
        session.terminal.line(&format!("Formatted {path}"));
    }
    if outcome.changed.is_empty() {
        session.terminal.good(&format!("{}, all formatted.", counted(outcome.files, "file")));
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a model as SQL.
pub(crate) fn dump(session: &mut Session<'_>, args: &SchemaArgs) -> Result<ExitCode> {
    let outcome = match args.from {
        ModelOf::Schema => {
            let provider = connection::provider(session.schema.datasource())?;
            let mut workspace = session.workspace(provider);
            let side = Side::Schema(workspace.schema);
            schema::run(&mut workspace, &side)?
        }
        ModelOf::Migrations => session.with_database(|ctx| {
            let side = Side::Migrations(ctx.paths.migrations.clone(), ctx.connection.clone());
            schema::run(ctx, &side)
        })?,
        ModelOf::Database => session.with_database(|ctx| {
            let side = Side::Database(ctx.connection.clone());
            schema::run(ctx, &side)
        })?,
    };
    for object in &outcome.foreign {
        session.terminal.warn(&format!("{object} is outside the schema's language and not in the SQL"));
    }
    if let Some(path) = &args.output {
        session.terminal.divert(path)?;
    }
    session.terminal.object(&outcome);
    session.terminal.text(&outcome.sql);
    Ok(ExitCode::SUCCESS)
}

/// Says whether the schema is right.
pub(crate) fn validate(session: &Session<'_>) -> Result<ExitCode> {
    let loaded = session.schema.load()?;
    session.terminal.object(&json!({
        "models": loaded.schema.models.len(),
        "enums": loaded.schema.enums.len(),
        "warnings": loaded.warnings.len(),
    }));
    for warning in &loaded.warnings {
        let source = &loaded.sources[warning.span.file as usize];
        let (line, column) = source.line_column(warning.span.start);
        session
            .terminal
            .warn(&format!("{}:{line}:{column}: {} [{}]", source.path, warning.message, warning.code));
    }
    let models = counted(loaded.schema.models.len(), "model");
    let enums = counted(loaded.schema.enums.len(), "enum");
    session.terminal.good(&format!("The schema is valid: {models}, {enums}."));
    Ok(ExitCode::SUCCESS)
}
