//! The walk itself, in the order of the README.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::copy::Copy;
use crate::documents;

/// Command lines that the walk does not type, and why.
const NOT_TYPED: &[(&str, &str)] = &[
    ("cargo test --workspace", "this test is part of it"),
    ("cargo install --path crates/cargo-glowplug", "an optimised build of the same binary takes minutes"),
    (
        "cargo glowplug init --provider sqlite",
        "needs the installed binary; cargo-glowplug's own tests type it",
    ),
    ("cargo glowplug migrate --name init", "needs the installed binary; cargo-glowplug's own tests type it"),
    (
        "cargo xtask db migrate baseline",
        "the walk's database has a history; cargo-glowplug's own tests type it",
    ),
    ("cargo xtask db lint", "compiles a parser of SQL first; cargo-glowplug's own tests type it"),
];

const SCHEMA: &str = "prisma/schema.prisma";
const TITLE: &str = "  title       String\n";

/// Whatever a document shows stands in this file, where it is typed, or in [`NOT_TYPED`].
#[test]
fn no_command_of_the_documents_is_forgotten() {
    let this_file = include_str!("walk.rs");
    let is_typed = |line: &str| this_file.contains(&format!("\"{line}\""));
    let is_left_out = |line: &str| NOT_TYPED.iter().any(|(known, _)| *known == line);
    let forgotten: Vec<_> =
        documents::shown().into_iter().filter(|(_, line)| !is_left_out(line) && !is_typed(line)).collect();
    assert!(forgotten.is_empty(), "shown in a document, but never typed by the walk: {forgotten:#?}");
}

#[test]
fn every_command_of_the_documents_works_on_a_fresh_copy() {
    let copy = Copy::new("walk");
    let ok = |line: &str| -> String {
        let run = copy.typed(line);
        assert_eq!(run.code, 0, "{line}\n{}", run.text);
        run.text
    };
    let refused = |line: &str, code: i32, word: &str| {
        let run = copy.typed(line);
        assert_eq!(run.code, code, "{line}\n{}", run.text);
        assert!(run.text.contains(word), "{line}\n{}", run.text);
    };

    // Nothing is configured: a local PostgreSQL is found and started.
    let first = ok("cargo xtask db migrate");
    assert!(first.contains("Applying 6 migrations"), "{first}");
    assert!(first.contains("Database, history and schema agree."), "{first}");
    assert!(first.contains("cargo xtask db seed"), "{first}");
    let second = ok("cargo xtask db migrate");
    assert!(!second.contains("Applying"), "{second}");

    assert!(!ok("cargo xtask db seed").is_empty());
    assert!(ok("cargo xtask db seed --check").contains("the fixtures"));
    ok("cargo xtask db seed --only data");
    ok("cargo xtask db seed -- --people 200");
    ok("cargo xtask dev-admin --email you@example.com");
    let admin = ok("cargo xtask dev-admin --email admin@example.com");
    assert!(admin.contains("password: "), "a new admin is shown a password");
    ok("cargo xtask dev-admin --email admin@example.com --name Ada");
    ok("cargo xtask dev-admin --email admin@example.com --random-password");
    ok("cargo xtask dev-admin --email admin@example.com --token");
    let admin = ok("cargo xtask dev-admin --email admin@example.com --revoke-tokens --token --token-days 7");
    assert!(admin.contains("admin@example.com lost 1 token, has a new token"), "{admin}");
    let token = admin.split("token: ").nth(1).and_then(|it| it.split_whitespace().next()).unwrap();
    ok("cargo xtask codegen");
    serve(&copy, "cargo run -p api", token);

    copy.edit(SCHEMA, TITLE, &format!("{TITLE}  language    String?\n"));
    let edited = ok("cargo xtask db migrate --name course_language");
    assert!(edited.contains("+ language  text?"), "{edited}");
    assert!(copy.read("apps/api/src/db/schema.rs").contains("language"));

    let renamed = TITLE.replace("title ", "name  ");
    copy.edit(SCHEMA, TITLE, &renamed);
    refused("cargo xtask db migrate --name rename_title", 3, "--rename Course.title=Course.name");
    copy.edit(SCHEMA, &renamed, TITLE);
    copy.edit(SCHEMA, TITLE, &format!("{TITLE}  level       Int\n"));
    refused("cargo xtask db migrate --name course_level", 4, "required and has no default");
    copy.edit(SCHEMA, "  level       Int\n", "");

    ok("cargo xtask db migrate status");
    ok("cargo xtask db migrate deploy --plan");
    ok("cargo xtask db migrate deploy");
    ok("cargo xtask db protect --environment production");
    refused("cargo xtask db seed", 4, "is protected");
    ok("cargo xtask db unprotect --host 127.0.0.1");

    // Drift: somebody changes the database by hand.
    by_hand(&copy, "ALTER TABLE \"Course\" ADD COLUMN \"extra\" INTEGER");
    refused("cargo xtask db migrate status", 5, "extra");
    ok("cargo xtask db drift adopt --name keep_it");
    by_hand(&copy, "ALTER TABLE \"Course\" ADD COLUMN \"more\" INTEGER");
    refused("cargo xtask db drift revert", 3, "--force");
    ok("cargo xtask db drift revert --force");
    // The adopted column goes into the schema, as the tool said.
    let pulled = ok("cargo xtask db pull");
    assert!(pulled.contains("+ extra  int4?"), "{pulled}");
    assert!(copy.read(SCHEMA).contains("  extra       Int?\n"));

    // Starting over, and back.
    refused("cargo xtask db migrate reset", 3, "--force");
    let reset = ok("cargo xtask db migrate reset --force --skip-seed");
    assert!(reset.contains("Copied the database to"), "{reset}");
    assert!(ok("cargo xtask db restore --list").contains("_before_reset_"));
    refused("cargo xtask db restore", 3, "--force");
    ok("cargo xtask db restore --force");

    ok("cargo xtask db stop");
    ok("cargo xtask db start");
    assert!(ok("cargo xtask db url").contains("postgres://"));

    the_tool_works_while_the_product_is_broken(&copy);
}

