//! The terminal's side of Glowplug: arguments, printing, prompts, exit codes.
//!
//! [`run`] is the whole tool. `cargo glowplug` and `cargo xtask db` differ only in the name that they put
//! into hints ([`Program`]). Only this crate prints, reads the environment, and knows the list of
//! providers.

pub mod args;
mod commands;
mod config;
mod connection;
mod git;
pub mod pace;
mod providers;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::args::{Command, Global};
use crate::terminal::Terminal;

/// What the user typed to get here.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// `cargo glowplug` or `cargo xtask db`, for hints.
    pub name: &'static str,
    /// Where this build may lack a provider that another build has: runs the command there. Nothing has
    /// happened by then.
    pub other_build: Option<fn() -> ExitCode>,
}

/// What cargo tells a program of the package that it belongs to. Whoever starts another cargo takes these out of its
/// environment: to build scripts that ask for them they would look like a change, and what rests on those would be
/// compiled again each time.
pub fn variables_of_cargo() -> impl Iterator<Item = OsString> {
    let is_of_package = |name: &OsString| {
        ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|it| name.to_string_lossy().starts_with(it))
    };
    std::env::vars_os().map(|(name, _)| name).filter(is_of_package)
}

/// Runs one command and prints what came of it.
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage (clap's), 3 an answer is needed, 4 refused for safety,
/// 5 a check found differences.
pub fn run(program: Program, global: &Global, command: Command) -> ExitCode {
    let mut terminal = Terminal::new(program.name, global.json);
    let res = commands::run(&mut terminal, global, command);
    match res.and_then(|code| terminal.finish().map(|()| code)) {
        Ok(code) => code,
        Err(failure) => match program.other_build {
            Some(other_build) if failure.code == providers::LEFT_OUT_CODE => other_build(),
            Some(_) | None => terminal.fail(&failure),
        },
    }
}
