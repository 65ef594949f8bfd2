//! The database itself: the local server, its address, and the mark that protects a database.

use std::process::ExitCode;

use glowplug_devdb::DevServer;
use glowplug_engine::commands::protect;
use glowplug_engine::failure::Result;
use serde_json::json;

use super::Session;
use crate::connection;

/// Starts the local server.
pub(crate) fn start(session: &mut Session<'_>) -> Result<ExitCode> {
    let server = connection::start(session.terminal, &session.config)?;
    session.terminal.object(&json!({
        "version": server.version,
        "host": server.host,
        "port": server.port,
        "data": server.data_dir,
        "started_now": server.started_now,
    }));
    let verb = if server.started_now { "started" } else { "runs already" };
    session.terminal.good(&format!(
        "PostgreSQL {} {verb} ({}:{}, data in {})",
        server.version,
        server.host,
        server.port,
        session.config.paths.show(&server.data_dir)
    ));
    Ok(ExitCode::SUCCESS)
}

/// Stops it.
pub(crate) fn stop(session: &Session<'_>) -> Result<ExitCode> {
    let stopped = DevServer::of_workspace(&session.config.paths.root)
        .stop(&mut |event| session.terminal.news(&event.to_string()))
        .map_err(|error| connection::devdb_failure(&error))?;
    session.terminal.object(&json!({ "stopped": stopped }));
    session.terminal.good(if stopped {
        "PostgreSQL stopped; its data stays."
    } else {
        "PostgreSQL does not run."
    });
    Ok(ExitCode::SUCCESS)
}

/// Prints the address that the commands use. It holds the password: that is what it is for.
pub(crate) fn url(session: &mut Session<'_>) -> Result<ExitCode> {
    let chosen = session.choose()?;
    let url = &chosen.connection.url;
    session.terminal.object(&json!({ "url": url, "local_server": chosen.is_local_server }));
    session.terminal.text(&format!("{url}\n"));
    Ok(ExitCode::SUCCESS)
}

/// Marks the database.
pub(crate) fn protect(session: &mut Session<'_>, environment: Option<&str>) -> Result<ExitCode> {
    let outcome = session.with_database(|ctx| protect::protect(ctx, environment))?;
    session.terminal.object(&outcome);
    let environment = outcome.environment.map_or_else(String::new, |name| format!(" (environment: {name})"));
    session.terminal.good(&format!("`{}` on {} is protected{environment}.", outcome.database, outcome.host));
    Ok(ExitCode::SUCCESS)
}

/// Takes the mark away.
pub(crate) fn unprotect(session: &mut Session<'_>, host: Option<&str>) -> Result<ExitCode> {
    let outcome = session.with_database(|ctx| protect::unprotect(ctx, host))?;
    session.terminal.object(&outcome);
    session.terminal.good(&format!("`{}` on {} is no longer protected.", outcome.database, outcome.host));
    Ok(ExitCode::SUCCESS)
}
