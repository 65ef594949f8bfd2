//! Creates a local administrator, or gives an existing one a new password or name.

#![allow(clippy::print_stderr, reason = "a program that talks to people")]

use std::io::{IsTerminal, Read, stderr, stdin};
use std::process::ExitCode;

use api::database::{self, SyncConnection};
use api::dev_admin::{self, AdminError, Done, NewPassword, Wanted};
use api::password;
use api::secret::Secret;
use clap::Parser;
use serde_json::json;

/// Creates a local ADMIN, or changes what is asked of an existing one.
///
/// A new account gets a password: asked for on a terminal, else random and shown once.
/// A database that is marked as protected is refused.
#[derive(Parser)]
#[command(name = "dev-admin")]
struct Args {
    /// The address to sign in with; kept in lower case.
    #[arg(long)]
    email: String,
    /// The name that others see.
    #[arg(long)]
    name: Option<String>,
    /// Read the password from standard input (one line).
    #[arg(long, conflicts_with = "random_password")]
    password_stdin: bool,
    /// Make up a password and show it once, also for an account that has one.
    #[arg(long)]
    random_password: bool,
    /// Make a token for the API and show it once.
    #[arg(long)]
    token: bool,
    /// How many days the token opens the API.
    #[arg(long, value_name = "N", default_value_t = 30, requires = "token")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=366))]
    token_days: u16,
    /// Take every token of the account away first.
    #[arg(long)]
    revoke_tokens: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(done) => api::say(&if args.json { as_json(&done) } else { as_text(&done) }),
        Err(error) => api::report(error.as_ref(), api::hint_of(error.as_ref())),
    }
}

fn run(args: &Args) -> Result<Done, Box<dyn std::error::Error>> {
    let email = dev_admin::normalised_email(&args.email)?;
    let given = if args.password_stdin { Some(from_stdin(&email)?) } else { None };
    let mut connection = database::connect_sync(&database::url_from_environment()?)?;
    let password = new_password(args, &email, given, &mut connection)?;
    let name = args.name.as_ref().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    let token = args.token.then(|| chrono::Duration::days(args.token_days.into()));
    let wanted = Wanted { email, name, password, revoke_tokens: args.revoke_tokens, token };
    Ok(dev_admin::ensure(&mut *connection, wanted)?)
}

fn new_password(
    args: &Args,
    email: &str,
    given: Option<Secret>,
    connection: &mut SyncConnection,
) -> Result<Option<NewPassword>, AdminError> {
    if let Some(given) = given {
        return Ok(Some(NewPassword::Given(given)));
    }
    if args.random_password {
        return Ok(Some(NewPassword::Random));
    }
    if !dev_admin::needs_password(&mut **connection, email)? {
        return Ok(None);
    }
    let on_terminal = stdin().is_terminal() && stderr().is_terminal() && !args.json;
    if on_terminal { Ok(Some(asked_for(email)?)) } else { Ok(Some(NewPassword::Random)) }
}

/// The first line of standard input.
fn from_stdin(email: &str) -> Result<Secret, AdminError> {
    let mut text = String::new();
    let read = stdin().lock().take(64 * 1024).read_to_string(&mut text);
    read.map_err(|error| AdminError::Usage(format!("the password cannot be read: {error}")))?;
    let line = text.lines().next().unwrap_or_default().to_owned();
    password::check(&line, email)?;
    Ok(line.into())
}

/// Asks until a password fits the rules; nothing typed means a random one.
fn asked_for(email: &str) -> Result<NewPassword, AdminError> {
    loop {
        let typed = dialoguer::Password::new()
            .with_prompt(format!("password for {email} (empty: a random one)"))
            .allow_empty_password(true)
            .with_confirmation("again", "these two differ")
            .interact()
            .map_err(|error| AdminError::Usage(format!("the password cannot be read: {error}")))?;
        if typed.is_empty() {
            return Ok(NewPassword::Random);
        }
        match password::check(&typed, email) {
            Ok(()) => return Ok(NewPassword::Given(typed.into())),
            Err(error) => eprintln!("{error}"),
        }
    }
}

fn as_json(done: &Done) -> String {
    let mut object = json!({
        "id": done.id,
        "email": done.email,
        "name": done.name,
        "role": "ADMIN",
        "created": done.created,
        "promoted": done.promoted,
        "nameChanged": done.name_changed,
        "passwordChanged": done.password_changed,
        "tokensRevoked": done.tokens_revoked,
    });
    if let Some(password) = &done.random_password {
        object["password"] = json!(password.reveal());
    }
    if let Some(token) = &done.token {
        object["token"] = json!(token.reveal());
        object["tokenExpiresAt"] = json!(done.token_expires_at);
    }
    format!("{object}\n")
}

fn as_text(done: &Done) -> String {
    let email = &done.email;
    let mut news = Vec::new();
    if done.promoted {
        news.push("is an ADMIN now".to_owned());
    }
    if done.name_changed && !done.created {
        news.push("has a new name".to_owned());
    }
    if done.password_changed && !done.created {
        news.push("has a new password".to_owned());
    }
    match done.tokens_revoked {
        0 => {}
        1 => news.push("lost 1 token".to_owned()),
        many => news.push(format!("lost {many} tokens")),
    }
    if done.token.is_some() && !done.created {
        news.push("has a new token".to_owned());
    }
    let mut text = match (done.created, news.is_empty()) {
        (true, _) => format!("created the ADMIN {email}\n"),
        (false, false) => format!("{email} {}\n", news.join(", ")),
        (false, true) => format!("{email} is an ADMIN already; nothing changed\n"),
    };
    if let Some(password) = &done.random_password {
        text.push_str(&format!("password: {}\n", password.reveal()));
        text.push_str("it is shown this once; --random-password makes another one\n");
    }
    if let (Some(token), Some(until)) = (&done.token, done.token_expires_at) {
        text.push_str(&format!("token: {}\n", token.reveal()));
        text.push_str(&format!(
            "it is shown this once, and opens the API until {}\n",
            until.format("%Y-%m-%d %H:%M UTC")
        ));
    }
    text
}
