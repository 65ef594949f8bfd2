//! The course platform: the example product of this workspace.
//!
//! `db` and `graphql::generated` are made from `prisma/schema.prisma`; the rest is written by hand.
//! The binaries are `api` (the server), `seed` and `dev-admin` (started by the tool, with
//! `DATABASE_URL` in their environment).

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "programs talk to people")]

use std::error::Error;
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

pub mod database;
pub mod db;
pub mod dev_admin;
pub mod graphql;
pub mod password;
pub mod secret;
pub mod seed;
pub mod server;
pub mod token;

/// Prints an error and what to do about it, as the programs here end when they fail.
pub fn report(error: &dyn Error, hint: Option<&str>) -> ExitCode {
    eprintln!("error: {error}");
    if let Some(hint) = hint {
        eprintln!("hint: {hint}");
    }
    ExitCode::FAILURE
}

/// Prints what came of it. A reader that has seen enough (`| head -1`) is no failure; a full disk is one.
pub fn say(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => report(&error, None),
        Ok(()) | Err(_) => ExitCode::SUCCESS,
    }
}

/// The hint of an error of this crate or of the runtime library.
pub fn hint_of<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a str> {
    let connect = error.downcast_ref::<database::ConnectError>().map(database::ConnectError::hint);
    let serve = || error.downcast_ref::<server::ServeError>().map(server::ServeError::hint);
    let admin = || error.downcast_ref::<dev_admin::AdminError>().and_then(dev_admin::AdminError::hint);
    let boot = || {
        // The library speaks of the tool by its general name; here it is a task of the workspace.
        let pending = matches!(error.downcast_ref()?, glowplug::boot::BootError::Pending { .. });
        pending.then_some("cargo xtask db migrate")
    };
    connect.or_else(boot).or_else(serve).or_else(admin)
}
