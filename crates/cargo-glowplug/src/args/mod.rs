//! What can be typed: clap's types, and nothing else.

mod diff;
mod lint;
mod migrate;
mod product;
mod push;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use glowplug_engine::renames::Said;

pub use diff::DiffArgs;
pub use lint::LintArgs;
pub use migrate::{
    BaselineArgs, DeployArgs, DevArgs, FailOn, GotoArgs, Migrate, MigrateArgs, NewArgs, RebaseArgs,
    ResetArgs, ResolveArgs, RevertArgs, SquashArgs,
};
pub use product::{DevAdminArgs, SeedArgs, SeedKind};
pub use push::PushArgs;

/// Options of every command.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// Schema file or folder [default: [workspace.metadata.glowplug], else prisma/schema.prisma]
    #[arg(long, global = true, value_name = "PATH")]
    pub schema: Option<PathBuf>,
    /// Connection string [default: DATABASE_URL from the environment or .env, else a local PostgreSQL]
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Empty database to replay the history on; it is wiped before each use [default: a scratch database on
    /// the same server]
    #[arg(long, global = true, value_name = "URL")]
    pub shadow_database_url: Option<String>,
    /// The hash of a plan that was printed: go on with exactly that on a protected database
    #[arg(long, global = true, value_name = "HASH")]
    pub confirm: Option<String>,
    /// Print one JSON object instead of text
    #[arg(long, global = true)]
    pub json: bool,
}

/// The whole workflow.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Begin: write a first schema file, create the database and its first migration
    Init(InitArgs),
    /// Apply what is pending, write a migration for what is new in the schema, generate code
    ///
    /// Without a subcommand this is `migrate dev`.
    Migrate(MigrateArgs),
    /// Bring the database to the schema without a migration (prototypes)
    Push(PushArgs),
    /// Write the Diesel code and everything else that the schema's generator blocks ask for
    Generate(GenerateArgs),
    /// Write schema.graphql and the API code from the models
    Codegen(GenerateArgs),
    /// Fill the database: reference data, SQL files, and what the product's own binary adds
    ///
    /// Running it twice changes nothing, and --check proves that.
    Seed(SeedArgs),
    /// Create or update a local ADMIN user
    DevAdmin(DevAdminArgs),
    /// Deal with differences that no migration made, without a reset
    #[command(subcommand)]
    Drift(Drift),
    /// Look for what is dangerous in the SQL of migrations: locks, rewrites, lost data
    Lint(LintArgs),
    /// Write the schema file from the database, or bring the one that is there to what the database has
    Pull(PullArgs),
    /// Make a database as the copy of it was that was made before a reset or a risky migration
    Restore(RestoreArgs),
    /// Run SQL on the database, as one batch
    Execute(ExecuteArgs),
    /// Format the schema files
    Format(FormatArgs),
    /// Check the schema files
    Validate,
    /// Print the whole model as SQL that makes it in an empty database
    Schema(SchemaArgs),
    /// Mark the database as one that must not be hurt
    Protect(ProtectArgs),
    /// Take the mark away
    Unprotect(UnprotectArgs),
    /// Start the local PostgreSQL of this workspace
    Start,
    /// Stop it; its data stays
    Stop,
    /// Print the connection string that the commands use
    Url,
}

/// What was renamed, and what was not.
#[derive(Debug, Clone, Default, Args)]
pub struct RenameArgs {
    /// A rename: Old=New for a model or enum, Model.old=Model.new for a field or value
    #[arg(long, value_name = "OLD=NEW", value_parser = parse_rename)]
    pub rename: Vec<(String, String)>,
    /// Not a rename: it is really dropped
    #[arg(long, value_name = "OLD")]
    pub drop: Vec<String>,
}

impl RenameArgs {
    /// The same for the engine.
    pub(crate) fn said(&self) -> Said {
        Said { renames: self.rename.clone(), drops: self.drop.clone() }
    }
}

