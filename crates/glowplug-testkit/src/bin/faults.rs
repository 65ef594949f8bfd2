//! `faults --tool PATH [--runs N] [--seed N] [KIND...]`: tries faults and counts losses.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this program exists to print its results")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use glowplug_testkit::faults::{Kind, Options, Outcome, run};

const USAGE: &str = "usage: faults --tool PATH [--runs N] [--seed N] [KIND...]";

fn main() -> ExitCode {
    let options = match parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            let kinds = Kind::ALL.map(Kind::name).join(", ");
            eprintln!("error: {message}\nhint: {USAGE}; kinds: {kinds}");
            return ExitCode::from(2);
        }
    };
    let begin = Instant::now();
    println!("{:<10} {:>6} {:>6} {:>7}", "kind", "faults", "met", "losses");
    let outcomes = run(&options, &mut print);
    let sum = |of: fn(&Outcome) -> usize| outcomes.iter().map(of).sum::<usize>();
    let losses = sum(|it| it.losses.len());
    println!(
        "{} faults, {} while the tool was at work, {losses} losses, in {} s (seed {})",
        sum(|it| it.faults),
        sum(|it| it.met),
        begin.elapsed().as_secs(),
        options.seed
    );
    ExitCode::from(u8::from(losses > 0))
}

fn print(outcome: &Outcome) {
    let name = outcome.kind.name();
    match &outcome.skipped {
        Some(why) => println!("{name:<10} skipped: {why}"),
        None => println!("{name:<10} {:>6} {:>6} {:>7}", outcome.faults, outcome.met, outcome.losses.len()),
    }
    for loss in &outcome.losses {
        println!("  {}", loss.replace('\n', "\n    "));
    }
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options { tool: PathBuf::new(), runs: 300, kinds: Vec::new(), seed: 1 };
    while let Some(arg) = args.next() {
        let mut value = |name: &str| args.next().ok_or_else(|| format!("`{name}` needs a value"));
        let number = |text: String| text.parse::<u64>().map_err(|_| format!("`{text}` is not a number"));
        match arg.as_str() {
            "--tool" => options.tool = PathBuf::from(value("--tool")?),
            "--runs" => options.runs = usize::try_from(number(value("--runs")?)?).unwrap_or(usize::MAX),
            "--seed" => options.seed = number(value("--seed")?)?,
            name => options.kinds.push(Kind::find(name).ok_or_else(|| format!("unknown kind `{name}`"))?),
        }
    }
    if options.kinds.is_empty() {
        options.kinds = Kind::ALL.to_vec();
    }
    if options.tool.is_file() { Ok(options) } else { Err("`--tool` must name the tool's program".to_owned()) }
}
