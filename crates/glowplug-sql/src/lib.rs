//! The physical model of a SQL database, and the typed difference of two.
//!
//! [`SqlSchema`](model::SqlSchema) is a plain value in canonical order: two equal databases are `==`.
//! [`diff`](diff::diff) compares two of them and returns a [`ChangeSet`](change::ChangeSet):
//! flat, typed, without SQL and without order of execution. Everything here is pure and deterministic.

pub mod candidates;
pub mod change;
pub mod diff;
pub mod hints;
pub mod ids;
pub mod invert;
pub mod model;
pub mod pair;
pub mod pairing;
