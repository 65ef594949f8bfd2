//! Our `schema.rs` means what `diesel print-schema` prints of the migrated database: what it printed for every case
//! stands in `tests/print_schema`, and what differs in `print_schema_differences.txt`, with the reason.
//!
//! `GLOWPLUG_DIESEL=<program> UPDATE_EXPECT=1` prints anew; `cargo xtask generated --with-diesel` compares projects.

use std::fs;
use std::path::Path;

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::Schema;
use glowplug_testkit::postgres::TestDatabase;
use glowplug_testkit::schema_code::SchemaCode;
use glowplug_testkit::schema_code::compare::compare;
use glowplug_testkit::schema_code::print::print;

use crate::schema_file::{self, folder};
use crate::{support, tables};

#[test]
fn generated_code_means_what_diesel_prints() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let program = std::env::var_os("GLOWPLUG_DIESEL").filter(|_| update);
    let home = folder("print_schema");
    let (mut all, mut unexplained) = (String::new(), String::new());
    for place in ["cases", "round_trip/cases"] {
        for case in support::names(&folder(place)) {
            let schema = schema_file::read(&folder(place), &case);
            let dialect = support::dialect(&schema);
            let path = home.join(format!("{case}.txt"));
            if let Some(program) = &program {
                fs::create_dir_all(&home).expect("the folder can be made");
                fs::write(&path, printed(program.as_ref(), dialect, &schema))
                    .expect("the file can be written");
            }
            let printed = fs::read_to_string(&path).unwrap_or_else(|_| {
                panic!("nothing was printed for `{case}`: GLOWPLUG_DIESEL=<diesel> UPDATE_EXPECT=1 does that")
            });
            let files = support::diesel_code(&schema);
            let ours = &files.iter().find(|file| file.path == "schema.rs").expect("schema.rs").text;
            let read = |text: &str| SchemaCode::read(text).unwrap_or_else(|error| panic!("{case}: {error}"));
            for difference in compare(&schema, &read(ours), &read(&printed)) {
                let line = format!("{case}: {difference}\n");
                if difference.reason.is_none() {
                    unexplained.push_str(&line);
                }
                all.push_str(&line);
            }
        }
    }
    assert!(unexplained.is_empty(), "nobody knows why:\n{unexplained}");
    let path = folder("print_schema_differences.txt");
    if update {
        fs::write(&path, &all).expect("the file can be written");
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), all, "UPDATE_EXPECT=1 takes it over");
}

/// What the program prints of a database with the schema's tables.
fn printed(program: &Path, dialect: &dyn Dialect, schema: &Schema) -> String {
    let statements = tables::statements(dialect, schema);
    if dialect.provider() == "sqlite" {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("printed.db").display().to_string();
        let mut connection = diesel::SqliteConnection::establish(&file).expect("a database");
        for statement in statements {
            // Diesel's tool gives up at a column of that type.
            let statement = statement.replace(" JSONB", " TEXT");
            connection.batch_execute(&statement).expect("the tables can be made");
        }
        return print(program, &file).expect("it prints");
    }
    let database = TestDatabase::new();
    database.execute("CREATE EXTENSION citext");
    for statement in statements {
        database.execute(&statement);
    }
    print(program, &database.url()).expect("it prints")
}
