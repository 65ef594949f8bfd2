//! Real databases: whatever a second run changes is found, whatever the table is like.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]

use glowplug_dialect::database::{ConnectOptions, Connector as _, Database, End, Rows, Transaction};
use glowplug_dialect::error::DatabaseError;
use glowplug_postgres::connector::PostgresConnector;
use glowplug_rowdiff::{Session, Sql, Twice, twice};
use glowplug_sqlite::connector::SqliteConnector;
use glowplug_testkit::postgres::TestDatabase;

struct Open<'a>(&'a mut dyn Transaction);

impl Session for Open<'_> {
    type Error = DatabaseError;

    fn execute(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.0.execute(sql).map(|_| ())
    }

    fn query(&mut self, sql: &str) -> Result<Rows, DatabaseError> {
        self.0.query(sql)
    }
}

/// What a second run of the stages changes, a line each with the stage's number; the first run's SQL may differ.
fn found(sql: Sql, database: &mut dyn Database, stages: &[[&str; 2]]) -> Vec<String> {
    let mut res = Vec::new();
    let mut ran = vec![0; stages.len()];
    database
        .transaction(&mut |transaction| {
            let mut open = Open(transaction);
            let came = twice(sql, &mut open, stages.len(), &mut |open, at| {
                ran[at] += 1;
                open.execute(stages[at][ran[at] - 1])
            })?;
            let Twice::Ran(differences) = came else { panic!("the transaction is ours") };
            res = differences.iter().map(|(stage, it)| format!("{stage} {it}")).collect();
            Ok(End::Rollback)
        })
        .unwrap();
    assert_eq!(ran, vec![2; stages.len()]);
    res
}

#[test]
fn postgres() {
    let test = TestDatabase::new();
    test.execute(
        r#"CREATE SCHEMA "My other";
           CREATE TYPE mood AS ENUM ('ok', 'bad');
           CREATE TABLE keyed (a int, "b ""c" text, v mood, PRIMARY KEY ("b ""c", a));
           CREATE TABLE plain (x int, y text);
           CREATE TABLE "My other"."T t" (id int PRIMARY KEY, doc json, j jsonb, x xml, p point, f float8, n numeric,
                                          b bytea, l text[], r int4range, ts timestamptz);
           CREATE TABLE part (id int, v text) PARTITION BY RANGE (id);
           CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10);
           CREATE TABLE parent (id int); CREATE TABLE child () INHERITS (parent);
           CREATE TABLE "No columns" ();
           CREATE VIEW v AS SELECT 1 AS x;
           INSERT INTO keyed VALUES (1, 'it''s', 'ok'), (2, 'x', NULL);
           INSERT INTO plain VALUES (1, 'a'), (1, 'a'), (NULL, NULL);
           INSERT INTO "My other"."T t" VALUES
             (1, '{"a": "\u0000", "a": 1}', '{"a": 1}', '<a/>', '(1,2)', 'NaN', '1.10', '\x00ff', '{a,NULL,"b,c"}', '[1,5)', now()),
             (2, NULL, NULL, NULL, NULL, 0.1, NULL, NULL, NULL, NULL, 'infinity');
           INSERT INTO part VALUES (1, 'a'); INSERT INTO child VALUES (1)"#,
    );
    let mut database = PostgresConnector.connect(&test.url(), &ConnectOptions::default()).unwrap();
    let database = database.as_mut();
    let same = r#"UPDATE "My other"."T t" SET f = f, doc = doc; UPDATE keyed SET a = a; DELETE FROM plain; INSERT INTO plain VALUES (1, 'a'), (NULL, NULL), (1, 'a')"#;
    assert_eq!(found(Sql::Postgres, database, &[[same, same]]), Vec::<String>::new());
    let changes = r#"UPDATE keyed SET v = 'bad' WHERE a = 1; DELETE FROM keyed WHERE a = 2; INSERT INTO keyed VALUES (3, 'x');
        DELETE FROM plain WHERE ctid = (SELECT min(ctid) FROM plain WHERE x = 1); INSERT INTO plain VALUES (NULL, NULL), (7, '');
        UPDATE "My other"."T t" SET n = 1.1, f = 0.1 + 0.2, doc = '{"a":1}', l = '{}' WHERE id = 1;
        UPDATE part SET v = 'b'; INSERT INTO child VALUES (1)"#;
    assert_eq!(
        found(Sql::Postgres, database, &[["", ""], ["", changes], ["", "INSERT INTO plain VALUES (8, 'x')"]]),
        [
            "1 ~ My other.T t (id = '1'): doc, f, n, l",
            "1 + child (id = '1')",
            r#"1 ~ keyed (a = '1', b "c = 'it''s'): v"#,
            r#"1 - keyed (a = '2', b "c = 'x')"#,
            r#"1 + keyed (a = '3', b "c = 'x')"#,
            "1 - part_1 (id = '1', v = 'a')",
            "1 + part_1 (id = '1', v = 'b')",
            "1 - plain (x = '1', y = 'a')",
            "1 + plain (x = '7', y = '')",
            "1 + plain (x = NULL, y = NULL)",
            "2 + plain (x = '8', y = 'x')",
        ]
    );
    assert_eq!(test.query_text("SELECT count(*)::text FROM plain"), [[Some("3".to_owned())]]);
}

