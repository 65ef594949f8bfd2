//! The course platform's GraphQL API.

use std::error::Error;
use std::process::ExitCode;

use api::{database, server};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => api::report(error.as_ref(), api::hint_of(error.as_ref())),
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let url = database::url_from_environment()?;
    let port = server::port_from_environment()?;
    database::check(&url)?;
    let runtime = tokio::runtime::Runtime::new()?;
    Ok(runtime.block_on(server::serve(database::pool(&url)?, port))?)
}
