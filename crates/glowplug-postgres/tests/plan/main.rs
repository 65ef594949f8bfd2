//! Every change that the language can express, as a file: pure parts are compared as text, and the
//! statements prove themselves on a live server, there and back.
//!
//! A case has `prev.prisma` and `next.prisma`, may have `hints.txt` (`table A -> B`, `enum A -> B`,
//! `column T.a -> b`, `value E.A -> B`), `recreate.txt` (any text: columns may be dropped and added
//! again), `server` (the first version that can run it), `setup.sql` and `data.sql` (rows of the previous
//! schema), `rows.sql` (a query after up, whose result is in `rows.txt`), and gets `changes.txt`, `up.sql` and
//! `down.sql`. Whatever state it is in on the way, the database can be pulled.
//!
//! With a section `foreign.sql`, objects of which the schema file does not speak are made after the previous
//! schema; `up.sql` and `down.sql` are then planned from the live database, which alone knows them.

#![allow(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod drift;
mod pull;

use std::path::Path;

use glowplug_dialect::database::{ConnectOptions, Connector, Database};
use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::plan::{Plan, PlanOptions};
use glowplug_postgres::connector::PostgresConnector;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::diagnostics::{Severity, SourceFile};
use glowplug_sql::change::ChangeSet;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::{PartRename, RenameHints};
use glowplug_sql::invert::invert;
use glowplug_sql::model::{QualifiedName, SqlSchema};
use glowplug_sql::pair::Pair;
use glowplug_testkit::case::{Case, all_in};
use glowplug_testkit::describe;
use glowplug_testkit::postgres::{TestDatabase, major};

/// Cases mostly wait for the server.
const WORKERS: usize = 4;

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
    let name = case.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut found = compare_texts(case);
    if !case.runs_on(major()) {
        return found;
    }
    found.extend(run_live(case).err().unwrap_or_default());
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
    let way_back = invert(&changes, PostgresDialect.compare());
    assert_eq!(invert(&way_back, PostgresDialect.compare()).changes, changes.changes, "inverted twice");
    assert_whole(case, &changes, &plan(case, &changes, false));
    assert_whole(case, &way_back, &plan(case, &way_back, true));
    let mut res = vec![("changes.txt", describe::changes(&changes))];
    if case.section("foreign.sql").is_none() {
        res.push(("up.sql", describe::plan(&plan(case, &changes, false))));
        res.push(("down.sql", describe::plan(&plan(case, &way_back, true))));
    }
    res
}

/// Every change has a step that makes it, or a reason why not.
fn assert_whole(case: &Case, changes: &ChangeSet<'_>, plan: &Plan) {
    for (at, change) in changes.changes.iter().enumerate() {
        let made = plan.steps.iter().any(|step| step.realises.contains(&at));
        let refused = plan.refused.iter().any(|it| it.change == at);
        assert!(made != refused, "`{}`: no step makes {change:?}", case.path.display());
    }
}

