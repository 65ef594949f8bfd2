//! A crate outside of the workspace, with the libraries that generated code may use and nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use glowplug_codegen::GeneratedFile;

use super::Compiled;

/// Where code is compiled. Its libraries have the versions of the repository's Cargo.lock.
#[derive(Debug, Clone)]
pub struct Harness {
    repository: PathBuf,
    folder: PathBuf,
    build: PathBuf,
}

/// How many errors are shown.
const SHOWN: usize = 3;

impl Harness {
    /// The harness of this repository, in its folder for local state.
    #[must_use]
    pub fn new() -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let repository = manifest.ancestors().nth(2).unwrap_or(manifest).to_owned();
        let folder = repository.join(".glowplug/generated");
        let build = repository.join("target/generated");
        Self { repository, folder, build }
    }

    /// Writes the crate and compiles its libraries, for builds too if something is to be measured. `widest` is the
    /// number of columns of the widest table.
    pub(super) fn prepare(&self, widest: usize, rounds: usize) -> Result<(), String> {
        // What each width costs Diesel's own build grows fast.
        let width = [32, 64, 128].into_iter().find(|width| *width >= widest).unwrap_or(128);
        let manifest = MANIFEST
            .replace("{repository}", &self.repository.display().to_string())
            .replace("{width}", &width.to_string());
        self.write("Cargo.toml", &manifest)?;
        let lock = fs::read_to_string(self.repository.join("Cargo.lock"));
        self.write("Cargo.lock", &lock.map_err(|error| format!("Cargo.lock: {error}"))?)?;
        self.source(&[])?;
        for command in if rounds == 0 { &["check"][..] } else { &["check", "build"] } {
            self.cargo(command)?.map_err(|errors| format!("the libraries do not compile:\n{errors}"))?;
        }
        Ok(())
    }

    /// Compiles files as the whole of the crate, and measures that `rounds` times.
    pub(super) fn compile(&self, files: &[GeneratedFile], rounds: usize) -> Result<Compiled, String> {
        self.source(files)?;
        let lines = files.iter().map(|file| file.text.lines().count()).sum();
        let errors = self.cargo("check")?.err();
        let measured = errors.is_none() && rounds > 0;
        let cost = |command: &str| -> Result<Option<Duration>, String> {
            if !measured {
                return Ok(None);
            }
            let whole = self.median(command, files, rounds)?;
            let empty = self.median(command, &[], rounds)?;
            Ok(Some(whole.saturating_sub(empty)))
        };
        let (check, build) = (cost("check")?, cost("build")?);
        Ok(Compiled { lines, errors, check, build })
    }

    fn median(&self, command: &str, files: &[GeneratedFile], rounds: usize) -> Result<Duration, String> {
        let mut times = Vec::new();
        for _ in 0..rounds {
            // Written anew, so that cargo compiles it anew.
            self.source(files)?;
            let start = Instant::now();
            self.cargo(command)?.map_err(|errors| format!("it compiled a moment ago:\n{errors}"))?;
            times.push(start.elapsed());
        }
        times.sort();
        Ok(times[times.len() / 2])
    }

    fn source(&self, files: &[GeneratedFile]) -> Result<(), String> {
        let sources = self.folder.join("src");
        // A file of the project before would be a module more.
        let _ = fs::remove_dir_all(&sources);
        let mut lib = "//! Generated code.\n".to_owned();
        for file in files {
            match file.path.as_str() {
                "mod.rs" => lib = file.text.clone(),
                path => self.write(&format!("src/{path}"), &file.text)?,
            }
        }
        self.write("src/lib.rs", &lib)
    }

    fn write(&self, path: &str, text: &str) -> Result<(), String> {
        let path = self.folder.join(path);
        let written =
            fs::create_dir_all(path.parent().unwrap_or(&self.folder)).and_then(|()| fs::write(&path, text));
        written.map_err(|error| format!("`{}`: {error}", path.display()))
    }

    /// Runs cargo; the inner error is what the compiler says.
    fn cargo(&self, command: &str) -> Result<Result<(), String>, String> {
        let mut cargo = Command::new("cargo");
        for (name, _) in std::env::vars_os() {
            // What an outer cargo has set is about another crate.
            if name
                .to_str()
                .is_some_and(|name| name.starts_with("CARGO_PKG") || name.starts_with("CARGO_MANIFEST"))
            {
                cargo.env_remove(name);
            }
        }
        let output = cargo
            .args([command, "--quiet", "--message-format", "short", "--manifest-path"])
            .arg(self.folder.join("Cargo.toml"))
            .env("CARGO_TARGET_DIR", &self.build)
            .env("CARGO_INCREMENTAL", "0")
            .output()
            .map_err(|error| format!("cargo: {error}"))?;
        if output.status.success() {
            return Ok(Ok(()));
        }
        let text = String::from_utf8_lossy(&output.stderr);
        let errors: Vec<&str> = text.lines().filter(|line| line.contains("error")).take(SHOWN).collect();
        Ok(Err(if errors.is_empty() { text.trim().to_owned() } else { errors.join("\n") }))
    }
}

impl Default for Harness {
    fn default() -> Self {
        Self::new()
    }
}

/// What an application with generated code depends on.
const MANIFEST: &str = r#"[package]
name = "generated"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
async-graphql = { version = "7.2", default-features = false, features = ["chrono", "uuid", "decimal"] }
bigdecimal = "0.4"
chrono = { version = "0.4", default-features = false, features = ["clock", "std", "serde"] }
diesel = { version = "2.3", default-features = false, features = ["{width}-column-tables", "postgres_backend", "sqlite", "chrono", "uuid", "serde_json", "numeric", "network-address"] }
diesel-async = { version = "0.9", default-features = false, features = ["postgres", "sqlite"] }
glowplug = { path = "{repository}/crates/glowplug", features = ["id", "json", "sqlite"] }
ipnetwork = "0.21"
libsqlite3-sys = { version = "0.38", features = ["bundled"] }
serde_json = "1.0"
tokio = { version = "1.54", features = ["sync"] }
uuid = { version = "1.29", features = ["v4", "v7", "serde"] }

[profile.dev]
debug = "line-tables-only"

[profile.dev.package."*"]
debug = false
"#;
