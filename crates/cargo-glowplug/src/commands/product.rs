//! `seed` and `dev-admin`: binaries of the product, started with the address of the database.
//!
//! They need the product's own models, so they are not part of this tool: a product that does not compile
//! must never keep the migrations from working.

use std::process::ExitCode;

use glowplug_engine::commands::ready;
use glowplug_engine::failure::{Failure, Result};
use xshell::{Shell, cmd};

use super::Session;
use crate::args::{DevAdminArgs, SeedArgs};
use crate::config::Binary;

/// Starts the seed binary.
pub(crate) fn seed(session: &mut Session<'_>, args: &SeedArgs) -> Result<ExitCode> {
    let binary = session.config.settings.seed.clone();
    let mut arguments = args.arguments.clone();
    if session.terminal.json {
        arguments.push("--json".to_owned());
    }
    start(session, binary, "seed", args.allow_remote, &arguments)
}

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
    let Some(Binary { package, bin }) = binary else {
        let setting = format!("{command} = {{ package = \"...\", bin = \"...\" }}");
        return Err(Failure::new("GP4205", format!("no binary is named for `{command}`"))
            .hint(format!("in Cargo.toml, under [workspace.metadata.glowplug]: {setting}")));
    };
    let chosen = session.choose()?;
    let url = chosen.connection.url.clone();
    session.with(chosen, |ctx| ready::check(ctx, command, allow_remote))?;
    let failed = |error: &dyn std::fmt::Display| {
        Failure::new("GP4206", format!("`{command}` could not be started: {error}"))
    };
    let shell = Shell::new().map_err(|error| failed(&error))?;
    shell.change_dir(&session.config.paths.root);
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let run = cmd!(shell, "{cargo} run --quiet --package {package} --bin {bin} -- {arguments...}")
        .env("DATABASE_URL", url)
        .quiet();
    // Through the standard library: xshell closes standard input, and a password may come in there.
    let mut run = std::process::Command::from(run);
    for name in crate::variables_of_cargo() {
        run.env_remove(name);
    }
    let status = run.status().map_err(|error| failed(&error))?;
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}
