//! PostgreSQL for Glowplug: types, introspection, plans, connections

pub mod names;
pub mod types;
