//! Random pairs of schemas on a live server: whatever was and whatever is wanted, up leads there, a second
//! difference is empty, and down leads back.
//!
//! `PAIRS=200` runs another number of pairs, `SEED=4711` one alone, with its schemas and statements, and both
//! that many from that one on.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test ends where something unexpected happens, and says where"
)]

mod rows;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use glowplug_dialect::database::{ConnectOptions, Connector, Database};
use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::plan::{PlanOptions, Step, parts};
use glowplug_postgres::connector::PostgresConnector;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::diagnostics::SourceFile;
use glowplug_sql::change::ChangeSet;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::invert::invert;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use glowplug_testkit::postgres::TestDatabase;
use glowplug_testkit::random::{Flavour, RandomPair, pair};

/// How many pairs are tried.
const PAIRS: u64 = 1000;
/// The same, where each takes many transactions.
const ONLINE_PAIRS: u64 = 150;
/// Pairs mostly wait for the server.
const WORKERS: usize = 4;
/// The namespaces that random schemas use.
const NAMESPACES: [&str; 3] = ["audit", "public", "sales dep."];
/// More of them tell nothing new.
const MOST_FAILURES: usize = 5;

/// What is tried with a pair, on a database that another pair may have left in any state.
type Trial = fn(&mut dyn Database, &RandomPair) -> Result<(), String>;

#[test]
fn any_schema_becomes_any_other_and_again_what_it_was() {
    try_pairs(PAIRS, there_and_back);
}

#[test]
fn rows_stay_or_their_loss_was_foretold() {
    try_pairs(PAIRS, rows::stay_or_were_foretold);
}

#[test]
fn so_it_does_while_tables_stay_usable() {
    try_pairs(ONLINE_PAIRS, online_there_and_back);
}

