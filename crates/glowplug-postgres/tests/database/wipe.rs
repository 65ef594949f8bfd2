//! Emptying namespaces.

use glowplug_dialect::database::Connector;
use glowplug_dialect::error::ErrorKind;
use glowplug_postgres::connector::PostgresConnector;
use glowplug_sql::model::QualifiedName;
use glowplug_testkit::postgres::TestDatabase;

use crate::{connect, options, script, value, with};

const EVERYTHING: &str = r#"
    CREATE TYPE color AS ENUM ('red'); CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    CREATE TYPE pair AS (a int); CREATE TYPE span AS RANGE (subtype = float8);
    CREATE TABLE parent (id serial PRIMARY KEY, c color, p positive);
    CREATE TABLE "Child's" (id int REFERENCES parent, d pair);
    CREATE TABLE parts (id int) PARTITION BY RANGE (id); CREATE TABLE part PARTITION OF parts DEFAULT;
    CREATE VIEW v AS SELECT * FROM parent; CREATE MATERIALIZED VIEW mv AS SELECT * FROM v;
    CREATE SEQUENCE lonely; CREATE FUNCTION f(x color) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE PROCEDURE q() LANGUAGE sql AS 'SELECT 1'; CREATE AGGREGATE total (int) (sfunc = int4pl, stype = int);
"#;

const LEFT: &str = "SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    + (SELECT count(*) FROM pg_type WHERE typnamespace = 'public'::regnamespace)
    + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)";

#[test]
fn nothing_is_left_but_the_rights() {
    let database = TestDatabase::new();
    let role = format!("{}_reader", database.name());
    database.execute(EVERYTHING);
    database.execute(&format!(
        "CREATE ROLE \"{role}\"; GRANT USAGE ON SCHEMA public TO \"{role}\"; COMMENT ON SCHEMA public IS 'it''s ours';
         CREATE SCHEMA kept; CREATE TABLE kept.t (id int)"
    ));
    let rights = "SELECT nspowner::regrole || ' ' || array_to_string(ARRAY(SELECT unnest(nspacl)::text ORDER BY 1), ' ') || obj_description(oid)
                  FROM pg_namespace WHERE nspname = 'public'";
    let before = value(&database, rights);
    let mut db = connect(&database);
    db.apply(&script("1", "CREATE TABLE a (id int)")).unwrap();
    db.wipe(&[]).unwrap();
    assert_eq!(value(&database, LEFT).as_deref(), Some("0"));
    assert_eq!(value(&database, rights), before);
    assert_eq!(value(&database, "SELECT count(*) FROM kept.t").as_deref(), Some("0"));
    // Also for the connections that were open all the time.
    db.apply(&script("1", "CREATE TABLE a (id int)")).unwrap();
    assert!(db.has_table("a").unwrap());
    db.wipe(&["public".to_owned(), "kept".to_owned(), "new".to_owned()]).unwrap();
    assert!(!db.has_table("a").unwrap());
    assert_eq!(
        db.introspect(&["public".to_owned(), "kept".to_owned(), "new".to_owned()]).unwrap().namespaces,
        ["kept", "new"]
    );
    database.execute(&format!("DROP OWNED BY \"{role}\"; DROP ROLE \"{role}\""));
}

#[test]
fn a_role_that_does_not_own_the_schema_drops_its_objects() {
    let database = TestDatabase::new();
    let role = format!("{}_guest", database.name());
    database.execute(&format!(
        "CREATE ROLE \"{role}\" LOGIN PASSWORD 'guest'; GRANT ALL ON SCHEMA public TO \"{role}\"; CREATE EXTENSION citext"
    ));
    let url = with(&database.url(), &format!("user={role}&password=guest"));
    let before = value(&database, LEFT);
    let mut guest = PostgresConnector.connect(&url, &options()).unwrap();
    guest.execute(EVERYTHING).unwrap();
    guest.apply(&script("1", "CREATE TABLE a (email citext)")).unwrap();
    guest.wipe(&[]).unwrap();
    assert_eq!(value(&database, LEFT), before, "the extension's objects stay");

    database.execute("CREATE TABLE somebody_elses (id int)");
    guest.execute("CREATE TABLE mine (id int)").unwrap();
    let error = guest.wipe(&[]).unwrap_err();
    assert_eq!(error.kind, ErrorKind::MissingRight, "{error:?}");
    assert!(guest.has_table("mine").unwrap(), "all or nothing");
    drop(guest);
    database.execute(&format!("DROP OWNED BY \"{role}\" CASCADE; DROP ROLE \"{role}\""));
}

#[test]
fn what_is_spared_stays_with_its_rows_unless_it_needs_what_goes() {
    let database = TestDatabase::new();
    database.execute(
        "CREATE TYPE mood AS ENUM ('good'); CREATE TYPE color AS ENUM ('red');
         CREATE TABLE legacy (id serial PRIMARY KEY, m mood UNIQUE, note text DEFAULT 'x' CHECK (note <> ''));
         CREATE TABLE own (id int PRIMARY KEY REFERENCES legacy, c color);
         CREATE VIEW both_of_them AS SELECT legacy.id FROM legacy JOIN own USING (id);
         INSERT INTO legacy (m) VALUES ('good'); INSERT INTO own VALUES (1, 'red')",
    );
    let name = |name: &str| QualifiedName { namespace: None, name: name.to_owned() };
    let spare = [name("legacy"), name("mood")];
    let mut db = connect(&database);

    // A foreign key of the spared table would go with the other one, a column with its type.
    database.execute("ALTER TABLE legacy ADD COLUMN own_id int REFERENCES own");
    let error = db.wipe_but(&[], &spare).unwrap_err();
    assert_eq!(
        error.message,
        "constraint legacy_own_id_fkey on table legacy is to stay, but needs column id of table own, which would be dropped"
    );
    database.execute("ALTER TABLE legacy DROP COLUMN own_id");
    let error = db.wipe_but(&[], &[name("legacy")]).unwrap_err();
    assert_eq!(error.message, "table legacy is to stay, but needs type mood, which would be dropped");

    db.wipe_but(&[], &spare).unwrap();
    assert_eq!(value(&database, "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')").as_deref(), Some("legacy"));
    assert_eq!(
        value(&database, "SELECT id || ' ' || m || ' ' || note FROM legacy").as_deref(),
        Some("1 good x")
    );
    assert_eq!(
        value(&database, "SELECT count(*) FROM pg_type WHERE typname = 'color'").as_deref(),
        Some("0")
    );
    database.execute("INSERT INTO legacy (m) VALUES (NULL)");
}
