//! Code of every schema in `tests/cases`, beside it in `tests/generated/<case>`.
//! `UPDATE_EXPECT=1` writes what is generated; `compiles.rs` gives it to the compiler.

#[path = "support/committed.rs"]
mod committed;
#[path = "support/print_schema.rs"]
mod print_schema;
#[path = "support/schema.rs"]
mod schema_file;
#[path = "support/cases.rs"]
mod support;
#[path = "support/tables.rs"]
mod tables;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use glowplug_codegen::diesel::{Options, SameQuery};
use glowplug_codegen::{GeneratedFile, diesel, graphql, is_untouched};
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::diagnostics::SourceFile;
use glowplug_psl::schema::Schema;
use schema_file::folder;

fn cases() -> Vec<String> {
    support::names(&folder("cases"))
}

fn schema(case: &str) -> Schema {
    schema_file::read(&folder("cases"), case)
}

fn generate(case: &str) -> Vec<GeneratedFile> {
    let schema = schema(case);
    let mut res = support::diesel_code(&schema);
    let options = graphql::Options {
        resolvers: Some("resolvers.rs".to_owned()),
        database: format!("crate::{case}"),
        ..graphql::Options::default()
    };
    res.extend(graphql::generate(&schema, &PostgresDialect, &options));
    res
}

#[test]
fn generated_code_is_as_committed() {
    let differences: String = cases()
        .iter()
        .map(|case| committed::differences(&generate(case), &folder("generated").join(case)))
        .collect();
    assert!(differences.is_empty(), "UPDATE_EXPECT=1 takes these over:\n{differences}");
}

#[test]
fn generated_code_of_values_is_as_committed() {
    let home = folder("round_trip");
    let cases = home.join("cases");
    let code = |case: &String| support::diesel_code(&schema_file::read(&cases, case));
    let names = support::names(&cases);
    let differences: String = names
        .iter()
        .map(|case| committed::differences(&code(case), &home.join("generated").join(case)))
        .collect();
    assert!(differences.is_empty(), "UPDATE_EXPECT=1 takes these over:\n{differences}");
}

#[test]
fn every_case_is_compiled_and_every_folder_has_a_case() {
    let compiled = fs::read_to_string(folder("compiles.rs")).expect("compiles.rs can be read");
    let cases = cases();
    for case in &cases {
        assert!(compiled.contains(&format!("mod {case};")), "`{case}` is missing in compiles.rs");
    }
    for entry in fs::read_dir(folder("generated")).expect("tests/generated can be listed") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(cases.contains(&name), "tests/generated/{name} belongs to no case");
    }
}

#[test]
fn the_same_schema_gives_the_same_bytes() {
    for case in cases() {
        assert_eq!(generate(&case), generate(&case), "{case}");
    }
}

#[test]
fn generated_files_know_that_they_are_untouched() {
    for file in cases().iter().flat_map(|it| generate(it)) {
        assert!(is_untouched(&file.text), "{}", file.path);
        assert!(!is_untouched(&format!("{}\n// mine\n", file.text)), "{}", file.path);
    }
}

#[test]
fn rustfmt_changes_nothing_under_its_defaults_and_under_wide_settings() {
    let settings = [
        "max_width=100,use_small_heuristics=Default",
        "max_width=110,use_small_heuristics=Max",
        "max_width=120,use_small_heuristics=Off",
    ];
    let cases = cases();
    let files: Vec<PathBuf> = cases
        .iter()
        .flat_map(|case| {
            generate(case).into_iter().map(move |it| folder("generated").join(case).join(it.path))
        })
        .filter(|it| it.extension().is_some_and(|ext| ext == "rs"))
        .collect();
    for setting in settings {
        let output = Command::new("rustfmt")
            .args(["--check", "--edition", "2024", "--config", setting])
            .args(&files)
            .output()
            .expect("rustfmt runs");
        let text = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{setting}:\n{text}{errors}");
    }
}

#[test]
fn related_tables_may_be_grouped() {
    let options = Options { same_query: SameQuery::Related, ..Options::default() };
    let files = diesel::generate(&schema("relations"), &PostgresDialect, &options);
    let texts: BTreeMap<_, _> = files.into_iter().map(|it| (it.path, it.text)).collect();
    let schema = &texts["schema.rs"];
    let (_, group) = schema.split_once("allow_tables_to_appear_in_same_query!").expect("a group");
    assert!(group.contains("    passport,\n"));
    assert!(!group.contains("    island,\n"), "{group}");
}

#[test]
fn a_table_that_is_too_wide_for_diesel_is_left_out_with_a_note() {
    let wide = |columns: usize| {
        let fields: String = (1..columns).map(|n| format!("  c{n} Int?\n")).collect();
        let text = format!("model Wide {{\n  id Int @id\n{fields}}}\n");
        let (schema, _) = glowplug_psl::parse(&[SourceFile { path: "wide.prisma".to_owned(), text }]);
        let files = diesel::generate(&schema, &PostgresDialect, &Options::default());
        files.into_iter().find(|it| it.path == "schema.rs").expect("schema.rs").text
    };
    let note = "// `Wide` has 128 columns: Diesel needs its feature `128-column-tables`";
    assert!(wide(128).contains(note), "{}", wide(128));
    assert!(wide(129).contains("// - `Wide` has 129 columns; Diesel takes at most 128\n"));
    assert!(!wide(129).contains("table!"));
}