/// The tool writes code for the product: a product that does not compile must not keep it from working.
fn the_tool_works_while_the_product_is_broken(copy: &Copy) {
    for file in ["apps/api/src/main.rs", "apps/api/src/lib.rs"] {
        std::fs::write(copy.root.join(file), "fn main( { this is no Rust\n").unwrap();
    }
    assert_ne!(copy.cargo(&["check", "-p", "api"]).code, 0, "the product is broken");
    copy.edit(SCHEMA, TITLE, &format!("{TITLE}  motto       String?\n"));
    let steps = [
        "cargo xtask db migrate --name motto",
        "cargo xtask db generate --check",
        "cargo xtask codegen --check",
    ];
    for line in steps {
        let run = copy.typed(line);
        assert_eq!(run.code, 0, "{line}\n{}", run.text);
    }
    assert!(copy.read("apps/api/src/db/models.rs").contains("motto"));
}

/// Runs SQL on the copy's database.
fn by_hand(copy: &Copy, sql: &str) {
    let run = copy.cargo(&["xtask", "db", "execute", sql]);
    assert_eq!(run.code, 0, "{}", run.text);
}

/// Starts the API, asks it one question over HTTP and whose the token is, and stops it.
fn serve(copy: &Copy, line: &str, token: &str) {
    let port = free_port();
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut child = copy.command(words[0], &words[1..]).env("PORT", port.to_string()).spawn().unwrap();
    let answer = ask(port, "POST /graphql", token, r#"{"query":"{ courses { title lessons { title } } }"}"#);
    let me = ask(port, "GET /me", token, "");
    child.kill().unwrap();
    child.wait().unwrap();
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let courses = answer["data"]["courses"].as_array().unwrap_or_else(|| panic!("{answer}"));
    assert!(!courses.is_empty(), "the seeded courses are served: {answer}");
    assert!(me.contains(r#""email":"admin@example.com""#), "{me}");
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Asks with a token, waiting for the server to be compiled and to come up.
fn ask(port: u16, what: &str, token: &str, body: &str) -> String {
    let until = Instant::now() + Duration::from_secs(300);
    loop {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) {
            let request = format!(
                "{what} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                 Authorization: Bearer {token}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            return answer.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned();
        }
        assert!(Instant::now() < until, "the API never came up");
        std::thread::sleep(Duration::from_millis(100));
    }
}
