//! Diesel code: `schema.rs`, `enums.rs`, `models.rs`, and the `mod.rs` that holds them.
//!
//! Names: a table's module and its columns are the snake case of their names in the database (with
//! `#[sql_name]` where that differs), so `"User"."createdAt"` is `user::created_at`; row types are
//! called as the model (`User`), types for inserts `NewUser`, for updates `UserChanges`.

mod enums_rs;
mod models_rs;
mod schema_rs;

use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::{Generator, Schema, Value};

use crate::file::{Comment, GeneratedFile, Origin, stamp};
use crate::layout::Layout;

/// What a user may choose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// What the header says.
    pub origin: Origin,
    /// Which tables may stand in one query.
    pub same_query: SameQuery,
}

/// Which tables `allow_tables_to_appear_in_same_query!` names together. Its cost to the compiler
/// grows with the square of their number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SameQuery {
    /// All of them, as `diesel print-schema` does.
    #[default]
    All,
    /// Those that foreign keys connect, directly or through others.
    Related,
}

impl Options {
    /// The options in a `generator` block; unknown properties come back as sentences.
    ///
    /// `provider` and `output` belong to every generator; `sameQuery` is `"all"` or `"related"`.
    pub fn from_generator(generator: &Generator, origin: Origin) -> (Self, Vec<String>) {
        let mut res = Self { origin, same_query: SameQuery::All };
        let mut unknown = Vec::new();
        for (name, value) in &generator.properties {
            match (name.as_str(), value) {
                ("provider" | "output", _) => {}
                ("sameQuery", Value::String(text)) if text == "all" => res.same_query = SameQuery::All,
                ("sameQuery", Value::String(text)) if text == "related" => {
                    res.same_query = SameQuery::Related
                }
                ("sameQuery", _) => unknown.push(format!(
                    "`sameQuery` of generator `{}` must be `\"all\"` or `\"related\"`",
                    generator.name
                )),
                (other, _) => {
                    unknown.push(format!("generator `{}` has no property `{other}`", generator.name));
                }
            }
        }
        (res, unknown)
    }
}

/// The files, in the order of their paths. `schema` must be free of errors.
pub fn generate(schema: &Schema, dialect: &dyn Dialect, options: &Options) -> Vec<GeneratedFile> {
    let layout = Layout::new(schema, dialect);
    let file = |path: &str, body: &str| GeneratedFile {
        path: path.to_owned(),
        text: stamp(&options.origin, Comment::Rust, body),
    };
    vec![
        file("enums.rs", &enums_rs::render(&layout)),
        file("mod.rs", MOD),
        file("models.rs", &models_rs::render(&layout, dialect)),
        file("schema.rs", &schema_rs::render(&layout, dialect, options.same_query)),
    ]
}

const MOD: &str = "\
//! Tables, enums and row types of the database, for Diesel.

#![allow(dead_code, missing_docs, unreachable_pub)]
#![allow(clippy::new_without_default, clippy::too_many_arguments)]

pub mod enums;
pub mod models;
pub mod schema;
";
