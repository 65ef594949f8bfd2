//! Migration history: folders on disk, the ledger in the database, checksums, diagnosis.
//!
//! A folder is `<YYYYMMDDHHMMSS>_<name>/{up.sql, down.sql, metadata.toml}`, exactly what Diesel's
//! `FileBasedMigrations` and `embed_migrations!` read, so an application can run the same history
//! without this tool. What this tool knows beyond that lives in a second table, the ledger, and
//! every row that Diesel alone wrote is recognised.
//!
//! This crate does not know what the SQL means, and no dialect by name.

pub mod checksum;
pub mod diagnose;
pub mod error;
pub mod folder;
pub mod ledger;
pub mod meta;
pub mod name;
pub mod replaces;
pub mod steps;
pub mod write;
