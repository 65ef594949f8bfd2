//! Writes a new migration folder: all of it or nothing.

use std::path::Path;

use crate::checksum;
use crate::error::HistoryError;
use crate::folder::{Migration, version_of};

/// The text of a new migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMigration {
    /// The folder's name, see [`crate::name::folder_name`].
    pub name: String,
    /// up.sql
    pub up: String,
    /// down.sql
    pub down: String,
    /// Whether it runs in a transaction.
    pub run_in_transaction: bool,
}

/// Writes the folder beside the others and returns it as [`crate::folder::read_history`] would. The files are written into a hidden folder that
/// is then renamed, so that nobody ever sees half a migration.
///
/// # Errors
/// A folder of that name exists, or the disk refuses.
pub fn write_migration(dir: &Path, migration: &NewMigration) -> Result<Migration, HistoryError> {
    let target = dir.join(&migration.name);
    let staging = dir.join(format!(".{}.new", migration.name));
    let io = |verb, path: &Path| {
        let path = path.to_owned();
        move |source| HistoryError::Io { verb, path, source }
    };
    if target.exists() {
        let source = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(HistoryError::Io { verb: "create", path: target, source });
    }
    std::fs::create_dir_all(&staging).map_err(io("create", &staging))?;
    // Always with the key: Diesel reads a metadata.toml without it as `false`.
    let metadata = format!("run_in_transaction = {}\n", migration.run_in_transaction);
    for (file, text) in
        [("up.sql", &migration.up), ("down.sql", &migration.down), ("metadata.toml", &metadata)]
    {
        let path = staging.join(file);
        std::fs::write(&path, text).map_err(io("write", &path))?;
    }
    std::fs::rename(&staging, &target).map_err(io("create", &target))?;
    Ok(Migration {
        name: migration.name.clone(),
        version: version_of(&migration.name),
        path: target,
        up_file: "up.sql".to_owned(),
        up: migration.up.clone(),
        down: Some(migration.down.clone()),
        run_in_transaction: migration.run_in_transaction,
        checksum: checksum::of(&migration.up),
    })
}
