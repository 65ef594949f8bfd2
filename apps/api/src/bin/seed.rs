//! Fills a development database with courses, people and what ties them together.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks to people")]

use std::process::ExitCode;

use api::{database, seed};
use clap::Parser;
use glowplug::seed::Report;
use serde_json::{Map, Value, json};

/// Fills a development database with courses, people and what ties them together.
///
/// Running it twice changes no row. A database that is marked as protected is refused.
#[derive(Parser)]
#[command(name = "seed")]
struct Args {
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match run() {
        Ok(report) => {
            print(&report, args.json);
            ExitCode::SUCCESS
        }
        Err(error) => api::report(error.as_ref(), api::hint_of(error.as_ref())),
    }
}

fn run() -> Result<Report, Box<dyn std::error::Error>> {
    let mut connection = database::connect_sync(&database::url_from_environment()?)?;
    Ok(seed::run(&mut *connection)?)
}

fn print(report: &Report, as_json: bool) {
    if as_json {
        let tables: Map<String, Value> = report
            .tables()
            .iter()
            .map(|(name, it)| (name.clone(), json!({ "written": it.written, "unchanged": it.unchanged })))
            .collect();
        println!("{}", json!({ "written": report.written(), "tables": tables }));
        return;
    }
    print!("{report}");
    match report.written() {
        0 => println!("everything was there already; nothing changed"),
        1 => println!("1 row written"),
        written => println!("{written} rows written"),
    }
}
