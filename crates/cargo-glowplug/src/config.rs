//! The workspace's settings: `[workspace.metadata.glowplug]` in Cargo.toml, and `.env`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use glowplug_engine::external::External;
use glowplug_engine::failure::{Failure, Result};
use glowplug_engine::paths::Paths;
use serde::Deserialize;

use crate::args::Global;
use crate::pace::{PaceArgs, Span};

/// What the tool knows about the workspace.
pub(crate) struct Config {
    pub(crate) paths: Paths,
    pub(crate) settings: Settings,
    pub(crate) external: External,
    /// How patient a migration is with others; flags come on top.
    pub(crate) pace: PaceArgs,
    dotenv: BTreeMap<String, String>,
}

/// `[workspace.metadata.glowplug]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) schema: Option<PathBuf>,
    pub(crate) migrations: Option<PathBuf>,
    /// Tables and enums that others look after, by patterns.
    #[serde(default)]
    pub(crate) external: Vec<String>,
    /// How many copies of a database file are kept.
    pub(crate) copies: Option<usize>,
    /// Whether new migrations are proven on a scratch database.
    pub(crate) prove: Option<bool>,
    /// Whether new migrations keep tables usable.
    pub(crate) online: Option<bool>,
    /// Which rules of `lint` are silent, and which speak that would not.
    #[serde(default)]
    pub(crate) lint: Lint,
    /// How long a statement waits for a table, and how often that is tried.
    pub(crate) lock_timeout: Option<Span>,
    pub(crate) lock_retries: Option<u32>,
    /// How long a statement in a transaction may run.
    pub(crate) statement_timeout: Option<Span>,
    /// How long to wait for somebody else's migration.
    pub(crate) deploy_wait: Option<Span>,
    /// Name of the local database.
    pub(crate) database: Option<String>,
    /// The folder of reference data.
    pub(crate) data: Option<PathBuf>,
    /// The folder of SQL files that fill a development database.
    pub(crate) seed_sql: Option<PathBuf>,
    /// The product's seed binary.
    pub(crate) seed: Option<Binary>,
    /// The product's dev-admin binary.
    pub(crate) dev_admin: Option<Binary>,
    /// What to type to start the product; shown as a next step.
    pub(crate) serve: Option<String>,
}

/// Rules by their codes or names.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lint {
    #[serde(default)]
    pub(crate) allow: Vec<String>,
    #[serde(default)]
    pub(crate) deny: Vec<String>,
}

/// A binary of the product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Binary {
    pub(crate) package: String,
    pub(crate) bin: String,
}

impl Config {
    /// Reads the workspace that the current folder lies in.
    pub(crate) fn read(global: &Global) -> Result<Self> {
        let metadata = cargo_metadata::MetadataCommand::new().no_deps().exec().map_err(|error| {
            let said = match &error {
                cargo_metadata::Error::CargoMetadata { stderr } => stderr.trim().to_owned(),
                other => other.to_string(),
            };
            Failure::new("GP4201", "cargo cannot read this workspace").fact(said)
        })?;
        let root = metadata.workspace_root.clone().into_std_path_buf();
        let settings: Settings = match metadata.workspace_metadata.get("glowplug") {
            None => Settings::default(),
            Some(value) => serde_json::from_value(value.clone()).map_err(|error| {
                Failure::new("GP4202", format!("[workspace.metadata.glowplug] in Cargo.toml: {error}"))
            })?,
        };
        let external = External::parse(&settings.external).map_err(|error| {
            Failure::new("GP4202", format!("[workspace.metadata.glowplug] in Cargo.toml: {error}"))
                .hint("external = [\"audit.*\", \"legacy_*\"]    `*` is any text, `?` one character")
        })?;
        let schema = match &global.schema {
            Some(path) => absolute(path)?,
            None => root.join(settings.schema.clone().unwrap_or_else(|| default_schema(&root))),
        };
        let migrations = match (&global.schema, &settings.migrations) {
            // A schema named by hand has its history beside it, as with Prisma.
            (Some(_), _) => beside(&schema),
            (None, Some(path)) => root.join(path),
            (None, None) => root.join("prisma/migrations"),
        };
        let state = root.join(".glowplug");
        let dotenv = read_dotenv(&root)?;
        let said = PaceArgs {
            lock_timeout: settings.lock_timeout,
            lock_retries: settings.lock_retries,
            statement_timeout: settings.statement_timeout,
            deploy_wait: settings.deploy_wait,
        };
        let beside = |setting: &Option<PathBuf>, name: &str| match setting {
            Some(path) => root.join(path),
            None => root.join("prisma").join(name),
        };
        let (data, seed_sql) = (beside(&settings.data, "data"), beside(&settings.seed_sql, "seed"));
        let paths = Paths { root, schema, migrations, data, seed_sql, state };
        let mut config = Self { paths, settings, external, pace: said, dotenv };
        config.pace = PaceArgs::from_variables(|name| config.variable(name))?.or(said);
        Ok(config)
    }

    /// A variable from the environment, else from `.env`. Empty counts as unset.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        let set = std::env::var(name).ok().filter(|value| !value.is_empty());
        set.or_else(|| self.dotenv.get(name).filter(|value| !value.is_empty()).cloned())
    }

    /// Name of the local database: the setting, else the workspace's folder as an identifier.
    pub(crate) fn database_name(&self) -> String {
        if let Some(name) = &self.settings.database {
            return name.clone();
        }
        let folder =
            self.paths.root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name: String =
            folder.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        if name.trim_matches('_').is_empty() { "app".to_owned() } else { name }
    }
}

fn default_schema(root: &std::path::Path) -> PathBuf {
    let folder = PathBuf::from("prisma/schema");
    if root.join(&folder).is_dir() { folder } else { PathBuf::from("prisma/schema.prisma") }
}

/// The migrations folder of a schema that is named by hand.
pub(crate) fn beside(schema: &std::path::Path) -> PathBuf {
    let folder = if schema.is_dir() { schema } else { schema.parent().unwrap_or(schema) };
    folder.join("migrations")
}

/// A path that was typed, from the current folder.
pub(crate) fn absolute(path: &std::path::Path) -> Result<PathBuf> {
    std::path::absolute(path)
        .map_err(|error| Failure::new("GP4006", format!("failed to find `{}`: {error}", path.display())))
}

fn read_dotenv(root: &std::path::Path) -> Result<BTreeMap<String, String>> {
    let file = root.join(".env");
    if !file.is_file() {
        return Ok(BTreeMap::new());
    }
    // The values are read, not exported: what a child process gets is decided where it is started.
    let broken = |error: dotenvy::Error| {
        // The message would quote the line, which may hold a password.
        let line = match &error {
            dotenvy::Error::LineParse(_, column) => format!(" (near column {})", column + 1),
            _ => String::new(),
        };
        Failure::new("GP4203", format!("`.env` cannot be read: a line is not NAME=value{line}"))
    };
    dotenvy::from_path_iter(&file).map_err(broken)?.map(|pair| pair.map_err(broken)).collect()
}
