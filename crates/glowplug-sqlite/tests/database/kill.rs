//! `kill -9` at random moments of a rebuild: the file is as before or as after, never between, and the next run
//! goes on. `KILLS=200 cargo test -p glowplug-sqlite --test database kill` is the whole trial.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use glowplug_dialect::database::Connector;
use glowplug_sqlite::connector::SqliteConnector;

use crate::rebuild::tool_script;
use crate::{File, ask, options};

/// Enough rows that a rebuild takes a while.
const ROWS: &str = "INSERT INTO \"User\" (email, name) \
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 'mail' || i, 'name' || i FROM n; \
     INSERT INTO \"Post\" SELECT id, id FROM \"User\"; INSERT INTO \"Note\" SELECT id, id FROM \"User\" WHERE id % 2; \
     INSERT INTO \"Tag\" SELECT id, id FROM \"User\" WHERE id % 3;";

const ROWS_STATE: &str = "(SELECT count(*) || sum(id) || max(email) FROM \"User\") || (SELECT count(*) || sum(\"authorId\") FROM \"Post\") \
     || (SELECT count(\"ownerId\") FROM \"Note\") || (SELECT count(*) FROM \"Tag\")";
const REQUIRED: &str = "SELECT \"notnull\" FROM pragma_table_info('User') WHERE name = 'name'";
const RECORDED: &str = "SELECT count(*) - 1 FROM __diesel_schema_migrations";

/// How many kills a runner gets.
fn kills() -> u32 {
    std::env::var("KILLS").ok().and_then(|it| it.parse().ok()).unwrap_or(12)
}

#[test]
fn the_tool_killed_at_any_moment() {
    let (before, after) = killed("tool", true);
    assert!(
        before > 0 && after > 0,
        "{before} before, {after} after: the kills came at no interesting moment"
    );
}

#[test]
fn diesel_killed_at_any_moment() {
    // Diesel notes what has run in a statement of its own: killed right before that, the file is as after and
    // the note is missing. That the rows and the schema fit together is what counts here.
    let (before, after) = killed("diesel", false);
    assert!(
        before > 0 && after > 0,
        "{before} before, {after} after: the kills came at no interesting moment"
    );
}

fn killed(runner: &str, note_is_atomic: bool) -> (u32, u32) {
    let file = File::new();
    let mut db = file.open();
    db.apply(&tool_script(0, true)).unwrap();
    db.execute(ROWS).unwrap();
    drop(db);
    let original = std::fs::read(file.path()).unwrap();
    let rows = ask(&mut file.application(), ROWS_STATE);

    let begin = Instant::now();
    assert!(start(&file, runner, None));
    let whole = begin.elapsed();
    assert_eq!(ask(&mut file.application(), REQUIRED), "1");

    let (mut before, mut after) = (0, 0);
    for round in 0..kills() {
        std::fs::write(file.path(), &original).unwrap();
        for left in ["-journal", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{left}", file.path().display()));
        }
        if round % 2 == 1 {
            file.application().batch_execute("PRAGMA journal_mode=WAL").unwrap();
        }
        // Spread over somewhat more than the time that it takes, in an order that is not the clock's.
        let part = (round * 7919 + 13) % 100;
        start(&file, runner, Some(whole * part / 60));

        let mut connection = file.application();
        assert_eq!(ask(&mut connection, "SELECT * FROM pragma_integrity_check"), "ok", "round {round}");
        assert_eq!(
            ask(&mut connection, "SELECT count(*) FROM pragma_foreign_key_check"),
            "0",
            "round {round}"
        );
        assert_eq!(ask(&mut connection, ROWS_STATE), rows, "round {round}: rows are lost");
        assert_eq!(ask(&mut connection, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'new_%'"), "0");
        let required = ask(&mut connection, REQUIRED);
        let recorded = ask(&mut connection, RECORDED);
        if note_is_atomic {
            assert_eq!(required, recorded, "round {round}: the ledger and the schema do not fit together");
        }
        drop(connection);
        if required == "0" {
            before += 1;
            assert!(start(&file, runner, None), "round {round}: the next run does not go on");
            let mut connection = file.application();
            assert_eq!(
                (ask(&mut connection, REQUIRED), ask(&mut connection, ROWS_STATE)),
                ("1".to_owned(), rows.clone())
            );
        } else {
            after += 1;
        }
    }
    (before, after)
}

/// Runs the rebuild in another process, and kills that after a while if so told. Whether it came to its end.
fn start(file: &File, runner: &str, kill_after: Option<Duration>) -> bool {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child_that_rebuilds", "--ignored", "--nocapture"])
        .env("GLOWPLUG_TEST_URL", file.url())
        .env("GLOWPLUG_TEST_RUNNER", runner)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|it| it.unwrap().contains("the rebuild begins")));
    if let Some(time) = kill_after {
        std::thread::sleep(time);
        child.kill().unwrap();
    }
    child.wait().unwrap().success()
}

#[test]
#[ignore = "the other half of the tests above, which start it"]
#[expect(clippy::print_stdout, reason = "this is how the parent knows")]
fn child_that_rebuilds() {
    let url = std::env::var("GLOWPLUG_TEST_URL").unwrap();
    if std::env::var("GLOWPLUG_TEST_RUNNER").unwrap() == "tool" {
        let mut db = SqliteConnector.connect(&url, &options()).unwrap();
        println!("the rebuild begins");
        db.apply(&tool_script(1, true)).unwrap();
    } else {
        let mut connection = crate::application(std::path::Path::new(url.strip_prefix("file:").unwrap()));
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/migrations");
        println!("the rebuild begins");
        connection.run_pending_migrations(FileBasedMigrations::from_path(folder).unwrap()).unwrap();
    }
}
