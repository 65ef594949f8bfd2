//! `cargo xtask bench`: every benchmark of the workspace, in an optimised build.

use std::process::ExitCode;

use clap::Args;
use xshell::{Shell, cmd};

/// What to run.
#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Only benchmarks whose name contains this
    filter: Option<String>,
}

/// The crates that have benchmarks: parse and format, diff and plan, introspect and deploy.
const PACKAGES: &[&str] = &["glowplug-psl", "glowplug-postgres", "glowplug-engine"];

pub(crate) fn run(args: &BenchArgs) -> ExitCode {
    let Ok(shell) = Shell::new() else { return ExitCode::FAILURE };
    let packages = PACKAGES.iter().flat_map(|name| ["--package", name]);
    let filter = args.filter.iter();
    match cmd!(shell, "cargo bench --benches {packages...} -- {filter...}").run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
