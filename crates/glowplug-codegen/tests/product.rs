//! The committed code of the example product is what its schema gives. `UPDATE_EXPECT=1` writes it.

#[path = "support/committed.rs"]
mod committed;

use std::fs;
use std::path::{Path, PathBuf};

use glowplug_codegen::file::Origin;
use glowplug_codegen::{GeneratedFile, diesel, graphql};
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::diagnostics::{Severity, SourceFile};
use glowplug_psl::schema::{Generator, Schema, Value};

fn prisma_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prisma")
}

fn schema() -> Schema {
    let text = fs::read_to_string(prisma_folder().join("schema.prisma")).expect("the schema can be read");
    let (schema, findings) = glowplug_psl::parse(&[SourceFile { path: "schema.prisma".to_owned(), text }]);
    let errors: Vec<_> = findings.iter().filter(|it| it.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    schema
}

fn generator<'a>(schema: &'a Schema, provider: &str) -> &'a Generator {
    let found = schema.generators.iter().find(|it| it.provider.as_deref() == Some(provider));
    found.unwrap_or_else(|| panic!("no generator `{provider}`"))
}

fn output(generator: &Generator) -> PathBuf {
    let found = generator.properties.iter().find(|(name, _)| name == "output");
    let Some((_, Value::String(folder))) = found else { panic!("no output") };
    prisma_folder().join(folder)
}

fn files() -> Vec<(PathBuf, GeneratedFile)> {
    let schema = schema();
    let block = generator(&schema, "glowplug-diesel");
    let (options, wrong) = diesel::Options::from_generator(block, Origin::default());
    assert_eq!(wrong, Vec::<String>::new());
    let mut res: Vec<_> = diesel::generate(&schema, &PostgresDialect, &options)
        .into_iter()
        .map(|it| (output(block), it))
        .collect();
    let block = generator(&schema, "glowplug-graphql");
    let (options, wrong) = graphql::Options::from_generator(block, Origin::default());
    assert_eq!(wrong, Vec::<String>::new());
    let api = graphql::generate(&schema, &PostgresDialect, &options);
    res.extend(api.into_iter().map(|it| (output(block), it)));
    res
}

#[test]
fn the_products_code_is_current() {
    let difference = |(folder, file): (PathBuf, GeneratedFile)| committed::differences(&[file], &folder);
    let differences: String = files().into_iter().map(difference).collect();
    assert!(differences.is_empty(), "UPDATE_EXPECT=1 takes these over:\n{differences}");
}

#[test]
fn what_a_generator_block_does_not_know_is_told() {
    let text = "generator g {\n  provider = \"glowplug-diesel\"\n  sameQuery = \"some\"\n  dateTime = \"sundial\"\n  decimal = 2\n  serde = \"perhaps\"\n  derives = [\"no path\"]\n  colour = \"red\"\n}\n";
    let source = SourceFile { path: "g.prisma".to_owned(), text: text.to_owned() };
    let (schema, _) = glowplug_psl::parse(&[source]);
    let (_, wrong) = diesel::Options::from_generator(&schema.generators[0], Origin::default());
    assert_eq!(
        wrong,
        [
            "`sameQuery` of generator `g` must be `\"all\"` or `\"related\"`",
            "`dateTime` of generator `g` must be `\"chrono\"`, `\"time\"` or `\"jiff\"`",
            "`decimal` of generator `g` must be `\"bigdecimal\"` or `\"rust_decimal\"`",
            "`serde` of generator `g` must be `true` or `false`",
            "`derives` of generator `g` must be a list of paths of derives, `[\"Debug\", \"my::Derive\"]`",
            "generator `g` has no property `colour`",
        ]
    );
}
