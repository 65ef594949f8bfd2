//! Diesel code: `schema.rs`, `enums.rs`, `models.rs`, `relations.rs`, and the `mod.rs` that holds them.
//!
//! Names: a table's module and its columns are the snake case of their names in the database (with
//! `#[sql_name]` where that differs), so `"User"."createdAt"` is `user::created_at`; row types are
//! called as the model (`User`), types for inserts `NewUser`, for updates `UserChanges`. A hint
//! `@diesel(name: "...")` gives another name.

mod enums_rs;
mod head;
mod models_rs;
mod options;
mod relations_rs;
mod schema_rs;

use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::Schema;

pub use options::{Derives, Options, SameQuery};

use crate::file::{Comment, GeneratedFile, stamp};
use crate::layout::Layout;
use crate::parallel;

/// The files, in the order of their paths. `schema` must be free of errors.
pub fn generate(schema: &Schema, dialect: &dyn Dialect, options: &Options) -> Vec<GeneratedFile> {
    let layout = Layout::new(schema, dialect, options.types);
    let file = |path: &str, body: &str| GeneratedFile {
        path: path.to_owned(),
        text: stamp(&options.origin, Comment::Rust, body),
    };
    // Most of the work is in models.rs, and it is done on every core; hashing is not.
    let (models, (relations, schema_rs)) = parallel::both(
        || file("models.rs", &models_rs::render(&layout, dialect, options)),
        || {
            let relations = options.relations.then(|| relations_rs::render(&layout)).flatten();
            let schema_rs = schema_rs::render(&layout, dialect, options.same_query);
            (relations.map(|body| file("relations.rs", &body)), file("schema.rs", &schema_rs))
        },
    );
    let enums = file("enums.rs", &enums_rs::render(&layout, options));
    let mut res = vec![enums, file("mod.rs", &mod_rs(relations.is_some())), models];
    res.extend(relations);
    res.push(schema_rs);
    res
}

fn mod_rs(has_relations: bool) -> String {
    let relations = if has_relations { "mod relations;\n" } else { "" };
    format!("{MOD}{relations}pub mod schema;\n")
}

const MOD: &str = "\
//! Tables, enums and row types of the database, for Diesel.

#![allow(dead_code, missing_docs, unreachable_pub)]
#![allow(clippy::new_without_default, clippy::too_many_arguments)]
#![allow(clippy::type_complexity)]

pub mod enums;
pub mod models;
";
