//! Migrations through Diesel's harness.

use glowplug_dialect::error::{ErrorKind, ServerMessage};
use glowplug_dialect::script::MigrationScript;

use crate::{File, script, value};

const VERSIONS: &str =
    "SELECT group_concat(version) FROM (SELECT version FROM __diesel_schema_migrations ORDER BY version)";
const LEDGER: &str = "SELECT group_concat(id) FROM (SELECT id FROM _glowplug_migrations ORDER BY id)";

fn said(res: glowplug_dialect::database::Result<()>) -> ServerMessage {
    let error = res.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Statement, "{error:?}");
    *error.server.unwrap()
}

#[test]
fn a_migration_its_ledger_and_diesels_row_come_together() {
    let file = File::new();
    let mut db = file.open();
    db.apply(&script("1", "CREATE TABLE a (id int); CREATE TABLE b (id int)")).unwrap();
    db.apply(&script("2", "ALTER TABLE a ADD COLUMN name text")).unwrap();
    assert_eq!(value(db.as_mut(), VERSIONS).as_deref(), Some("1,2"));
    assert_eq!(value(db.as_mut(), LEDGER).as_deref(), Some("1,2"));
    let back = MigrationScript {
        bookkeeping: "DELETE FROM _glowplug_migrations WHERE id = '2'".to_owned(),
        ..script("2", "ALTER TABLE a DROP COLUMN name")
    };
    db.revert(&back).unwrap();
    assert_eq!(value(db.as_mut(), VERSIONS).as_deref(), Some("1"));
    assert_eq!(value(db.as_mut(), LEDGER).as_deref(), Some("1"));
}

#[test]
fn a_failing_migration_leaves_nothing_and_says_where() {
    let file = File::new();
    let mut db = file.open();
    for (sql, message, word) in [
        (
            "CREATE TABLE a (id int);\n-- ünïcödé\nINSERT INTO nowhere VALUES (1);",
            "no such table: nowhere",
            "nowhere",
        ),
        ("CREATE TABLE a (id int); SELECT nope FROM a;", "no such column: nope", "nope"),
        ("CREATE TABLE a (id int);\nCREATE TALBE b (id int);", "near \"TALBE\": syntax error", "TALBE"),
        (
            "CREATE TABLE a (id int);\nINSERT INTO a VALUES (1, 2);",
            "table a has 1 columns but 2 values were supplied",
            "INSERT INTO a",
        ),
    ] {
        let said = said(db.apply(&script("1", sql)));
        assert_eq!(said.message, message);
        assert_eq!(said.position, Some(sql[..sql.find(word).unwrap()].chars().count()), "{sql}");
        assert!(!db.has_table("a").unwrap());
        assert_eq!(value(db.as_mut(), VERSIONS), None);
    }
    db.apply(&script("1", "CREATE TABLE a (id int)")).unwrap();
    assert_eq!(value(db.as_mut(), VERSIONS).as_deref(), Some("1"));
}

#[test]
fn a_ledger_that_cannot_be_written_takes_the_migration_back() {
    let file = File::new();
    let mut db = file.open();
    let broken = MigrationScript {
        bookkeeping: "INSERT INTO no_ledger VALUES (1)".to_owned(),
        ..script("1", "CREATE TABLE a (id int)")
    };
    let failed = said(db.apply(&broken));
    assert_eq!(failed.position, None);
    assert!(!db.has_table("a").unwrap());
    // The same for one that brings its own transaction: the ledger is written before its COMMIT.
    let own =
        "PRAGMA foreign_keys=OFF; BEGIN EXCLUSIVE; CREATE TABLE a (id int); COMMIT; PRAGMA foreign_keys=ON;";
    let framed = |bookkeeping: &str| MigrationScript {
        bookkeeping: bookkeeping.to_owned(),
        run_in_transaction: false,
        ..script("1", own)
    };
    said(db.apply(&framed("INSERT INTO no_ledger VALUES (1)")));
    assert!(!db.has_table("a").unwrap());
    assert_eq!(value(db.as_mut(), VERSIONS), None);
    assert!(db.is_whole(&framed("")));
    db.apply(&framed("SELECT 1")).unwrap();
    assert_eq!(value(db.as_mut(), VERSIONS).as_deref(), Some("1"));
    assert_eq!(value(db.as_mut(), "PRAGMA foreign_keys").as_deref(), Some("1"));
}

