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

use std::process::ExitCode;

use crate::args::{Command, Global};
use crate::terminal::Terminal;

/// What the user typed to get here, for hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Program {
    /// `cargo glowplug` or `cargo xtask db`.
    pub name: &'static str,
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
        Err(failure) => terminal.fail(&failure),
    }
}
