//! The whole workflow on the embedded PostgreSQL (`--features embedded`; the first run compiles it, which takes
//! minutes): no `DATABASE_URL`, no PostgreSQL but the one that the tool brings, one connection at a time.

#![allow(clippy::unwrap_used, reason = "a test that meets an error has failed")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use diesel::sql_types::BigInt;
use diesel::{Connection, QueryableByName, RunQueryDsl, sql_query};
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use tempfile::TempDir;

const MANIFEST: &str =
    "[workspace]\nresolver = \"3\"\n\n[workspace.metadata.glowplug]\ndatabase = \"shop\"\n";
const SCHEMA: &str = "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel User {\n  id    Int    @id @default(autoincrement())\n  email String @unique\n}\n";

/// A workspace whose embedded server ends with it.
struct Workspace {
    folder: TempDir,
}

impl Workspace {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("Cargo.toml"), MANIFEST).unwrap();
        fs::create_dir(folder.path().join("prisma")).unwrap();
        let workspace = Self { folder };
        fs::write(workspace.path("prisma/schema.prisma"), SCHEMA).unwrap();
        workspace
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-glowplug"));
        command.args(words.split(' ')).current_dir(&self.folder);
        command.env_remove("DATABASE_URL").env_remove("SHADOW_DATABASE_URL");
        command.env("GLOWPLUG_POSTGRES", "embedded").env("NO_COLOR", "1").stdin(Stdio::null());
        command
    }

    /// Runs a command that must succeed; both outputs.
    fn run(&self, words: &str) -> String {
        let output = self.command(words).output().unwrap();
        let text = text(&output);
        assert!(output.status.success(), "{words}:\n{text}");
        text
    }

    /// Runs a command that must fail.
    fn refused(&self, words: &str) -> String {
        let output = self.command(words).output().unwrap();
        let text = text(&output);
        assert!(!output.status.success(), "{words}:\n{text}");
        text
    }

    fn edit_schema(&self, from: &str, to: &str) {
        let file = self.path("prisma/schema.prisma");
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(file, text.replace(from, to)).unwrap();
    }

    /// Writes a migration by hand.
    fn write_migration(&self, name: &str, up: &str) {
        let folder = self.path("prisma/migrations").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("up.sql"), up).unwrap();
    }

    fn forget_replays(&self) {
        fs::remove_dir_all(self.path(".glowplug/cache")).unwrap();
    }

    fn url(&self) -> String {
        self.run("url").trim().to_owned()
    }

    /// Runs SQL as somebody who is not the tool.
    fn sql(&self, sql: &str) {
        connect(&self.url()).batch(sql);
    }

    fn count(&self, sql: &str) -> i64 {
        connect(&self.url()).count(sql)
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let stopped = self.command("stop").output();
        assert!(stopped.is_ok() || std::thread::panicking());
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A client of the database beside the tool.
struct Client(AsyncConnectionWrapper<AsyncPgConnection>);

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn connect(url: &str) -> Client {
    Client(AsyncConnectionWrapper::establish(url).unwrap())
}

impl Client {
    fn batch(&mut self, sql: &str) {
        diesel::connection::SimpleConnection::batch_execute(&mut self.0, sql).unwrap();
    }

    fn count(&mut self, sql: &str) -> i64 {
        sql_query(sql).get_result::<Count>(&mut self.0).unwrap().count
    }
}

const AGREE: &str = "Database, history and schema agree.";
const SCRATCH: &str = "SELECT count(*) FROM pg_database WHERE datname LIKE 'glowplug_scratch_%'";

#[test]
fn from_nothing_to_a_deployed_history_and_back() {
    let workspace = Workspace::new();
    let first = workspace.run("migrate --name init");
    assert!(first.contains("Database `shop` created") && first.contains(AGREE), "{first}");
    let noted = fs::read_to_string(workspace.path(".glowplug/database_url")).unwrap();
    assert!(noted.trim().ends_with("/shop?connection_limit=1"), "for pools");

    workspace.edit_schema("email String @unique", "email String @unique\n  name  String?");
    let second = workspace.run("migrate --name name");
    assert!(second.contains("+ name") && second.contains(AGREE), "{second}");

    // Without the cache the end of the history is asked of a scratch database.
    for words in ["migrate status", "migrate"] {
        workspace.forget_replays();
        let text = workspace.run(words);
        assert!(text.contains("on a scratch database") && text.contains(AGREE), "{text}");
    }
    assert_eq!(workspace.count(SCRATCH), 0);

    workspace
        .write_migration("20990101000000_extra", "INSERT INTO \"User\" (email) VALUES ('ann@example.com');");
    assert!(workspace.run("migrate deploy").contains("Applied 1 migration."));
    assert!(workspace.run("migrate deploy").contains("Nothing to apply: 3 migrations"));

    workspace.sql("INSERT INTO \"User\" (email) VALUES ('gone@example.com')");
    let refused = workspace.refused("migrate reset --force");
    assert!(refused.contains("GP4109") && refused.contains("--no-copy"), "{refused}");
    assert!(workspace.run("migrate reset --force --no-copy").contains("starts over: 3 migrations applied"));
    assert_eq!(workspace.count("SELECT count(*) FROM \"User\""), 1);

    assert!(workspace.run("stop").contains("stopped"));
    assert!(workspace.run("stop").contains("does not run"));
    assert!(workspace.run("migrate").contains(AGREE), "its data stayed");
}

#[test]
fn drift_is_found_and_adopted_or_reverted() {
    let workspace = Workspace::new();
    workspace.run("migrate --name init");
    workspace.sql("ALTER TABLE \"User\" ADD COLUMN age integer");
    workspace.forget_replays();
    assert!(workspace.refused("migrate --name x").contains("1 difference that no migration made"));
    assert!(workspace.run("drift adopt --name age").contains("marked as applied here"));
    workspace.edit_schema("email String @unique", "email String @unique\n  age   Int?");
    assert!(workspace.run("migrate").contains(AGREE));
    workspace.sql("CREATE TABLE stray (id integer)");
    workspace.run("drift revert --force");
    assert!(workspace.run("migrate status").contains(AGREE));
}

#[test]
fn a_broken_migration_leaves_nothing() {
    let workspace = Workspace::new();
    workspace.run("migrate --name init");
    workspace.write_migration("20990101000000_bad", "CREATE TABLE half (id integer); SELECT 1 / 0;");
    assert!(workspace.refused("migrate deploy").contains("division by zero"));
    assert_eq!(workspace.count("SELECT count(*) FROM pg_tables WHERE tablename = 'half'"), 0);
    workspace.write_migration("20990101000000_bad", "CREATE TABLE half (id integer);");
    workspace.run("migrate deploy");
}

#[test]
fn a_tool_killed_in_the_middle_leaves_nothing_that_matters() {
    let workspace = Workspace::new();
    workspace.run("migrate --name init");
    let slow = "CREATE TABLE slow (id integer); SELECT pg_sleep(5);";
    workspace.write_migration("20990101000000_slow", slow);
    kill_in_the_middle(&workspace, "migrate deploy", "Applying 1 migration");
    assert_eq!(workspace.count("SELECT count(*) FROM pg_tables WHERE tablename = 'slow'"), 0);
    workspace.run("migrate deploy");

    // Killed while it replays: the scratch database stays, until the next run that needs one.
    workspace.forget_replays();
    kill_in_the_middle(&workspace, "migrate status", "on a scratch database");
    assert_eq!(workspace.count(SCRATCH), 1);
    assert!(workspace.command("migrate status").output().is_ok());
    assert_eq!(workspace.count(SCRATCH), 0);
}

#[test]
fn whoever_waits_in_vain_is_told_for_what() {
    let workspace = Workspace::new();
    workspace.run("migrate --name init");
    let mut holder = connect(&workspace.url());
    holder.batch("SELECT 1");
    let text = workspace.refused("migrate status");
    assert!(text.contains("serves one connection at a time, and another client holds it"), "{text}");
    drop(holder);
    assert!(workspace.run("migrate status").contains(AGREE));
}

/// Starts the tool and kills it while its migration sleeps in the database.
fn kill_in_the_middle(workspace: &Workspace, words: &str, news: &str) {
    let mut command = workspace.command(words);
    let mut tool = Tool(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(tool.0.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains(news)), "`{words}` ended without `{news}`");
    // The database serves nobody else meanwhile, so it cannot be asked how far it is.
    sleep(Duration::from_millis(2500));
    assert!(tool.0.try_wait().unwrap().is_none(), "`{words}` ended early");
    tool.0.kill().unwrap();
    tool.0.wait().unwrap();
}

/// A process that ends with its value.
struct Tool(Child);

impl Drop for Tool {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