#[test]
fn a_file_that_wants_foreign_keys_off_has_them_off() {
    let file = File::new();
    let mut db = file.open();
    db.execute(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY); \
         CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent ON DELETE CASCADE); \
         INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (1, 1), (2, 2)",
    )
    .unwrap();
    // So are the rebuilds of Prisma's histories, which it runs outside of a transaction.
    let rebuild = "PRAGMA defer_foreign_keys=ON;\nPRAGMA foreign_keys=OFF;\n\
                   CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT);\n\
                   INSERT INTO new_parent (id) SELECT id FROM parent;\nDROP TABLE parent;\n\
                   ALTER TABLE new_parent RENAME TO parent;\nPRAGMA foreign_keys=ON;\nPRAGMA defer_foreign_keys=OFF;";
    db.apply(&script("1", rebuild)).unwrap();
    assert_eq!(value(db.as_mut(), "SELECT count(*) FROM child").as_deref(), Some("2"));
    assert_eq!(value(db.as_mut(), "PRAGMA foreign_keys").as_deref(), Some("1"));
    // What such a file leaves behind is looked at before it is kept.
    let loses = said(db.apply(&script("2", "PRAGMA foreign_keys=OFF; DELETE FROM parent WHERE id = 1")));
    assert_eq!(
        loses.message,
        "after this migration a row of `child` refers to a row of `parent` that does not exist"
    );
    assert_eq!(value(db.as_mut(), "SELECT count(*) FROM parent").as_deref(), Some("2"));
    assert_eq!(value(db.as_mut(), VERSIONS).as_deref(), Some("1"));
}

#[test]
fn a_transaction_left_open_is_not_taken_for_success() {
    let file = File::new();
    let mut db = file.open();
    let outside = |sql: &str| MigrationScript { run_in_transaction: false, ..script("1", sql) };
    let failed = said(db.apply(&outside("BEGIN; CREATE TABLE a (id int);")));
    assert_eq!(failed.message, "the script begins a transaction and does not commit it");
    assert!(!db.has_table("a").unwrap());
    let failed = said(db.execute("BEGIN; CREATE TABLE a (id int);"));
    assert_eq!(failed.message, "the script begins a transaction and does not commit it");
    assert!(!db.has_table("a").unwrap());
    let loose = outside("CREATE TABLE a (id int); BEGIN; CREATE TABLE b (id int); COMMIT; VACUUM");
    assert!(!db.is_whole(&loose));
    db.apply(&loose).unwrap();
    assert_eq!(value(db.as_mut(), LEDGER).as_deref(), Some("1"));
}

#[test]
fn a_batch_is_one_transaction() {
    let file = File::new();
    let mut db = file.open();
    said(db.execute("CREATE TABLE a (id int); INSERT INTO nowhere VALUES (1)"));
    assert!(!db.has_table("a").unwrap());
    db.execute("CREATE TABLE a (id int); VACUUM").unwrap();
    db.execute("CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a WHERE id = 0; SELECT 1; END; INSERT INTO a VALUES (1)").unwrap();
    assert_eq!(
        db.query("SELECT *, NULL, x'6869', 1.5 FROM a").unwrap(),
        [[Some("1".to_owned()), None, Some("hi".to_owned()), Some("1.5".to_owned())]]
    );
    let zero = db.execute("SELECT 'zero\0byte'").unwrap_err();
    assert_eq!(zero.message, "the SQL holds a zero byte, which cannot be sent");
}
