//! Copies of a database beside it.

use glowplug_dialect::beside::Beside;
use glowplug_dialect::database::{ConnectOptions, Connector, Database};
use glowplug_dialect::error::ErrorKind;
use glowplug_postgres::connector::PostgresConnector;
use glowplug_testkit::postgres::TestDatabase;

use crate::{connect, options, script, value, with};

fn beside(database: &mut Box<dyn Database>) -> &mut dyn Beside {
    database.beside().unwrap()
}

/// The databases of a test, without its own.
fn others(database: &TestDatabase) -> Vec<String> {
    let sql =
        format!("SELECT datname FROM pg_database WHERE datname LIKE '{}\\__%' ORDER BY 1", database.name());
    database.query_text(&sql).into_iter().flatten().flatten().collect()
}

#[test]
fn a_copy_brings_rows_rights_and_settings_back() {
    let database = TestDatabase::new();
    let (name, role) = (database.name(), format!("{}_reader", database.name()));
    database.execute(&format!(
        "CREATE ROLE \"{role}\"; CREATE SCHEMA other; CREATE TABLE other.t (id int); CREATE TABLE a (id int);
         INSERT INTO a VALUES (1); INSERT INTO other.t VALUES (2);
         REVOKE ALL ON DATABASE \"{name}\" FROM PUBLIC; GRANT CONNECT ON DATABASE \"{name}\" TO \"{role}\" WITH GRANT OPTION;
         ALTER DATABASE \"{name}\" SET search_path = public, other, \"O'dd\"; ALTER DATABASE \"{name}\" SET work_mem = '5MB';
         ALTER ROLE \"{role}\" IN DATABASE \"{name}\" SET application_name = 'it''s';
         ALTER DATABASE \"{name}\" CONNECTION LIMIT 50; COMMENT ON DATABASE \"{name}\" IS 'it''s ours'"
    ));
    let dressed = |name: &str| {
        format!(
            "SELECT datconnlimit || ' ' || array_to_string(ARRAY(SELECT unnest(datacl)::text ORDER BY 1), ' ') || ' '
                    || (SELECT string_agg(setrole::regrole || ' ' || setconfig::text, ' ' ORDER BY setrole::text)
                        FROM pg_db_role_setting WHERE setdatabase = d.oid)
             FROM pg_database d WHERE datname = '{name}'"
        )
    };
    let before = value(&database, &dressed(name));
    assert!(before.is_some());

    let mut db = connect(&database);
    db.lock(&mut |_, _| false).unwrap();
    assert!(beside(&mut db).size().unwrap() > 1_000_000);
    let copy = beside(&mut db).copy("reset", "20260101000000").unwrap();
    assert_eq!(copy.name, format!("{name}_before_reset_20260101000000"));
    assert!(copy.bytes.unwrap() > 1_000_000);
    assert_eq!(value(&database, &dressed(&copy.name)), before, "nobody may see more of a copy");
    let mut second = connect(&database);
    assert_eq!(
        second.lock(&mut |_, _| false).unwrap_err().kind,
        ErrorKind::LockTimeout,
        "the lock is ours again"
    );
    drop(second);

    db.apply(&script("1", "DROP TABLE a; TRUNCATE other.t")).unwrap();
    for _ in 0..2 {
        beside(&mut db).bring_back(&copy.name).unwrap();
        assert_eq!(value(&database, "SELECT a.id || ' ' || t.id FROM a, other.t").as_deref(), Some("1 2"));
        assert_eq!(value(&database, &dressed(name)), before);
        let comment = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()";
        assert_eq!(value(&database, comment).as_deref(), Some("it's ours"));
        assert_eq!(others(&database), std::slice::from_ref(&copy.name), "what was replaced is gone");
        db.execute("DELETE FROM a").unwrap();
    }
    db.unlock().unwrap();
    beside(&mut db).remove(&copy.name).unwrap();
    assert!(others(&database).is_empty());
    drop(db);
    database.execute(&format!("DROP OWNED BY \"{role}\"; ALTER ROLE \"{role}\" IN DATABASE \"{name}\" RESET ALL; DROP ROLE \"{role}\""));
}

#[test]
fn what_is_no_copy_of_ours_is_left_alone() {
    let database = TestDatabase::new();
    let name = database.name();
    let strange = format!("{name}_before_reset_20260101000000");
    database.execute(&format!("CREATE DATABASE \"{strange}\""));
    let mut db = connect(&database);
    let copy = beside(&mut db).copy("reset", "20260101000000").unwrap();
    assert_eq!(copy.name, format!("{strange}_2"), "a name that is taken is not used");
    // Whoever gives a copy another name wants to keep it.
    let kept = beside(&mut db).copy("reset", "20260102000000").unwrap();
    database.execute(&format!("ALTER DATABASE \"{}\" RENAME TO \"{name}_kept\"", kept.name));
    // A copy made by hand of a copy has no comment.
    let by_hand = format!("{name}_before_reset_20260103000000");
    database.execute(&format!("CREATE DATABASE \"{by_hand}\" TEMPLATE \"{}\"", copy.name));
    assert_eq!(beside(&mut db).copies().unwrap(), [copy]);
    for other in [&strange, &by_hand, &format!("{name}_kept"), "postgres"] {
        assert_eq!(beside(&mut db).bring_back(other).unwrap_err().kind, ErrorKind::MissingDatabase);
        assert_eq!(beside(&mut db).remove(other).unwrap_err().kind, ErrorKind::MissingDatabase);
    }
    assert_eq!(others(&database).len(), 4);
}

