//! `cargo xtask conformance DIR`: builds and starts the runner, which this binary does not carry: people who
//! type `cargo xtask db migrate` should not wait for test tools to compile.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use xshell::{Shell, cmd};

/// What to run.
#[derive(Args)]
pub(crate) struct ConformanceArgs {
    /// The folder with the cases
    dir: PathBuf,
    /// Handed to the runner: --json, --suite NAME, --case NAME
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

pub(crate) fn run(args: &ConformanceArgs) -> ExitCode {
    let Ok(shell) = Shell::new() else { return ExitCode::FAILURE };
    let (dir, rest) = (&args.dir, &args.rest);
    let mut run =
        cmd!(shell, "cargo run --quiet --package glowplug-testkit --bin conformance -- {dir} {rest...}")
            .quiet();
    for name in cargo_glowplug::variables_of_cargo() {
        run = run.env_remove(name);
    }
    match run.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
