//! PostgreSQL for Glowplug: types, introspection, plans, connections

pub mod connect;
pub mod connector;
pub mod database;
pub mod defaults;
mod error;
mod expression;
pub mod introspect;
pub mod names;
pub mod opclass;
mod runtime;
pub mod split;
pub mod types;
