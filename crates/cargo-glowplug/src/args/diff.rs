//! `migrate diff`: exactly one thing on each side.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::RenameArgs;

/// `migrate diff`.
#[derive(Debug, Clone, Default, Args)]
#[command(group = ArgGroup::new("from").required(true), group = ArgGroup::new("to").required(true))]
pub struct DiffArgs {
    /// From nothing
    #[arg(long, group = "from")]
    pub from_empty: bool,
    /// From a schema file, or a folder of them
    #[arg(long, group = "from", visible_alias = "from-schema-datamodel", value_name = "PATH")]
    pub from_schema: Option<PathBuf>,
    /// From the end of a folder of migrations (replayed on a scratch database)
    #[arg(long, group = "from", value_name = "PATH")]
    pub from_migrations: Option<PathBuf>,
    /// From a database
    #[arg(long, group = "from", value_name = "URL")]
    pub from_url: Option<String>,
    /// From the database that the other commands use
    #[arg(long, group = "from")]
    pub from_database: bool,
    /// To nothing
    #[arg(long, group = "to")]
    pub to_empty: bool,
    /// To a schema file, or a folder of them; its rename hints count
    #[arg(long, group = "to", visible_alias = "to-schema-datamodel", value_name = "PATH")]
    pub to_schema: Option<PathBuf>,
    /// To the end of a folder of migrations (replayed on a scratch database)
    #[arg(long, group = "to", value_name = "PATH")]
    pub to_migrations: Option<PathBuf>,
    /// To a database
    #[arg(long, group = "to", value_name = "URL")]
    pub to_url: Option<String>,
    /// To the database that the other commands use
    #[arg(long, group = "to")]
    pub to_database: bool,
    /// Print the SQL
    #[arg(long, conflicts_with = "summary")]
    pub script: bool,
    /// Print what changes, in words [default]
    #[arg(long)]
    pub summary: bool,
    /// Exit with 5 if there is a difference, with 0 if there is none
    #[arg(long)]
    pub exit_code: bool,
    /// Write to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What was renamed, and what was not
    #[command(flatten)]
    pub names: RenameArgs,
}
