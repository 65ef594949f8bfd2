//! A person at a terminal: the questions, and what comes of the answers.

use std::fs;
use std::path::Path;
use std::process::Command;

use glowplug_testkit::postgres::TestDatabase;
use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};
use tempfile::TempDir;

use crate::tool::glowplug;

/// Milliseconds until an expected text must have come.
const PATIENCE: u64 = 60_000;
const DOWN: &str = "\x1b[B";
const ENTER: &str = "\r";

const COURSE: &str = "model Course {\n  id    Int    @id\n  title String\n}\n";

/// A workspace whose first migration is applied, with a row.
struct Desk {
    folder: TempDir,
    database: TestDatabase,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: TempDir::new().unwrap(), database: TestDatabase::new() };
        fs::write(desk.folder.path().join("Cargo.toml"), "[workspace]\nresolver = \"3\"\n").unwrap();
        fs::create_dir_all(desk.folder.path().join("prisma")).unwrap();
        desk.write_schema(COURSE);
        let run = glowplug(desk.folder.path(), &desk.database, &["migrate", "--name", "init"]);
        assert_eq!(run.code, 0, "{}", run.text);
        desk.database.execute("INSERT INTO \"Course\" VALUES (1, 'Rust 101')");
        desk
    }

    fn write_schema(&self, models: &str) {
        let schema = format!("datasource db {{\n  provider = \"postgresql\"\n}}\n\n{models}");
        fs::write(self.folder.path().join("prisma/schema.prisma"), schema).unwrap();
    }

    /// Starts the tool at a terminal of its own.
    fn sit_down(&self, arguments: &[&str]) -> PtySession {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-glowplug"));
        command
            .current_dir(self.folder.path())
            .args(arguments)
            .env("DATABASE_URL", self.database.url())
            .env("TERM", "xterm")
            .env("LANG", "C.UTF-8")
            .env("NO_COLOR", "1");
        spawn_command(command, Some(PATIENCE)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> String {
        let run = glowplug(self.folder.path(), &self.database, arguments);
        assert_eq!(run.code, 0, "{}", run.text);
        run.text
    }

    fn value(&self, sql: &str) -> String {
        self.database.query_text(sql)[0][0].clone().unwrap()
    }

    fn migrations(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path().join("prisma/migrations")).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn answer(session: &mut PtySession, question: &str, keys: &[&str]) {
    session.exp_string(question).unwrap();
    for key in keys {
        session.send(key).unwrap();
        session.flush().unwrap();
    }
}

/// The rest of what is printed, and how it ended.
fn leave(mut session: PtySession) -> (String, WaitStatus) {
    let rest = session.exp_eof().unwrap();
    (rest, session.process().wait().unwrap())
}

fn ends(session: PtySession, code: i32) -> String {
    let (rest, status) = leave(session);
    assert!(matches!(status, WaitStatus::Exited(_, it) if it == code), "{status:?}: {rest}");
    rest
}

#[test]
fn a_rename_is_asked_and_keeps_the_rows() {
    let desk = Desk::new();
    desk.write_schema(&COURSE.replace("title", "name"));
    let mut session = desk.sit_down(&["migrate"]);
    answer(&mut session, "`Course.title` is gone and `Course.name` is new", &[]);
    answer(&mut session, "two changes: drop the old one", &[ENTER]);
    answer(&mut session, "Name of the new migration", &[ENTER]);
    assert!(ends(session, 0).contains("Database, history and schema agree"));
    assert_eq!(desk.value("SELECT name FROM \"Course\""), "Rust 101");
    assert_eq!(desk.migrations().len(), 2);
}

#[test]
fn drift_is_settled_object_by_object() {
    let desk = Desk::new();
    desk.database.execute(
        "ALTER TABLE \"Course\" ADD COLUMN scribble int; CREATE INDEX extra ON \"Course\" (title);
         CREATE FUNCTION kept() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    );
    let mut session = desk.sit_down(&["migrate"]);
    // The order is the tool's; the last line of each is the object, then the object with the answer.
    for _ in 0..3 {
        let (_, line) = session.exp_regex(r"\n  (kept\(\)|Course\.scribble|extra):").unwrap();
        let object = line.trim().trim_end_matches(':');
        let (keys, way): (&[&str], _) = match object {
            "extra" => (&[DOWN, DOWN, ENTER], "let it be"),
            "Course.scribble" => (&[DOWN, ENTER], "take it back"),
            _ => (&[ENTER], "keep it"),
        };
        answer(&mut session, "decide later", keys);
        session.exp_string(&format!("{object}: {way}")).unwrap();
    }
    answer(&mut session, "ALTER TABLE \"Course\" DROP COLUMN \"scribble\"", &[]);
    answer(&mut session, "Go on?", &["y"]);
    let until_answered = session.exp_string("Go on? yes").unwrap();
    assert!(!until_answered.contains("this is run"), "it is said once: {until_answered}");
    answer(&mut session, "Name of the new migration", &[ENTER]);
    let rest = ends(session, 0);
    for words in ["_adopt_drift, marked as applied", "drift.ignore: extra", "history and schema agree"] {
        assert!(rest.contains(words), "{words}: {rest}");
    }
    let columns = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'scribble'";
    assert_eq!(desk.value(columns), "0");
    assert_eq!(desk.value("SELECT kept()"), "1");
    assert!(desk.run(&["migrate"]).contains("Database, history and schema agree"));
}

#[test]
fn what_the_schema_file_lacks_is_adopted_and_not_taken_back() {
    let desk = Desk::new();
    desk.database.execute("ALTER TABLE \"Course\" ADD COLUMN by_hand int; UPDATE \"Course\" SET by_hand = 7");
    let mut session = desk.sit_down(&["migrate"]);
    answer(&mut session, "decide later", &[ENTER]);
    answer(&mut session, "Name of the new migration", &[ENTER]);
    assert!(ends(session, 0).contains("pull"));
    assert_eq!(desk.value("SELECT by_hand FROM \"Course\""), "7");
    desk.run(&["pull"]);
    assert!(desk.run(&["migrate"]).contains("Database, history and schema agree"));
}

#[test]
fn a_reset_is_the_last_thing_offered_and_can_be_taken_back() {
    let desk = Desk::new();
    desk.database.execute("ALTER TABLE \"Course\" ADD COLUMN by_hand int");
    let later: &[&str] = &[DOWN, DOWN, DOWN, ENTER];
    let mut session = desk.sit_down(&["migrate"]);
    answer(&mut session, "decide later", later);
    answer(&mut session, "start over: copy the database", &[ENTER]);
    assert!(ends(session, 1).contains("GP3207"));
    assert_eq!(desk.value("SELECT count(by_hand) + count(*) FROM \"Course\""), "1");

    let mut session = desk.sit_down(&["migrate"]);
    answer(&mut session, "decide later", later);
    answer(&mut session, "start over: copy the database", &[DOWN, ENTER]);
    answer(&mut session, "Go on?", &["n"]);
    assert!(ends(session, 4).contains("nothing was changed"));
    assert_eq!(desk.value("SELECT count(*) FROM \"Course\""), "1");

    let mut session = desk.sit_down(&["migrate"]);
    answer(&mut session, "decide later", later);
    answer(&mut session, "start over: copy the database", &[DOWN, ENTER]);
    answer(&mut session, "Go on?", &["y"]);
    let rest = ends(session, 0);
    assert!(rest.contains("Copied the database to") && rest.contains("history and schema agree"), "{rest}");
    assert_eq!(desk.value("SELECT count(*) FROM \"Course\""), "0");
    desk.run(&["restore", "--force"]);
    assert_eq!(desk.value("SELECT title FROM \"Course\""), "Rust 101");
}

#[test]
fn a_reset_asks_first() {
    let desk = Desk::new();
    let mut session = desk.sit_down(&["migrate", "reset"]);
    answer(&mut session, "is dropped: 1 table with all rows", &[]);
    answer(&mut session, "Go on?", &["n"]);
    assert!(ends(session, 4).contains("GP4105"));
    assert_eq!(desk.value("SELECT count(*) FROM \"Course\""), "1");
    let mut session = desk.sit_down(&["migrate", "reset"]);
    answer(&mut session, "Go on?", &["y"]);
    assert!(ends(session, 0).contains("brings back what was there"));
    assert_eq!(desk.value("SELECT count(*) FROM \"Course\""), "0");
}

#[test]
fn an_interrupt_at_a_question_leaves_nothing_behind() {
    let desk = Desk::new();
    desk.write_schema(&COURSE.replace("title", "name"));
    let mut session = desk.sit_down(&["migrate"]);
    let shown = session.exp_string("two changes: drop the old one").unwrap();
    session.send_control('c').unwrap();
    let (rest, status) = leave(session);
    assert!(!matches!(status, WaitStatus::Exited(_, 0)), "{status:?}");
    let screen = format!("{shown}{rest}");
    assert!(screen.rfind("\x1b[?25l") <= screen.rfind("\x1b[?25h"), "the cursor stays hidden: {screen:?}");
    assert_eq!(desk.migrations().len(), 1);
    assert_eq!(desk.value("SELECT count(*) FROM _glowplug_migrations"), "1");
    // The lock went with its session.
    assert!(desk.run(&["migrate", "deploy", "--deploy-wait", "5s"]).contains("Nothing to apply"));
    assert!(!Path::new(&desk.folder.path().join("prisma/drift.ignore")).exists());
}
