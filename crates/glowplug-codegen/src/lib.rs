//! Diesel and GraphQL code from a schema: files as values, without a database or a file system.
//!
//! [`diesel::generate`] gives `schema.rs`, `enums.rs`, `models.rs` and `mod.rs`;
//! [`graphql::generate`] gives the SDL and, when asked, resolvers for async-graphql over the
//! Diesel models. Both are pure: the same schema gives the same bytes. Every file starts with a
//! line that says how to make it again and a hash that tells whether a person has changed it
//! (see [`file`]).

pub mod diesel;
pub mod file;
pub mod graphql;
mod layout;
mod names;
mod parallel;
mod rust;
pub mod types;

pub use file::{GeneratedFile, is_generated, is_untouched};
