//! The course platform's GraphQL API.

use std::process::ExitCode;

use api::{database, server};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => api::report(error.as_ref(), api::hint_of(error.as_ref())),
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let url = database::url_from_environment()?;
    let port = server::port_from_environment()?;
    database::check(&url).await?;
    Ok(server::serve(database::pool(&url)?, port).await?)
}
