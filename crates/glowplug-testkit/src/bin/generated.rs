//! `generated DIR [--only NAME] [--smallest N] [--graphql] [--time] [--diesel PROGRAM]`: generates code of projects,
//! compiles it, and prints a table.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this program exists to print its results")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use glowplug_testkit::generated::{Compiled, Harness, Outcome, Wanted, run};

const USAGE: &str =
    "usage: generated DIR [--only NAME] [--smallest N] [--graphql] [--time] [--diesel PROGRAM]";

/// How often something is measured.
const ROUNDS: usize = 3;

fn main() -> ExitCode {
    let (dir, wanted) = match parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(message) => {
            eprintln!("error: {message}\nhint: {USAGE}");
            return ExitCode::from(2);
        }
    };
    let measured = wanted.rounds > 0;
    println!("{}", header(measured));
    match run(&dir, &wanted, &Harness::new(), &mut |outcome| print!("{}", rows(outcome))) {
        Ok(outcomes) => summary(&outcomes),
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<(PathBuf, Wanted), String> {
    let (mut dir, mut wanted) = (None, Wanted::default());
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("`{arg}` needs a value"));
        match arg.as_str() {
            "--only" => wanted.only = Some(value()?),
            "--smallest" => {
                wanted.smallest =
                    Some(value()?.parse().map_err(|_| "`--smallest` needs a number".to_owned())?);
            }
            "--graphql" => wanted.graphql = true,
            "--time" => wanted.rounds = ROUNDS,
            "--diesel" => wanted.diesel = Some(PathBuf::from(value()?)),
            flag if flag.starts_with('-') => return Err(format!("unknown flag `{flag}`")),
            path if dir.is_none() => dir = Some(PathBuf::from(path)),
            other => return Err(format!("unexpected argument `{other}`")),
        }
    }
    Ok((dir.ok_or("no folder was given")?, wanted))
}

fn header(measured: bool) -> String {
    let times = if measured { "     check     build   a column" } else { "" };
    format!("{:<36}{:>8}{:>9}{:>8}{times}", "", "tables", "columns", "lines")
}

fn rows(outcome: &Outcome) -> String {
    let (tables, columns) = (outcome.tables, outcome.columns);
    let generation = format!("{} ({:.1} ms)", outcome.project, outcome.generation.as_secs_f64() * 1000.0);
    let mut text = row(&generation, tables, columns, &outcome.generated);
    if let Some(graphql) = &outcome.graphql {
        text.push_str(&row("  with resolvers", tables, columns, graphql));
    }
    if let Some(beside) = &outcome.beside {
        text.push_str(&row("  print-schema and by hand", tables, columns, &beside.compiled));
        for difference in beside.differences.iter().filter(|it| it.reason.is_none()) {
            text.push_str(&format!("  differs: {difference}\n"));
        }
        let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
        for reason in beside.differences.iter().filter_map(|it| it.reason) {
            *reasons.entry(reason.to_string()).or_default() += 1;
        }
        let reasons: Vec<String> =
            reasons.iter().map(|(reason, count)| format!("{reason}: {count}")).collect();
        if !reasons.is_empty() {
            text.push_str(&format!("  differences on purpose: {}\n", reasons.join(", ")));
        }
    }
    text
}

fn row(name: &str, tables: usize, columns: usize, compiled: &Compiled) -> String {
    let mut text = format!("{name:<36}{tables:>8}{columns:>9}{:>8}", compiled.lines);
    if let (Some(check), Some(build)) = (compiled.check, compiled.build) {
        text.push_str(&format!(
            "{:>9.2}s{:>9.2}s{:>8.2} ms",
            check.as_secs_f64(),
            build.as_secs_f64(),
            each(build, columns)
        ));
    }
    text.push('\n');
    if let Some(errors) = &compiled.errors {
        for line in errors.lines() {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text
}

/// Milliseconds a column.
fn each(time: Duration, columns: usize) -> f64 {
    time.as_secs_f64() * 1000.0 / columns.max(1) as f64
}

fn summary(outcomes: &[Outcome]) -> ExitCode {
    let compiled = outcomes.iter().flat_map(|it| [Some(&it.generated), it.graphql.as_ref()]).flatten();
    let failed = compiled.filter(|it| it.errors.is_some()).count();
    let unexplained = outcomes.iter().filter_map(|it| it.beside.as_ref()).flat_map(|it| &it.differences);
    let unexplained = unexplained.filter(|it| it.reason.is_none()).count();
    let beside: Vec<_> = outcomes.iter().filter_map(|it| Some((it, it.beside.as_ref()?))).collect();
    let total = |time: &dyn Fn(&Compiled) -> Option<Duration>| -> Option<(f64, f64)> {
        let pairs = beside.iter().map(|(it, other)| Some((time(&it.generated)?, time(&other.compiled)?)));
        let pairs: Vec<(Duration, Duration)> = pairs.collect::<Option<_>>()?;
        let sum =
            |of: fn(&(Duration, Duration)) -> Duration| pairs.iter().map(of).sum::<Duration>().as_secs_f64();
        (!pairs.is_empty()).then(|| (sum(|it| it.0), sum(|it| it.1)))
    };
    for (what, time) in [("check", total(&|it| it.check)), ("build", total(&|it| it.build))] {
        if let Some((ours, theirs)) = time {
            println!(
                "{what} of all: generated {ours:.2} s, print-schema and by hand {theirs:.2} s, {:.2} times",
                ours / theirs
            );
        }
    }
    println!("{} projects, {failed} do not compile, {unexplained} unexplained differences", outcomes.len());
    ExitCode::from(u8::from(failed + unexplained > 0))
}
