//! PostgreSQL for Glowplug: types, lowering, comparison, plans; connections, introspection.
//!
//! [`dialect::PostgresDialect`] is the pure half, [`connector::PostgresConnector`] the connected one.

pub mod casts;
pub mod code;
pub mod compare;
pub mod connect;
pub mod connector;
mod cursor;
mod data;
pub mod database;
pub mod ddl;
pub mod defaults;
pub mod dialect;
mod effects;
mod error;
mod expression;
mod foreign;
pub mod introspect;
mod lift;
mod lint;
pub mod lower;
pub mod names;
pub mod opclass;
mod plan;
mod runtime;
pub mod split;
pub mod types;
mod units;
