//! A small workspace in a temporary folder, with a fresh database, and the commands of a transcript.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use glowplug_dialect::database::{ConnectOptions, Connector as _};
use glowplug_sqlite::connector::SqliteConnector;
use glowplug_testkit::case::Case;
use glowplug_testkit::postgres::TestDatabase;
use regex::Regex;
use tempfile::TempDir;

/// The workspace of one case.
pub(crate) struct Sandbox {
    folder: TempDir,
    /// None for a case whose database is a file of the workspace.
    database: Option<TestDatabase>,
}

const MANIFEST: &str = "[workspace]\nresolver = \"3\"\n";

impl Sandbox {
    /// Writes every section of the case but `session` as a file. A section `Cargo.toml` replaces the plain one;
    /// a case whose sentence says `no database` starts without one, and that of one whose sentence says `SQLite`
    /// is `prisma/dev.db` in the workspace.
    pub(crate) fn new(case: &Case) -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("Cargo.toml"), MANIFEST).unwrap();
        for (name, text) in case.sections.iter().filter(|(name, _)| name != "session") {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let created = !case.about.contains("no database");
        let database = if case.about.contains("SQLite") {
            None
        } else if created {
            Some(TestDatabase::new())
        } else {
            Some(TestDatabase::not_created())
        };
        Self { folder, database }
    }

    /// Runs the lines of a transcript that start with `$` and gives the transcript that came of it.
    pub(crate) fn replay(&self, session: &str) -> String {
        let mut transcript = String::new();
        for line in session.lines() {
            let Some(command) = line.strip_prefix("$ ") else { continue };
            transcript.push_str(&format!("{line}\n{}", self.run(&self.filled_in(command))));
        }
        transcript
    }

    /// The command with the hash that was printed last, `{hash}`, and the parts of the database's address: `{user}`,
    /// `{password}`, `{host}`, `{port}`, `{db}`.
    fn filled_in(&self, command: &str) -> String {
        let command = &command.replace("{hash}", &self.last_hash());
        let Some(database) = &self.database else { return command.to_owned() };
        let url = database.url();
        let (login, place) = url.split_once("://").unwrap().1.split_once('@').unwrap();
        let (user, password) = login.split_once(':').unwrap();
        let (host, port) = place.split_once('/').unwrap().0.rsplit_once(':').unwrap();
        [("{user}", user), ("{password}", password), ("{host}", host), ("{port}", port)]
            .into_iter()
            .chain([("{db}", database.name())])
            .fold(command.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    fn last_hash(&self) -> String {
        let log = fs::read_to_string(self.folder.path().join(".output")).unwrap_or_default();
        let hash = Regex::new(r"(--confirm|Hash) ([0-9a-f]{12})\b").unwrap();
        hash.captures(&log).map(|found| found[2].to_owned()).unwrap_or_default()
    }

    fn run(&self, command: &str) -> String {
        let root = self.folder.path();
        let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
        match verb {
            "sql" => self.sql(rest),
            "cp" => {
                let (from, to) = rest.split_once(' ').unwrap();
                let to = root.join(to);
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::copy(root.join(from), to).unwrap();
                String::new()
            }
            "rm" => {
                let path = self.find(rest);
                if path.is_dir() {
                    fs::remove_dir_all(path).unwrap()
                } else {
                    fs::remove_file(path).unwrap()
                }
                String::new()
            }
            "mv" => {
                let (from, to) = rest.split_once(' ').unwrap();
                let (from, to) = (self.find(from), root.join(to));
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::rename(from, to).unwrap();
                String::new()
            }
            "same" => {
                let (one, other) = rest.split_once(' ').unwrap();
                let text = |path| fs::read_to_string(self.find(path)).unwrap();
                if text(one) == text(other) { "yes\n".to_owned() } else { "no\n".to_owned() }
            }
            "chmod" => {
                let (mode, path) = rest.split_once(' ').unwrap();
                let mode = fs::Permissions::from_mode(u32::from_str_radix(mode, 8).unwrap());
                fs::set_permissions(self.find(path), mode).unwrap();
                String::new()
            }
            "append" => {
                let (path, text) = rest.split_once(' ').unwrap();
                let path = self.find(path);
                let old = fs::read_to_string(&path).unwrap_or_default();
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, format!("{old}{text}\n")).unwrap();
                String::new()
            }
            "cat" => self.redact(&fs::read_to_string(self.find(rest)).unwrap()),
            "ls" => {
                let mut names: Vec<String> = fs::read_dir(self.find(rest))
                    .map(|entries| {
                        entries
                            .flatten()
                            .map(|entry| entry.file_name().to_string_lossy().into_owned())
                            .collect()
                    })
                    .unwrap_or_default();
                names.sort();
                self.redact(&names.iter().map(|name| format!("{name}\n")).collect::<String>())
            }
            "git" => {
                let output = Command::new("git")
                    .current_dir(root)
                    .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com"])
                    .args(split(rest))
                    .output()
                    .unwrap();
                assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
                String::new()
            }
            "glowplug" => self.glowplug(rest),
            other => panic!("no such verb in a session: `{other}`"),
        }
    }

    /// A path whose `*` stands for the rest of a name (of a migration, whose time nobody knows).
    fn find(&self, path: &str) -> std::path::PathBuf {
        let mut found = self.folder.path().to_owned();
        for part in path.split('/') {
            found = match part.split_once('*') {
                None => found.join(part),
                Some((start, end)) => fs::read_dir(&found)
                    .unwrap()
                    .flatten()
                    .map(|entry| entry.path())
                    .find(|entry| {
                        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
                        name.starts_with(start) && name.ends_with(end)
                    })
                    .unwrap_or_else(|| panic!("nothing matches `{path}`")),
            };
        }
        found
    }

    /// `*name` as the whole name of the folder that ends so.
    fn migration(&self, name: &str) -> String {
        if !name.starts_with('*') {
            return name.to_owned();
        }
        let path = self.find(&format!("prisma/migrations/{name}"));
        path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn sql(&self, sql: &str) -> String {
        let Some(database) = &self.database else { return self.sql_on_file(sql) };
        if sql.to_lowercase().starts_with("select") {
            let rows = database.query_text(sql);
            let line = |row: &Vec<Option<String>>| {
                row.iter()
                    .map(|value| value.clone().unwrap_or_else(|| "NULL".to_owned()))
                    .collect::<Vec<_>>()
                    .join(" | ")
            };
            return self.redact(&rows.iter().map(|row| format!("{}\n", line(row))).collect::<String>());
        }
        database.execute(sql);
        String::new()
    }

    fn sql_on_file(&self, sql: &str) -> String {
        let url = format!("file:{}/prisma/dev.db", self.folder.path().display());
        let mut file = SqliteConnector.connect(&url, &ConnectOptions::default()).unwrap();
        if !sql.to_lowercase().starts_with("select") {
            file.execute(sql).unwrap();
            return String::new();
        }
        let value = |value: Option<String>| value.unwrap_or_else(|| "NULL".to_owned());
        let rows = file.query(sql).unwrap().into_iter();
        let lines =
            rows.map(|row| format!("{}\n", row.into_iter().map(value).collect::<Vec<_>>().join(" | ")));
        self.redact(&lines.collect::<String>())
    }

    /// Runs the tool without a terminal. Words are split at blanks; `'...'` keeps blanks together; `NAME=value`
    /// anywhere sets a variable (`PASSWORD=` the password in the database's address); `*name` stands for the
    /// migration whose folder ends in it, `@url` for the database's address.
    fn glowplug(&self, words: &str) -> String {
        let log = self.folder.path().join(".output");
        let file = fs::File::create(&log).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-glowplug"));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .envs(std::env::vars().filter(|(name, _)| {
                ["PATH", "HOME", "CARGO", "CARGO_HOME", "RUSTUP_HOME"].contains(&name.as_str())
            }))
            .env("LANG", "C.UTF-8")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file);
        if let Some(database) = &self.database {
            command.env("DATABASE_URL", database.url());
        }
        for word in split(words) {
            match word.split_once('=') {
                Some(("PASSWORD", wrong)) => {
                    command.env("DATABASE_URL", self.with_password(wrong));
                }
                Some((name, value)) if name.chars().all(|c| c.is_ascii_uppercase() || c == '_') => {
                    command.env(name, value);
                }
                _ if word.starts_with('*') || word.contains("..*") => {
                    command.arg(
                        word.split("..").map(|name| self.migration(name)).collect::<Vec<_>>().join(".."),
                    );
                }
                _ if word == "@url" => {
                    command.arg(self.url());
                }
                _ => {
                    command.arg(word);
                }
            }
        }
        let status = command.status().unwrap();
        let output = fs::read_to_string(&log).unwrap();
        let code = status.code().map_or_else(|| "killed".to_owned(), |code| code.to_string());
        let exit = if code == "0" { String::new() } else { format!("(exit code {code})\n") };
        self.redact(&format!("{output}{exit}"))
    }

    fn url(&self) -> String {
        self.database.as_ref().map(TestDatabase::url).unwrap_or_default()
    }

    /// The address of the database with another password.
    fn with_password(&self, password: &str) -> String {
        let url = self.url();
        let (start, end) = url.split_once('@').unwrap();
        let user = start.rsplit_once(':').unwrap().0;
        format!("{user}:{password}@{end}")
    }

    /// What differs from run to run gets a name instead; secrets must not be there at all.
    fn redact(&self, text: &str) -> String {
        let url = self.url();
        let password = url
            .split("://")
            .nth(1)
            .and_then(|rest| rest.split('@').next())
            .and_then(|user| user.split_once(':'));
        if let Some((_, password)) = password {
            assert!(password.len() < 4 || !text.contains(password), "the password was printed:\n{text}");
        }
        let mut text = match &self.database {
            Some(database) => text.replace(database.name(), "[DB]"),
            None => text.replace(&self.folder.path().display().to_string(), "[WORKSPACE]"),
        };
        for (pattern, name) in [
            (r"\b2\d{13}_", "[TIME]_"),
            (r"\b2\d{13}\b", "[TIME]"),
            (r"_before_reset_2\d{13}(_\d)?", "_before_reset_[TIME]"),
            // A column of sizes is as wide as its widest name, which may have a number.
            (r" {2,}\d+\.\d [kM]B\b", "  [SIZE]"),
            (r"\b\d+\.\d [kM]B\b", "[SIZE]"),
            (r" *\b\d+ ms\b", " [MS]"),
            (r#""milliseconds": \d+"#, "\"milliseconds\": [MS]"),
            (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?(\+\d\d)?", "[WHEN]"),
            (r"127\.0\.0\.1:\d+", "[HOST]"),
            (r"server process \d+", "server process [PID]"),
            (r#""bytes": \d+"#, "\"bytes\": [BYTES]"),
            (r"(--confirm|Hash) [0-9a-f]{12}\b", "$1 [HASH]"),
            (r#""hash": "[0-9a-f]{12}""#, "\"hash\": \"[HASH]\""),
            (r"[ \t]+\n", "\n"),
        ] {
            text = Regex::new(pattern).unwrap().replace_all(&text, name).into_owned();
        }
        text
    }
}

fn split(words: &str) -> Vec<String> {
    let mut result = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in words.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => {
                if !word.is_empty() {
                    result.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        result.push(word);
    }
    result
}

#[test]
fn words_are_split_as_a_shell_would() {
    assert_eq!(split("migrate --name 'a b' -x"), ["migrate", "--name", "a b", "-x"]);
}
