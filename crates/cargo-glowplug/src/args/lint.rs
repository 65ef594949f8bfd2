//! `lint`.

use std::path::PathBuf;

use clap::Args;

/// `lint`.
#[derive(Debug, Clone, Default, Args)]
pub struct LintArgs {
    /// Migrations by folder name, timestamp or path, or any SQL file [default: those that the default branch of git
    /// does not have]
    #[arg(value_name = "MIGRATION", conflicts_with_all = ["since", "all"])]
    pub migrations: Vec<PathBuf>,
    /// Those whose files differ from where this branch left that one: a branch, tag or commit of git
    #[arg(long, value_name = "REF", conflicts_with = "all")]
    pub since: Option<String>,
    /// The whole history
    #[arg(long)]
    pub all: bool,
    /// Look at the text alone, without a replay of the history on a scratch database
    #[arg(long)]
    pub text_only: bool,
    /// Print workflow commands of GitHub Actions, which show the findings in the pull request
    #[arg(long, conflicts_with = "json")]
    pub github: bool,
}
