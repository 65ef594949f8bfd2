//! The course platform's GraphQL API.

#![allow(clippy::print_stderr, reason = "a program that talks to people")]

use std::error::Error;
use std::process::ExitCode;

use api::{database, server};
use glowplug::boot::Boot;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => api::report(error.as_ref(), api::hint_of(error.as_ref())),
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let url = database::url_from_environment()?;
    let port = server::port_from_environment()?;
    if let Boot::Newer { versions } = database::check(&url)? {
        eprintln!("note: the database is newer than this program, by migrations {}", versions.join(", "));
    }
    let runtime = tokio::runtime::Runtime::new()?;
    Ok(runtime.block_on(server::serve(database::pool(&url)?, port))?)
}
