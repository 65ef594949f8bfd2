//! PostgreSQL for Glowplug: types, introspection, plans, connections

pub mod connect;
pub mod connector;
pub mod database;
mod error;
mod introspect;
mod runtime;
pub mod split;
