//! Ways to a file, and what is in the way.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use glowplug_dialect::database::Connector;
use glowplug_dialect::error::{DatabaseError, ErrorKind};
use glowplug_sqlite::connector::SqliteConnector;

use crate::{File, options, value};

fn refused(url: &str) -> DatabaseError {
    SqliteConnector.connect(url, &options()).err().unwrap()
}

#[test]
fn a_file_is_created_only_when_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my app #1.db");
    let url = format!("file:{}", path.display().to_string().replace('#', "%23").replace(' ', "%20"));
    let missing = refused(&url);
    assert_eq!(missing.kind, ErrorKind::MissingDatabase);
    assert_eq!(missing.message, format!("the database file `{}` does not exist", path.display()));
    assert!(!path.exists());
    assert!(SqliteConnector.create_database(&url, &options()).unwrap());
    assert!(!SqliteConnector.create_database(&url, &options()).unwrap());
    let mut db = SqliteConnector.connect(&url, &options()).unwrap();
    db.execute("CREATE TABLE a (id int)").unwrap();
    assert!(db.server_version().unwrap().starts_with("SQLite 3."));
    let target = db.target();
    assert_eq!((target.database.as_str(), target.is_local), ("my app #1.db", true));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_is_no_database_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let url = |name: &str| format!("file:{}/{name}", folder.path().display());
    std::fs::write(folder.path().join("notes.txt"), "x".repeat(5000)).unwrap();
    let no_database = refused(&url("notes.txt"));
    assert_eq!(no_database.kind, ErrorKind::Unreachable);
    assert!(no_database.message.contains("notes.txt` is no SQLite database"), "{}", no_database.message);
    assert_eq!(std::fs::read_to_string(folder.path().join("notes.txt")).unwrap().len(), 5000);

    let no_folder = refused(&url("nowhere/dev.db"));
    assert_eq!(no_folder.kind, ErrorKind::Unreachable);
    assert!(
        no_folder.message.contains("nowhere` of the database file `dev.db` does not exist"),
        "{}",
        no_folder.message
    );
    let error = SqliteConnector.create_database(&url("nowhere/dev.db"), &options()).unwrap_err();
    assert_eq!(error.message, no_folder.message);

    let is_folder = refused(&format!("file:{}", folder.path().display()));
    assert_eq!(is_folder.kind, ErrorKind::Unreachable);
    assert!(is_folder.message.ends_with("is a folder, not a database file"), "{}", is_folder.message);

    let other = refused("postgresql://somebody:secret@localhost/db");
    assert_eq!(other.kind, ErrorKind::BadUrl);
    assert!(!other.message.contains("secret"));
}

#[test]
fn a_read_only_file_can_be_read() {
    let file = File::new();
    file.open().execute("CREATE TABLE a (id int)").unwrap();
    let mut db = SqliteConnector.connect(&format!("{}?mode=ro", file.url()), &options()).unwrap();
    assert_eq!(db.introspect(&[]).unwrap().tables.len(), 1);
    let refused = db.execute("CREATE TABLE b (id int)").unwrap_err();
    assert_eq!(refused.kind, ErrorKind::MissingRight);
    assert_eq!(refused.message, format!("`{}` is read-only", file.path().display()));
}

#[test]
fn a_locked_file_is_waited_for_and_then_named() {
    let file = File::new();
    file.open().execute("CREATE TABLE a (id int)").unwrap();
    let mut other = file.application();
    other.batch_execute("BEGIN IMMEDIATE; INSERT INTO a VALUES (1)").unwrap();
    let mut db = SqliteConnector.connect(&format!("{}?busy_timeout=300", file.url()), &options()).unwrap();
    let begin = Instant::now();
    let locked = db.execute("INSERT INTO a VALUES (2)").unwrap_err();
    assert!(begin.elapsed() >= Duration::from_millis(250), "{:?}", begin.elapsed());
    assert_eq!(locked.kind, ErrorKind::LockTimeout);
    assert_eq!(locked.message, format!("`{}` is locked by another program", file.path().display()));
    other.batch_execute("COMMIT").unwrap();
    db.execute("INSERT INTO a VALUES (2)").unwrap();
    assert_eq!(value(db.as_mut(), "SELECT count(*) FROM a").as_deref(), Some("2"));
}

#[test]
fn the_journal_stays_as_the_owner_chose_it() {
    let file = File::new();
    file.application().batch_execute("PRAGMA journal_mode=WAL; CREATE TABLE a (id int)").unwrap();
    let mut db = file.open();
    // Somebody reads meanwhile, which a writer in this mode does not disturb.
    let mut reader = file.application();
    reader.batch_execute("BEGIN; SELECT * FROM a").unwrap();
    db.apply(&crate::script("1", "CREATE TABLE b (id int)")).unwrap();
    assert_eq!(value(db.as_mut(), "PRAGMA journal_mode").as_deref(), Some("wal"));
    reader.batch_execute("COMMIT").unwrap();
}
