//! The dev-admin program on a real PostgreSQL, started as the tool starts it.

mod support;

use std::io::Write;
use std::process::{Command, Output, Stdio};

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
    assert!(text.contains("has no table `User`"), "{text}");
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
