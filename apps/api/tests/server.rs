//! The server as a program: HTTP, signing in, and stopping.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use api::dev_admin::{NewPassword, Wanted, ensure};
use glowplug_testkit::postgres::TestDatabase;
use serde_json::{Value, json};

/// A running server, told to stop when it is dropped.
struct Server {
    child: Child,
    address: String,
    output: BufReader<std::process::ChildStdout>,
}

impl Server {
    fn start(database: &TestDatabase) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_api"))
            .env("DATABASE_URL", database.url())
            .env("PORT", "0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut output = BufReader::new(child.stdout.take().expect("an output"));
        let mut line = String::new();
        output.read_line(&mut line).expect("a first line");
        let (_, rest) = line.split_once("http://").unwrap_or_else(|| panic!("no address in {line:?}"));
        let address = rest.split(' ').next().unwrap_or_default().to_owned();
        Self { child, address, output }
    }

    /// The status and the body of an answer.
    fn request(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        self.with_token(method, path, body, None)
    }

    /// The same, with a header `Authorization`.
    fn with_token(&self, method: &str, path: &str, body: &str, header: Option<&str>) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        let length = body.len();
        let header = header.map(|it| format!("authorization: {it}\r\n")).unwrap_or_default();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{header}\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .expect("the request is read");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let status = text.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a status");
        let (_, body) = text.split_once("\r\n\r\n").expect("a body");
        (status, body.to_owned())
    }

    fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let (status, body) = self.request("POST", path, &body.to_string());
        (status, serde_json::from_str(&body).unwrap_or_else(|_| panic!("{body}")))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_page_a_query_and_a_health_check() {
    let database = support::migrated();
    api::seed::run(&mut *support::connect(&database)).expect("the seed runs");
    let server = Server::start(&database);
    let (status, page) = server.request("GET", "/", "");
    assert_eq!(status, 200);
    assert!(!page.contains("https://"), "the page must work without the internet");
    assert_eq!(server.request("GET", "/healthz", ""), (200, "ok\n".to_owned()));
    let query = json!({
        "query": "query Q($slug: String!) { courseBySlug(slug: $slug) { title } }",
        "variables": { "slug": "bind-a-book" },
    });
    let expected = json!({ "data": { "courseBySlug": { "title": "Bind a book" } } });
    assert_eq!(server.post("/graphql", &query), (200, expected));
}

#[test]
fn a_dev_admin_can_sign_in() {
    let database = support::migrated();
    let password = "only for the test".to_owned();
    let wanted = Wanted {
        email: "admin@example.com".to_owned(),
        name: None,
        password: Some(NewPassword::Given(password.clone().into())),
        revoke_tokens: false,
        token: None,
    };
    ensure(&mut *support::connect(&database), wanted).expect("an admin");
    let server = Server::start(&database);
    let sign_in = |email: &str, password: &str| {
        server.post("/sign-in", &json!({ "email": email, "password": password }))
    };
    let (status, body) = sign_in("Admin@Example.com", &password);
    assert_eq!((status, &body["role"]), (200, &Value::from("ADMIN")), "{body}");
    assert_eq!(body.get("passwordHash"), None);
    let token = body["token"].as_str().expect("a token");
    let (status, me) = server.with_token("GET", "/me", "", Some(&format!("Bearer {token}")));
    let me: Value = serde_json::from_str(&me).expect("an account");
    assert_eq!(
        (status, &me["email"], me.get("passwordHash")),
        (200, &Value::from("admin@example.com"), None)
    );
    // What is kept of it cannot be used.
    let kept = database.query_text("SELECT hash FROM \"ApiToken\"");
    assert_eq!(kept, [[Some(api::token::hash(token))]]);
    let hash = format!("Bearer {}", api::token::hash(token));
    assert_eq!(server.with_token("GET", "/me", "", Some(&hash)).0, 401);
    let refused = json!({ "error": "unknown email address or wrong password" });
    assert_eq!(sign_in("admin@example.com", "something else"), (401, refused.clone()));
    assert_eq!(sign_in("nobody@example.com", &password), (401, refused));
}

