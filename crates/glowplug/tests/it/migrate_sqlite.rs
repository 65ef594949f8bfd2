//! `migrate::run` on SQLite: the lock beside the file, and migrations that bring their own transaction.

use std::time::Duration;

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use diesel::sqlite::Sqlite;
use diesel::sqlite::SqliteConnection;
use glowplug::migrate::{self, Done, MigrateError, Migrates, Options};

use glowplug_testkit::case::Case;

use crate::support::{File, Folder, value};

const FIRST: (&str, &str) = ("2024-01-01-000000_a", "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT);\n");

/// As the tool writes it where a table must be built anew.
const REBUILD: &str = "-- loose\nBEGIN EXCLUSIVE;\nCOMMIT;\nDROP TABLE IF EXISTS \"temp\".\"_glowplug_check\";\n\
    CREATE TEMP TABLE \"_glowplug_check\" (\n    \"same_rows\" INTEGER CONSTRAINT \"rows were lost\" CHECK (\"same_rows\")\n);\n\
    PRAGMA foreign_keys=OFF;\nBEGIN EXCLUSIVE;\n\
    CREATE TABLE \"_new_a\" (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n\
    INSERT OR ROLLBACK INTO \"_new_a\" SELECT id, name FROM a;\nDROP TABLE a;\n\
    ALTER TABLE \"_new_a\" RENAME TO a;\nCOMMIT;\nPRAGMA foreign_keys=ON;\nDROP TABLE \"temp\".\"_glowplug_check\";\n";

fn run(conn: &mut SqliteConnection, folder: &Folder) -> Result<Done, MigrateError> {
    migrate::run(conn, &folder.source(), Options::default())
}

#[test]
fn what_is_pending_runs_once_and_the_tool_agrees() {
    let (file, folder) = (File::new(), Folder::new(&[FIRST]));
    folder.add("2024-01-02-000000_b", REBUILD);
    let mut conn = file.connect();
    conn.batch_execute("PRAGMA foreign_keys=ON").unwrap();
    assert_eq!(run(&mut conn, &folder).unwrap().applied.len(), 2);
    assert_eq!(run(&mut conn, &folder).unwrap(), Done::default());
    let mut tool = file.tool();
    let diagnosis = folder.diagnosis(tool.as_mut());
    assert!(diagnosis.is_sound() && diagnosis.applied.len() == 2, "{diagnosis:?}");
    assert!(!tool.has_table("_glowplug_migrations").unwrap());
    assert_eq!(file.names_beside(), ["app.db"], "the lock file is gone");
}

#[test]
fn a_rebuild_that_fails_leaves_nothing_and_the_session_as_it_was() {
    let (file, folder) = (File::new(), Folder::new(&[FIRST]));
    let mut conn = file.connect();
    run(&mut conn, &folder).unwrap();
    conn.batch_execute("PRAGMA foreign_keys=ON; INSERT INTO a VALUES (1, NULL)").unwrap();
    folder.add("2024-01-02-000000_b", REBUILD);
    let error = run(&mut conn, &folder).unwrap_err();
    assert!(matches!(&error, MigrateError::Failed { rolled_back: true, .. }), "{error:?}");
    assert!(error.to_string().contains("NOT NULL constraint failed"), "{error}");
    let child = "CREATE TABLE child (id INTEGER REFERENCES a (id)); INSERT INTO child VALUES (9)";
    assert!(conn.batch_execute(child).is_err(), "foreign keys are on again");

    conn.batch_execute("UPDATE a SET name = 'x'").unwrap();
    assert_eq!(run(&mut conn, &folder).unwrap().applied, ["2024-01-02-000000_b"]);
    assert_eq!(value(file.tool().as_mut(), "SELECT name FROM a"), "x");
}

#[test]
fn the_lock_is_the_tools() {
    let (file, folder) = (File::new(), Folder::new(&[FIRST]));
    let mut conn = file.connect();
    conn.batch_execute("VACUUM").unwrap();
    let mut deploy = file.tool();
    deploy.lock(&mut |_, _| true).unwrap();
    let options = Options { patience: Duration::from_millis(200), ..Options::default() };
    let error = migrate::run(&mut conn, &folder.source(), options).unwrap_err();
    let pid = std::process::id();
    assert!(error.to_string().starts_with(&format!("`glowplug` (process {pid}) still holds")), "{error}");
    deploy.unlock().unwrap();
    assert_eq!(run(&mut conn, &folder).unwrap().applied.len(), 1);
}

#[test]
fn the_tool_waits_for_an_application() {
    let (file, folder) = (File::new(), Folder::new(&[FIRST]));
    let mut held = None;
    let mut report = |_: &migrate::Event<'_>| {
        // While the application still has the lock.
        let mut tool = file.tool();
        let mut seen = None;
        let refused = tool.lock(&mut |holder, _| {
            seen = Some(holder.clone());
            false
        });
        held = Some((refused.is_err(), seen));
    };
    let options = Options { report: Some(&mut report), ..Options::default() };
    migrate::run(&mut file.connect(), &folder.source(), options).unwrap();
    let (refused, seen) = held.unwrap();
    assert!(refused);
    assert_eq!(seen.unwrap().pid, Some(i64::from(std::process::id())));
}

#[test]
fn one_that_may_have_landed_in_parts_stops_everybody() {
    let (file, folder) = (File::new(), Folder::new(&[FIRST]));
    let name = "2024-01-02-000000_b";
    folder.add(name, "-- loose\nINSERT INTO a VALUES (1, 'x');\nSELECT nope;\n");
    let mut conn = file.connect();
    let error = run(&mut conn, &folder).unwrap_err();
    assert!(matches!(&error, MigrateError::Failed { rolled_back: false, .. }), "{error:?}");
    let error = run(&mut conn, &folder).unwrap_err();
    assert!(matches!(&error, MigrateError::Unfinished { .. }), "{error:?}");
    let diagnosis = folder.diagnosis(file.tool().as_mut());
    assert_eq!((diagnosis.failed.len(), diagnosis.pending.len()), (1, 0));
    assert_eq!(value(file.tool().as_mut(), "SELECT count(*) FROM a"), "1");
}

#[test]
fn a_database_in_memory_needs_no_lock() {
    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    assert_eq!(run(&mut conn, &Folder::new(&[FIRST])).unwrap().applied.len(), 1);
}

#[test]
fn the_frames_that_the_tool_writes_are_recognised() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../glowplug-sqlite/tests/cases");
    let mut frames = 0;
    for path in std::fs::read_dir(folder.join("plan")).unwrap().flatten().map(|it| it.path()) {
        let case = Case::read(&path);
        let texts = case
            .sections
            .iter()
            .filter(|(name, text)| name.ends_with(".sql") && text.contains("BEGIN EXCLUSIVE"));
        for (name, text) in texts {
            let commit = <Sqlite as Migrates>::commit_of(text);
            let end =
                commit.map(|at| &text[at..]).unwrap_or_else(|| panic!("{name} of {}:\n{text}", case.about));
            assert!(end.starts_with("COMMIT;"), "{end}");
            frames += 1;
        }
    }
    assert!(frames > 20, "{frames}");
}