/// Creates the previous schema, applies up, finds the next one, applies down, finds the previous one.
fn run_live(case: &mut Case) -> Result<(), Vec<String>> {
    let (prev, next) = (schema(case, "prev.prisma"), schema(case, "next.prisma"));
    let database = TestDatabase::new();
    let mut connection = connect(&database);
    let execute = |what: &str, sql: &str| {
        database.try_execute(sql).map_err(|error| vec![format!("{what}: {error}\n{sql}")])
    };
    execute("setup", case.section("setup.sql").unwrap_or_default())?;
    let empty = SqlSchema::default();
    let hints = RenameHints::default();
    let create = diff(Pair::new(&empty, &prev), PostgresDialect.compare(), &hints);
    execute("prev", &sql(&plan(case, &create, false)))?;
    execute("foreign", case.section("foreign.sql").unwrap_or_default())?;
    execute("data", case.section("data.sql").unwrap_or_default())?;

    let live_prev = introspect(connection.as_mut(), &[&prev, &next])?;
    empty_difference("prev", &live_prev, &prev).map_err(|it| vec![it])?;
    pull::agrees("prev", &live_prev, &source(case, "prev.prisma")).map_err(|it| vec![it])?;
    let changes = difference(case, &live_prev, &next);
    let expected = describe::changes(&difference(case, &prev, &next));
    if sorted(&describe::changes(&changes)) != sorted(&expected) {
        return Err(vec![format!("a live database differs otherwise:\n{}", describe::changes(&changes))]);
    }
    let up = plan(case, &changes, false);
    let way_back = invert(&changes, PostgresDialect.compare());
    let down = plan(case, &way_back, true);
    let mut failures = Vec::new();
    if case.section("foreign.sql").is_some() {
        for (name, text) in [("up.sql", describe::plan(&up)), ("down.sql", describe::plan(&down))] {
            failures.extend(case.expect(name, &text).map(|difference| format!("{name}: {difference}")));
        }
        assert_whole(case, &changes, &up);
    }
    let refused = !up.refused.is_empty();
    if refused && case.section("foreign.sql").is_some() {
        // Nobody runs such a plan.
        return if failures.is_empty() { Ok(()) } else { Err(failures) };
    }
    execute("up", &sql(&up))?;
    let rows = case.section("rows.sql").map(|query| text_rows(&database, query));
    if let Some(difference) = rows.and_then(|rows| case.expect("rows.txt", &rows)) {
        return Err(vec![format!("rows.txt: {difference}")]);
    }
    if !refused {
        let live_next = introspect(connection.as_mut(), &[&prev, &next])?;
        empty_difference("next", &live_next, &next).map_err(|it| vec![it])?;
        pull::agrees("next", &live_next, &source(case, "next.prisma")).map_err(|it| vec![it])?;
        pull::brings("next", &live_next, &source(case, "prev.prisma")).map_err(|it| vec![it])?;
    }
    execute("down", &sql(&down))?;
    let back = introspect(connection.as_mut(), &[&prev, &next])?;
    failures.extend(empty_difference("prev after down", &back, &prev).err());
    if case.section("foreign.sql").is_some() {
        // Two databases are compared in everything.
        failures.extend(empty_difference("all of prev after down", &live_prev, &back).err());
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

fn text_rows(database: &TestDatabase, query: &str) -> String {
    let rows = database.query_text(query);
    let row = |row: Vec<Option<String>>| {
        let values: Vec<String> =
            row.into_iter().map(|value| value.unwrap_or_else(|| "NULL".to_owned())).collect();
        format!("{}\n", values.join(" | "))
    };
    rows.into_iter().map(row).collect()
}

fn empty_difference(what: &str, prev: &SqlSchema, next: &SqlSchema) -> Result<(), String> {
    let changes = diff(Pair::new(prev, next), PostgresDialect.compare(), &RenameHints::default());
    if changes.is_empty() {
        Ok(())
    } else {
        Err(format!("{what}: what is left:\n{}", describe::changes(&changes)))
    }
}

fn connect(database: &TestDatabase) -> Box<dyn Database> {
    let options =
        ConnectOptions { application_name: "glowplug tests".to_owned(), ..ConnectOptions::default() };
    PostgresConnector.connect(&database.url(), &options).unwrap()
}

fn introspect(connection: &mut dyn Database, wanted: &[&SqlSchema]) -> Result<SqlSchema, Vec<String>> {
    let mut namespaces: Vec<String> = wanted.iter().flat_map(|schema| schema.namespaces.clone()).collect();
    if !namespaces.is_empty() {
        namespaces.push("public".to_owned());
    }
    namespaces.sort();
    namespaces.dedup();
    connection.introspect(&namespaces).map_err(|error| vec![error.to_string()])
}

fn source(case: &Case, section: &str) -> SourceFile {
    let text = case.section(section).unwrap_or_else(|| panic!("`{}` has no {section}", case.path.display()));
    let datasource = "datasource db {\n  provider = \"postgresql\"\n}\n";
    let text = if text.contains("datasource ") { text.to_owned() } else { format!("{datasource}{text}") };
    SourceFile { path: section.to_owned(), text }
}

fn schema(case: &Case, section: &str) -> SqlSchema {
    let (schema, diagnostics) = glowplug_psl::parse(&[source(case, section)]);
    let error = diagnostics.iter().find(|d| d.severity == Severity::Error);
    assert!(error.is_none(), "`{}`, {section}: {}", case.path.display(), error.unwrap().message);
    PostgresDialect.lower(&schema)
}

fn difference<'a>(case: &Case, prev: &'a SqlSchema, next: &'a SqlSchema) -> ChangeSet<'a> {
    diff(Pair::new(prev, next), PostgresDialect.compare(), &hints(case))
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
    PostgresDialect.plan(changes, &PlanOptions { allow_recreate, way_back, ..PlanOptions::default() })
}

fn sql(plan: &Plan) -> String {
    assert!(plan.steps.iter().all(|step| step.in_transaction));
    plan.steps.iter().map(|step| format!("{}\n", step.sql)).collect()
}
