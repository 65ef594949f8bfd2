//! `cargo glowplug`: the subcommand that cargo finds on the PATH.

use std::process::ExitCode;

use cargo_glowplug::Program;
use cargo_glowplug::args::{Command, Global};
use clap::Parser;

/// The schema-first database workflow for Rust and Diesel.
#[derive(Parser)]
#[command(name = "cargo glowplug", bin_name = "cargo glowplug", version, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    // Cargo hands its subcommands their own name as first argument.
    let mut arguments: Vec<_> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|argument| argument == "glowplug") {
        arguments.remove(1);
    }
    let cli = Cli::parse_from(arguments);
    cargo_glowplug::run(Program { name: "cargo glowplug", other_build: None }, &cli.global, cli.command)
}
