//! `cargo xtask generated DIR`: builds and starts the program that compiles generated code of whole projects, which
//! this binary does not carry, as with `conformance`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use xshell::{Shell, cmd};

use crate::apart::apart;
use crate::diesel_cli;

/// What to compile.
#[derive(Args)]
pub(crate) struct GeneratedArgs {
    /// A folder of projects: a folder each, with schema.prisma or schema/, and migrations/ to compare with Diesel
    dir: PathBuf,
    /// Only projects whose name contains this
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Only so many of the smallest projects of each database
    #[arg(long, value_name = "N")]
    smallest: Option<usize>,
    /// The GraphQL resolvers, too
    #[arg(long)]
    graphql: bool,
    /// Measure how long the compiler takes
    #[arg(long)]
    time: bool,
    /// Compare with `diesel print-schema` and models by hand; Diesel's tool is compiled first where it is missing
    #[arg(long)]
    with_diesel: bool,
}

pub(crate) fn run(args: &GeneratedArgs) -> ExitCode {
    match try_run(args) {
        Ok(()) => ExitCode::SUCCESS,
        // Whatever ran has said what is wrong.
        Err(_) => ExitCode::FAILURE,
    }
}

fn try_run(args: &GeneratedArgs) -> Result<(), xshell::Error> {
    let shell = Shell::new()?;
    let GeneratedArgs { dir, only, smallest, .. } = args;
    let mut rest: Vec<String> = Vec::new();
    if let Some(only) = only {
        rest.extend(["--only".to_owned(), only.clone()]);
    }
    if let Some(smallest) = smallest {
        rest.extend(["--smallest".to_owned(), smallest.to_string()]);
    }
    rest.extend(args.graphql.then(|| "--graphql".to_owned()));
    rest.extend(args.time.then(|| "--time".to_owned()));
    if args.with_diesel {
        rest.extend(["--diesel".to_owned(), diesel_cli::program(&shell)?.display().to_string()]);
    }
    let run = cmd!(shell, "cargo run --quiet --package glowplug-testkit --bin generated -- {dir} {rest...}");
    apart(run).quiet().run()
}
