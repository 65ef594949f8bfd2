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

use crate::file::{Comment, GeneratedFile, Origin};
use crate::layout::Layout;
use crate::parallel;

/// The files, in the order of their paths. `schema` must be free of errors.
pub fn generate(schema: &Schema, dialect: &dyn Dialect, options: &Options) -> Vec<GeneratedFile> {
    let layout = &Layout::new(schema, dialect, options.types);
    let origin = &options.origin;
    // Most of the work is in models.rs.
    let (models, (relations, schema)) = parallel::both(
        || rust_file("models.rs", origin, |out| models_rs::render(out, layout, dialect, options)),
        || {
            let relations = options.relations.then(|| relations_rs::render(layout)).flatten();
            let relations =
                relations.map(|body| rust_file("relations.rs", origin, |out| out.push_str(&body)));
            let schema = rust_file("schema.rs", origin, |out| {
                schema_rs::render(out, layout, dialect, options.same_query);
            });
            (relations, schema)
        },
    );
    let enums = rust_file("enums.rs", origin, |out| enums_rs::render(out, layout, options));
    let modules = rust_file("mod.rs", origin, |out| mod_rs(out, relations.is_some()));
    [enums, modules, models].into_iter().chain(relations).chain([schema]).collect()
}

fn rust_file(path: &str, origin: &Origin, body: impl FnOnce(&mut String)) -> GeneratedFile {
    GeneratedFile::new(path, origin, Comment::Rust, body)
}

fn mod_rs(out: &mut String, has_relations: bool) {
    out.push_str(MOD);
    if has_relations {
        out.push_str("mod relations;\n");
    }
    out.push_str("pub mod schema;\n");
}

const MOD: &str = "\
//! Tables, enums and row types of the database, for Diesel.

#![allow(dead_code, missing_docs, unreachable_pub)]
#![allow(clippy::new_without_default, clippy::too_many_arguments)]
#![allow(clippy::type_complexity)]

pub mod enums;
pub mod models;
";
