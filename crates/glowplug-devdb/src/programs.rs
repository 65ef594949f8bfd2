//! Finding the PostgreSQL programs that a machine has.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::DevDbError;
use crate::account::Account;

/// The oldest major version that the local database supports.
const OLDEST: u32 = 12;

/// What a folder must hold to be of use.
const NEEDED: [&str; 3] = ["postgres", "initdb", "pg_ctl"];

/// A folder with PostgreSQL's server programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Programs {
    /// The folder.
    pub(crate) bin: PathBuf,
    /// The version as the server prints it, e.g. `15.18`.
    pub(crate) version: String,
    /// Its first number.
    pub(crate) major: u32,
}

impl Programs {
    /// The path of one program.
    pub(crate) fn path(&self, program: &str) -> PathBuf {
        self.bin.join(program)
    }
}

/// Where to look.
#[derive(Debug, Clone, Default)]
pub(crate) struct Search {
    /// The one folder to use (`GLOWPLUG_POSTGRES_BIN`).
    pub(crate) only: Option<PathBuf>,
    /// The value of `PATH`.
    pub(crate) path: Option<OsString>,
    /// The root of the file system; another folder in tests.
    pub(crate) root: PathBuf,
}

/// Finds the programs to use, of `major` if a data folder asks for it.
///
/// # Errors
/// No programs at all, an override that does not hold, or none of the wanted major version.
pub(crate) fn find(
    search: &Search,
    account: &Account,
    data: Option<(&Path, u32)>,
) -> Result<Programs, DevDbError> {
    if let Some(dir) = &search.only {
        let programs = from_override(dir, account)?;
        return match data {
            Some((data_dir, major)) if major != programs.major => {
                Err(other_major(data_dir, major, &[programs]))
            }
            _ => Ok(programs),
        };
    }
    let candidates = candidates(search);
    let mut others = Vec::new();
    for dir in &candidates {
        let Ok(programs) = inspect(dir, account) else { continue };
        match data {
            Some((_, major)) if major != programs.major => others.push(programs),
            _ => return Ok(programs),
        }
    }
    match data {
        Some((data_dir, major)) if !others.is_empty() => Err(other_major(data_dir, major, &others)),
        _ => Err(DevDbError::NoPrograms { looked: candidates.len() }),
    }
}

fn from_override(dir: &Path, account: &Account) -> Result<Programs, DevDbError> {
    // An installation folder is accepted as well as its `bin`.
    inspect(dir, account).or_else(|missing| {
        inspect(&dir.join("bin"), account)
            .map_err(|_| DevDbError::BadOverride { dir: dir.to_owned(), missing })
    })
}

fn other_major(data_dir: &Path, data: u32, found: &[Programs]) -> DevDbError {
    let found: Vec<&str> = found.iter().map(|it| it.version.as_str()).collect();
    DevDbError::OtherMajor { dir: data_dir.to_owned(), data, found: found.join(", ") }
}

/// Looks at one folder; the error is the name of the program that is missing or does not run.
fn inspect(bin: &Path, account: &Account) -> Result<Programs, String> {
    for program in NEEDED {
        if !bin.join(program).is_file() {
            return Err(program.to_owned());
        }
    }
    // Run as the server's account: programs in root's home are of no use to it.
    let output = account
        .command(bin.join("postgres"))
        .arg("--version")
        .output()
        .map_err(|source| format!("postgres ({source})"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match parse_version(&text) {
        Some((version, major)) if major >= OLDEST => Ok(Programs { bin: bin.to_owned(), version, major }),
        Some((version, _)) => Err(format!("postgres (version {version} is older than {OLDEST})")),
        None => Err("postgres".to_owned()),
    }
}

/// Reads `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn parse_version(text: &str) -> Option<(String, u32)> {
    let (_, rest) = text.split_once("(PostgreSQL) ")?;
    let version = rest.split_whitespace().next()?;
    let digits: &str = &version[..version.find(|it: char| !it.is_ascii_digit()).unwrap_or(version.len())];
    Some((version.to_owned(), digits.parse().ok()?))
}

/// The folders to look at, in order: PATH, `pg_config`, then where packages put them, newest first.
fn candidates(search: &Search) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = search.path.iter().flat_map(std::env::split_paths).collect();
    found.extend(pg_config(search));
    // Debian and Ubuntu; Red Hat's packages of postgresql.org; Homebrew on both processors; Postgres.app.
    found.extend(versions(&search.root.join("usr/lib/postgresql"), "", "bin"));
    found.extend(versions(&search.root.join("usr"), "pgsql-", "bin"));
    for homebrew in ["opt/homebrew/opt", "usr/local/opt", "home/linuxbrew/.linuxbrew/opt"] {
        let homebrew = search.root.join(homebrew);
        found.extend(versions(&homebrew, "postgresql@", "bin"));
        found.push(homebrew.join("postgresql/bin"));
    }
    found.extend(versions(&search.root.join("Applications/Postgres.app/Contents/Versions"), "", "bin"));
    found.push(search.root.join("usr/local/pgsql/bin"));
    let mut unique = Vec::new();
    for dir in found {
        if dir.is_absolute() && dir.is_dir() && !unique.contains(&dir) {
            unique.push(dir);
        }
    }
    unique
}

