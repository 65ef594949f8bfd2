//! Reads the migrations folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::checksum;
use crate::error::HistoryError;

/// One migration on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The folder's name; the key of the ledger.
    pub name: String,
    /// What Diesel calls its version, see [`version_of`].
    pub version: String,
    /// The folder.
    pub path: PathBuf,
    /// Name of the file that `up` came from: `up.sql`, or `migration.sql` in a Prisma history.
    pub up_file: String,
    /// The SQL that applies it.
    pub up: String,
    /// The SQL that takes it back, where there is some.
    pub down: Option<String>,
    /// Whether it runs in a transaction (metadata.toml; true without one).
    pub run_in_transaction: bool,
    /// Checksum of the meaning of `up`, see [`checksum::of`].
    pub checksum: String,
}

/// What metadata.toml may say. Diesel reads a missing `run_in_transaction` as **false** (its serde
/// default), so this tool does as well; without the file both say true.
#[derive(Debug, Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    run_in_transaction: bool,
}

/// Diesel's version of a folder name: the part before the first `_`, without `-`.
pub fn version_of(name: &str) -> String {
    name.split('_').next().unwrap_or_default().replace('-', "")
}

/// What stands for a folder in Diesel's table where [`version_of`] does not tell it from another, as in histories
/// that Prisma wrote: the version with a hash of the whole name. Diesel's column takes 50 characters.
pub fn own_version_of(name: &str) -> String {
    let version: String = version_of(name).chars().take(LONGEST_VERSION - 13).collect();
    format!("{version}_{}", checksum::short(&[name.to_owned()]))
}

/// Characters of Diesel's column (`diesel::migration::CREATE_MIGRATIONS_TABLE`).
const LONGEST_VERSION: usize = 50;

/// All migrations below `dir` in the order in which they run: by folder name.
///
/// A folder that does not exist is an empty history. Plain files and hidden folders are ignored, as Diesel
/// and Prisma do.
///
/// # Errors
/// A folder without up.sql, a broken metadata.toml, two folders of one Diesel version, or a failure to read.
pub fn read_history(dir: &Path) -> Result<Vec<Migration>, HistoryError> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(HistoryError::Io { verb: "read", path: dir.to_owned(), source }),
    };
    let mut migrations = Vec::new();
    for entry in entries {
        let entry =
            entry.map_err(|source| HistoryError::Io { verb: "read", path: dir.to_owned(), source })?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') {
            migrations.push(read_migration(&path, name)?);
        }
    }
    migrations.sort_by(|a, b| a.name.cmp(&b.name));
    tell_versions_apart(&mut migrations);
    refuse_same_versions(&migrations)?;
    Ok(migrations)
}

fn read_migration(path: &Path, name: String) -> Result<Migration, HistoryError> {
    let (up_file, up) = match read_optional(&path.join("up.sql"))? {
        Some(up) => ("up.sql", up),
        None => match read_optional(&path.join("migration.sql"))? {
            Some(up) => ("migration.sql", up),
            None => return Err(HistoryError::MissingUp { name, path: path.to_owned() }),
        },
    };
    let down = read_optional(&path.join("down.sql"))?;
    let run_in_transaction = match read_optional(&path.join("metadata.toml"))? {
        None => true,
        Some(text) => {
            toml::from_str::<Metadata>(&text)
                .map_err(|error| HistoryError::BadMetadata {
                    path: path.join("metadata.toml"),
                    message: error.to_string().trim_end().to_owned(),
                })?
                .run_in_transaction
        }
    };
    Ok(Migration {
        version: version_of(&name),
        path: path.to_owned(),
        up_file: up_file.to_owned(),
        checksum: checksum::of(&up),
        up,
        down,
        run_in_transaction,
        name,
    })
}

fn read_optional(path: &Path) -> Result<Option<String>, HistoryError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(HistoryError::Io { verb: "read", path: path.to_owned(), source }),
    }
}

/// Folders of a Prisma history may begin alike; Diesel's table still needs a row for each.
fn tell_versions_apart(migrations: &mut [Migration]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for migration in &*migrations {
        *counts.entry(migration.version.clone()).or_default() += 1;
    }
    for migration in migrations.iter_mut().filter(|it| it.up_file == "migration.sql") {
        let is_alone = counts.get(&migration.version).is_none_or(|count| *count == 1);
        if !is_alone || migration.version.chars().count() > LONGEST_VERSION {
            migration.version = own_version_of(&migration.name);
        }
    }
}

fn refuse_same_versions(migrations: &[Migration]) -> Result<(), HistoryError> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for migration in migrations {
        // A Prisma history is run by this tool alone; only Diesel's own format must suit Diesel.
        if migration.up_file == "up.sql"
            && let Some(first) = seen.insert(&migration.version, &migration.name)
        {
            return Err(HistoryError::SameVersion {
                version: migration.version.clone(),
                first: first.to_owned(),
                second: migration.name.clone(),
            });
        }
    }
    Ok(())
}
