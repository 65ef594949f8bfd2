//! Cases: the dialect and the options that they ask for, and what is generated from them.

use std::fs;
use std::path::Path;

use glowplug_codegen::diesel::Options;
use glowplug_codegen::file::Origin;
use glowplug_codegen::{GeneratedFile, diesel};
use glowplug_dialect::dialect::Dialect;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::schema::{Generator, Schema};
use glowplug_sqlite::dialect::SqliteDialect;

/// The names of the schema files in a folder, in order.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).expect("the folder can be listed");
    let paths = files.map(|it| it.expect("an entry").path());
    let mut res: Vec<String> = paths
        .filter(|it| it.extension().is_some_and(|ext| ext == "prisma"))
        .map(|it| it.file_stem().expect("a stem").to_string_lossy().into_owned())
        .collect();
    res.sort();
    res
}

/// The dialect that a schema is for.
pub(crate) fn dialect(schema: &Schema) -> &'static dyn Dialect {
    match schema.datasource.as_ref().map(|it| it.provider.as_str()) {
        Some("sqlite") => &SqliteDialect,
        _ => &PostgresDialect,
    }
}

/// What the case's own block says, if it has one.
pub(crate) fn options(schema: &Schema) -> Options {
    let is_ours = |it: &&Generator| it.provider.as_deref() == Some("glowplug-diesel");
    let Some(block) = schema.generators.iter().find(is_ours) else { return Options::default() };
    let (options, wrong) = Options::from_generator(block, Origin::default());
    assert_eq!(wrong, Vec::<String>::new());
    options
}

/// The Diesel code of a schema.
pub(crate) fn diesel_code(schema: &Schema) -> Vec<GeneratedFile> {
    diesel::generate(schema, dialect(schema), &options(schema))
}
