//! Binaries of the product, started with the address of the database: `dev-admin`, and the fixtures of `seed`.
//!
//! They need the product's own models, so they are not part of this tool: a product that does not compile
//! must never keep the migrations from working.

use std::process::{Command, ExitCode, ExitStatus};

use glowplug_engine::commands::ready;
use glowplug_engine::failure::{Failure, Result};
use xshell::{Shell, cmd};

use super::Session;
use crate::args::DevAdminArgs;
use crate::config::Binary;

/// Starts the dev-admin binary.
pub(crate) fn dev_admin(session: &mut Session<'_>, args: &DevAdminArgs) -> Result<ExitCode> {
    let binary = session.config.settings.dev_admin.clone();
    let mut arguments = vec!["--email".to_owned(), args.email.clone()];
    if let Some(name) = &args.name {
        arguments.extend(["--name".to_owned(), name.clone()]);
    }
    if args.password_stdin {
        arguments.push("--password-stdin".to_owned());
    }
    if args.random_password {
        arguments.push("--random-password".to_owned());
    }
    if args.revoke_tokens {
        arguments.push("--revoke-tokens".to_owned());
    }
    if args.token {
        arguments.push("--token".to_owned());
    }
    if let Some(days) = args.token_days {
        arguments.extend(["--token-days".to_owned(), days.to_string()]);
    }
    if session.terminal.json {
        arguments.push("--json".to_owned());
    }
    start(session, binary, "dev-admin", args.allow_remote, &arguments)
}

fn start(
    session: &mut Session<'_>,
    binary: Option<Binary>,
    command: &str,
    allow_remote: bool,
    arguments: &[String],
) -> Result<ExitCode> {
    let Some(binary) = binary else { return Err(unnamed(command)) };
    let chosen = session.choose()?;
    let url = chosen.connection.url.clone();
    session.with(chosen, |ctx| ready::check(ctx, command, allow_remote))?;
    let status = prepare(session, &binary, &url, arguments)
        .and_then(|mut run| run.status())
        .map_err(|error| failed(command, &error))?;
    Ok(exit_code(status))
}

/// No setting says which binary it is.
pub(super) fn unnamed(command: &str) -> Box<Failure> {
    let setting = format!("{command} = {{ package = \"...\", bin = \"...\" }}");
    Failure::new("GP4205", format!("no binary is named for `{command}`"))
        .hint(format!("in Cargo.toml, under [workspace.metadata.glowplug]: {setting}"))
}

/// It could not be started.
pub(super) fn failed(command: &str, error: &dyn std::fmt::Display) -> Box<Failure> {
    Failure::new("GP4206", format!("`{command}` could not be started: {error}"))
}

/// A binary of the product, ready to be started on a database.
pub(super) fn prepare(
    session: &Session<'_>,
    Binary { package, bin }: &Binary,
    url: &str,
    arguments: &[String],
) -> std::io::Result<Command> {
    let shell = Shell::new().map_err(std::io::Error::other)?;
    shell.change_dir(&session.config.paths.root);
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let run = cmd!(shell, "{cargo} run --quiet --package {package} --bin {bin} -- {arguments...}")
        .env("DATABASE_URL", url)
        .quiet();
    // Through the standard library: xshell closes standard input, and a password may come in there.
    let mut run = Command::from(run);
    for name in crate::variables_of_cargo() {
        run.env_remove(name);
    }
    Ok(run)
}

/// Its exit code as ours.
pub(super) fn exit_code(status: ExitStatus) -> ExitCode {
    ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
