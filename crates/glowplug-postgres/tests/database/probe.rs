//! Questions about the rows.

use std::time::{Duration, Instant};

use glowplug_dialect::finding::Probe;
use glowplug_sql::model::QualifiedName;
use glowplug_testkit::postgres::TestDatabase;

use crate::connect;

fn name(namespace: Option<&str>, name: &str) -> QualifiedName {
    QualifiedName { namespace: namespace.map(str::to_owned), name: name.to_owned() }
}

#[test]
fn every_probe_counts() {
    let database = TestDatabase::new();
    database.execute(
        r#"CREATE TYPE color AS ENUM ('red', 'gr''een', 'blue');
           CREATE TABLE "My ""table" (id int, a text, b int, c color, cs color[]);
           INSERT INTO "My ""table" VALUES
             (1, 'x', 1, 'red', '{red,blue}'), (2, 'x', 1, 'gr''een', '{}'), (3, 'y', NULL, NULL, '{"gr''een"}'),
             (4, 'y', NULL, 'red', NULL), (5, NULL, 1, 'blue', '{blue}');
           CREATE SCHEMA other; CREATE TABLE other.t AS SELECT 1 AS x"#,
    );
    let table = || name(None, "My \"table");
    let labels = || vec!["red".to_owned(), "gr'een".to_owned()];
    let expected = [
        (Probe::Rows(table()), 5),
        (Probe::Rows(name(Some("other"), "t")), 1),
        (Probe::Values(table(), "a".to_owned()), 4),
        (Probe::Nulls(table(), "b".to_owned()), 2),
        (Probe::Duplicates(table(), vec!["a".to_owned()]), 2),
        (Probe::Duplicates(table(), vec!["a".to_owned(), "b".to_owned()]), 1),
        (
            Probe::Orphans {
                table: table(),
                columns: vec!["id".to_owned()],
                target: name(Some("other"), "t"),
                target_columns: vec!["x".to_owned()],
            },
            4,
        ),
        (Probe::LabelUses(table(), "c".to_owned(), labels()), 3),
        (Probe::LabelUses(table(), "cs".to_owned(), labels()), 2),
    ];
    let probes: Vec<_> = expected.iter().map(|(probe, _)| probe.clone()).collect();
    let facts = connect(&database).probe(&probes, Duration::from_secs(10)).unwrap();
    for (probe, count) in expected {
        assert_eq!(facts.count(&probe), Some(count), "{probe:?}");
    }
}

#[test]
fn what_fails_or_takes_too_long_has_no_answer() {
    let database = TestDatabase::new();
    database.execute(
        "CREATE TABLE t (id int); INSERT INTO t VALUES (1);
         CREATE VIEW slow AS SELECT pg_sleep(30)::text AS x",
    );
    let probes = [
        Probe::Rows(name(None, "missing")),
        Probe::Values(name(None, "slow"), "x".to_owned()),
        Probe::Rows(name(None, "t")),
    ];
    let begin = Instant::now();
    let mut db = connect(&database);
    let facts = db.probe(&probes, Duration::from_millis(300)).unwrap();
    assert!(begin.elapsed() < Duration::from_secs(10));
    assert_eq!(probes.map(|it| facts.count(&it)), [None, None, Some(1)]);
    // The session is as it was.
    assert_eq!(db.query("SHOW statement_timeout").unwrap(), [[Some("0".to_owned())]]);
    db.execute("INSERT INTO t VALUES (2)").unwrap();
}

#[test]
fn a_locked_table_is_waited_for_no_longer_than_the_limit() {
    let database = TestDatabase::new();
    database.execute("CREATE TABLE t (id int)");
    let mut holder = connect(&database);
    holder.execute("BEGIN; LOCK TABLE t").unwrap();
    let probe = Probe::Rows(name(None, "t"));
    let facts = connect(&database).probe(std::slice::from_ref(&probe), Duration::from_millis(200)).unwrap();
    assert_eq!(facts.count(&probe), None);
}
