//! The same command with a build of this binary that has every provider.
//!
//! SQLite takes a while to compile, and most people here have PostgreSQL: the feature is off until a schema file
//! asks for it. Both builds are kept by cargo, so this waits once.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

/// Runs what was typed again; input, output and exit code are that run's.
#[expect(clippy::print_stderr, reason = "whoever waits should know what for")]
pub(crate) fn run() -> ExitCode {
    eprintln!("  The schema is for SQLite: going on with a build of xtask that has it (compiled once)");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments(std::env::args_os().skip(1)));
    for name in cargo_glowplug::variables_of_cargo() {
        command.env_remove(name);
    }
    match command.status() {
        // A process that was killed has no code.
        Ok(status) => {
            status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
        }
        Err(error) => {
            eprintln!("error: cargo cannot be started: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What cargo is told. The feature decides at compile time, so the other build never comes here.
fn arguments(typed: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let own = ["run", "--quiet", "--package", "xtask", "--features", "sqlite", "--"];
    own.into_iter().map(OsString::from).chain(typed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_typed_again() {
        let typed = ["db", "migrate", "--name", "two words"];
        let given = arguments(typed.iter().map(OsString::from));
        assert_eq!(given[..7].join(" ".as_ref()), "run --quiet --package xtask --features sqlite --");
        assert_eq!(given[7..], typed);
    }
}
