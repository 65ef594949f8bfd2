//! A reset that cannot copy the database first: it says why, and drops nothing.

use std::fs;

use glowplug_dialect::database::{ConnectOptions, Connector as _};
use glowplug_postgres::connector::PostgresConnector;
use glowplug_testkit::postgres::TestDatabase;
use tempfile::TempDir;

use crate::tool::{Run, command, finish, glowplug};

fn workspace() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("Cargo.toml"), "[workspace]\nresolver = \"3\"\n").unwrap();
    fs::create_dir_all(folder.path().join("prisma")).unwrap();
    let schema = "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel One {\n  id Int @id\n}\n";
    fs::write(folder.path().join("prisma/schema.prisma"), schema).unwrap();
    folder
}

fn says(run: &Run, code: i32, words: &[&str]) {
    assert_eq!(run.code, code, "{}", run.text);
    for word in words {
        assert!(run.text.contains(word), "{word}: {}", run.text);
    }
}

fn rows(database: &TestDatabase) -> String {
    database.query_text("SELECT count(*) FROM \"One\"")[0][0].clone().unwrap()
}

#[test]
fn whoever_is_connected_is_named_and_nothing_is_dropped() {
    let (folder, database) = (workspace(), TestDatabase::new());
    says(&glowplug(folder.path(), &database, &["migrate", "--name", "init"]), 0, &[]);
    database.execute("INSERT INTO \"One\" VALUES (1)");

    let options = ConnectOptions { application_name: "the product".to_owned(), ..ConnectOptions::default() };
    let mut product = PostgresConnector.connect(&database.url(), &options).unwrap();
    product.query("SELECT 1").unwrap();
    let run = glowplug(folder.path(), &database, &["migrate", "reset", "--force"]);
    says(&run, 4, &["GP4109", "others are connected", "`the product` (server process", "--no-copy"]);
    assert_eq!(rows(&database), "1");
    let run = glowplug(folder.path(), &database, &["push", "--force-reset", "--force"]);
    says(&run, 4, &["GP4109", "--no-copy"]);
    assert_eq!(rows(&database), "1");

    let run = glowplug(folder.path(), &database, &["migrate", "reset", "--force", "--no-copy"]);
    says(&run, 0, &["starts over"]);
    assert_eq!(rows(&database), "0");
    product.query("SELECT count(*) FROM \"One\"").unwrap();
    drop(product);

    database.execute("INSERT INTO \"One\" VALUES (2)");
    says(&glowplug(folder.path(), &database, &["migrate", "reset", "--force"]), 0, &["_before_reset_"]);
    let mut product = PostgresConnector.connect(&database.url(), &options).unwrap();
    product.query("SELECT 1").unwrap();
    let run = glowplug(folder.path(), &database, &["restore", "--force"]);
    says(&run, 1, &["GP3011", "others are connected", "`the product`"]);
    drop(product);
    says(&glowplug(folder.path(), &database, &["restore", "--force"]), 0, &["is as it was in"]);
    assert_eq!(rows(&database), "1");
}

#[test]
fn a_role_that_may_not_copy_is_told_and_nothing_is_dropped() {
    let (folder, database) = (workspace(), TestDatabase::new());
    let role = format!("{}_guest", database.name());
    database.execute(&format!(
        "CREATE ROLE \"{role}\" LOGIN PASSWORD 'guest'; GRANT ALL ON SCHEMA public TO \"{role}\""
    ));
    let url = format!("{}?user={role}&password=guest", database.url());
    let guest = |arguments: &[&str]| {
        let mut command = command(folder.path(), &database, arguments);
        finish(command.env("DATABASE_URL", &url).spawn().unwrap())
    };
    says(&guest(&["migrate", "--name", "init"]), 0, &[]);
    database.execute("INSERT INTO \"One\" VALUES (1)");
    says(&guest(&["migrate", "reset", "--force"]), 4, &["GP4109", "CREATEDB", "--no-copy"]);
    assert_eq!(rows(&database), "1");
    says(&guest(&["migrate", "reset", "--force", "--no-copy"]), 0, &["starts over"]);
    database.execute(&format!("DROP OWNED BY \"{role}\" CASCADE; DROP ROLE \"{role}\""));
}
