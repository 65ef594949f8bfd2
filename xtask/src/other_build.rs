//! The same command with a build of this binary that has more features.
//!
//! What takes a while to compile and most commands do not need is a feature, off until somebody types the command
//! that needs it. All builds are kept by cargo, so this waits once.

#![expect(clippy::print_stderr, reason = "a task of the repository speaks here")]

use std::ffi::OsString;
use std::process::{Command, ExitCode};

/// The features of this build. They stay, so that two commands that need one each cannot send each other around.
const HERE: &[&str] = &[
    #[cfg(feature = "lint")]
    "lint",
    #[cfg(feature = "sqlite")]
    "sqlite",
];

/// Whether this build has a feature.
pub(crate) fn has(feature: &str) -> bool {
    HERE.contains(&feature)
}

/// Runs what was typed again with the provider that was left out.
pub(crate) fn with_sqlite() -> ExitCode {
    run_with("sqlite", "The schema is for SQLite: going on with a build of xtask that has it")
}

/// Runs what was typed again; input, output and exit code are that run's.
pub(crate) fn run_with(feature: &str, why: &str) -> ExitCode {
    eprintln!("  {why} (compiled once)");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments(feature, std::env::args_os().skip(1)));
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

fn arguments(feature: &str, typed: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let features = HERE.iter().copied().chain([feature]).collect::<Vec<_>>().join(",");
    let own = ["run", "--quiet", "--package", "xtask", "--features", &features, "--"];
    own.into_iter().map(OsString::from).chain(typed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_typed_again() {
        let typed = ["db", "lint", "--since", "two words"];
        let given = arguments("more", typed.iter().map(OsString::from));
        assert!(given[5].to_string_lossy().ends_with("more"), "{given:?}");
        assert_eq!(given[6], "--");
        assert_eq!(given[7..], typed);
    }
}
