//! The projects: their schema files, their histories, and the code that comes of both.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use glowplug_codegen::{GeneratedFile, diesel, graphql};
use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::Schema;

use super::Wanted;
use crate::conformance::{dialect_of, load_schema, replay};
use crate::schema_code::print::print;

/// A project with a schema file.
pub(super) struct Project {
    /// Its folder's name.
    pub(super) name: String,
    /// What its files say.
    pub(super) schema: Schema,
    dialect: &'static dyn Dialect,
    folder: PathBuf,
}

/// Generated files, and how long their text took.
pub(super) struct Code {
    pub(super) files: Vec<GeneratedFile>,
    pub(super) time: Duration,
}

impl Code {
    /// The text of a file; empty if there is none of that name.
    pub(super) fn text(&self, path: &str) -> String {
        self.files.iter().find(|file| file.path == path).map(|file| file.text.clone()).unwrap_or_default()
    }
}

/// The projects in the order of their number of models.
pub(super) fn find(dir: &Path, wanted: &Wanted) -> Result<Vec<Project>, String> {
    let entries = fs::read_dir(dir).map_err(|error| format!("`{}`: {error}", dir.display()))?;
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    let mut projects = Vec::new();
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let file = [folder.join("schema"), folder.join("schema.prisma")].into_iter().find(|it| it.exists());
        let (Some(file), true) = (file, wanted.only.as_ref().is_none_or(|only| name.contains(only))) else {
            continue;
        };
        let schema = load_schema(&file).map_err(|why| format!("{name}: {why}"))?;
        let dialect = dialect_of(&schema);
        projects.push(Project { name, schema, dialect, folder });
    }
    projects.sort_by_key(|project| project.schema.models.len());
    if let Some(smallest) = wanted.smallest {
        let mut left = std::collections::BTreeMap::new();
        projects.retain(|project| {
            let left = left.entry(project.dialect.provider()).or_insert(smallest);
            std::mem::replace(left, left.saturating_sub(1)) > 0
        });
    }
    match projects.is_empty() {
        true => Err(format!("no project was found under `{}`", dir.display())),
        false => Ok(projects),
    }
}

impl Project {
    /// The Diesel code.
    pub(super) fn diesel(&self) -> Code {
        let start = Instant::now();
        let files = diesel::generate(&self.schema, self.dialect, &diesel::Options::default());
        Code { files, time: start.elapsed() }
    }

    /// The Diesel code and the resolvers over it, with the two functions that those ask for.
    pub(super) fn graphql(&self) -> Code {
        let start = Instant::now();
        let mut files = diesel::generate(&self.schema, self.dialect, &diesel::Options::default());
        let options = graphql::Options {
            resolvers: Some("resolvers.rs".to_owned()),
            database: "crate".to_owned(),
            ..graphql::Options::default()
        };
        files.extend(graphql::generate(&self.schema, self.dialect, &options));
        let time = start.elapsed();
        files.retain(|file| file.path.ends_with(".rs"));
        let connection = match self.dialect.provider() {
            "sqlite" => {
                "diesel_async::sync_connection_wrapper::SyncConnectionWrapper<diesel::sqlite::SqliteConnection>"
            }
            _ => "diesel_async::AsyncPgConnection",
        };
        for file in files.iter_mut().filter(|file| file.path == "mod.rs") {
            file.text.push_str(&format!(
                "mod resolvers;\npub use resolvers::Query;\n\
                 async fn connection(_: &async_graphql::Context<'_>) -> async_graphql::Result<{connection}> {{\n    \
                     Err(\"no database here\".into())\n}}\n\
                 fn database_error(error: &diesel::result::Error) -> async_graphql::Error {{\n    \
                     error.to_string().into()\n}}\n"
            ));
        }
        Code { files, time }
    }

    /// Whether there is a history that a database could be made of.
    pub(super) fn migrations(&self) -> bool {
        self.folder.join("migrations").is_dir()
    }

    /// What `diesel print-schema` says of the database that the history makes.
    pub(super) fn print_schema(&self, program: &Path) -> Result<String, String> {
        let database = replay(self.dialect, &self.folder).map_err(|why| why.to_string())?;
        print(program, &database.url())
    }
}
