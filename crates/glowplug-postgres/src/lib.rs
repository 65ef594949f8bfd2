//! PostgreSQL for Glowplug: types, introspection, plans, connections

pub mod casts;
pub mod code;
pub mod compare;
pub mod connect;
pub mod connector;
pub mod database;
pub mod ddl;
pub mod defaults;
pub mod dialect;
mod error;
mod expression;
mod introspect;
pub mod lower;
pub mod names;
pub mod opclass;
mod plan;
mod runtime;
pub mod split;
pub mod types;
