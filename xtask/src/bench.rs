//! `cargo xtask bench`: every benchmark of the workspace, in an optimised build; one of them is the table with the goals.

#![expect(clippy::print_stderr, reason = "a task of the repository speaks here")]

use std::process::ExitCode;

use clap::Args;
use xshell::{Shell, cmd};

use crate::apart::apart;
use crate::diesel_cli;

/// What to run.
#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Only benchmarks whose name contains this; `side_by_side` is the table with the goals
    filter: Option<String>,
    /// Compare with `diesel print-schema` as well; it is compiled first where it is missing, which takes minutes
    #[arg(long)]
    with_diesel: bool,
}

/// The crates that have benchmarks: parse and format, generate, diff and plan, introspect and deploy.
const PACKAGES: &[&str] = &["glowplug-psl", "glowplug-codegen", "glowplug-postgres", "glowplug-engine"];

pub(crate) fn run(args: &BenchArgs) -> ExitCode {
    match try_run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn try_run(args: &BenchArgs) -> Result<(), xshell::Error> {
    let shell = Shell::new()?;
    let _diesel = match args.with_diesel {
        true => Some(shell.push_env("GLOWPLUG_BENCH_DIESEL", diesel_cli::program(&shell)?)),
        false => None,
    };
    let packages = PACKAGES.iter().flat_map(|name| ["--package", name]);
    let filter = args.filter.iter();
    apart(cmd!(shell, "cargo bench --benches {packages...} -- {filter...}")).run()
}