fn try_pairs(usual: u64, trial: Trial) {
    let variable = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (first, count) = (variable("SEED"), variable("PAIRS"));
    let only = first.filter(|_| count.is_none());
    let first = first.unwrap_or(0);
    let seeds = first..first + if only.is_some() { 1 } else { count.unwrap_or(usual) };
    let next = AtomicU64::new(seeds.start);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let database = TestDatabase::new();
                let mut connection = connect(&database);
                // A server may be built without.
                let has_xml = connection.query("SELECT xml '<a/>'").is_ok();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end || failures.lock().unwrap().len() >= MOST_FAILURES {
                        return;
                    }
                    let pair = pair(Flavour::Postgres, seed);
                    let wants_xml = [&pair.prev, &pair.next].iter().any(|it| it.contains("@db.Xml"));
                    if wants_xml && !has_xml {
                        continue;
                    }
                    if let Err(failure) = trial(connection.as_mut(), &pair) {
                        let shown = only.map_or_else(String::new, |_| {
                            format!("{}\n{}\n{:?}", pair.prev, pair.next, pair.hints)
                        });
                        failures.lock().unwrap().push(format!("SEED={seed}: {failure}\n{shown}"));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn there_and_back(database: &mut dyn Database, pair: &RandomPair) -> Result<(), String> {
    let namespaces = NAMESPACES.map(str::to_owned);
    let (prev, next) = (lower(&pair.prev), lower(&pair.next));
    database.wipe(&namespaces).map_err(|error| format!("wipe: {}", error.message))?;
    let none = RenameHints::default();
    run(database, "creating the first", &difference(&SqlSchema::default(), &prev, &none), false)?;
    let live_prev = introspect(database)?;
    agree("the first after creating it", &live_prev, &prev)?;

    let changes = difference(&live_prev, &next, &pair.hints);
    run(database, "up", &changes, false)?;
    let live_next = introspect(database)?;
    agree("the second after up", &live_next, &next)?;
    run(database, "down", &invert(&changes, PostgresDialect.compare()), true)?;
    let back = introspect(database)?;
    agree("the first after down", &back, &prev)?;
    // Nearer than the schema file tells: names of everything, whatever it leaves open.
    agree("the first database after down", &back, &live_prev)?;
    run(database, "up again", &difference(&back, &next, &pair.hints), false)?;
    agree("the second after up again", &introspect(database)?, &live_next)
}

/// In stages, each a transaction or a statement; and back, the last stage first.
fn online_there_and_back(database: &mut dyn Database, pair: &RandomPair) -> Result<(), String> {
    let namespaces = NAMESPACES.map(str::to_owned);
    let (prev, next) = (lower(&pair.prev), lower(&pair.next));
    database.wipe(&namespaces).map_err(|error| format!("wipe: {}", error.message))?;
    let none = RenameHints::default();
    run(database, "creating the first", &difference(&SqlSchema::default(), &prev, &none), false)?;
    let live_prev = introspect(database)?;
    let changes = difference(&live_prev, &next, &pair.hints);
    let down = invert(&changes, PostgresDialect.compare());
    let options = PlanOptions { allow_recreate: true, ..PlanOptions::default() };
    let up = PostgresDialect.plan(&changes, &PlanOptions { online: true, ..options.clone() });
    let down = PostgresDialect.plan(&down, &PlanOptions { way_back: true, ..options });
    let parts = parts(&up, &down);
    for _ in 0..2 {
        for part in &parts {
            run_stage(database, "up", &part.up, &[])?;
        }
        let live_next = introspect(database)?;
        agree("the second after up", &live_next, &next)?;
        for part in parts.iter().rev() {
            run_stage(database, "down", &part.down, &part.undo)?;
        }
        agree("the first database after down", &introspect(database)?, &live_prev)?;
    }
    Ok(())
}

fn run_stage(
    database: &mut dyn Database,
    what: &str,
    steps: &[Step],
    first: &[String],
) -> Result<(), String> {
    let sql = first.iter().map(String::as_str).chain(steps.iter().map(|step| step.sql.as_str()));
    let sql: String = sql.map(|sql| format!("{sql}\n")).collect();
    if sql.is_empty() {
        return Ok(());
    }
    database.execute(&sql).map_err(|error| format!("{what}: {} {:?}\n{sql}", error.message, error.server))
}

fn run(
    database: &mut dyn Database,
    what: &str,
    changes: &ChangeSet<'_>,
    way_back: bool,
) -> Result<(), String> {
    let sql: String = steps(what, changes, way_back)?.iter().map(|step| format!("{}\n", step.sql)).collect();
    if sql.is_empty() {
        return Ok(());
    }
    database.execute(&sql).map_err(|error| {
        // A failed batch leaves no transaction open: the next pair starts anew.
        format!("{what}: {} {:?}\n{sql}", error.message, error.server)
    })
}

fn steps(what: &str, changes: &ChangeSet<'_>, way_back: bool) -> Result<Vec<Step>, String> {
    let plan = PostgresDialect
        .plan(changes, &PlanOptions { allow_recreate: true, way_back, ..PlanOptions::default() });
    match plan.refused.first() {
        Some(refusal) => Err(format!("{what} is refused: {}", refusal.why)),
        None => Ok(plan.steps),
    }
}

fn agree(what: &str, prev: &SqlSchema, next: &SqlSchema) -> Result<(), String> {
    let changes = difference(prev, next, &RenameHints::default()).changes;
    if changes.is_empty() { Ok(()) } else { Err(format!("{what} still differs: {changes:?}")) }
}

fn difference<'a>(prev: &'a SqlSchema, next: &'a SqlSchema, hints: &RenameHints) -> ChangeSet<'a> {
    diff(Pair::new(prev, next), PostgresDialect.compare(), hints)
}

fn introspect(database: &mut dyn Database) -> Result<SqlSchema, String> {
    database
        .introspect(&NAMESPACES.map(str::to_owned))
        .map_err(|error| format!("introspect: {}", error.message))
}

fn lower(text: &str) -> SqlSchema {
    let file = SourceFile { path: "schema.prisma".to_owned(), text: text.to_owned() };
    PostgresDialect.lower(&glowplug_psl::parse(&[file]).0)
}

fn connect(database: &TestDatabase) -> Box<dyn Database> {
    let options =
        ConnectOptions { application_name: "glowplug tests".to_owned(), ..ConnectOptions::default() };
    PostgresConnector.connect(&database.url(), &options).unwrap()
}
