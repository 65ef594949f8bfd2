//! One table: what introspection and planning cost beside the catalog queries alone, and beside Diesel's.
//!
//! `cargo xtask bench`. `GLOWPLUG_BENCH_DIESEL` names a `diesel` to compare with.

#![expect(clippy::print_stdout, reason = "a benchmark speaks here")]
#![allow(clippy::unwrap_used, reason = "a benchmark ends where something unexpected happens")]

mod support;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use glowplug_dialect::database::{ConnectOptions, Connector};
use glowplug_postgres::connector::PostgresConnector;
use glowplug_postgres::introspect::QUERIES;
use glowplug_testkit::postgres::{TestDatabase, server};
use support::TABLES;

/// How often each is measured; the median counts.
const ROUNDS: usize = 15;
/// Introspection may cost so many times what the queries alone cost.
const INTROSPECTION_GOAL: f64 = 1.5;
/// Diff and plan must stay below this.
const PLAN_GOAL: Duration = Duration::from_millis(50);

fn main() {
    // Cargo hands `--bench` and the words after `--`: a filter that means another benchmark.
    let filter = std::env::args().skip(1).find(|it| !it.starts_with("--"));
    if filter.is_some_and(|it| !"side_by_side".contains(&it)) {
        return;
    }
    let database = support::filled();
    println!("{TABLES} tables, {}, {ROUNDS} rounds", version(&database));
    println!("  {:<27}{:>10}{:>10}", "milliseconds", "median", "fastest");
    // Turn by turn, so that whatever else the machine does meets both.
    let (mut ours, mut queries) = (Vec::new(), Vec::new());
    let mut db = PostgresConnector.connect(&database.url(), &ConnectOptions::default()).unwrap();
    let mut psql = Psql::start(&database);
    for _ in 0..ROUNDS {
        ours.push(timed(|| assert_eq!(db.introspect(&[]).unwrap().tables.len(), TABLES)));
        queries.extend(psql.as_mut().map(Psql::round));
    }
    let ours = taken(ours);
    row("introspect", Some(ours), "");
    match queries.is_empty() {
        true => row("the catalog queries in psql", None, "there is no psql beside the server or in PATH"),
        false => {
            let alone = taken(queries);
            row("the catalog queries in psql", Some(alone), "");
            let ratio = ours.median.as_secs_f64() / alone.median.as_secs_f64();
            let verdict = verdict(ratio <= INTROSPECTION_GOAL);
            println!(
                "  introspect / queries       {ratio:>10.2}{:>10}  goal {INTROSPECTION_GOAL}: {verdict}",
                ""
            );
        }
    }
    diesel(&database);
    plan();
}

/// A schema file against the database that its models made.
fn plan() {
    let database = TestDatabase::new();
    database.execute(&support::sql(&support::schema(TABLES, "")));
    let mut db = PostgresConnector.connect(&database.url(), &ConnectOptions::default()).unwrap();
    let prev = db.introspect(&[]).unwrap();
    for (name, extra) in [("diff and plan, no change", ""), ("diff and plan, all changed", "added String?")] {
        let next = support::schema(TABLES, extra);
        let times = (0..ROUNDS).map(|_| timed(|| support::diff_and_plan(&prev, &next))).collect();
        let taken = taken(times);
        row(
            name,
            Some(taken),
            &format!("goal {} ms: {}", PLAN_GOAL.as_millis(), verdict(taken.median < PLAN_GOAL)),
        );
    }
}

/// Once: it takes longer than everything else together.
fn diesel(database: &TestDatabase) {
    let name = "diesel print-schema";
    let Some(program) = std::env::var_os("GLOWPLUG_BENCH_DIESEL") else {
        return row(name, None, "not measured: `cargo xtask bench --with-diesel`");
    };
    let mut command = Command::new(program);
    command.args(["print-schema", "--database-url", &database.url()]).current_dir(std::env::temp_dir());
    let mut output = None;
    let time = timed(|| output = Some(command.output().unwrap()));
    let output = output.unwrap();
    let tables = String::from_utf8_lossy(&output.stdout).matches("table! {").count();
    if output.status.success() && tables == TABLES {
        row(name, Some(taken(vec![time])), "one round");
    } else {
        row(name, None, String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or("it failed"));
    }
}

fn row(name: &str, time: Option<Taken>, note: &str) {
    let shown = |time: Option<Duration>| {
        time.map_or_else(|| "-".to_owned(), |time| format!("{:.1}", time.as_secs_f64() * 1000.0))
    };
    let (median, fastest) = (shown(time.map(|it| it.median)), shown(time.map(|it| it.fastest)));
    println!("  {name:<27}{median:>10}{fastest:>10}  {note}");
}

/// What the rounds took.
#[derive(Clone, Copy)]
struct Taken {
    median: Duration,
    fastest: Duration,
}

fn taken(mut rounds: Vec<Duration>) -> Taken {
    rounds.sort();
    Taken { median: rounds[rounds.len() / 2], fastest: rounds[0] }
}

fn verdict(reached: bool) -> &'static str {
    if reached { "reached" } else { "missed" }
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}

fn version(database: &TestDatabase) -> String {
    let rows =
        database.query_text("SELECT split_part(version(), ' ', 1) || ' ' || split_part(version(), ' ', 2)");
    rows[0][0].clone().unwrap()
}

/// A session that has the queries prepared as text and says how long each took.
struct Psql {
    child: std::process::Child,
    lines: std::io::Lines<std::io::BufReader<std::process::ChildStdout>>,
    script: String,
}

impl Psql {
    fn start(database: &TestDatabase) -> Option<Self> {
        let mut child = Command::new(program()?)
            .args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", &database.url()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
        // The same settings as in our own transaction, and the rows go nowhere.
        let mut script =
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\nSET LOCAL jit = off;\nSET LOCAL search_path = public;\n\\timing on\n\\o /dev/null\n".to_owned();
        for query in QUERIES {
            script.push_str(&format!("{};\n", query.replace("$1", "ARRAY['public']")));
        }
        script.push_str("\\timing off\n\\o\nROLLBACK;\n\\echo done\n");
        Some(Self { child, lines, script })
    }

    /// How long all queries took together.
    fn round(&mut self) -> Duration {
        self.child.stdin.as_mut().unwrap().write_all(self.script.as_bytes()).unwrap();
        let mut total = 0.0;
        for line in self.lines.by_ref().map(Result::unwrap).take_while(|line| line != "done") {
            let milliseconds = line.strip_prefix("Time: ").and_then(|it| it.split(' ').next());
            total += milliseconds.and_then(|it| it.parse::<f64>().ok()).unwrap_or_default();
        }
        assert!(total > 0.0, "psql says no time");
        Duration::from_secs_f64(total / 1000.0)
    }
}

impl Drop for Psql {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Beside the server's programs, else in PATH, else where Debian puts them.
fn program() -> Option<PathBuf> {
    server();
    let named = std::env::var_os("GLOWPLUG_POSTGRES_BIN").map(|bin| PathBuf::from(bin).join("psql"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = named.into_iter().collect();
    places.extend(std::env::split_paths(&path).map(|dir| dir.join("psql")));
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    places.extend(versions.map(|version| version.path().join("bin/psql")));
    places.into_iter().find(|it| it.is_file())
}
