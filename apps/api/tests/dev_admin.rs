//! The dev-admin program on a real PostgreSQL, started as the tool starts it.

mod support;

use std::io::Write;
use std::process::{Command, Output, Stdio};

use argon2::PasswordHasher as _;
use glowplug_testkit::postgres::TestDatabase;
use serde_json::Value;

const EMAIL: &str = "admin@example.com";

/// Runs the program; `input` is what comes in through standard input.
fn run(url: &str, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dev-admin"))
        .args(arguments)
        .env("DATABASE_URL", url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("an input").write_all(input.as_bytes()).expect("the input is read");
    child.wait_with_output().expect("the program ends")
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

fn stderr(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn column(database: &TestDatabase, name: &str) -> String {
    let rows = database.query_text(&format!("SELECT {name}::text FROM \"User\""));
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.into_iter().flatten().next().flatten().unwrap_or_default()
}

#[test]
fn a_new_admin_gets_a_random_password_that_is_shown_once() {
    let database = support::migrated();
    let arguments = ["--email", "Admin@Example.COM", "--name", "Ada", "--json"];
    let first = json(&run(&database.url(), &arguments, ""));
    assert_eq!(first["email"], EMAIL);
    assert_eq!(first["created"], true);
    let password = first["password"].as_str().expect("a password");
    assert!(api::password::verify(password, &column(&database, "\"passwordHash\"")));
    assert_eq!(column(&database, "role"), "ADMIN");

    let rows = support::dump(&database);
    let second = json(&run(&database.url(), &arguments, ""));
    assert_eq!(second["id"], first["id"]);
    assert_eq!((&second["created"], &second["passwordChanged"]), (&Value::Bool(false), &Value::Bool(false)));
    assert_eq!(second.get("password"), None);
    assert_eq!(support::dump(&database), rows, "asking for nothing new changes nothing");
}

#[test]
fn only_what_was_asked_rotates() {
    let database = support::migrated();
    let first = run(&database.url(), &["--email", EMAIL, "--password-stdin"], "a first password\n");
    let text = String::from_utf8_lossy(&first.stdout).into_owned();
    assert_eq!(text, "created the ADMIN admin@example.com\n");
    let hash = column(&database, "\"passwordHash\"");
    assert!(api::password::verify("a first password", &hash));

    let named = json(&run(&database.url(), &["--email", EMAIL, "--name", "New", "--json"], ""));
    assert_eq!((&named["nameChanged"], &named["passwordChanged"]), (&Value::Bool(true), &Value::Bool(false)));
    assert_eq!(column(&database, "\"passwordHash\""), hash);

    let rotated = json(&run(&database.url(), &["--email", EMAIL, "--random-password", "--json"], ""));
    let password = rotated["password"].as_str().expect("a password");
    let hash = column(&database, "\"passwordHash\"");
    assert!(api::password::verify(password, &hash));
    assert!(!api::password::verify("a first password", &hash));
    assert_eq!(column(&database, "name"), "New");
}

#[test]
fn the_same_password_again_changes_nothing_but_an_outdated_hash() {
    let database = support::migrated();
    let arguments = ["--email", EMAIL, "--password-stdin", "--json"];
    let again = || json(&run(&database.url(), &arguments, "a first password\n"));
    assert_eq!(again()["created"], true);
    let rows = support::dump(&database);
    assert_eq!(again()["passwordChanged"], false);
    assert_eq!(support::dump(&database), rows);

    // The same password, hashed with less work: touched only because the password is given.
    let params = argon2::Params::new(4096, 1, 1, None).expect("parameters");
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let weak = argon2.hash_password(b"a first password").expect("a hash").to_string();
    assert!(api::password::verify("a first password", &weak));
    database.execute(&format!("UPDATE \"User\" SET \"passwordHash\" = '{weak}'"));
    json(&run(&database.url(), &["--email", EMAIL, "--json"], ""));
    assert_eq!(column(&database, "\"passwordHash\""), weak);
    assert_eq!(again()["passwordChanged"], true);
    let hash = column(&database, "\"passwordHash\"");
    assert!(hash.contains("m=19456,t=2,p=1") && api::password::verify("a first password", &hash), "{hash}");
}

#[test]
fn a_token_is_made_on_request_and_taken_away_on_request() {
    let database = support::migrated();
    let first = json(&run(&database.url(), &["--email", EMAIL, "--token", "--json"], ""));
    let token = first["token"].as_str().expect("a token");
    assert!(token.starts_with("cpt_") && token.len() == 68, "{token}");
    let keys: Vec<&str> = first.as_object().expect("an object").keys().map(String::as_str).collect();
    let expected = [
        "created",
        "email",
        "id",
        "name",
        "nameChanged",
        "password",
        "passwordChanged",
        "promoted",
        "role",
        "token",
        "tokenExpiresAt",
        "tokensRevoked",
    ];
    assert_eq!(keys, expected);
    let days = "SELECT round(extract(epoch FROM \"expiresAt\" - now()) / 86400)::text FROM \"ApiToken\"";
    assert_eq!(database.query_text(days), [[Some("30".to_owned())]]);
    let rows = support::dump(&database);
    assert!(rows.iter().all(|row| !row.contains(token)), "only its hash is kept: {rows:?}");
    assert!(rows.iter().any(|row| row.contains(&api::token::hash(token))));

    // Without being asked for, nothing happens to tokens; another one comes beside the first.
    let nothing = json(&run(&database.url(), &["--email", EMAIL, "--json"], ""));
    assert_eq!((nothing.get("token"), &nothing["tokensRevoked"]), (None, &Value::from(0)));
    assert_eq!(support::dump(&database), rows);
    let second = run(&database.url(), &["--email", EMAIL, "--token", "--token-days", "2"], "");
    let text = String::from_utf8_lossy(&second.stdout).into_owned();
    assert!(text.starts_with("admin@example.com has a new token\ntoken: cpt_"), "{text}");
    assert!(text.contains("it is shown this once, and opens the API until "), "{text}");
    assert_eq!(database.query_text(days).len(), 2);

    // Revoking goes first, so both together rotate.
    let third = json(&run(&database.url(), &["--email", EMAIL, "--revoke-tokens", "--token", "--json"], ""));
    assert_eq!(third["tokensRevoked"], 2);
    assert_eq!(database.query_text(days).len(), 1);
    let last = run(&database.url(), &["--email", EMAIL, "--revoke-tokens"], "");
    assert_eq!(String::from_utf8_lossy(&last.stdout), "admin@example.com lost 1 token\n");
    assert_eq!(database.query_text(days).len(), 0);
}

#[test]
fn an_account_without_a_password_is_promoted_and_gets_one() {
    let database = support::migrated();
    database
        .execute("INSERT INTO \"User\" (id, email, \"updatedAt\") VALUES ('x', 'Admin@example.com', now())");
    let done = json(&run(&database.url(), &["--email", EMAIL, "--json"], ""));
    assert_eq!((&done["id"], &done["promoted"]), (&Value::from("x"), &Value::Bool(true)));
    assert!(done["password"].is_string());
    assert_eq!(column(&database, "role"), "ADMIN");
}

#[test]
fn bad_input_is_refused_and_no_password_is_printed() {
    let database = support::migrated();
    let url = database.url();
    let short = stderr(&run(&url, &["--email", EMAIL, "--password-stdin"], "s3cret\n"));
    assert_eq!(
        short,
        "error: the password is shorter than 12 characters\nhint: leave the password out to get a random one\n"
    );
    let bad = stderr(&run(&url, &["--email", "nobody"], ""));
    assert_eq!(bad, "error: `nobody` is not an email address\nhint: write it as admin@example.com\n");
    let itself = stderr(&run(&url, &["--email", EMAIL, "--password-stdin"], "admin@example.com!\n"));
    assert!(itself.starts_with("error: the password is the email address, or a part of it\n"), "{itself}");
    let again = stderr(&run(&url, &["--email", EMAIL, "--password-stdin"], "hunter2hunter2\n"));
    assert!(again.starts_with("error: the password repeats itself\n"), "{again}");
    assert!(!again.contains("hunter2"), "{again}");
    for days in ["0", "367", "x"] {
        assert!(
            stderr(&run(&url, &["--email", EMAIL, "--token", "--token-days", days], ""))
                .contains("--token-days")
        );
    }
    assert!(stderr(&run(&url, &["--email", EMAIL, "--token-days", "3"], "")).contains("--token"));
    let both = ["--email", EMAIL, "--password-stdin", "--random-password"];
    assert!(stderr(&run(&url, &both, "")).contains("cannot be used with"));
    assert_eq!(database.query_text("SELECT 1 FROM \"User\"").len(), 0);

    let nowhere = "postgresql://somebody:hunter2@127.0.0.1:1/nothing";
    let text = stderr(&run(nowhere, &["--email", EMAIL], ""));
    assert!(text.starts_with("error: the database server at `127.0.0.1:1` cannot be reached"), "{text}");
    assert!(text.contains("hint: start the server"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_protected_database_is_refused() {
    let database = support::migrated();
    support::protect(&database);
    let text = stderr(&run(&database.url(), &["--email", EMAIL], ""));
    assert_eq!(
        text,
        "error: the database is protected (environment `production`)\n\
         hint: set DATABASE_URL to a database for development\n"
    );
    assert_eq!(database.query_text("SELECT 1 FROM \"User\"").len(), 0);
}

#[test]
fn without_tables_or_a_database_the_error_says_what_to_do() {
    let empty = TestDatabase::new();
    let text = stderr(&run(&empty.url(), &["--email", EMAIL], ""));
    assert!(text.contains("has no table `User` or `ApiToken`"), "{text}");
    assert!(text.ends_with("hint: cargo xtask db migrate\n"), "{text}");

    let missing = TestDatabase::not_created();
    let text = stderr(&run(&missing.url(), &["--email", EMAIL], ""));
    assert!(text.contains(&format!("the database `{}` does not exist", missing.name())), "{text}");

    let wrong = missing.url().replace(&missing.server().password, "wrong");
    let text = stderr(&run(&wrong, &["--email", EMAIL], ""));
    assert!(text.contains("does not accept the credentials"), "{text}");
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    let database = support::migrated();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = Command::new(env!("CARGO_BIN_EXE_dev-admin"))
        .args(["--email", EMAIL, "--random-password"])
        .env("DATABASE_URL", database.url())
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .and_then(std::process::Child::wait_with_output)
        .expect("the program runs");
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
