//! PostgreSQL for Glowplug: types, introspection, plans, connections

pub mod defaults;
mod expression;
pub mod names;
pub mod opclass;
pub mod types;
