//! Fills a development database with courses, people and what ties them together.

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
        Ok(report) => api::say(&if args.json { as_json(&report) } else { as_text(&report) }),
        Err(error) => api::report(error.as_ref(), api::hint_of(error.as_ref())),
    }
}

fn run() -> Result<Report, Box<dyn std::error::Error>> {
    let mut connection = database::connect_sync(&database::url_from_environment()?)?;
    Ok(seed::run(&mut *connection)?)
}

fn as_json(report: &Report) -> String {
    let tables: Map<String, Value> = report
        .tables()
        .iter()
        .map(|(name, it)| (name.clone(), json!({ "written": it.written, "unchanged": it.unchanged })))
        .collect();
    format!("{}\n", json!({ "written": report.written(), "tables": tables }))
}

fn as_text(report: &Report) -> String {
    match report.written() {
        0 => format!("{report}everything was there already; nothing changed\n"),
        1 => format!("{report}1 row written\n"),
        written => format!("{report}{written} rows written\n"),
    }
}
