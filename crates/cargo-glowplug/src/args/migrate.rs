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
    /// Take applied migrations back, newest first; the ledger keeps the SQL, also of those of other branches
    Revert(RevertArgs),
    /// Go to one migration: what ran after it is taken back, or what is pending up to it is applied
    Goto(GotoArgs),
    /// Check the history, for CI: does it run, do branches in it get along, does it end where the schema is?
    ///
    /// Exits with 5 if two branches conflict or the schema has changes that no migration makes. Only scratch
    /// databases are touched.
    Check,
    /// Put the migrations of one branch on top of those of the other
    Rebase(RebaseArgs),
    /// Write a new migration without applying it
    New(NewArgs),
    /// Begin the history of a database that exists: write its first migration, marked as applied
    Baseline(BaselineArgs),
    /// Make one migration of several that are long since applied everywhere
    Squash(SquashArgs),
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
    /// One migration in one transaction, although tables are locked for as long as it takes
    #[arg(long)]
    pub no_online: bool,
    /// Do not try the new migration up, down and up again on a scratch database first
    #[arg(long)]
    pub no_prove: bool,
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
    /// Leave the reference data in prisma/data alone
    #[arg(long)]
    pub skip_data: bool,
    /// Show what would be done, with locks, sizes and losses, and change nothing
    #[arg(long)]
    pub plan: bool,
    /// With --plan: look at this database [default: the one that would be deployed to]
    #[arg(long, value_name = "URL", requires = "plan")]
    pub against: Option<String>,
    /// With --plan: exit with 5 if the plan is one of these
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',', requires = "plan")]
    pub fail_on: Vec<FailOn>,
    /// Fail if the server has no database of that name, instead of creating it
    #[arg(long, conflicts_with = "plan")]
    pub no_create: bool,
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

/// `migrate revert`.
#[derive(Debug, Clone, Default, Args)]
#[command(group = ArgGroup::new("which"))]
pub struct RevertArgs {
    /// How many [default: 1]
    #[arg(long, group = "which", value_name = "N")]
    pub last: Option<usize>,
    /// Everything after this one, which stays
    #[arg(long, group = "which", value_name = "MIGRATION")]
    pub to: Option<String>,
    /// Those that this folder lacks: of another branch, most likely
    #[arg(long, group = "which")]
    pub missing: bool,
    /// Go on although rows or values are lost
    #[arg(long)]
    pub accept_data_loss: bool,
    /// Also on a database that is not on this machine
    #[arg(long)]
    pub allow_remote: bool,
}

/// `migrate goto`.
#[derive(Debug, Clone, Default, Args)]
pub struct GotoArgs {
    /// The migration's folder
    #[arg(value_name = "MIGRATION")]
    pub migration: String,
    /// Go on although rows or values are lost
    #[arg(long)]
    pub accept_data_loss: bool,
    /// Also on a database that is not on this machine
    #[arg(long)]
    pub allow_remote: bool,
}

/// `migrate rebase`.
#[derive(Debug, Clone, Default, Args)]
pub struct RebaseArgs {
    /// A migration of the branch that moves [default: the branch that sorts last]
    #[arg(value_name = "MIGRATION")]
    pub migration: Option<String>,
    /// Plan anew what was written or edited by hand; the text as it is now is kept
    #[arg(long)]
    pub force: bool,
    /// What was renamed, and what was not
    #[command(flatten)]
    pub names: RenameArgs,
    /// Drop a column and add it again where its type cannot be cast
    #[arg(long)]
    pub allow_recreate: bool,
    /// One migration in one transaction, although tables are locked for as long as it takes
    #[arg(long)]
    pub no_online: bool,
    /// Do not try the new migration up, down and up again on a scratch database first
    #[arg(long)]
    pub no_prove: bool,
    /// Also on a database that is not on this machine
    #[arg(long)]
    pub allow_remote: bool,
}

/// `migrate new`.
#[derive(Debug, Clone, Default, Args)]
pub struct NewArgs {
    /// Name of the migration
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Empty, for statements that you write; without it, with what the schema has beyond the history
    #[arg(long)]
    pub sql: bool,
}

/// `migrate baseline`.
#[derive(Debug, Clone, Default, Args)]
pub struct BaselineArgs {
    /// Name of the migration
    #[arg(long, short, value_name = "NAME", default_value = "baseline")]
    pub name: String,
}

/// `migrate squash`.
#[derive(Debug, Clone, Default, Args)]
pub struct SquashArgs {
    /// The first and the last one
    #[arg(value_name = "FROM..TO", value_parser = parse_range)]
    pub range: (String, String),
    /// Name of the new migration
    #[arg(long, short, value_name = "NAME", default_value = "squashed")]
    pub name: String,
}

fn parse_range(text: &str) -> Result<(String, String), String> {
    match text.split_once("..") {
        Some((from, to)) if !from.is_empty() && !to.is_empty() => Ok((from.to_owned(), to.to_owned())),
        _ => Err("expected FROM..TO, two folders of migrations".to_owned()),
    }
}

/// `migrate reset`.
#[derive(Debug, Clone, Default, Args)]
pub struct ResetArgs {
    /// Do not ask
    #[arg(long, short)]
    pub force: bool,
    /// Drop it without a copy of the database
    #[arg(long)]
    pub no_copy: bool,
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
