//! `cargo xtask conformance DIR`: builds and starts the runner, which this binary does not carry: people who
//! type `cargo xtask db migrate` should not wait for test tools to compile.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::apart::apart;
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
    let run =
        cmd!(shell, "cargo run --quiet --package glowplug-testkit --bin conformance -- {dir} {rest...}");
    match apart(run).quiet().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