fn parse_rename(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((old, new)) if !old.is_empty() && !new.is_empty() => Ok((old.to_owned(), new.to_owned())),
        _ => Err("expected Old=New or Model.old=Model.new".to_owned()),
    }
}

/// `generate` and `codegen`.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct GenerateArgs {
    /// Write nothing; exit with 5 if something is not current (for CI)
    #[arg(long)]
    pub check: bool,
    /// Overwrite generated files that were edited by hand
    #[arg(long)]
    pub force: bool,
}

/// `drift`.
#[derive(Debug, Clone, Subcommand)]
pub enum Drift {
    /// Write a migration from the differences, marked as applied here
    Adopt {
        /// Only these: Course, Course.title, Course_title_idx; `*` is any text
        #[arg(value_name = "OBJECT")]
        objects: Vec<String>,
        /// Name of the migration
        #[arg(long, default_value = "adopt_drift")]
        name: String,
    },
    /// Make the database as the history says
    Revert {
        /// Only these: Course, Course.title, Course_title_idx; `*` is any text
        #[arg(value_name = "OBJECT")]
        objects: Vec<String>,
        /// Do not ask
        #[arg(long)]
        force: bool,
        /// Also on another host
        #[arg(long)]
        allow_remote: bool,
    },
    /// Leave differences be: write them into prisma/drift.ignore
    Ignore {
        /// Which: Course, Course.title, Course_title_idx; `*` is any text
        #[arg(value_name = "OBJECT", required = true)]
        objects: Vec<String>,
    },
}

/// `pull`.
#[derive(Debug, Clone, Copy, Args)]
pub struct PullArgs {
    /// Print the schema instead of writing it
    #[arg(long)]
    pub print: bool,
    /// Write all models anew, whatever the file says; datasource and generators stay
    #[arg(long)]
    pub force: bool,
}

/// `init`.
#[derive(Debug, Clone, Args)]
pub struct InitArgs {
    /// The kind of database: postgresql or sqlite
    #[arg(long, value_name = "NAME", default_value = "postgresql")]
    pub provider: String,
}

/// `restore`.
#[derive(Debug, Clone, Args)]
pub struct RestoreArgs {
    /// Another copy than the newest: a file, or the name of a database
    #[arg(value_name = "COPY")]
    pub copy: Option<String>,
    /// Show which copies there are; changes nothing
    #[arg(long, conflicts_with_all = ["copy", "force"])]
    pub list: bool,
    /// Do not ask
    #[arg(long, short)]
    pub force: bool,
    /// Also on a database that is not on this machine
    #[arg(long)]
    pub allow_remote: bool,
}

/// `execute`.
#[derive(Debug, Clone, Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub struct ExecuteArgs {
    /// The statements
    #[arg(group = "what")]
    pub sql: Option<String>,
    /// A file with the statements
    #[arg(long, group = "what", value_name = "PATH")]
    pub file: Option<PathBuf>,
    /// Read the statements from standard input
    #[arg(long, group = "what")]
    pub stdin: bool,
}

/// `format`.
#[derive(Debug, Clone, Copy, Args)]
pub struct FormatArgs {
    /// Write nothing; exit with 5 if a file is not formatted (for CI)
    #[arg(long)]
    pub check: bool,
}

/// `schema`.
#[derive(Debug, Clone, Args)]
pub struct SchemaArgs {
    /// Print SQL
    #[arg(long, required = true)]
    pub sql: bool,
    /// Of what
    #[arg(long, value_enum, default_value_t = ModelOf::Schema)]
    pub from: ModelOf,
    /// Write to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Whose model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModelOf {
    /// The schema file
    Schema,
    /// The end of the history (replayed on a scratch database)
    Migrations,
    /// The database
    Database,
}

/// `protect`.
#[derive(Debug, Clone, Args)]
pub struct ProtectArgs {
    /// What kind of environment it is, e.g. production
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
}

/// `unprotect`.
#[derive(Debug, Clone, Args)]
pub struct UnprotectArgs {
    /// The database's host, typed out
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
}
