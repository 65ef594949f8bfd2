//! `push`.

use clap::Args;

use super::RenameArgs;

/// `push`.
#[derive(Debug, Clone, Default, Args)]
pub struct PushArgs {
    /// What was renamed, and what was not
    #[command(flatten)]
    pub names: RenameArgs,
    /// Go on although rows or values are lost
    #[arg(long)]
    pub accept_data_loss: bool,
    /// Drop a column and add it again where its type cannot be cast
    #[arg(long)]
    pub allow_recreate: bool,
    /// Drop everything in the database first
    #[arg(long)]
    pub force_reset: bool,
    /// Do not ask before that
    #[arg(long, short, requires = "force_reset")]
    pub force: bool,
    /// Drop it without a copy of the database
    #[arg(long, requires = "force_reset")]
    pub no_copy: bool,
    /// Leave generated code as it is
    #[arg(long)]
    pub skip_generate: bool,
    /// Also on a database that is not on this machine
    #[arg(long)]
    pub allow_remote: bool,
}
