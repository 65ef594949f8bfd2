//! Every change that the language can express, as a file: pure parts are compared as text, and the
//! statements prove themselves on a database file, there and back.
//!
//! A case has `prev.prisma` and `next.prisma`, may have `hints.txt` (`table A -> B`, `enum A -> B`,
//! `column T.a -> b`, `value E.A -> B`), `recreate.txt` (any text: columns may be dropped and added
//! again), `setup.sql` and `data.sql` (rows of the previous schema), `rows.sql` (a query after up,
//! whose result is in `rows.txt`), `extras.sql` (what
//! stands in the previous database beyond its schema file), `back.sql` (a query after down, with `back.txt`), and gets `changes.txt`, `up.sql` and `down.sql`.

#![allow(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

use std::path::Path;

use glowplug_dialect::database::{ConnectOptions, Connector, Database};
use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::plan::{Plan, PlanOptions};
use glowplug_psl::diagnostics::{Severity, SourceFile};
use glowplug_sql::change::ChangeSet;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::{PartRename, RenameHints};
use glowplug_sql::invert::invert;
use glowplug_sql::model::{QualifiedName, SqlSchema};
use glowplug_sql::pair::Pair;
use glowplug_sqlite::connector::SqliteConnector;
use glowplug_sqlite::dialect::SqliteDialect;
use glowplug_testkit::case::{Case, all_in};
use glowplug_testkit::describe;

const WORKERS: usize = 2;

#[test]
fn every_case_reads_as_written_and_runs_there_and_back() {
    let mut cases = all_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/plan"));
    let share = cases.len().div_ceil(WORKERS);
    let failures: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = cases
            .chunks_mut(share)
            .map(|cases| scope.spawn(|| cases.iter_mut().flat_map(failures_of).collect::<Vec<_>>()))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(failures.is_empty(), "{}\nUPDATE_EXPECT=1 accepts texts as they are now", failures.join("\n"));
}

fn failures_of(case: &mut Case) -> Vec<String> {
    let name = case.name();
    let mut found = compare_texts(case);
    found.extend(run_live(case).err());
    found.into_iter().map(|failure| format!("{name}: {failure}")).collect()
}

fn compare_texts(case: &mut Case) -> Vec<String> {
    let first = texts(case);
    assert_eq!(first, texts(case), "the same input gave another output");
    let mut failures = Vec::new();
    for (name, text) in first {
        failures.extend(case.expect(name, &text).map(|difference| format!("{name}: {difference}")));
    }
    failures
}

fn texts(case: &Case) -> Vec<(&'static str, String)> {
    let (prev, next) = (schema(case, "prev.prisma"), schema(case, "next.prisma"));
    let changes = difference(case, &prev, &next);
    let way_back = invert(&changes, SqliteDialect.compare());
    assert_eq!(invert(&way_back, SqliteDialect.compare()).changes, changes.changes, "inverted twice");
    assert_whole(case, &changes, &plan(case, &changes, false));
    assert_whole(case, &way_back, &plan(case, &way_back, true));
    vec![
        ("changes.txt", describe::changes(&changes)),
        ("up.sql", describe::plan(&plan(case, &changes, false))),
        ("down.sql", describe::plan(&plan(case, &way_back, true))),
    ]
}

/// Every change has a step that makes it, or a reason why not.
fn assert_whole(case: &Case, changes: &ChangeSet<'_>, plan: &Plan) {
    for (at, change) in changes.changes.iter().enumerate() {
        let made = plan.steps.iter().any(|step| step.realises.contains(&at));
        let refused = plan.refused.iter().any(|refusal| refusal.change == at);
        assert!(made != refused, "`{}`: no step makes {change:?}", case.path.display());
    }
}

/// Creates the previous schema, applies up, finds the next one, applies down, finds the previous one.
fn run_live(case: &mut Case) -> Result<(), String> {
    let (prev, next) = (schema(case, "prev.prisma"), schema(case, "next.prisma"));
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file:{}/test.db", folder.path().display());
    let options =
        ConnectOptions { application_name: "glowplug tests".to_owned(), ..ConnectOptions::default() };
    assert!(SqliteConnector.create_database(&url, &options).unwrap());
    let mut connection = SqliteConnector.connect(&url, &options).unwrap();
    let connection = connection.as_mut();
    let execute = |connection: &mut dyn Database, what: &str, sql: &str| {
        connection.execute(sql).map_err(|error| format!("{what}: {error}\n{sql}"))
    };
    execute(connection, "setup", case.section("setup.sql").unwrap_or_default())?;
    let empty = SqlSchema::default();
    let hints = RenameHints::default();
    let create = diff(Pair::new(&empty, &prev), SqliteDialect.compare(), &hints);
    execute(connection, "prev", &sql(&plan(case, &create, false)))?;
    execute(connection, "extras", case.section("extras.sql").unwrap_or_default())?;
    execute(connection, "data", case.section("data.sql").unwrap_or_default())?;

    let live_prev = introspect(connection)?;
    empty_difference("prev", &live_prev, &prev)?;
    let way_prev = texts_of(connection);
    let changes = difference(case, &live_prev, &next);
    let expected = describe::changes(&difference(case, &prev, &next));
    if sorted(&describe::changes(&changes)) != sorted(&expected) {
        return Err(format!("a live database differs otherwise:\n{}", describe::changes(&changes)));
    }
    let up = plan(case, &changes, false);
    let refused = !up.refused.is_empty();
    execute(connection, "up", &sql(&up))?;
    let rows = case.section("rows.sql").map(|query| text_rows(&mut *connection, query));
    if let Some(difference) = rows.and_then(|rows| case.expect("rows.txt", &rows)) {
        return Err(format!("rows.txt: {difference}"));
    }
    if !refused {
        empty_difference("next", &introspect(connection)?, &next)?;
    }
    let way_back = invert(&changes, SqliteDialect.compare());
    execute(connection, "down", &sql(&plan(case, &way_back, true)))?;
    empty_difference("prev after down", &introspect(connection)?, &prev)?;
    let rows = case.section("back.sql").map(|query| text_rows(&mut *connection, query));
    if let Some(difference) = rows.and_then(|rows| case.expect("back.txt", &rows)) {
        return Err(format!("back.txt: {difference}"));
    }
    let back = connection.introspect(&[]).unwrap();
    if back != live_prev && without_order(&back) != without_order(&live_prev) {
        return Err(format!("after down something else stands there:\n{way_prev}\n{}", texts_of(connection)));
    }
    Ok(())
}

