//! What the dialect tells from the text of a statement, against what a server really locks and writes anew.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::effects::{Effect, Work};
use glowplug_dialect::plan::Lock;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_postgres::split::split;
use glowplug_testkit::postgres::TestDatabase;

const CASES: &str = include_str!("../data/effects.sql");

/// Tables and indexes as they are before a statement, with the table that each stands for.
const BEFORE: &str = "CREATE TEMP TABLE before ON COMMIT DROP AS \
    SELECT c.oid, c.relname AS name, c.relfilenode AS file, t.relname AS table_name, c.relkind AS kind \
    FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_class t ON t.oid = coalesce(i.indrelid, c.oid) \
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm', 'i')";

const AFTER: &str = "SELECT 'lock', b.table_name, l.mode FROM pg_locks l JOIN before b ON b.oid = l.relation \
    WHERE l.pid = pg_backend_pid() AND l.granted AND b.kind <> 'i'; \
    SELECT 'file', b.table_name, NULL FROM before b JOIN pg_class c ON c.oid = b.oid \
    WHERE c.relfilenode <> b.file AND b.kind <> 'i'; \
    SELECT 'index', b.name, b.table_name FROM before b WHERE b.kind = 'i'";

/// What a server did.
#[derive(Debug, Default)]
struct Measured {
    locks: BTreeMap<String, Lock>,
    rewritten: BTreeSet<String>,
    table_of_index: BTreeMap<String, String>,
}

#[test]
fn what_is_told_is_what_happens() {
    let database = TestDatabase::new();
    let (setup, statements) = CASES.split_once("-- statements\n").unwrap();
    database.execute(setup);
    let mut wrong = Vec::new();
    for statement in split(statements) {
        let told = PostgresDialect.effects(statement.text).remove(0);
        let measured = measure(&database, statement.text);
        if let Some(difference) = difference(&told, &measured) {
            wrong.push(format!("{}\n    {difference}", statement.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn measure(database: &TestDatabase, statement: &str) -> Measured {
    let mut measured = Measured::default();
    for row in database.query_text(&format!("BEGIN; {BEFORE}; {statement}; {AFTER}; ROLLBACK")) {
        match row.as_slice() {
            [Some(what), Some(table), Some(mode)] if what == "lock" => {
                let held = measured.locks.entry(table.clone()).or_default();
                *held = lock(mode).max(*held);
            }
            [Some(what), Some(index), Some(table)] if what == "index" => {
                measured.table_of_index.insert(index.clone(), table.clone());
            }
            [Some(what), Some(table), None] if what == "file" => {
                measured.rewritten.insert(table.clone());
            }
            _ => {}
        }
    }
    measured.locks.retain(|_, lock| *lock != Lock::None);
    measured
}

fn lock(mode: &str) -> Lock {
    match mode {
        "AccessExclusiveLock" => Lock::Everything,
        "ExclusiveLock" | "ShareRowExclusiveLock" | "ShareLock" => Lock::Writes,
        "ShareUpdateExclusiveLock" => Lock::SchemaChanges,
        _ => Lock::None,
    }
}

fn difference(told: &Effect, measured: &Measured) -> Option<String> {
    let mut locks = BTreeMap::new();
    for (name, lock) in &told.locks {
        let name = name.strip_prefix("public.").unwrap_or(name);
        let table = measured.table_of_index.get(name).map_or(name, String::as_str);
        locks.insert(table.to_owned(), *lock);
    }
    if !told.is_known {
        return Some("is not known".to_owned());
    }
    if locks != measured.locks {
        return Some(format!("locks: told {locks:?}, measured {:?}", measured.locks));
    }
    // TRUNCATE gives a table an empty file: no work.
    let truncates = told.destroys.iter().any(|it| it.starts_with("the rows of"));
    let rewrites = !measured.rewritten.is_empty() && !truncates;
    (rewrites != (told.work == Work::Rewrites))
        .then(|| format!("told {:?}, rewritten {:?}", told.work, measured.rewritten))
}
