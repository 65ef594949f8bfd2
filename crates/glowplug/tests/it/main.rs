//! The runtime library on real databases.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]

mod boot;
mod instances;
mod json;
mod migrate_postgres;
mod migrate_sqlite;
mod support;
