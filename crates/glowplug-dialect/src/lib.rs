//! What a database dialect must answer, and what a plan is made of.
//!
//! A dialect is two values: a [`Dialect`](dialect::Dialect), pure, and a
//! [`Connector`](database::Connector), which opens a [`Database`](database::Database).
//! This crate does not know which dialects exist.

pub mod beside;
pub mod code;
pub mod data;
pub mod database;
pub mod dialect;
pub mod effects;
pub mod error;
pub mod finding;
pub mod lift;
pub mod lint;
pub mod plan;
pub mod rows;
pub mod script;
pub mod unit;
pub mod values;
pub mod words;
