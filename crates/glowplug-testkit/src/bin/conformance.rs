//! `conformance DIR [--suite NAME] [--case NAME] [--json]`: runs folders of cases and counts.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this program exists to print its results")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use glowplug_testkit::conformance::{CaseResult, Verdict, Wanted, run};

const USAGE: &str = "usage: conformance DIR [--suite NAME] [--case NAME] [--json]";

struct Args {
    dir: PathBuf,
    wanted: Wanted,
    json: bool,
}

fn main() -> ExitCode {
    let args = match parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(message) => {
            eprintln!("error: {message}\nhint: {USAGE}");
            return ExitCode::from(2);
        }
    };
    // A panic of a case is told as its failure, once.
    std::panic::set_hook(Box::new(|_| {}));
    let results = run(&args.dir, &args.wanted);
    if results.is_empty() {
        eprintln!("error: no case was found under `{}`\nhint: {USAGE}", args.dir.display());
        return ExitCode::from(2);
    }
    if args.json {
        print_json(&results)
    } else {
        print_text(&results)
    }
    let failed = results.iter().any(|result| matches!(result.verdict, Verdict::Failed(_)));
    ExitCode::from(u8::from(failed))
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<Args, String> {
    let (mut dir, mut wanted, mut json) = (None, Wanted::default(), false);
    while let Some(arg) = args.next() {
        let mut value = |name: &str| args.next().ok_or_else(|| format!("`{name}` needs a value"));
        match arg.as_str() {
            "--suite" => wanted.suite = Some(value("--suite")?),
            "--case" => wanted.case = Some(value("--case")?),
            "--json" => json = true,
            flag if flag.starts_with('-') => return Err(format!("unknown flag `{flag}`")),
            path if dir.is_none() => dir = Some(PathBuf::from(path)),
            other => return Err(format!("unexpected argument `{other}`")),
        }
    }
    let dir = dir.ok_or("no folder was given")?;
    if dir.is_dir() {
        Ok(Args { dir, wanted, json })
    } else {
        Err(format!("`{}` is not a folder", dir.display()))
    }
}

/// Passed, failed, blocked.
#[derive(Default, Clone, Copy)]
struct Counts([usize; 3]);

impl Counts {
    fn add(&mut self, verdict: &Verdict) {
        let at = match verdict {
            Verdict::Passed => 0,
            Verdict::Failed(_) => 1,
            Verdict::Blocked(_) => 2,
        };
        self.0[at] += 1;
    }

    fn text(self) -> String {
        format!("{} passed, {} failed, {} blocked", self.0[0], self.0[1], self.0[2])
    }
}

fn counts(results: &[CaseResult]) -> (BTreeMap<&'static str, Counts>, Counts) {
    let mut all = Counts::default();
    let mut suites: BTreeMap<&'static str, Counts> = BTreeMap::new();
    for result in results {
        suites.entry(result.suite).or_default().add(&result.verdict);
        all.add(&result.verdict);
    }
    (suites, all)
}

fn print_text(results: &[CaseResult]) {
    for result in results {
        match &result.verdict {
            Verdict::Passed => {}
            Verdict::Failed(why) => {
                println!("failed {}/{}: {}", result.suite, result.case, why.replace('\n', " "))
            }
            Verdict::Blocked(why) => {
                println!("blocked {}/{}: {}", result.suite, result.case, why.replace('\n', " "))
            }
        }
    }
    let (suites, all) = counts(results);
    for (suite, counts) in suites {
        println!("{suite}: {}", counts.text());
    }
    println!("all: {}", all.text());
}

fn print_json(results: &[CaseResult]) {
    let cases: Vec<serde_json::Value> = results
        .iter()
        .map(|result| {
            let (verdict, why) = match &result.verdict {
                Verdict::Passed => ("passed", None),
                Verdict::Failed(why) => ("failed", Some(why)),
                Verdict::Blocked(why) => ("blocked", Some(why)),
            };
            serde_json::json!({ "suite": result.suite, "case": result.case, "verdict": verdict, "why": why })
        })
        .collect();
    let value = |counts: Counts| serde_json::json!({ "passed": counts.0[0], "failed": counts.0[1], "blocked": counts.0[2] });
    let (suites, all) = counts(results);
    let suites: BTreeMap<_, _> = suites.into_iter().map(|(suite, counts)| (suite, value(counts))).collect();
    println!("{:#}", serde_json::json!({ "cases": cases, "suites": suites, "all": value(all) }));
}