#[test]
fn whoever_else_is_connected_is_named_and_nothing_changes() {
    let database = TestDatabase::new();
    let mut db = connect(&database);
    let copy = beside(&mut db).copy("reset", "20260101000000").unwrap();
    database.execute("CREATE TABLE later (id int)");
    let mut other = connect(&database);
    for error in [
        beside(&mut db).copy("reset", "20260102000000").unwrap_err(),
        beside(&mut db).bring_back(&copy.name).unwrap_err(),
    ] {
        assert_eq!(error.kind, ErrorKind::Blocked, "{error:?}");
        assert_eq!(error.message, format!("others are connected to `{}`", database.name()));
        let [blocker] = &error.blockers[..] else { panic!("{error:?}") };
        assert_eq!(blocker.application.as_deref(), Some("glowplug tests"));
    }
    assert!(other.has_table("later").unwrap() && db.has_table("later").unwrap());
    assert_eq!(others(&database), std::slice::from_ref(&copy.name));
    // A transaction that waits for its second half keeps a database as well; the server says so.
    drop(other);
    let on_copy = database.url().replace(database.name(), &copy.name);
    let onlooker = PostgresConnector.connect(&on_copy, &options()).unwrap();
    assert_eq!(beside(&mut db).remove(&copy.name).unwrap_err().kind, ErrorKind::Blocked);
    assert_eq!(beside(&mut db).bring_back(&copy.name).unwrap_err().kind, ErrorKind::Blocked);
    drop(onlooker);
}

#[test]
fn a_role_without_the_right_is_told_which() {
    let database = TestDatabase::new();
    let role = format!("{}_guest", database.name());
    database.execute(&format!("CREATE ROLE \"{role}\" LOGIN PASSWORD 'guest'"));
    let url = with(&database.url(), &format!("user={role}&password=guest"));
    let mut guest = PostgresConnector.connect(&url, &options()).unwrap();
    let error = beside(&mut guest).copy("reset", "20260101000000").unwrap_err();
    assert_eq!(error.kind, ErrorKind::MissingRight, "{error:?}");
    assert!(error.hint.unwrap().contains("CREATEDB"));
    assert!(others(&database).is_empty());
    // The right alone is not enough: the database is another's.
    database.execute(&format!("ALTER ROLE \"{role}\" CREATEDB"));
    let error = beside(&mut guest).copy("reset", "20260101000000").unwrap_err();
    assert_eq!(error.kind, ErrorKind::MissingRight, "{error:?}");
    database.execute(&format!("ALTER DATABASE \"{}\" OWNER TO \"{role}\"", database.name()));
    let copy = beside(&mut guest).copy("reset", "20260101000000").unwrap();
    beside(&mut guest).bring_back(&copy.name).unwrap();
    beside(&mut guest).remove(&copy.name).unwrap();
    assert!(others(&database).is_empty());
    drop(guest);
    database.execute(&format!(
        "ALTER DATABASE \"{}\" OWNER TO CURRENT_USER; DROP ROLE \"{role}\"",
        database.name()
    ));
}

#[test]
fn a_long_name_makes_room_for_the_rest() {
    let database = TestDatabase::new();
    let long = format!("{}_{}", database.name(), "é".repeat(30));
    let long = long
        .chars()
        .scan(0, |bytes, c| {
            *bytes += c.len_utf8();
            (*bytes <= 63).then_some(c)
        })
        .collect::<String>();
    database.execute(&format!("CREATE DATABASE \"{long}\""));
    let url = database.url().replace(database.name(), &long);
    let mut db = PostgresConnector.connect(&url, &options()).unwrap();
    db.execute("CREATE TABLE a (id int)").unwrap();
    let copy = beside(&mut db).copy("reset", "20260101000000").unwrap();
    assert!(copy.name.len() <= 63 && copy.name.ends_with("_before_reset_20260101000000"), "{}", copy.name);
    db.execute("DROP TABLE a").unwrap();
    beside(&mut db).bring_back(&copy.name).unwrap();
    assert!(db.has_table("a").unwrap());
}

#[test]
fn a_server_of_one_connection_copies_nothing() {
    let database = TestDatabase::new();
    let one = ConnectOptions { single_connection: true, ..options() };
    let mut db = PostgresConnector.connect(&database.url(), &one).unwrap();
    db.lock(&mut |_, _| false).unwrap();
    let error = beside(&mut db).copy("reset", "20260101000000").unwrap_err();
    assert!(error.message.contains("one connection at a time"), "{error:?}");
    assert!(beside(&mut db).copies().unwrap().is_empty());
    assert!(others(&database).is_empty());
}
