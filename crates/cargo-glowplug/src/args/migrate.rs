//! `migrate` and its subcommands.

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use super::{DiffArgs, RenameArgs};
use crate::pace::PaceArgs;

/// `migrate`, alone or with a subcommand.
#[derive(Debug, Clone, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct MigrateArgs {
    /// Which; `dev` if none is named
    #[command(subcommand)]
    pub command: Option<Migrate>,
    /// Options of `dev`
    #[command(flatten)]
    pub dev: DevArgs,
}

/// The subcommands of `migrate`.
#[derive(Debug, Clone, Subcommand)]
pub enum Migrate {
    /// Bring a development database and the history to what the schema says
    Dev(DevArgs),
    /// Apply what is pending, and nothing else (production, CI)
    Deploy(DeployArgs),
    /// Show where folder, database and schema stand to each other; exits with 5 if they differ
    Status,
    /// Show what leads from one schema, history or database to another, as words or SQL; changes nothing
    Diff(Box<DiffArgs>),
    /// Drop everything in a development database and run the history from the start
    Reset(ResetArgs),
    /// Tell the ledger what was done by hand
    Resolve(ResolveArgs),
}

/// `migrate dev`.
#[derive(Debug, Clone, Default, Args)]
pub struct DevArgs {
    /// Name of the new migration
    #[arg(long, short, value_name = "NAME")]
    pub name: Option<String>,
    /// Write the migration without applying it (an empty one, if nothing changed)
    #[arg(long)]
    pub create_only: bool,
    /// What was renamed, and what was not
    #[command(flatten)]
    pub names: RenameArgs,
    /// Go on although rows or values are lost
    #[arg(long)]
    pub accept_data_loss: bool,
    /// Drop a column and add it again where its type cannot be cast
    #[arg(long)]
    pub allow_recreate: bool,
    /// Leave generated code as it is
    #[arg(long)]
    pub skip_generate: bool,
    /// Also on a database that is not on this machine
    #[arg(long)]
    pub allow_remote: bool,
}

/// `migrate deploy`.
#[derive(Debug, Clone, Default, Args)]
pub struct DeployArgs {
    /// Apply a pending migration that sorts before an applied one
    #[arg(long)]
    pub allow_out_of_order: bool,
    /// Show what would be done, with locks, sizes and losses, and change nothing
    #[arg(long)]
    pub plan: bool,
    /// With --plan: look at this database [default: the one that would be deployed to]
    #[arg(long, value_name = "URL", requires = "plan")]
    pub against: Option<String>,
    /// With --plan: exit with 5 if the plan is one of these
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',', requires = "plan")]
    pub fail_on: Vec<FailOn>,
    /// Write down what kind of environment this database is; production is protected from then on
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
    /// How patient it is with others
    #[command(flatten)]
    pub pace: PaceArgs,
}

/// What a plan may be that somebody does not want.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A table, column or rows are destroyed
    Destructive,
    /// Reads or writes of a large table wait while its rows are gone through
    Blocking,
}

/// `migrate reset`.
#[derive(Debug, Clone, Default, Args)]
pub struct ResetArgs {
    /// Do not ask
    #[arg(long, short)]
    pub force: bool,
    /// Do not fill it with development data afterwards
    #[arg(long)]
    pub skip_seed: bool,
    /// Also on a database that is not on this machine
    #[arg(long)]
    pub allow_remote: bool,
}

/// `migrate resolve`.
#[derive(Debug, Clone, Default, Args)]
#[command(group = ArgGroup::new("what").required(true))]
pub struct ResolveArgs {
    /// The migration's changes are in the database: record it as applied, run nothing
    #[arg(long, group = "what", value_name = "MIGRATION")]
    pub applied: Option<String>,
    /// The failed migration's changes were taken back: let it run again
    #[arg(long, group = "what", value_name = "MIGRATION")]
    pub rolled_back: Option<String>,
}
