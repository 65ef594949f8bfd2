//! The seed on a real PostgreSQL.

mod support;

use api::database::SyncConnection;
use api::seed::{self, Amount};
use glowplug::protection::Refusal;
use glowplug::seed::{Options, Outcome, Report, SeedError};

fn run(connection: &mut SyncConnection, amount: Amount) -> Result<Report, SeedError> {
    match seed::run_with(&mut **connection, &Options::default(), amount)? {
        Outcome::Seeded(report) => Ok(report),
        Outcome::Checked(_) => panic!("nobody asked for a check"),
    }
}

#[test]
fn running_it_twice_changes_no_row() {
    let database = support::migrated();
    let mut connection = support::connect(&database);
    let first = run(&mut connection, Amount::default()).expect("the first run");
    let rows = support::dump(&database);
    assert_eq!(first.written(), rows.len(), "{first}");
    assert!(rows.len() > 40, "{rows:#?}");

    let second = run(&mut connection, Amount::default()).expect("the second run");
    assert_eq!(second.written(), 0, "{second}");
    assert_eq!(support::dump(&database), rows);
}

#[test]
fn what_was_edited_comes_back_and_nothing_else() {
    let database = support::migrated();
    let mut connection = support::connect(&database);
    run(&mut connection, Amount::default()).expect("the first run");
    database.execute(
        "UPDATE \"Course\" SET title = 'x', price = NULL WHERE slug = 'rust-for-the-curious';
         UPDATE \"User\" SET role = 'ADMIN', \"passwordHash\" = 'y' WHERE email = 'ada@example.com';
         INSERT INTO \"Tag\" (name) VALUES ('mine')",
    );
    let report = run(&mut connection, Amount::default()).expect("the second run");
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
    run(&mut connection, Amount::default()).expect("the seed runs");
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
    let error = run(&mut connection, Amount::default()).expect_err("a refusal");
    assert_eq!(error.to_string(), "the database is protected (environment `production`)");
    assert_eq!(database.query_text("SELECT 1 FROM \"User\"").len(), 0);

    database.execute("UPDATE _glowplug_meta SET value = 'false' WHERE key = 'protected'");
    run(&mut connection, Amount::default()).expect("the mark was taken away");
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
    let error = run(&mut connection, Amount::default()).expect_err("a refusal");
    database.execute(&format!("DROP OWNED BY \"{role}\"; DROP ROLE \"{role}\""));
    assert!(matches!(error, SeedError::Refused(Refusal::Unknown(_))), "{error}");
}

#[test]
fn without_tables_the_error_says_what_to_do() {
    let database = glowplug_testkit::postgres::TestDatabase::new();
    let mut connection = support::connect(&database);
    let error = run(&mut connection, Amount::default()).expect_err("no tables");
    assert_eq!(error.hint(), "bring the tables up to date first: cargo glowplug migrate");
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

#[test]
fn made_up_people_are_the_same_each_time() {
    let database = support::migrated();
    let mut connection = support::connect(&database);
    let many = Amount { people: 450, seed: 1 };
    run(&mut connection, many).expect("the first run");
    let rows = support::dump(&database);
    let people = database.query_text("SELECT count(*)::text, count(DISTINCT email)::text FROM \"User\"");
    assert_eq!(people, [[Some("455".to_owned()), Some("455".to_owned())]]);
    assert_eq!(run(&mut connection, many).expect("the second run").written(), 0);
    assert_eq!(run(&mut connection, Amount { people: 7, ..many }).expect("fewer").written(), 0);
    assert_eq!(support::dump(&database), rows);
    let others = run(&mut connection, Amount { seed: 2, ..many }).expect("other people");
    assert!(others.written() > 400, "{others}");
}

#[test]
fn a_check_finds_nothing_and_leaves_nothing() {
    let database = support::migrated();
    let mut connection = support::connect(&database);
    let options = Options { check: true, ..Options::default() };
    let amount = Amount { people: 20, seed: 1 };
    let Outcome::Checked(checked) = seed::run_with(&mut *connection, &options, amount).expect("a check")
    else {
        panic!("it was to be a check");
    };
    assert_eq!(checked.differences, []);
    assert_eq!(checked.stages, ["the fixtures"]);
    assert_eq!(support::dump(&database), Vec::<String>::new());
}

#[test]
fn a_check_names_the_row_that_changes() {
    let database = support::migrated();
    let mut connection = support::connect(&database);
    let mut run = 0;
    let checked = glowplug::seed::check(&mut *connection, |conn, _| {
        run += 1;
        let sql = format!(
            "INSERT INTO \"User\" (id, email, \"updatedAt\") VALUES ('a', 'a@example.com', 'epoch')
                 ON CONFLICT (id) DO UPDATE SET \"updatedAt\" = now() + interval '{run} s', name = 'Ada';
             INSERT INTO \"Tag\" (name) VALUES ('tag {run}');
             CREATE TABLE IF NOT EXISTS \"No key\" (a int, b text);
             INSERT INTO \"No key\" VALUES (1, 'it''s')"
        );
        diesel::connection::SimpleConnection::batch_execute(conn, &sql)?;
        Ok(())
    });
    let checked = checked.expect("a check");
    let found: Vec<String> = checked.differences.iter().map(|(_, it)| it.to_string()).collect();
    // The number of a tag is that of a sequence, which no transaction takes back.
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0], "+ No key (a = '1', b = 'it''s')");
    assert!(found[1].starts_with("+ Tag (id = "), "{found:?}");
    assert!(found[1].ends_with(", name = 'tag 2')"), "{found:?}");
    assert_eq!(found[2], "~ User (id = 'a', email = 'a@example.com'): updatedAt, name");
    assert_eq!(support::dump(&database), Vec::<String>::new());
}

#[test]
fn a_transaction_of_its_own_cannot_get_around_a_check() {
    for sql in ["COMMIT", "ROLLBACK", "COMMIT; BEGIN"] {
        let database = support::migrated();
        let mut connection = support::connect(&database);
        let error = glowplug::seed::check(&mut *connection, |conn, _| {
            let insert = "INSERT INTO \"Tag\" (name) VALUES ('kept')";
            diesel::connection::SimpleConnection::batch_execute(conn, insert)?;
            Ok(diesel::connection::SimpleConnection::batch_execute(conn, sql)?)
        });
        let error = error.expect_err(sql);
        assert!(matches!(error, SeedError::Ended { .. }), "{sql}: {error}");
        assert_eq!(database.query_text("SELECT 1 FROM \"Tag\"").len(), 0, "{sql}");
    }
    // Those of Diesel are savepoints there.
    let database = support::migrated();
    let mut connection = support::connect(&database);
    let checked = glowplug::seed::check(&mut *connection, |conn, _| {
        let insert = "INSERT INTO \"Tag\" (name) VALUES ('kept') ON CONFLICT DO NOTHING";
        diesel::Connection::transaction(conn, |conn| {
            Ok(diesel::connection::SimpleConnection::batch_execute(conn, insert)?)
        })
    });
    assert_eq!(checked.expect("a check").differences, []);
    assert_eq!(database.query_text("SELECT 1 FROM \"Tag\"").len(), 0);
}
