//! What a database becomes in the schema's language, as files: SQL in, schema out, on a live server.
//!
//! A case has `setup.sql`, may have `server` (the versions that it runs on, `15` or `13..17`), the schema files
//! that are there (sections whose names end in `.prisma`) and `namespaces`, and gets `pulled/<file>` for every
//! file that is written, `warnings.txt` and `left_alone.txt`.
//! Whatever comes out must be free of errors, ask for what the database has, and stay as it is when it is
//! pulled again.

#![allow(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

use std::path::Path;

use glowplug_dialect::database::{ConnectOptions, Connector};
use glowplug_dialect::dialect::Dialect;
use glowplug_lift::Style;
use glowplug_lift::check::leftover;
use glowplug_lift::fresh::{fresh, settings};
use glowplug_lift::left_alone::left_alone;
use glowplug_lift::merge::merge;
use glowplug_postgres::connector::PostgresConnector;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::diagnostics::{Severity, SourceFile};
use glowplug_psl::schema::Schema;
use glowplug_sql::model::SqlSchema;
use glowplug_testkit::case::{Case, all_in};
use glowplug_testkit::postgres::{TestDatabase, major};

/// Cases mostly wait for the server.
const WORKERS: usize = 4;

#[test]
fn every_case_is_pulled_as_written() {
    let mut cases = all_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/pull"));
    cases.retain(|case| case.runs_on(major()));
    if let Ok(wanted) = std::env::var("CASE") {
        cases.retain(|case| case.name().contains(&wanted));
    }
    let share = cases.len().div_ceil(WORKERS).max(1);
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
    let live = live(case);
    let name = case.name();
    let before = files(case);
    let (after, warnings) = if before.is_empty() {
        let (head, style) = settings(&live, &PostgresDialect);
        let text = fresh(&live, &PostgresDialect, &head, &style);
        (vec![SourceFile { path: "schema.prisma".to_owned(), text }], Vec::new())
    } else {
        assert!(parsed(&before).is_ok(), "{name}: {:?}", parsed(&before).err());
        let merged = merge(&before, &live, &PostgresDialect);
        (merged.sources, merged.warnings)
    };
    let mut failures = Vec::new();
    for source in after.iter().filter(|source| !before.contains(source)) {
        failures.extend(case.expect(&format!("pulled/{}", source.path), &source.text));
    }
    failures.extend(expect_lines(case, "warnings.txt", &warnings));
    match parsed(&after) {
        Err(error) => failures.push(format!("what was pulled has an error: {error}")),
        Ok(schema) => {
            failures.extend(proof(&live, &schema, &after));
            let left = left_alone(&live, &schema, &PostgresDialect);
            let left: Vec<String> = left.iter().map(|it| format!("{} {}", it.kind, it.name)).collect();
            failures.extend(expect_lines(case, "left_alone.txt", &left));
        }
    }
    failures.into_iter().map(|failure| format!("{name}: {failure}")).collect()
}

/// A section of lines; without any there is no section.
fn expect_lines(case: &mut Case, name: &str, lines: &[String]) -> Option<String> {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    if text.is_empty() && case.section(name).is_none() { None } else { case.expect(name, &text) }
}

/// The schema asks for what the database has, and pulling again changes nothing.
fn proof(live: &SqlSchema, schema: &Schema, sources: &[SourceFile]) -> Vec<String> {
    let mut failures = Vec::new();
    let file = PostgresDialect.lower(schema);
    let left = leftover(live, &file, &Style::of(schema), &PostgresDialect);
    if !left.is_empty() {
        failures.push(format!("what is left: {:?}", left.changes));
    }
    let again = merge(sources, live, &PostgresDialect);
    if again.sources != sources {
        failures.push(format!("pulled again, it is: {}", again.sources[0].text));
    }
    failures
}

fn live(case: &Case) -> SqlSchema {
    let database = TestDatabase::new();
    database.execute(case.section("setup.sql").unwrap_or_default());
    let options =
        ConnectOptions { application_name: "glowplug tests".to_owned(), ..ConnectOptions::default() };
    let mut connection = PostgresConnector.connect(&database.url(), &options).unwrap();
    let namespaces: Vec<String> =
        case.section("namespaces").unwrap_or_default().lines().map(str::to_owned).collect();
    connection.introspect(&namespaces).unwrap()
}

fn files(case: &Case) -> Vec<SourceFile> {
    let is_file = |name: &str| name.ends_with(".prisma") && !name.starts_with("pulled/");
    let sections = case.sections.iter().filter(|(name, _)| is_file(name));
    sections.map(|(path, text)| SourceFile { path: path.clone(), text: text.clone() }).collect()
}

fn parsed(sources: &[SourceFile]) -> Result<Schema, String> {
    let (schema, diagnostics) = glowplug_psl::parse(sources);
    match diagnostics.iter().find(|d| d.severity == Severity::Error) {
        Some(error) => {
            let source = &sources[error.span.file as usize];
            let line = source.line_column(error.span.start).0;
            Err(format!("{} in `{}`", error.message, source.text.lines().nth(line - 1).unwrap_or_default()))
        }
        None => Ok(schema),
    }
}
