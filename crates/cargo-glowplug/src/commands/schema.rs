//! `format` and `validate`: the schema files alone.

use std::process::ExitCode;

use glowplug_dialect::words::counted;
use glowplug_engine::commands::format;
use glowplug_engine::failure::Result;
use serde_json::json;

use super::Session;

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
