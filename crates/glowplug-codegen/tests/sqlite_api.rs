//! The GraphQL API over SQLite: the generated resolvers answer from a file that the planner made.

#[path = "sqlite/generated/mod.rs"]
mod generated;

#[path = "support/sdl.rs"]
mod sdl;

#[path = "support/served_sqlite.rs"]
#[macro_use]
mod served_sqlite;
#[path = "support/sqlite.rs"]
mod support;

use std::path::Path;

use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use generated::enums::Mood;
use generated::models::{NewClub, NewPerson, NewPet, NewToy};
use generated::schema::{_club_to_person, club, person, pet, toy};
use serde_json::{Value, json};

/// More rows than a chain of conditions may be long.
const MANY: i32 = 1_500;

resolvers_over_sqlite!(api, "sqlite/generated/resolvers.rs");

struct Served {
    home: tempfile::TempDir,
    connection: SqliteConnection,
}

fn served() -> Served {
    let home = tempfile::tempdir().expect("a folder");
    let connection = support::database(&home.path().join("app.db").display().to_string());
    Served { home, connection }
}

impl Served {
    fn ask(&self, query: &str) -> Value {
        api::ask(&self.home.path().join("app.db"), query)
    }

    fn person(&mut self, id: i32, row: NewPerson) -> i32 {
        let row = NewPerson { id: Some(id), ..row };
        let insert = diesel::insert_into(person::table).values(row);
        insert.execute(&mut self.connection).expect("the row is inserted");
        id
    }
}

fn ada() -> NewPerson {
    let moment = chrono::NaiveDate::from_ymd_opt(2024, 2, 29).and_then(|day| day.and_hms_opt(23, 59, 58));
    NewPerson {
        key: "ada".to_owned(),
        moment,
        mood: Some(Mood::VerySad),
        ..NewPerson::new("Ada".to_owned(), 1, 1 << 60, 0.5, 12.25, json!({ "a": [1] }), vec![1])
    }
}

#[test]
fn the_served_schema_is_the_sdl() {
    sdl::assert_same(include_str!("sqlite/generated/schema.graphql"), &api::over(Path::new("app.db")).sdl());
}

#[test]
fn every_value_is_served() {
    let mut served = served();
    served.person(1, ada());
    let fields = "id key text flag int big float decimal moment json mood boss { id } pets { name }";
    let expected = json!({
        "id": 1, "key": "ada", "text": "Ada", "flag": true, "int": 1, "big": "1152921504606846976", "float": 0.5,
        "decimal": 12.25, "moment": "2024-02-29T23:59:58+00:00", "json": { "a": [1] }, "mood": "VERY_SAD",
        "boss": null, "pets": [],
    });
    assert_eq!(served.ask(&format!("{{ people {{ {fields} }} }}")), json!({ "people": [expected] }));
    assert_eq!(served.ask(&format!("{{ person(id: 1) {{ {fields} }} }}")), json!({ "person": expected }));
    assert_eq!(served.ask("{ personByKey(key: \"ada\") { id } }"), json!({ "personByKey": { "id": 1 } }));
    assert_eq!(served.ask("{ person(id: 2) { id } }"), json!({ "person": null }));
}

#[test]
fn relations_are_followed_both_ways() {
    let mut served = served();
    let boss = served.person(1, ada());
    let bob = served.person(2, NewPerson { key: "bob".to_owned(), boss_id: Some(boss), ..ada() });
    let db = &mut served.connection;
    let clubs = ["chess", "rowing"].map(|slug| NewClub::new(slug.to_owned()));
    diesel::insert_into(club::table).values(clubs.as_slice()).execute(db).expect("clubs");
    for (slug, member) in [("chess", boss), ("chess", bob), ("rowing", bob)] {
        let row = (_club_to_person::a.eq(slug), _club_to_person::b.eq(member));
        diesel::insert_into(_club_to_person::table).values(row).execute(db).expect("a member");
    }
    let query = "{ people { id boss { key } staff { key } clubs { slug members { id } } } }";
    let chess = json!({ "slug": "chess", "members": [{ "id": 1 }, { "id": 2 }] });
    let rowing = json!({ "slug": "rowing", "members": [{ "id": 2 }] });
    assert_eq!(
        served.ask(query)["people"],
        json!([
            { "id": 1, "boss": null, "staff": [{ "key": "bob" }], "clubs": [chess] },
            { "id": 2, "boss": { "key": "ada" }, "staff": [], "clubs": [chess, rowing] },
        ])
    );
}

#[test]
fn keys_of_two_columns_are_asked_for_in_any_number() {
    let mut served = served();
    let owner = served.person(1, ada());
    let db = &mut served.connection;
    let pets: Vec<NewPet> = (0..MANY).map(|n| NewPet::new(format!("{n:04}"), owner)).collect();
    let toys: Vec<NewToy> = (0..MANY).map(|n| NewToy::new(owner, format!("{n:04}"))).collect();
    diesel::insert_into(pet::table).values(&pets).execute(db).expect("pets");
    diesel::insert_into(toy::table).values(&toys).execute(db).expect("toys");
    let answer = served.ask("{ person(id: 1) { pets { name toys { id pet { name } } } } }");
    let pets = answer["person"]["pets"].as_array().expect("a list");
    assert_eq!(pets.len(), MANY as usize);
    for (at, pet) in pets.iter().enumerate() {
        let name = format!("{at:04}");
        assert_eq!(*pet, json!({ "name": name, "toys": [{ "id": at + 1, "pet": { "name": name } }] }));
    }
}
