//! One file a command. Each takes a [`Ctx`](crate::ctx::Ctx) and its options, and returns what it did.

pub mod baseline;
pub mod check;
pub mod deploy;
pub mod dev;
pub mod diff;
pub mod drift;
pub mod execute;
pub mod format;
pub mod generate;
pub mod lint;
pub mod new;
pub mod protect;
pub mod pull;
pub mod push;
pub mod ready;
pub mod rebase;
pub mod reset;
pub mod resolve;
pub mod restore;
pub mod revert;
pub mod schema;
pub mod seed;
pub mod squash;
pub mod status;
