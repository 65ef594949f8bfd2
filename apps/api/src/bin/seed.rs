//! Fills a development database with courses, people and what ties them together.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks to people")]

use std::process::ExitCode;

use api::{database, seed};

fn main() -> ExitCode {
    match run() {
        Ok(report) => {
            print!("{report}");
            match report.written() {
                0 => println!("everything was there already; nothing changed"),
                written => println!("{written} rows written"),
            }
            ExitCode::SUCCESS
        }
        Err(error) => api::report(error.as_ref(), api::hint_of(error.as_ref())),
    }
}

fn run() -> Result<glowplug::seed::Report, Box<dyn std::error::Error>> {
    let mut connection = database::connect_sync(&database::url_from_environment()?)?;
    Ok(seed::run(&mut *connection)?)
}
