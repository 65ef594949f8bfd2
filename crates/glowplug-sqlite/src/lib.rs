//! SQLite for Glowplug: types, lowering, comparison, plans; connections, introspection.
//!
//! [`dialect::SqliteDialect`] is the pure half, [`connector::SqliteConnector`] the connected one.

mod code;
mod compare;
pub mod connector;
mod data;
pub mod database;
mod ddl;
mod defaults;
pub mod dialect;
mod effects;
mod error;
mod expression;
mod introspect;
mod lexer;
mod lift;
mod lint;
mod lower;
mod names;
mod plan;
mod rows;
mod script;
mod split;
mod types;
mod url;
