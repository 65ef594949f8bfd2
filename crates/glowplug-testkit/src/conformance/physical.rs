//! What the suites about databases share: loading a case, planning, comparing.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::plan::{Plan, PlanOptions};
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::diagnostics::{Severity, SourceFile};
use glowplug_psl::schema::Schema;
use glowplug_sql::change::ChangeSet;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use glowplug_sqlite::dialect::SqliteDialect;

use super::{CaseResult, Verdict};

/// Why a case did not pass. `?` leads out of a case with it.
pub(crate) enum Stop {
    /// The case failed: step and first difference.
    Failed(String),
    /// The case cannot be run here.
    Blocked(String),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Stop::Failed(why) | Stop::Blocked(why)) = self;
        f.write_str(why)
    }
}

/// What a step of a case gives.
pub(crate) type Step<T> = Result<T, Stop>;

/// How many cases run at a time: most of their time they wait for the server.
const WORKERS: usize = 4;

/// Runs every folder of `dir` as a case. Cases of `only` alone, if given.
pub(super) fn run_folders(
    suite: &'static str,
    dir: &Path,
    only: Option<&str>,
    judge: fn(&Path) -> Step<()>,
) -> Vec<CaseResult> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    folders.retain(|path| only.is_none_or(|only| name(path) == only));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((at, path)) = take(&next, &folders) {
            done.push((at, CaseResult { suite, case: name(path), verdict: verdict(path, judge) }));
        }
        done
    };
    let mut results: Vec<(usize, CaseResult)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
        // A worker catches the panics of its cases.
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    });
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

fn take<'a>(next: &AtomicUsize, folders: &'a [PathBuf]) -> Option<(usize, &'a PathBuf)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    folders.get(at).map(|path| (at, path))
}

fn verdict(path: &Path, judge: fn(&Path) -> Step<()>) -> Verdict {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| judge(path)));
    match caught {
        Ok(Ok(())) => Verdict::Passed,
        Ok(Err(Stop::Failed(message))) => Verdict::Failed(message),
        Ok(Err(Stop::Blocked(message))) => Verdict::Blocked(message),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
            Verdict::Failed(format!("panicked: {text}"))
        }
    }
}

/// Parses a schema file, or the files of a folder; stops when it has errors or is for another database.
pub(crate) fn load_schema(path: &Path) -> Step<Schema> {
    let sources = load_sources(path)?;
    let (schema, diagnostics) = glowplug_psl::parse(&sources);
    let provider = schema.datasource.as_ref().map(|d| d.provider.clone()).unwrap_or_default();
    if dialect_named(&provider).is_none() {
        return Err(Stop::Blocked(format!("provider {provider} is not built")));
    }
    match diagnostics.iter().find(|d| d.severity == Severity::Error) {
        Some(error) => Err(Stop::Failed(format!("parse: {}", error.message))),
        None => Ok(schema),
    }
}

/// The dialect that a schema is written for.
pub(crate) fn dialect_of(schema: &Schema) -> &'static dyn Dialect {
    let provider = schema.datasource.as_ref().map_or("", |datasource| datasource.provider.as_str());
    dialect_named(provider).unwrap_or(&PostgresDialect)
}

fn dialect_named(provider: &str) -> Option<&'static dyn Dialect> {
    let all: [&'static dyn Dialect; 2] = [&PostgresDialect, &SqliteDialect];
    all.into_iter().find(|dialect| dialect.provider() == provider)
}

/// A schema file, or the files of a folder, in order.
pub(super) fn load_sources(path: &Path) -> Step<Vec<SourceFile>> {
    let mut files = Vec::new();
    if path.is_dir() {
        let entries = fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
        files.extend(entries.filter(|file| file.extension().is_some_and(|e| e == "prisma")));
        files.sort();
    } else {
        files.push(path.to_path_buf());
    }
    files.iter().map(|file| Ok(SourceFile { path: file.display().to_string(), text: read(file)? })).collect()
}

/// The text of a file that must be there.
pub(super) fn read(path: &Path) -> Step<String> {
    fs::read_to_string(path)
        .map_err(|error| Stop::Failed(format!("cannot read `{}`: {error}", path.display())))
}

/// Compares two dumps; the first line that only one of them has is told.
pub(super) fn same_dump(what: &str, expected: &str, actual: &str) -> Step<()> {
    if expected == actual {
        return Ok(());
    }
    let (left, right): (BTreeSet<&str>, BTreeSet<&str>) =
        (expected.lines().collect(), actual.lines().collect());
    let missing: Vec<&str> = expected.lines().filter(|line| !right.contains(line)).take(2).collect();
    let extra: Vec<&str> = actual.lines().filter(|line| !left.contains(line)).take(2).collect();
    Err(Stop::Failed(format!("{what}: missing {missing:?}, unexpected {extra:?}")))
}

/// Our difference of two schemas.
pub(super) fn changes<'a>(dialect: &dyn Dialect, prev: &'a SqlSchema, next: &'a SqlSchema) -> ChangeSet<'a> {
    diff(Pair::new(prev, next), dialect.compare(), &RenameHints::default())
}

/// Our statements for changes; a drop and an addition are never taken for a rename here.
pub(super) fn script(dialect: &dyn Dialect, changes: &ChangeSet<'_>, way_back: bool) -> Step<String> {
    let Plan { steps, refused, .. } =
        dialect.plan(changes, &PlanOptions { allow_recreate: true, way_back, ..PlanOptions::default() });
    if let Some(refusal) = refused.first() {
        return Err(Stop::Failed(format!("plan: {}", refusal.why)));
    }
    Ok(steps.iter().map(|step| format!("{}\n", step.sql)).collect())
}

/// Stops when anything differs between a database and what a schema file asks for.
pub(super) fn no_changes(dialect: &dyn Dialect, what: &str, prev: &SqlSchema, next: &SqlSchema) -> Step<()> {
    let changes = changes(dialect, prev, next);
    match changes.changes.first() {
        None => Ok(()),
        Some(_) => {
            let sql = script(dialect, &changes, false)?;
            let first = sql.lines().take(3).collect::<Vec<_>>().join(" ");
            Err(Stop::Failed(format!("{what}: {} changes are left: {first}", changes.changes.len())))
        }
    }
}
