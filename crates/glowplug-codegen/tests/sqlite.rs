//! Code for SQLite: as committed in `tests/sqlite/generated`, compiled, and used on a database that the planner
//! made. `UPDATE_EXPECT=1` writes what is generated.

#[path = "support/committed.rs"]
mod committed;
#[path = "sqlite/generated/mod.rs"]
mod generated;
#[path = "support/sqlite.rs"]
mod support;

use std::path::Path;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use generated::enums::Mood;
use generated::models::{NewPerson, NewPet, Person, PersonChanges, Pet};
use generated::schema::{person, pet};
use glowplug_codegen::{diesel as rows, graphql};
use glowplug_sqlite::dialect::SqliteDialect;

#[test]
fn generated_code_is_as_committed() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sqlite/generated");
    let schema = support::schema();
    let mut files = rows::generate(&schema, &SqliteDialect, &rows::Options::default());
    let resolvers = graphql::Options {
        resolvers: Some("resolvers.rs".to_owned()),
        database: "crate::generated".to_owned(),
        ..graphql::Options::default()
    };
    files.extend(graphql::generate(&schema, &SqliteDialect, &resolvers));
    let differences = committed::differences(&files, &home);
    assert!(differences.is_empty(), "UPDATE_EXPECT=1 takes these over:\n{differences}");
}

fn database() -> SqliteConnection {
    support::database(":memory:")
}

fn moment() -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(2024, 2, 29).expect("a leap day");
    day.and_hms_milli_opt(23, 59, 58, 125).expect("a time")
}

fn new_person() -> NewPerson {
    NewPerson {
        flag: Some(false),
        moment: Some(moment()),
        mood: Some(Mood::VerySad),
        ..NewPerson::new(
            "it's ⛽".to_owned(),
            -7,
            9_007_199_254_740_993,
            0.1,
            12.34,
            serde_json::json!({"a": [1, null, "x"]}),
            vec![0, 255, 39],
        )
    }
}

#[test]
fn every_value_comes_back_as_it_was() {
    let connection = &mut database();
    let row = new_person();
    diesel::insert_into(person::table).values(&row).execute(connection).expect("the row is inserted");
    let found: Person =
        person::table.select(Person::as_select()).first(connection).expect("the row is found");
    assert_eq!((found.id, &found.key, &found.text), (1, &row.key, &row.text));
    assert_eq!((found.flag, found.int, found.big), (false, -7, 9_007_199_254_740_993));
    assert_eq!((found.float, found.decimal), (0.1, 12.34));
    assert_eq!((found.moment, found.mood), (moment(), Mood::VerySad));
    assert_eq!((&found.json, &found.bytes), (&row.json, &row.bytes));
    for json in
        [serde_json::json!(5), serde_json::json!("5"), serde_json::json!(1.5), serde_json::json!(null)]
    {
        let changes = PersonChanges { json: Some(json.clone()), ..PersonChanges::touched() };
        diesel::update(person::table).set(&changes).execute(connection).expect("the row is changed");
        let found = person::table.select(person::json).first::<serde_json::Value>(connection);
        assert_eq!(found, Ok(json));
    }
}

#[test]
fn the_database_fills_in_what_is_left_out() {
    let connection = &mut database();
    let row = NewPerson { flag: None, moment: None, mood: None, ..new_person() };
    diesel::insert_into(person::table).values(&row).execute(connection).expect("the row is inserted");
    let found: Person =
        person::table.select(Person::as_select()).first(connection).expect("the row is found");
    assert_eq!((found.flag, found.mood, found.boss_id), (true, Mood::Happy, None));
    assert!(found.moment > moment());
}

#[test]
fn a_new_row_has_one_moment() {
    let connection = &mut database();
    let NewPerson { moment: filled, touched, .. } =
        NewPerson::new(String::new(), 0, 0, 0.0, 0.0, 0.into(), vec![]);
    let row = NewPerson { moment: filled, touched, ..new_person() };
    diesel::insert_into(person::table).values(&row).execute(connection).expect("the row is inserted");
    let found: Person =
        person::table.select(Person::as_select()).first(connection).expect("the row is found");
    assert_eq!((Some(found.moment), found.moment), (filled, found.touched));
}

#[test]
fn nulls_and_relations() {
    let connection = &mut database();
    diesel::insert_into(person::table)
        .values(&new_person())
        .execute(connection)
        .expect("the row is inserted");
    let full = NewPet { mood: Some(Mood::Happy), decimal: Some(0.5), ..NewPet::new("Bo".to_owned(), 1) };
    for row in [NewPet::new("Al".to_owned(), 1), full] {
        diesel::insert_into(pet::table).values(&row).execute(connection).expect("the row is inserted");
    }
    let pets: Vec<(Pet, Person)> = pet::table
        .inner_join(person::table)
        .order(pet::name)
        .select((Pet::as_select(), Person::as_select()))
        .load(connection)
        .expect("the rows are found");
    let found: Vec<_> =
        pets.iter().map(|(pet, owner)| (pet.mood, pet.decimal, pet.moment, owner.id)).collect();
    assert_eq!(found, [(None, None, None, 1), (Some(Mood::Happy), Some(0.5), None, 1)]);
    // The column holds any text, and one that is no value of the enum is told.
    connection.batch_execute("UPDATE \"Pet\" SET \"mood\" = 'odd'").expect("the rows are changed");
    let error = pet::table.select(Pet::as_select()).load(connection).expect_err("`odd` is no value");
    assert_eq!(error.to_string(), "Error deserializing field 'mood'");
}
