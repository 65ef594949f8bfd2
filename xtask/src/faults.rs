//! `cargo xtask faults`: builds the tool and the runner of faults, which this binary does not carry, and starts it.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use xshell::{Shell, cmd};

/// What to try.
#[derive(Args)]
pub(crate) struct FaultsArgs {
    /// How often the tool is killed at any time; the other numbers follow from it
    #[arg(long, default_value_t = 300)]
    runs: usize,
    /// Where chance begins
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Which: boundary, alone, kill, cut, wire, deployers, locks, server, disk, file; all of them unless said
    kinds: Vec<String>,
}

pub(crate) fn run(args: &FaultsArgs) -> ExitCode {
    match try_run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn try_run(args: &FaultsArgs) -> Result<(), xshell::Error> {
    let shell = Shell::new()?;
    cmd!(shell, "cargo build --quiet --package cargo-glowplug --bin cargo-glowplug").quiet().run()?;
    let target = std::env::current_exe().ok();
    let folder = target.as_deref().and_then(Path::parent).unwrap_or(Path::new("target/debug"));
    let tool = folder.join("cargo-glowplug");
    let (runs, seed, kinds) = (args.runs.to_string(), args.seed.to_string(), &args.kinds);
    cmd!(
        shell,
        "cargo run --quiet --package glowplug-testkit --bin faults -- --tool {tool} --runs {runs} --seed {seed} {kinds...}"
    )
    .quiet()
    .run()
}
