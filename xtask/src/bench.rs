//! `cargo xtask bench`: every benchmark of the workspace, in an optimised build; one of them is the table with the goals.

#![expect(clippy::print_stderr, reason = "a task of the repository speaks here")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use xshell::{Shell, cmd};

use crate::apart::apart;

/// What to run.
#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Only benchmarks whose name contains this; `side_by_side` is the table with the goals
    filter: Option<String>,
    /// Compare with `diesel print-schema` as well; it is compiled first where it is missing, which takes minutes
    #[arg(long)]
    with_diesel: bool,
}

/// The crates that have benchmarks: parse and format, diff and plan, introspect and deploy.
const PACKAGES: &[&str] = &["glowplug-psl", "glowplug-postgres", "glowplug-engine"];

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
        true => Some(shell.push_env("GLOWPLUG_BENCH_DIESEL", diesel(&shell)?)),
        false => None,
    };
    let packages = PACKAGES.iter().flat_map(|name| ["--package", name]);
    let filter = args.filter.iter();
    apart(cmd!(shell, "cargo bench --benches {packages...} -- {filter...}")).run()
}

/// Diesel's own tool: that of PATH, else one that is compiled for this, with its own libpq.
fn diesel(shell: &Shell) -> Result<PathBuf, xshell::Error> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed = std::env::split_paths(&path).map(|dir| dir.join("diesel")).find(|it| it.is_file());
    if let Some(program) = installed {
        return Ok(program);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.glowplug/tools");
    let program = root.join("bin/diesel");
    if !program.is_file() {
        let install = "cargo install diesel_cli --no-default-features --features postgres-bundled --locked";
        eprintln!("{install}: minutes");
        cmd!(
            shell,
            "cargo install diesel_cli --no-default-features --features postgres-bundled --locked --root {root}"
        )
        .quiet()
        .run()?;
    }
    Ok(program)
}
