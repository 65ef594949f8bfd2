//! Opens SQLite databases.

use std::fs::OpenOptions;
use std::path::Path;

use glowplug_dialect::database::{ConnectOptions, Connector, Database, Result, Target};

use crate::database::SqliteDatabase;
use crate::error;
use crate::url::{ConnectionUrl, from_folder};

/// The connector for files.
#[derive(Debug, Clone, Copy, Default)]
pub struct SqliteConnector;

impl Connector for SqliteConnector {
    fn connect(&self, url: &str, options: &ConnectOptions) -> Result<Box<dyn Database>> {
        Ok(Box::new(SqliteDatabase::open(ConnectionUrl::parse(url)?, options)?))
    }

    /// An empty file is an empty database.
    fn create_database(&self, url: &str, _options: &ConnectOptions) -> Result<bool> {
        let Some(file) = ConnectionUrl::parse(url)?.file else { return Ok(false) };
        if file.parent().is_some_and(|folder| !folder.is_dir()) {
            return Err(error::missing_folder(&file));
        }
        match OpenOptions::new().write(true).create_new(true).open(&file) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error::io("create", &file, &error)),
        }
    }

    fn target(&self, url: &str) -> Result<Target> {
        Ok(ConnectionUrl::parse(url)?.target())
    }

    fn absolute_url(&self, url: &str, folder: &Path) -> String {
        from_folder(url, folder)
    }

    fn local_url(&self) -> Option<&'static str> {
        Some("file:./dev.db")
    }
}
