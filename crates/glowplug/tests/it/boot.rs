//! The check at an application's start, and protection, on both databases.

use diesel::connection::LoadConnection;
use glowplug::boot::{Boot, BootError, Catalog, boot_check};
use glowplug::protection::{Facts, Refusal, facts, refuse_if_protected};
use glowplug_migrations::meta::{self, Meta};
use glowplug_testkit::postgres::TestDatabase;

use crate::support::{File, Folder, pg};

const A: (&str, &str) = ("2024-01-01-000000_a", "CREATE TABLE a (id INTEGER);\n");
const B: (&str, &str) = ("2024-01-02-000000_b", "CREATE TABLE b (id INTEGER);\n");

/// Equal, newer, lacking.
fn three_answers<C>(conn: &mut C, migrate: impl Fn(&mut C, &Folder))
where
    C: LoadConnection,
    C::Backend: Catalog,
    diesel_migrations::FileBasedMigrations: diesel::migration::MigrationSource<C::Backend>,
{
    let (old, new) = (Folder::new(&[A]), Folder::new(&[A, B]));
    let error = boot_check(conn, &new.source()).unwrap_err();
    assert_eq!(error.to_string(), format!("the database lacks 2 migrations: `{}`, `{}`", A.0, B.0));
    migrate(conn, &old);
    assert_eq!(boot_check(conn, &old.source()).unwrap(), Boot::Equal);
    let error = boot_check(conn, &new.source()).unwrap_err();
    assert_eq!(error.to_string(), format!("the database lacks 1 migration: `{}`", B.0));
    assert!(matches!(&error, BootError::Pending { .. }));
    migrate(conn, &new);
    assert_eq!(boot_check(conn, &new.source()).unwrap(), Boot::Equal);
    let newer = Boot::Newer { versions: vec!["20240102000000".to_owned()] };
    assert_eq!(boot_check(conn, &old.source()).unwrap(), newer);
    // What was squashed is not lacking.
    let squashed = format!("-- replaces {}, {}\nCREATE TABLE a ();\n", A.0, B.0);
    let squashed = Folder::new(&[("2024-01-02-000001_all", &squashed)]);
    assert!(matches!(boot_check(conn, &squashed.source()), Ok(Boot::Newer { .. })));
}

#[test]
fn three_answers_on_postgres() {
    let database = TestDatabase::new();
    three_answers(&mut pg(&database.url()), |conn, folder| {
        glowplug::migrate::run(conn, &folder.source(), Default::default()).unwrap();
    });
}

#[test]
fn three_answers_on_sqlite() {
    let file = File::new();
    three_answers(&mut file.connect(), |conn, folder| {
        glowplug::migrate::run(conn, &folder.source(), Default::default()).unwrap();
    });
}

fn protection<C>(conn: &mut C)
where
    C: LoadConnection,
    C::Backend: Catalog,
{
    assert_eq!(facts(conn).unwrap(), Facts::default());
    refuse_if_protected(conn).unwrap();
    let table = "CREATE TABLE _glowplug_meta (key text PRIMARY KEY, value text)";
    conn.batch_execute(table).unwrap();
    refuse_if_protected(conn).unwrap();
    let rows = "INSERT INTO _glowplug_meta VALUES ('environment', 'staging'), ('protected', 'true')";
    conn.batch_execute(rows).unwrap();
    let refusal = refuse_if_protected(conn).unwrap_err();
    assert!(matches!(&refusal, Refusal::Protected { environment: Some(it) } if it == "staging"));
    conn.batch_execute("UPDATE _glowplug_meta SET value = 'false' WHERE key = 'protected'").unwrap();
    refuse_if_protected(conn).unwrap();
}

#[test]
fn protection_on_postgres() {
    protection(&mut pg(&TestDatabase::new().url()));
}

#[test]
fn protection_on_sqlite() {
    protection(&mut File::new().connect());
}

#[test]
fn what_the_tool_protects_is_protected() {
    let (file, folder) = (File::new(), Folder::new(&[A]));
    glowplug::migrate::run(&mut file.connect(), &folder.source(), Default::default()).unwrap();
    let marked = Meta { protected: true, ..Meta::default() };
    meta::write(file.tool().as_mut(), &marked).unwrap();
    assert!(refuse_if_protected(&mut file.connect()).is_err());
}