#[test]
fn sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file:{}", folder.path().join("test.db").display());
    SqliteConnector.create_database(&url, &ConnectOptions::default()).unwrap();
    let mut database = SqliteConnector.connect(&url, &ConnectOptions::default()).unwrap();
    let database = database.as_mut();
    database
        .execute(
            r#"CREATE TABLE keyed (a INT, "b ""c" TEXT COLLATE NOCASE, v, PRIMARY KEY ("b ""c", a)) WITHOUT ROWID;
               CREATE TABLE plain (x, y TEXT COLLATE NOCASE);
               CREATE TABLE made (id INTEGER PRIMARY KEY AUTOINCREMENT, n, twice AS (n * 2));
               CREATE VIEW v AS SELECT 1 AS x;
               INSERT INTO keyed VALUES (1, 'it''s', x'00ff'), (2, 'x', NULL);
               INSERT INTO plain VALUES (1, 'a'), (1, 'a'), (NULL, NULL), (0.1, 'A');
               INSERT INTO made (n) VALUES (1)"#,
        )
        .unwrap();
    let same = "UPDATE keyed SET v = v; DELETE FROM plain; INSERT INTO plain VALUES (0.1, 'A'), (1, 'a'), (NULL, NULL), (1, 'a')";
    assert_eq!(found(Sql::Sqlite, database, &[["", same], [same, same]]), Vec::<String>::new());
    let changes = r#"UPDATE keyed SET v = x'00fe' WHERE a = 1; DELETE FROM keyed WHERE a = 2; INSERT INTO keyed VALUES (3, 'x', 1.0);
        DELETE FROM plain WHERE rowid = 1; UPDATE plain SET y = 'a' WHERE y = 'A' AND x < 1; INSERT INTO plain VALUES (NULL, NULL), ('1', 'a');
        UPDATE made SET n = 2"#;
    assert_eq!(
        found(Sql::Sqlite, database, &[["SELECT 1", changes]]),
        [
            r#"0 ~ keyed (a = 1, b "c = 'it''s'): v"#,
            r#"0 - keyed (a = 2, b "c = 'x')"#,
            r#"0 + keyed (a = 3, b "c = 'x')"#,
            "0 ~ made (id = 1): n, twice",
            "0 + plain (x = '1', y = 'a')",
            "0 - plain (x = 0.1, y = 'A')",
            "0 + plain (x = 0.1, y = 'a')",
            "0 - plain (x = 1, y = 'a')",
            "0 + plain (x = NULL, y = NULL)",
        ]
    );
}

#[test]
fn nothing_can_be_committed_meanwhile() {
    let test = TestDatabase::new();
    test.execute("CREATE TABLE t (x int)");
    let mut postgres = PostgresConnector.connect(&test.url(), &ConnectOptions::default()).unwrap();
    let error = postgres.transaction(&mut |transaction| {
        let mut open = Open(transaction);
        twice(Sql::Postgres, &mut open, 1, &mut |open, _| open.execute("INSERT INTO t VALUES (1); COMMIT"))?;
        Ok(End::Commit)
    });
    assert!(error.unwrap_err().to_string().contains("glowplug_no_commit"));
    assert_eq!(test.query_text("SELECT 1 FROM t").len(), 0);

    let mut memory = SqliteConnector.connect(":memory:", &ConnectOptions::default()).unwrap();
    memory.execute("CREATE TABLE t (x int)").unwrap();
    let error = memory.transaction(&mut |transaction| {
        let mut open = Open(transaction);
        twice(Sql::Sqlite, &mut open, 1, &mut |open, _| open.execute("INSERT INTO t VALUES (1); COMMIT"))?;
        Ok(End::Commit)
    });
    assert!(error.unwrap_err().to_string().contains("FOREIGN KEY"));
    assert!(memory.query("SELECT 1 FROM t").unwrap().is_empty());
}