/// The folder that a `pg_config` on PATH names.
fn pg_config(search: &Search) -> Option<PathBuf> {
    let program = std::env::split_paths(search.path.as_ref()?)
        .map(|dir| dir.join("pg_config"))
        .find(|program| program.is_absolute() && program.is_file())?;
    let output = Command::new(program).arg("--bindir").output().ok()?;
    let dir = String::from_utf8(output.stdout).ok()?;
    (!dir.trim().is_empty()).then(|| PathBuf::from(dir.trim()))
}

/// The folders `parent/<prefix><number>/<below>`, highest number first.
fn versions(parent: &Path, prefix: &str, below: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    let mut found: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            // "9.6" reads as 9: too old anyway, and then skipped by its real version.
            let number = name.to_str()?.strip_prefix(prefix)?.split('.').next()?.parse().ok()?;
            Some((number, entry.path().join(below)))
        })
        .collect();
    found.sort_by(|one, two| two.cmp(one));
    found.into_iter().map(|(_, dir)| dir).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// Installs programs that only know their version.
    fn install(dir: &Path, version: &str) {
        fs::create_dir_all(dir).unwrap();
        for program in NEEDED {
            let path = dir.join(program);
            fs::write(&path, format!("#!/bin/sh\necho '{program} (PostgreSQL) {version}'\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    fn temp() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        dir
    }

    fn search(root: &Path) -> Search {
        Search { only: None, path: None, root: root.to_owned() }
    }

    #[test]
    fn versions_are_read_in_all_their_forms() {
        let parsed = |text| parse_version(text).unwrap();
        assert_eq!(
            parsed("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            ("15.18".to_owned(), 15)
        );
        assert_eq!(parsed("postgres (PostgreSQL) 18beta1"), ("18beta1".to_owned(), 18));
        assert_eq!(parsed("postgres (PostgreSQL) 9.6.24"), ("9.6.24".to_owned(), 9));
        assert_eq!(parse_version("command not found"), None);
    }

    #[test]
    fn the_newest_debian_version_wins_by_number() {
        let root = temp();
        for version in ["9.6", "13", "17", "8.4"] {
            install(&root.path().join(format!("usr/lib/postgresql/{version}/bin")), version);
        }
        let found = find(&search(root.path()), &Account::Own, None).unwrap();
        assert_eq!(found.major, 17);
    }

    #[test]
    fn path_comes_before_the_usual_places() {
        let root = temp();
        install(&root.path().join("usr/lib/postgresql/17/bin"), "17.2");
        install(&root.path().join("mine"), "16.1");
        let path = Some(root.path().join("mine").into_os_string());
        let found = find(&Search { path, ..search(root.path()) }, &Account::Own, None).unwrap();
        assert_eq!(found.version, "16.1");
    }

    #[test]
    fn homebrew_and_postgres_app_are_known() {
        for place in
            ["opt/homebrew/opt/postgresql@16/bin", "Applications/Postgres.app/Contents/Versions/16/bin"]
        {
            let root = temp();
            install(&root.path().join(place), "16.4");
            let found = find(&search(root.path()), &Account::Own, None).unwrap();
            assert_eq!(found.bin, root.path().join(place));
        }
    }

    #[test]
    fn existing_data_chooses_the_version_that_wrote_it() {
        let root = temp();
        install(&root.path().join("usr/lib/postgresql/17/bin"), "17.2");
        install(&root.path().join("usr/lib/postgresql/15/bin"), "15.8");
        let data = Path::new("/data");
        let found = find(&search(root.path()), &Account::Own, Some((data, 15))).unwrap();
        assert_eq!(found.version, "15.8");
        let error = find(&search(root.path()), &Account::Own, Some((data, 14))).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the data in `/data` was written by PostgreSQL 14, and this machine has 17.2, 15.8"
        );
    }

    #[test]
    fn an_override_without_programs_is_an_error_even_when_others_exist() {
        let root = temp();
        install(&root.path().join("usr/lib/postgresql/17/bin"), "17.2");
        let only = Some(root.path().join("nothing"));
        let error = find(&Search { only, ..search(root.path()) }, &Account::Own, None).unwrap_err();
        assert_eq!(error.code(), "GP5002");
        let only = Some(root.path().join("usr/lib/postgresql/17"));
        assert_eq!(find(&Search { only, ..search(root.path()) }, &Account::Own, None).unwrap().major, 17);
    }

    #[test]
    fn too_old_versions_are_passed_over() {
        let root = temp();
        install(&root.path().join("usr/lib/postgresql/11/bin"), "11.22");
        let error = find(&search(root.path()), &Account::Own, None).unwrap_err();
        assert_eq!(error.code(), "GP5001");
    }
}
