//! Emptying a database, and throw-away ones.

use glowplug_sql::model::QualifiedName;

use crate::{File, value};

const THINGS: &str = "CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT); \
     CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES parent ON DELETE RESTRICT); \
     CREATE VIRTUAL TABLE words USING fts5(text); CREATE VIEW v AS SELECT id FROM parent; \
     CREATE TRIGGER t AFTER INSERT ON parent BEGIN SELECT 1; END; \
     INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1, 1); INSERT INTO words VALUES ('a')";

fn spare(name: &str) -> [QualifiedName; 1] {
    [QualifiedName { namespace: None, name: name.to_owned() }]
}

#[test]
fn everything_goes() {
    let file = File::new();
    let mut db = file.open();
    db.execute(THINGS).unwrap();
    db.wipe(&[]).unwrap();
    assert_eq!(
        value(db.as_mut(), "SELECT group_concat(name) FROM sqlite_master WHERE name <> 'sqlite_sequence'"),
        None
    );
    assert_eq!(value(db.as_mut(), "PRAGMA foreign_keys").as_deref(), Some("1"));
    db.execute(THINGS).unwrap();
}

#[test]
fn what_is_spared_stays_if_it_can() {
    let file = File::new();
    let mut db = file.open();
    db.execute(THINGS).unwrap();
    let error = db.wipe_but(&[], &spare("child")).unwrap_err();
    assert_eq!(error.message, "`child` is to stay, but refers to `parent`, which would go");
    assert_eq!(value(db.as_mut(), "SELECT count(*) FROM child, words, v").as_deref(), Some("1"));
    db.wipe_but(&[], &spare("parent")).unwrap();
    assert!(db.has_table("parent").unwrap() && !db.has_table("child").unwrap());
    assert_eq!(value(db.as_mut(), "SELECT count(*) FROM parent").as_deref(), Some("1"));
}

#[test]
fn a_scratch_database_is_in_memory() {
    let file = File::new();
    let mut db = file.open();
    let mut scratch = db.create_scratch().unwrap();
    scratch.apply(&crate::script("1", "CREATE TABLE a (id int)")).unwrap();
    // A failure does not empty it.
    assert!(scratch.apply(&crate::script("2", "CREATE TABLE b (id int); SELECT nope")).is_err());
    assert!(scratch.has_table("a").unwrap() && !scratch.has_table("b").unwrap());
    assert!(!db.has_table("a").unwrap());
    assert_eq!(std::fs::read_dir(file.folder.path()).unwrap().count(), 1);
}
