//! What models can be compared: nothing, a schema file, the end of a history, a live database.

use std::path::{Path, PathBuf};

use glowplug_migrations::folder::{Migration, read_history};
use glowplug_psl::schema::Schema;
use glowplug_sql::model::SqlSchema;

use crate::ctx::{Connection, Ctx, Workspace};
use crate::failure::{Failure, Result};
use crate::model::Parts;
use crate::replay;
use crate::schema_files::SchemaFiles;

/// Something that a model can be had from.
pub enum Side<'a> {
    /// Nothing.
    Empty,
    /// A schema file, or a folder of them.
    Schema(&'a SchemaFiles),
    /// Where a folder of migrations ends. The connection leads to a server for scratch databases.
    Migrations(PathBuf, Connection),
    /// A live database.
    Database(Connection),
}

impl<'a> Side<'a> {
    /// The schema that it is written in, for its rename hints.
    ///
    /// # Errors
    /// A schema with mistakes.
    pub fn schema(&self) -> Result<Option<&'a Schema>> {
        match self {
            Side::Schema(files) => Ok(Some(&files.load()?.schema)),
            Side::Empty | Side::Migrations(..) | Side::Database(_) => Ok(None),
        }
    }

    /// In words. No connection string is shown, only where it leads.
    ///
    /// # Errors
    /// A connection string that cannot be understood.
    pub fn name(&self, workspace: &Workspace<'_>) -> Result<String> {
        Ok(match self {
            Side::Empty => "an empty database".to_owned(),
            Side::Schema(files) => format!("`{}`", files.shown()),
            Side::Migrations(folder, _) => format!("the history in `{}`", workspace.paths.show(folder)),
            Side::Database(connection) => {
                let target = workspace.connector.target(&connection.url)?;
                format!("the database `{}` on {}", target.database, target.host)
            }
        })
    }

    /// Its model. `namespaces` are those to look at, if a schema file says so.
    ///
    /// # Errors
    /// A schema with mistakes, a history that does not run, or whatever the database answers.
    pub fn model(&self, workspace: &mut Workspace<'_>, namespaces: Option<&[String]>) -> Result<Parts> {
        match self {
            Side::Empty => Ok(Parts { own: SqlSchema::empty_database(), ..Parts::default() }),
            Side::Schema(files) => Ok(workspace.lower_parts(&files.load()?.schema)),
            Side::Migrations(folder, connection) => {
                let migrations = history(workspace, folder)?;
                let mut ctx = connected(workspace, connection, namespaces);
                let own = replay::end_of_folder(&mut ctx, &migrations)?;
                Ok(Parts { own, ..Parts::default() })
            }
            Side::Database(connection) => {
                let mut ctx = connected(workspace, connection, namespaces);
                let mut database = ctx.connect()?;
                ctx.introspect_parts(database.as_mut())
            }
        }
    }
}

/// The namespaces to look at: those that the first schema file among the sides lists.
pub fn namespaces<'s>(sides: impl IntoIterator<Item = &'s Side<'s>>) -> Option<Vec<String>> {
    sides.into_iter().find_map(|side| match side {
        Side::Schema(files) => files.datasource().map(|datasource| datasource.schemas.clone()),
        Side::Empty | Side::Migrations(..) | Side::Database(_) => None,
    })
}

fn history(workspace: &Workspace<'_>, folder: &Path) -> Result<Vec<Migration>> {
    if !folder.is_dir() {
        let shown = workspace.paths.show(folder);
        return Err(Failure::new("GP3101", format!("there is no folder of migrations at `{shown}`")));
    }
    read_history(folder).map_err(|error| Failure::from_history(&error, &workspace.paths))
}

fn connected<'w>(
    workspace: &'w mut Workspace<'_>,
    connection: &Connection,
    namespaces: Option<&[String]>,
) -> Ctx<'w> {
    let mut connection = connection.clone();
    if let Some(namespaces) = namespaces {
        connection.namespaces = namespaces.to_vec();
    }
    workspace.with(connection)
}
