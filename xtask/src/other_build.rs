//! The same command with a build of this binary that has more features.
//!
//! What takes a while to compile and most people do not need is a feature, off until a schema file or a command asks
//! for it. All builds are kept by cargo, so this waits once.

#![expect(clippy::print_stderr, reason = "a task of the repository speaks here")]

use std::ffi::OsString;
use std::process::{Command, ExitCode};

const SQLITE: &str = "sqlite";
const LINT: &str = "lint";

/// The features of this build. They stay on the way to another one, so that two that lack one each do not send a
/// command to and fro.
const HERE: &[&str] = &[
    #[cfg(feature = "sqlite")]
    SQLITE,
    #[cfg(feature = "lint")]
    LINT,
];

/// Runs what was typed again where SQLite is known; input, output and exit code are that run's.
pub(crate) fn with_sqlite() -> ExitCode {
    run_with(SQLITE, "The schema is for SQLite: going on with a build of xtask that has it")
}

/// Runs what was typed again where the rules of `lint` are known; input, output and exit code are that run's.
pub(crate) fn with_lint() -> ExitCode {
    run_with(LINT, "The rules need a parser of SQL: going on with a build of xtask that has it")
}

/// Whether this build has the rules of `lint`.
pub(crate) fn can_lint() -> bool {
    HERE.contains(&LINT)
}

fn run_with(feature: &str, why: &str) -> ExitCode {
    eprintln!("  {why} (compiled once)");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments(HERE, feature, std::env::args_os().skip(1)));
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

/// What cargo is told. A feature decides at compile time, so the build that has it never comes here.
fn arguments(here: &[&str], feature: &str, typed: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let features = here.iter().copied().chain([feature]).collect::<Vec<_>>().join(",");
    let own = ["run", "--quiet", "--package", "xtask", "--features", &features, "--"];
    own.into_iter().map(OsString::from).chain(typed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_typed_again() {
        let typed = ["db", "migrate", "--name", "two words"];
        let given = arguments(&[], SQLITE, typed.iter().map(OsString::from));
        assert_eq!(given[..7].join(" ".as_ref()), "run --quiet --package xtask --features sqlite --");
        assert_eq!(given[7..], typed);
    }

    #[test]
    fn features_add_up() {
        let given = arguments(&[LINT], SQLITE, std::iter::empty());
        assert_eq!(given[5], "lint,sqlite");
    }
}
