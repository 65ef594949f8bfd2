//! Fills a development database with courses, people and what ties them together.

use std::process::ExitCode;

use api::seed::{self, Amount};
use api::{database, hint_of, report};
use clap::Parser;
use glowplug::seed::{Options, finish};

/// Fills a development database with courses, people and what ties them together.
///
/// Running it twice changes no row. A database that is marked as protected is refused.
#[derive(Parser)]
#[command(name = "seed")]
struct Args {
    /// So many people more, with made-up names.
    #[arg(long, value_name = "N", default_value_t = 0)]
    people: u32,
    /// Another number makes up other people.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Run everything twice, roll it back, and fail if the second run changes a row.
    #[arg(long)]
    check: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let options = Options::new(args.json, args.check);
    let amount = Amount { people: args.people, seed: args.seed };
    let connected = database::url_from_environment().and_then(|url| database::connect_sync(&url));
    match connected {
        Ok(mut connection) => finish(seed::run_with(&mut *connection, &options, amount), &options),
        Err(error) => report(&error, hint_of(&error)),
    }
}
