//! What the suites about databases share: loading a case, running SQL, and the outside judge, `pg_dump`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use glowplug_dialect::database::{ConnectOptions, Connector, Database};
use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::plan::{Plan, PlanOptions};
use glowplug_postgres::connector::PostgresConnector;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::diagnostics::{Severity, SourceFile};
use glowplug_psl::schema::Schema;
use glowplug_sql::change::ChangeSet;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;

use super::{CaseResult, Verdict};
use crate::postgres::TestDatabase;

/// Why a case did not pass. `?` leads out of a case with it.
pub(super) enum Stop {
    /// The case failed: step and first difference.
    Failed(String),
    /// The case cannot be run here.
    Blocked(String),
}

/// What a step of a case gives.
pub(super) type Step<T> = Result<T, Stop>;

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
pub(super) fn load_schema(path: &Path) -> Step<Schema> {
    let sources = load_sources(path)?;
    let (schema, diagnostics) = glowplug_psl::parse(&sources);
    let provider = schema.datasource.as_ref().map(|d| d.provider.clone()).unwrap_or_default();
    if provider == "sqlite" {
        return Err(Stop::Blocked("provider sqlite is not built yet".to_owned()));
    }
    match diagnostics.iter().find(|d| d.severity == Severity::Error) {
        Some(error) => Err(Stop::Failed(format!("parse: {}", error.message))),
        None => Ok(schema),
    }
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

/// A database of a case.
pub(super) struct Live {
    database: TestDatabase,
    connection: Box<dyn Database>,
}

impl Live {
    /// An empty database on which the case's `setup.sql` has run, if it has one.
    pub(super) fn new(case: &Path) -> Step<Self> {
        let database = TestDatabase::new();
        let setup = case.join("setup.sql");
        if setup.is_file()
            && let Err(error) = database.try_execute(&read(&setup)?)
        {
            let missing = error.contains("is not available") || error.contains("extension control file");
            let message = format!("setup.sql: {error}");
            return Err(if missing { Stop::Blocked(message) } else { Stop::Failed(message) });
        }
        let options =
            ConnectOptions { single_connection: false, application_name: "glowplug conformance".to_owned() };
        let connection = PostgresConnector
            .connect(&database.url(), &options)
            .map_err(|error| Stop::Failed(format!("connect: {error}")))?;
        Ok(Self { database, connection })
    }

    /// Runs a script as one message, so in one transaction; `what` says in a failure which it was.
    pub(super) fn run(&mut self, what: &str, sql: &str) -> Step<()> {
        match self.database.try_execute(sql) {
            Ok(()) => Ok(()),
            Err(error) if error.contains("is not available") || error.contains("extension control file") => {
                Err(Stop::Blocked(format!("{what}: {error}")))
            }
            Err(error) => Err(Stop::Failed(format!("{what}: {error}"))),
        }
    }

    /// The first value that a query gives.
    pub(super) fn value(&self, sql: &str) -> Option<String> {
        self.database.query_text(sql).into_iter().flatten().next().flatten()
    }

    /// Our own view of the database.
    pub(super) fn introspect(&mut self, wanted: &SqlSchema) -> Step<SqlSchema> {
        let mut namespaces = wanted.namespaces.clone();
        if !namespaces.is_empty() {
            namespaces.extend(wanted.default_namespace.clone());
        }
        self.connection.introspect(&namespaces).map_err(|error| Stop::Failed(format!("introspect: {error}")))
    }

    /// The outside view: `pg_dump --schema-only`, normalised.
    pub(super) fn dump(&self) -> Step<String> {
        let bin = self.database.query_text("SELECT setting FROM pg_config WHERE name = 'BINDIR'");
        let bin = bin.into_iter().flatten().flatten().next().unwrap_or_default();
        let output = Command::new(Path::new(&bin).join("pg_dump"))
            .args(["--schema-only", "--no-owner", "--no-privileges", "--no-comments"])
            .arg(self.database.url())
            .output()
            .map_err(|error| Stop::Failed(format!("pg_dump: {error}")))?;
        if !output.status.success() {
            return Err(Stop::Failed(format!("pg_dump: {}", String::from_utf8_lossy(&output.stderr).trim())));
        }
        Ok(normalise(&String::from_utf8_lossy(&output.stdout)))
    }
}

/// A dump without comments and settings, and without the order of columns inside a table.
fn normalise(dump: &str) -> String {
    let lines = dump.lines().filter(|line| {
        let skipped = ["--", "SET ", "SELECT pg_catalog.set_config", "\\restrict", "\\unrestrict"];
        !line.trim().is_empty() && !skipped.iter().any(|start| line.starts_with(start))
    });
    let mut res = String::new();
    let mut table: Option<Vec<String>> = None;
    for line in lines {
        if let Some(columns) = &mut table {
            if line == ");" {
                columns.sort();
                res.push_str(&columns.join("\n"));
                res.push_str("\n);\n");
                table = None;
            } else {
                columns.push(line.trim_end_matches(',').to_owned());
            }
            continue;
        }
        if line.starts_with("CREATE TABLE ") && line.ends_with('(') {
            table = Some(Vec::new());
        }
        res.push_str(line);
        res.push('\n');
    }
    res
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
pub(super) fn changes<'a>(prev: &'a SqlSchema, next: &'a SqlSchema) -> ChangeSet<'a> {
    diff(Pair::new(prev, next), PostgresDialect.compare(), &RenameHints::default())
}

/// Our statements for changes; a drop and an addition are never taken for a rename here.
pub(super) fn script(changes: &ChangeSet<'_>, way_back: bool) -> Step<String> {
    let Plan { steps, refused } =
        PostgresDialect.plan(changes, &PlanOptions { allow_recreate: true, way_back });
    if let Some(refusal) = refused.first() {
        return Err(Stop::Failed(format!("plan: {}", refusal.why)));
    }
    Ok(steps.iter().map(|step| format!("{}\n", step.sql)).collect())
}

/// Stops when anything differs between a database and what a schema file asks for.
pub(super) fn no_changes(what: &str, prev: &SqlSchema, next: &SqlSchema) -> Step<()> {
    let changes = changes(prev, next);
    match changes.changes.first() {
        None => Ok(()),
        Some(_) => {
            let sql = script(&changes, false)?;
            let first = sql.lines().take(3).collect::<Vec<_>>().join(" ");
            Err(Stop::Failed(format!("{what}: {} changes are left: {first}", changes.changes.len())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn dumps_are_compared_without_the_order_of_columns() {
        let one = "-- x\nSET a = b;\nCREATE TABLE public.t (\n    b integer,\n    a text\n);\n";
        let two = "CREATE TABLE public.t (\n    a text,\n    b integer\n);\n";
        assert_eq!(normalise(one), normalise(two));
    }
}
