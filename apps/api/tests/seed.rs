//! The seed on a real PostgreSQL.

mod support;

use api::seed;
use glowplug::protection::Refusal;

#[test]
fn running_it_twice_changes_no_row() {
    let database = support::migrated();
    let mut connection = support::connect(&database);
    let first = seed::run(&mut *connection).expect("the first run");
    let rows = support::dump(&database);
    assert_eq!(first.written(), rows.len(), "{first}");
    assert!(rows.len() > 40, "{rows:#?}");

    let second = seed::run(&mut *connection).expect("the second run");
    assert_eq!(second.written(), 0, "{second}");
    assert_eq!(support::dump(&database), rows);
}

#[test]
fn what_was_edited_comes_back_and_nothing_else() {
    let database = support::migrated();
    let mut connection = support::connect(&database);
    seed::run(&mut *connection).expect("the first run");
    database.execute(
        "UPDATE \"Course\" SET title = 'x', price = NULL WHERE slug = 'rust-for-the-curious';
         UPDATE \"User\" SET role = 'ADMIN', \"passwordHash\" = 'y' WHERE email = 'ada@example.com';
         INSERT INTO \"Tag\" (name) VALUES ('mine')",
    );
    let report = seed::run(&mut *connection).expect("the second run");
    assert_eq!(report.written(), 1, "{report}");
    let course = database.query_text("SELECT title, price::text FROM \"Course\" WHERE slug LIKE 'rust%'");
    assert_eq!(course, [[Some("Rust for the curious".to_owned()), Some("49.00".to_owned())]]);
    let ada =
        database.query_text("SELECT role::text, \"passwordHash\" FROM \"User\" WHERE email LIKE 'ada%'");
    assert_eq!(ada, [[Some("ADMIN".to_owned()), Some("y".to_owned())]]);
    assert_eq!(database.query_text("SELECT 1 FROM \"Tag\" WHERE name = 'mine'").len(), 1);
}

#[test]
fn rows_that_were_there_first_keep_their_keys() {
    let database = support::migrated();
    database.execute(
        "INSERT INTO \"User\" (id, email, \"updatedAt\") VALUES ('mine', 'ada@example.com', now());
         INSERT INTO \"Category\" (id, slug, name)
         VALUES ('11111111-1111-4111-8111-111111111111', 'computing', 'Mine')",
    );
    let mut connection = support::connect(&database);
    seed::run(&mut *connection).expect("the seed runs");
    let courses = database.query_text("SELECT count(*)::text FROM \"Course\" WHERE \"authorId\" = 'mine'");
    assert_eq!(courses, [[Some("2".to_owned())]]);
    let shelves = database.query_text(
        "SELECT slug FROM \"Category\" WHERE \"parentId\" = '11111111-1111-4111-8111-111111111111' ORDER BY 1",
    );
    assert_eq!(shelves.len(), 2);
}

#[test]
fn a_protected_database_is_refused() {
    let database = support::migrated();
    support::protect(&database);
    let mut connection = support::connect(&database);
    let error = seed::run(&mut *connection).expect_err("a refusal");
    assert_eq!(error.to_string(), "the database is protected (environment `production`)");
    assert_eq!(database.query_text("SELECT 1 FROM \"User\"").len(), 0);

    database.execute("UPDATE _glowplug_meta SET value = 'false' WHERE key = 'protected'");
    seed::run(&mut *connection).expect("the mark was taken away");
}

#[test]
fn a_database_that_cannot_be_asked_is_refused() {
    let database = support::migrated();
    support::protect(&database);
    let mut connection = support::connect(&database);
    let role = format!("{}_reader", database.name());
    database.execute(&format!(
        "CREATE ROLE \"{role}\"; GRANT USAGE ON SCHEMA public TO \"{role}\"; GRANT SELECT ON \"User\" TO \"{role}\""
    ));
    let become_reader = diesel::sql_query(format!("SET ROLE \"{role}\""));
    diesel::RunQueryDsl::execute(become_reader, &mut *connection).expect("the role can be taken");
    let error = seed::run(&mut *connection).expect_err("a refusal");
    database.execute(&format!("DROP OWNED BY \"{role}\"; DROP ROLE \"{role}\""));
    assert!(matches!(error, seed::SeedError::Refused(Refusal::Unknown(_))), "{error}");
}

#[test]
fn without_tables_the_error_says_what_to_do() {
    let database = glowplug_testkit::postgres::TestDatabase::new();
    let mut connection = support::connect(&database);
    let error = seed::run(&mut *connection).expect_err("no tables");
    assert_eq!(error.hint(), Some("bring the tables up to date first: cargo xtask db migrate"));
}

#[test]
fn the_program_tells_what_it_did() {
    let database = support::migrated();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_seed"));
        let output = command.args(arguments).env("DATABASE_URL", database.url()).output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let first = run(&[]);
    assert!(first.contains("Enrollment       6 written, 0 as they were\n"), "{first}");
    let second: serde_json::Value = serde_json::from_str(&run(&["--json"])).expect("one JSON object");
    assert_eq!(second["written"], 0);
    assert_eq!(second["tables"]["User"]["unchanged"], 5);
}
