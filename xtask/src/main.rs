//! The monorepo's entry point.
//!
//! `db`, `codegen` and `dev-admin` are the tool itself, the same as `cargo glowplug`; the rest looks after
//! this repository. This crate must never depend on the product under `apps/`: it writes code for it.

mod apart;
mod bench;
mod conformance;
mod diesel_cli;
mod faults;
mod generated;
mod other_build;
mod servers;
mod tidy;

use std::process::ExitCode;

use cargo_glowplug::Program;
use cargo_glowplug::args::{Command, DevAdminArgs, GenerateArgs, Global};
use clap::{Parser, Subcommand};

/// The database workflow of this workspace, and the checks of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// The database workflow: migrate, generate, seed, ...
    #[command(arg_required_else_help = true)]
    Db {
        #[command(flatten)]
        global: Global,
        #[command(subcommand)]
        command: Command,
    },
    /// Write schema.graphql and the API code from the models (= `db codegen`)
    Codegen {
        #[command(flatten)]
        global: Global,
        #[command(flatten)]
        args: GenerateArgs,
    },
    /// Create or update a local ADMIN user (= `db dev-admin`)
    DevAdmin {
        #[command(flatten)]
        global: Global,
        #[command(flatten)]
        args: DevAdminArgs,
    },
    /// Check what the compiler cannot: dependency table, documents, file headers, generated files
    Tidy,
    /// Run the benchmarks
    Bench(bench::BenchArgs),
    /// Run cases made with Prisma's own engine: a folder with validate/, format/, create/, diff/ or projects
    Conformance(conformance::ConformanceArgs),
    /// Generate code of whole projects, compile it, and compare it with Diesel's own
    Generated(generated::GeneratedArgs),
    /// Kill the tool, cut its connection, stop its server, fill its disk: nothing may be lost
    Faults(faults::FaultsArgs),
    /// Run the live suites against PostgreSQL servers of several versions, which are fetched
    Servers(servers::ServersArgs),
}

fn main() -> ExitCode {
    let program = Program { name: "cargo xtask db", other_build: Some(other_build::with_sqlite) };
    match Cli::parse().task {
        Task::Db { command: Command::Lint(_), .. } if !other_build::can_lint() => other_build::with_lint(),
        Task::Db { global, command } => cargo_glowplug::run(program, &global, command),
        Task::Codegen { global, args } => cargo_glowplug::run(program, &global, Command::Codegen(args)),
        Task::DevAdmin { global, args } => cargo_glowplug::run(program, &global, Command::DevAdmin(args)),
        Task::Tidy => tidy::run(),
        Task::Bench(args) => bench::run(&args),
        Task::Conformance(args) => conformance::run(&args),
        Task::Generated(args) => generated::run(&args),
        Task::Faults(args) => faults::run(&args),
        Task::Servers(args) => servers::run(&args),
    }
}
