//! `migrate diff`: what leads from one model to another. It changes nothing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use glowplug_dialect::finding::Facts;
use glowplug_dialect::plan::PlanOptions;
use glowplug_dialect::words::counted;
use glowplug_migrations::folder::read_history;
use glowplug_psl::schema::Schema;
use glowplug_sql::change::ChangeSet;
use glowplug_sql::diff::diff;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::ctx::{Connection, Ctx, Workspace};
use crate::failure::{Failure, Result};
use crate::model::describe;
use crate::renames::{self, Possible, Said};
use crate::report::{self, Found, Statement};
use crate::schema_files::SchemaFiles;
use crate::summary::{Line, summarize};
use crate::{draft, replay};

/// How long a live database may take to answer questions about rows.
const PROBE_LIMIT: Duration = Duration::from_secs(20);

/// One side of the comparison.
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

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// What was compared, in words.
    pub from: String,
    /// With what.
    pub to: String,
    /// What changes.
    pub changes: Vec<Line>,
    /// What makes the changes.
    pub statements: Vec<Statement>,
    /// What is dangerous about them.
    pub findings: Vec<Found>,
    /// What is dropped and added in `statements`, and may be meant as a rename.
    pub possible_renames: Vec<Possible>,
    /// Objects outside the schema's language, left alone: kind and name.
    pub foreign: Vec<String>,
    /// What the statements keep waiting, a line each.
    #[serde(skip)]
    pub locks: Vec<String>,
    /// The statements with their comments, as they would stand in up.sql.
    #[serde(skip)]
    pub script: String,
}

/// Compares.
///
/// # Errors
/// A schema with mistakes, a history that does not run, a database that cannot be reached, or a rename flag that
/// names nothing.
pub fn run(workspace: &mut Workspace<'_>, sides: Pair<Side<'_>>, said: &Said) -> Result<Outcome> {
    let namespaces = namespaces(&sides);
    let names = Pair::new(name(workspace, &sides.prev)?, name(workspace, &sides.next)?);
    let prev = model(workspace, &sides.prev, namespaces.as_deref())?;
    let next = model(workspace, &sides.next, namespaces.as_deref())?;
    let schemas = Pair::new(&prev, &next);
    let hints = renames::known(schema_of(&sides.next)?, schemas, said)?;
    let changes = diff(schemas, workspace.dialect.compare(), &hints);
    let facts = facts(workspace, &sides.prev, &changes)?;
    // A type without a cast is shown as what it would take; the finding says what that loses.
    let options = PlanOptions { allow_recreate: true, way_back: false };
    let plan = workspace.dialect.plan(&changes, &options);
    let findings = glowplug_checks::run(&changes, &facts);
    let head = match changes.is_empty() {
        true => format!("No difference from {} to {}.", names.prev, names.next),
        false => format!("From {} to {}.", names.prev, names.next),
    };
    Ok(Outcome {
        script: draft::script(&head, &plan, &findings),
        from: names.prev,
        to: names.next,
        changes: summarize(&changes),
        statements: report::statements(&plan),
        findings: report::findings(&findings),
        possible_renames: renames::open(&changes, workspace.dialect.compare(), said),
        foreign: foreign(schemas),
        locks: report::locks(&plan),
    })
}

/// The schema that a side is written in, for its rename hints.
fn schema_of<'a>(side: &Side<'a>) -> Result<Option<&'a Schema>> {
    match side {
        Side::Schema(files) => Ok(Some(&files.load()?.schema)),
        Side::Empty | Side::Migrations(..) | Side::Database(_) => Ok(None),
    }
}

/// The namespaces to look at: those that a schema file of either side lists.
fn namespaces(sides: &Pair<Side<'_>>) -> Option<Vec<String>> {
    [&sides.next, &sides.prev].into_iter().find_map(|side| match side {
        Side::Schema(files) => files.datasource().map(|datasource| datasource.schemas.clone()),
        Side::Empty | Side::Migrations(..) | Side::Database(_) => None,
    })
}

/// A side in words. No connection string is shown, only where it leads.
fn name(workspace: &Workspace<'_>, side: &Side<'_>) -> Result<String> {
    Ok(match side {
        Side::Empty => "an empty database".to_owned(),
        Side::Schema(files) => format!("`{}`", files.shown()),
        Side::Migrations(folder, _) => format!("the history in `{}`", workspace.paths.show(folder)),
        Side::Database(connection) => {
            let target = workspace.connector.target(&connection.url)?;
            format!("the database `{}` on {}", target.database, target.host)
        }
    })
}

fn model(workspace: &mut Workspace<'_>, side: &Side<'_>, namespaces: Option<&[String]>) -> Result<SqlSchema> {
    match side {
        Side::Empty => Ok(SqlSchema::default()),
        Side::Schema(files) => Ok(workspace.lower(&files.load()?.schema)),
        Side::Migrations(folder, connection) => {
            let migrations = history(workspace, folder)?;
            let mut ctx = connected(workspace, connection, namespaces);
            replay::end_of_folder(&mut ctx, &migrations)
        }
        Side::Database(connection) => {
            let mut ctx = connected(workspace, connection, namespaces);
            let mut database = ctx.connect()?;
            ctx.introspect(database.as_mut())
        }
    }
}

fn history(workspace: &Workspace<'_>, folder: &Path) -> Result<Vec<glowplug_migrations::folder::Migration>> {
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

/// Rows are counted where the change would be made: in the database that it starts from.
fn facts(workspace: &mut Workspace<'_>, from: &Side<'_>, changes: &ChangeSet<'_>) -> Result<Facts> {
    let probes = glowplug_checks::probes(changes);
    match from {
        Side::Database(connection) if !probes.is_empty() => {
            let mut ctx = workspace.with(connection.clone());
            Ok(ctx.connect()?.probe(&probes, PROBE_LIMIT)?)
        }
        Side::Empty | Side::Schema(_) | Side::Migrations(..) | Side::Database(_) => Ok(Facts::default()),
    }
}

fn foreign(schemas: Pair<&SqlSchema>) -> Vec<String> {
    let mut objects: Vec<_> = schemas.prev.foreign.iter().chain(&schemas.next.foreign).collect();
    objects.sort();
    objects.dedup();
    objects.into_iter().map(describe).collect()
}

impl Outcome {
    /// How much there is to run: `2 statements; locks "Course"`.
    pub fn effort(&self) -> String {
        let mut words = counted(self.statements.len(), "statement");
        for lock in &self.locks {
            words.push_str(&format!("; {lock}"));
        }
        words
    }
}