#[test]
fn a_token_opens_the_api_until_it_is_over() {
    let database = support::migrated();
    api::seed::run(&mut *support::connect(&database)).expect("the seed runs");
    let wanted = Wanted {
        email: "admin@example.com".to_owned(),
        name: None,
        password: None,
        revoke_tokens: false,
        token: Some(chrono::Duration::days(1)),
    };
    let done = ensure(&mut *support::connect(&database), wanted).expect("an admin");
    let token = done.token.expect("a token");
    let header = format!("bearer {}", token.reveal());
    let server = Server::start(&database);
    let query = json!({ "query": "{ courses(limit: 1) { slug } }" }).to_string();
    let graphql = |header: Option<&str>| server.with_token("POST", "/graphql", &query, header);
    // What is open to everybody stays so, with a token and without.
    let open = graphql(None);
    assert_eq!(open.0, 200);
    assert_eq!(graphql(Some(&header)), open);
    for wrong in ["Bearer cpt_0", "Bearer", "Bearer ", "Basic dTpw", token.reveal()] {
        let (status, body) = graphql(Some(wrong));
        assert_eq!(status, 401, "{wrong}");
        assert!(body.starts_with("{\"error\":\"the "), "{body}");
        assert!(!body.contains(token.reveal()), "{body}");
    }
    assert_eq!(server.request("GET", "/me", "").0, 401);
    assert_eq!(server.request("POST", "/sign-out", "").0, 401);

    assert_eq!(server.with_token("GET", "/me", "", Some(&header)).0, 200);
    database.execute("UPDATE \"ApiToken\" SET \"expiresAt\" = now() - interval '1 second'");
    assert_eq!(server.with_token("GET", "/me", "", Some(&header)).0, 401);
    database.execute("UPDATE \"ApiToken\" SET \"expiresAt\" = now() + interval '1 hour'");
    assert_eq!(server.with_token("POST", "/sign-out", "", Some(&header)).0, 204);
    assert_eq!(server.with_token("GET", "/me", "", Some(&header)).0, 401);
    assert_eq!(database.query_text("SELECT 1 FROM \"ApiToken\"").len(), 0);
}

#[cfg(unix)]
#[test]
fn told_to_stop_it_ends_well() {
    let database = support::migrated();
    let mut server = Server::start(&database);
    let pid = server.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
    let mut rest = String::new();
    server.output.read_to_string(&mut rest).expect("the output ends");
    assert!(rest.contains("stopping"), "{rest}");
    assert!(server.child.wait().expect("it ends").success());
}

#[test]
fn what_is_missing_is_said() {
    let run = |name: &str, value: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_api"));
        // A folder without `.env` above it.
        command.current_dir(std::env::temp_dir()).env_remove("DATABASE_URL").env_remove("PORT");
        let output = command.env(name, value).output().expect("it runs");
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let text = run("DATABASE_URL", "");
    assert!(text.starts_with("error: DATABASE_URL is not set\nhint: "), "{text}");
    let text = run("DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:1/d?schema=public&connection_limit=5");
    assert!(text.starts_with("error: the database server at `127.0.0.1:1` cannot be reached"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    let text = run("DATABASE_URL", "postgresql://u:hunter2@:x/d");
    assert!(text.starts_with("error: DATABASE_URL cannot be understood"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn it_does_not_start_on_a_database_that_is_older_than_its_code() {
    let database = support::migrated();
    database.execute("DELETE FROM __diesel_schema_migrations WHERE version = '20251113171548'");
    let mut command = Command::new(env!("CARGO_BIN_EXE_api"));
    let output = command.env("DATABASE_URL", database.url()).env("PORT", "0").output().expect("it runs");
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: the database lacks 1 migration: `20251113171548_st_14_core_database_schema`\n\
         hint: cargo xtask db migrate\n"
    );

    // The history of a newer program is no reason not to run.
    database.execute(
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('20251113171548'), ('29990101000000')",
    );
    let server = Server::start(&database);
    assert_eq!(server.request("GET", "/healthz", "").0, 200);
}

#[test]
fn the_local_database_of_the_workspace_is_found() {
    let database = support::migrated();
    let home = std::env::temp_dir().join(format!("{}_workspace", database.name()));
    std::fs::create_dir_all(home.join(".glowplug")).expect("a folder");
    std::fs::create_dir_all(home.join("apps/api")).expect("a folder");
    std::fs::write(home.join(glowplug::local::URL_FILE), format!("{}\n", database.url())).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_seed"));
    let output = command.current_dir(home.join("apps/api")).env_remove("DATABASE_URL").output();
    std::fs::remove_dir_all(&home).expect("the folder goes");
    assert!(output.expect("it runs").status.success());
    assert_eq!(database.query_text("SELECT 1 FROM \"User\"").len(), 5);
}
