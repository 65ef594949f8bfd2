//! PostgreSQL for Glowplug: types, introspection, plans, connections

pub mod casts;
pub mod code;
pub mod compare;
pub mod ddl;
pub mod defaults;
pub mod dialect;
mod expression;
pub mod lower;
pub mod names;
pub mod opclass;
mod plan;
pub mod types;
