//! Commands that are handed to binaries of the product.

use clap::{Args, ValueEnum};

/// `seed`.
#[derive(Debug, Clone, Default, Args)]
pub struct SeedArgs {
    /// Only this kind [default: all of them, in this order]
    #[arg(long, value_name = "KIND", value_enum)]
    pub only: Option<SeedKind>,
    /// Run everything twice in a transaction that is rolled back; exit with 5 if the second run changes a row
    #[arg(long, conflicts_with = "plan")]
    pub check: bool,
    /// Show what would be done, and change nothing
    #[arg(long)]
    pub plan: bool,
    /// With --plan: print the SQL of the reference data instead
    #[arg(long, requires = "plan")]
    pub sql: bool,
    /// Also on a database that is not on this machine
    #[arg(long)]
    pub allow_remote: bool,
    /// Handed to the seed binary as they are
    #[arg(last = true)]
    pub arguments: Vec<String>,
}

/// The kinds of seeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SeedKind {
    /// Reference data: prisma/data/*.toml and *.json. It may go to a protected database
    Data,
    /// SQL files: prisma/seed/*.sql
    Sql,
    /// What the product's seed binary adds
    Fixtures,
}

/// `dev-admin`.
#[derive(Debug, Clone, Default, Args)]
pub struct DevAdminArgs {
    /// Whom: created if nobody has this address, else made ADMIN
    #[arg(long)]
    pub email: String,
    /// The name to show
    #[arg(long)]
    pub name: Option<String>,
    /// Read the password from standard input (one line) instead of asking for it
    #[arg(long)]
    pub password_stdin: bool,
    /// Make up a password and show it once, also for an account that has one
    #[arg(long, conflicts_with = "password_stdin")]
    pub random_password: bool,
    /// Make a token for the API and show it once
    #[arg(long)]
    pub token: bool,
    /// How many days the token opens the API; 30 unless said otherwise
    #[arg(long, value_name = "N", requires = "token")]
    pub token_days: Option<u16>,
    /// Take every token of the account away first
    #[arg(long)]
    pub revoke_tokens: bool,
    /// Also on a database that is not on this machine
    #[arg(long)]
    pub allow_remote: bool,
}