/// A database's model without the order of columns.
fn without_order(schema: &SqlSchema) -> SqlSchema {
    let mut schema = schema.clone();
    for table in &mut schema.tables {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        // Names of foreign keys are nobody's business here.
        table.foreign_keys.iter_mut().for_each(|key| key.name = None);
    }
    for object in &mut schema.foreign {
        object.definition = object.definition.as_ref().map(|text| text.replace('"', ""));
    }
    schema
}

/// The statements that the database keeps.
fn texts_of(connection: &mut dyn Database) -> String {
    let rows = connection.query("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").unwrap();
    rows.into_iter().flatten().flatten().map(|sql| format!("{sql};\n")).collect()
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

fn text_rows(database: &mut dyn Database, query: &str) -> String {
    let rows = database.query(query).unwrap();
    let row = |row: Vec<Option<String>>| {
        let values: Vec<String> =
            row.into_iter().map(|value| value.unwrap_or_else(|| "NULL".to_owned())).collect();
        format!("{}\n", values.join(" | "))
    };
    rows.into_iter().map(row).collect()
}

fn empty_difference(what: &str, prev: &SqlSchema, next: &SqlSchema) -> Result<(), String> {
    let changes = diff(Pair::new(prev, next), SqliteDialect.compare(), &RenameHints::default());
    if changes.is_empty() {
        Ok(())
    } else {
        Err(format!("{what}: what is left:\n{}", describe::changes(&changes)))
    }
}

fn introspect(connection: &mut dyn Database) -> Result<SqlSchema, String> {
    connection.introspect(&[]).map_err(|error| error.to_string())
}

fn schema(case: &Case, section: &str) -> SqlSchema {
    let text = case.section(section).unwrap_or_else(|| panic!("`{}` has no {section}", case.path.display()));
    let datasource = "datasource db {\n  provider = \"sqlite\"\n}\n";
    let text = if text.contains("datasource ") { text.to_owned() } else { format!("{datasource}{text}") };
    let (schema, diagnostics) = glowplug_psl::parse(&[SourceFile { path: section.to_owned(), text }]);
    let error = diagnostics.iter().find(|d| d.severity == Severity::Error);
    assert!(error.is_none(), "`{}`, {section}: {}", case.path.display(), error.unwrap().message);
    SqliteDialect.lower(&schema)
}

fn difference<'a>(case: &Case, prev: &'a SqlSchema, next: &'a SqlSchema) -> ChangeSet<'a> {
    diff(Pair::new(prev, next), SqliteDialect.compare(), &hints(case))
}

fn hints(case: &Case) -> RenameHints {
    let mut res = RenameHints::default();
    let name = |text: &str| QualifiedName { namespace: None, name: text.to_owned() };
    for line in case.section("hints.txt").unwrap_or_default().lines() {
        let (kind, rest) = line.split_once(' ').unwrap();
        let (from, to) = rest.split_once(" -> ").unwrap();
        let part = || {
            let (of, from) = from.split_once('.').unwrap();
            PartRename { of: name(of), names: Pair::new(from.to_owned(), to.to_owned()) }
        };
        match kind {
            "table" => res.tables.push(Pair::new(name(from), name(to))),
            "enum" => res.enums.push(Pair::new(name(from), name(to))),
            "column" => res.columns.push(part()),
            "value" => res.enum_values.push(part()),
            other => panic!("unknown hint `{other}`"),
        }
    }
    res
}

fn plan(case: &Case, changes: &ChangeSet<'_>, way_back: bool) -> Plan {
    let allow_recreate = case.section("recreate.txt").is_some();
    SqliteDialect.plan(changes, &PlanOptions { allow_recreate, way_back, ..PlanOptions::default() })
}

fn sql(plan: &Plan) -> String {
    // All of a plan brings its own transaction, or none of it.
    assert!(plan.steps.iter().all(|step| step.in_transaction == plan.steps[0].in_transaction));
    plan.steps.iter().map(|step| format!("{}\n", step.sql)).collect()
}
