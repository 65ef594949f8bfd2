//! Code for SQLite with other options than the usual ones: as committed in the folders of `tests/sqlite`, compiled, and
//! used on databases that the planner made. `UPDATE_EXPECT=1` writes what is generated.

#[path = "support/committed.rs"]
mod committed;
#[path = "sqlite/hints/mod.rs"]
mod hints_code;
#[path = "sqlite/jiff/mod.rs"]
mod jiff_code;
#[path = "support/own_types.rs"]
pub mod own_types;
#[path = "support/served_sqlite.rs"]
#[macro_use]
mod served_sqlite;
#[path = "support/sqlite.rs"]
mod support;
#[path = "sqlite/time/mod.rs"]
mod time_code;

use std::path::Path;

use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use glowplug_codegen::file::Origin;
use glowplug_codegen::{diesel as rows, graphql};
use glowplug_sqlite::dialect::SqliteDialect;
use serde_json::json;

const HINTS: &str = include_str!("sqlite/hints.prisma");
const JIFF: &str = include_str!("sqlite/jiff.prisma");
const TIME: &str = include_str!("sqlite/time.prisma");

resolvers_over_sqlite!(hints_api, "sqlite/hints/resolvers.rs");
resolvers_over_sqlite!(jiff_api, "sqlite/jiff/resolvers.rs");
resolvers_over_sqlite!(time_api, "sqlite/time/resolvers.rs");

#[test]
fn generated_code_is_as_committed() {
    for (name, text) in [("hints", HINTS), ("jiff", JIFF), ("time", TIME)] {
        let schema = support::parse(text);
        let (options, wrong) = rows::Options::from_generator(&schema.generators[0], Origin::default());
        assert_eq!(wrong, Vec::<String>::new());
        let mut files = rows::generate(&schema, &SqliteDialect, &options);
        let resolvers = graphql::Options {
            resolvers: Some("resolvers.rs".to_owned()),
            database: format!("crate::{name}_code"),
            ..graphql::Options::default()
        };
        files.extend(graphql::generate(&schema, &SqliteDialect, &resolvers));
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sqlite").join(name);
        let differences = committed::differences(&files, &home);
        assert!(differences.is_empty(), "UPDATE_EXPECT=1 takes these over:\n{differences}");
    }
}

mod relations {
    //! Every method leads to the rows that belong there, and to no others.

    use super::time_code::models::*;
    use super::time_code::schema::*;
    use super::*;

    struct World {
        db: SqliteConnection,
        people: Vec<Person>,
        letters: Vec<Letter>,
    }

    /// Ada is Bob's boss and writes to him; he likes her first letter. Cyd knows nobody.
    fn world() -> World {
        let mut db = support::database_of(TIME, ":memory:");
        let ada = insert(&mut db, NewPerson { id: Some(1), ..NewPerson::new() });
        let mut letters = Vec::new();
        let bob = insert(&mut db, NewPerson { id: Some(2), boss_id: Some(1), ..NewPerson::new() });
        for (id, reader) in [(10, Some(2)), (11, Some(2)), (12, None)] {
            let row = NewLetter { id: Some(id), reader_id: reader, ..NewLetter::new(1) };
            diesel::insert_into(letter::table).values(row).execute(&mut db).expect("a letter");
            letters
                .push(letter::table.find(id).select(Letter::as_select()).first(&mut db).expect("a letter"));
        }
        let changes = PersonChanges { favourite_id: Some(Some(10)), ..PersonChanges::touched() };
        let update = diesel::update(person::table.find(bob.id)).set(&changes);
        update.execute(&mut db).expect("Bob is changed");
        let bob = person::table.find(bob.id).select(Person::as_select()).first(&mut db).expect("Bob");
        let cyd = insert(&mut db, NewPerson { id: Some(3), ..NewPerson::new() });
        World { db, people: vec![ada, bob, cyd], letters }
    }

    fn insert(db: &mut SqliteConnection, row: NewPerson) -> Person {
        let name = row.name.clone();
        diesel::insert_into(person::table).values(row).execute(db).expect("the person is inserted");
        person::table.filter(person::name.eq(name)).select(Person::as_select()).first(db).expect("a person")
    }

    #[test]
    fn of_a_model_with_itself() {
        let World { mut db, people, .. } = world();
        let [ada, bob, cyd] = people.as_slice() else { panic!("three people") };
        let ids = |it: Vec<Person>| it.into_iter().map(|it| it.id).collect::<Vec<_>>();
        let mut load = |person: &Person| {
            let staff = person.staff().select(Person::as_select()).load(&mut db).expect("staff");
            let boss = person.boss().select(Person::as_select()).load(&mut db).expect("bosses");
            (ids(staff), ids(boss))
        };
        assert_eq!(load(ada), (vec![2], vec![]));
        assert_eq!(load(bob), (vec![], vec![1]));
        assert_eq!(load(cyd), (vec![], vec![]));
    }

    #[test]
    fn several_between_two_tables() {
        let World { mut db, people, letters } = world();
        let mut of = |person: &Person| -> [Vec<i32>; 3] {
            let written = person.written().order(letter::id).select(letter::id).load(&mut db);
            let received = person.received().order(letter::id).select(letter::id).load(&mut db);
            let favourite = person.favourite().select(letter::id).load(&mut db);
            [written, received, favourite].map(|it: QueryResult<Vec<i32>>| it.expect("letters"))
        };
        assert_eq!(of(&people[0]), [vec![10, 11, 12], vec![], vec![]]);
        assert_eq!(of(&people[1]), [vec![], vec![10, 11], vec![10]]);
        assert!(of(&people[2]).iter().all(Vec::is_empty));
        let writer: Person =
            letters[2].writer().select(Person::as_select()).first(&mut db).expect("a writer");
        assert_eq!(writer, people[0]);
        let readers =
            letters.iter().map(|it| it.reader().count().get_result::<i64>(&mut db).expect("a count"));
        assert_eq!(readers.collect::<Vec<_>>(), [1, 1, 0]);
        let fans: Vec<i32> = letters[0].liked_by().select(person::id).load(&mut db).expect("fans");
        assert_eq!(fans, [2]);
    }

    #[test]
    fn one_to_one() {
        let World { mut db, people, .. } = world();
        diesel::insert_into(passport::table)
            .values(NewPassport::new(2))
            .execute(&mut db)
            .expect("a passport");
        let passport: Passport =
            people[1].passport().select(Passport::as_select()).first(&mut db).expect("Bob's passport");
        assert!(passport.number.len() == 25 && passport.number.starts_with('c'), "{passport:?}");
        let owner: i32 = passport.person().select(person::id).first(&mut db).expect("its owner");
        assert_eq!(owner, 2);
        let none = people[0].passport().select(Passport::as_select()).first(&mut db).optional();
        assert_eq!(none, Ok(None));
    }

    #[test]
    fn many_to_many_and_with_itself() {
        let World { mut db, people, .. } = world();
        for slug in ["chess", "rowing"] {
            let row = NewGroup::new(slug.to_owned());
            diesel::insert_into(group::table).values(row).execute(&mut db).expect("a group");
        }
        for (slug, person_id) in [("chess", 1), ("chess", 2), ("rowing", 2)] {
            let row = GroupToPerson { group_slug: slug.to_owned(), person_id };
            diesel::insert_into(_group_to_person::table).values(row).execute(&mut db).expect("a member");
        }
        // Of a relation with itself, `A` is the side of the field whose name comes first.
        let row = Friends { a: 1, b: 3 };
        diesel::insert_into(_friends::table).values(row).execute(&mut db).expect("a friend");
        let mut groups = |person: &Person| -> Vec<String> {
            person.groups().order(group::slug).select(group::slug).load(&mut db).expect("groups")
        };
        assert_eq!(groups(&people[0]), ["chess"]);
        assert_eq!(groups(&people[1]), ["chess", "rowing"]);
        assert_eq!(groups(&people[2]), Vec::<String>::new());
        let chess = Group { slug: "chess".to_owned() };
        let members: Vec<i32> =
            chess.members().order(person::id).select(person::id).load(&mut db).expect("members");
        assert_eq!(members, [1, 2]);
        let mut friends = |person: &Person| -> (Vec<i32>, Vec<i32>) {
            let theirs = person.friend_of().select(person::id).load(&mut db).expect("people");
            (person.friends().select(person::id).load(&mut db).expect("people"), theirs)
        };
        assert_eq!(friends(&people[0]), (vec![], vec![3]));
        assert_eq!(friends(&people[2]), (vec![1], vec![]));
    }

    #[test]
    fn queries_can_be_narrowed_and_go_on() {
        let World { mut db, people, .. } = world();
        let query = people[0]
            .written()
            .filter(letter::reader_id.is_not_null())
            .inner_join(person::table.on(letter::reader_id.eq(person::id.nullable())));
        let readers: Vec<i32> =
            query.order(letter::id.desc()).select(person::id).load(&mut db).expect("rows");
        assert_eq!(readers, [2, 2]);
    }

    fn leap_day() -> time::PrimitiveDateTime {
        time::PrimitiveDateTime::new(
            time::Date::from_calendar_date(2024, time::Month::February, 29).expect("a leap day"),
            time::Time::from_hms_milli(23, 59, 58, 125).expect("a time"),
        )
    }

    #[test]
    fn moments_of_time_come_back_as_they_were() {
        let World { mut db, people, .. } = world();
        let before = people[2].changed;
        let moment = leap_day();
        let row = NewPerson { born: Some(moment), ..NewPerson::new() };
        assert!(row.name.len() == 8 && row.changed >= before);
        assert_eq!(insert(&mut db, row).born, moment);
        // What the database fills in can be read, too.
        assert!(people[0].born.date() >= moment.date());
    }

    #[test]
    fn moments_of_time_are_served() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("app.db");
        let mut db = support::database_of(TIME, &file.display().to_string());
        let moment = leap_day();
        let ada = NewPerson { id: Some(1), born: Some(moment), ..NewPerson::new() };
        insert(&mut db, ada);
        insert(&mut db, NewPerson { id: Some(2), born: Some(moment), boss_id: Some(1), ..NewPerson::new() });
        let answer = time_api::ask(&file, "{ person(id: 2) { born boss { id born staff { id } } } }");
        let born = "2024-02-29T23:59:58.125Z";
        let boss = json!({ "id": 1, "born": born, "staff": [{ "id": 2 }] });
        assert_eq!(answer, json!({ "person": { "born": born, "boss": boss } }));
    }
}

#[test]
fn moments_of_jiff_come_back_as_they_were() {
    use jiff_code::models::{Event, EventChanges, NewEvent};
    use jiff_code::schema::event;

    let db = &mut support::database_of(JIFF, ":memory:");
    let moment = jiff::civil::date(2024, 2, 29).at(23, 59, 58, 125_000_000);
    let row = NewEvent { maybe: Some(moment.into()), ..NewEvent::new() };
    assert_eq!(row.id.len(), 26);
    diesel::insert_into(event::table).values(&row).execute(db).expect("the row is inserted");
    let found: Event = event::table.select(Event::as_select()).first(db).expect("the row is found");
    assert_eq!(found.maybe.map(jiff_diesel::DateTime::to_jiff), Some(moment));
    assert_eq!(found.changed, row.changed);
    // What the database fills in can be read, too.
    assert!(found.at.to_jiff() > moment);
    let changes = EventChanges { maybe: Some(None), ..EventChanges::touched() };
    diesel::update(event::table.find(&row.id)).set(&changes).execute(db).expect("the row is changed");
    let found: Event = event::table.select(Event::as_select()).first(db).expect("the row is found");
    assert!(found.maybe.is_none() && found.changed >= row.changed);
}

#[test]
fn moments_of_jiff_are_served() {
    use jiff_code::models::NewEvent;
    use jiff_code::schema::event;

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("app.db");
    let db = &mut support::database_of(JIFF, &file.display().to_string());
    let moment = jiff::civil::date(2024, 2, 29).at(23, 59, 58, 125_000_000);
    let row = NewEvent { id: "e".to_owned(), maybe: Some(moment.into()), ..NewEvent::new() };
    diesel::insert_into(event::table).values(&row).execute(db).expect("the row is inserted");
    let answer = jiff_api::ask(&file, "{ event(id: \"e\") { maybe } }");
    assert_eq!(answer, json!({ "event": { "maybe": "2024-02-29T23:59:58.125Z" } }));
}

#[test]
fn rows_travel_as_json_and_hold_types_of_the_application() {
    use hints_code::enums::Form;
    use hints_code::models::{Member, MemberChanges, NewMember};
    use hints_code::schema::person;
    use own_types::{Email, Settings};

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("app.db");
    let db = &mut support::database_of(HINTS, &file.display().to_string());
    let new: NewMember = serde_json::from_value(json!({
        "id": null, "nick": "Ada", "full_name": "Ada Lovelace", "title": "Mrs.", "born": "1815-12-10T00:00:00",
        "settings": { "theme": "dark" }, "email": "ada@example.org", "password": "secret",
    }))
    .expect("a row");
    assert_eq!((new.title, &new.email), (Some(Form::Mrs), &Email("ada@example.org".to_owned())));
    diesel::insert_into(person::table).values(&new).execute(db).expect("the row is inserted");

    let changes: MemberChanges = serde_json::from_value(json!({ "nick": null })).expect("changes");
    assert_eq!((&changes.nick, &changes.title), (&Some(None), &None));
    diesel::update(person::table.find(1)).set(&changes).execute(db).expect("the row is changed");
    let found: Member = person::table.select(Member::as_select()).first(db).expect("the row is found");
    assert_eq!(found.settings.0, Settings { theme: "dark".to_owned() });
    assert_eq!(found.password, "secret");
    let expected = json!({
        "id": 1, "nick": null, "fullName": "Ada Lovelace", "title": "Mrs.", "born": "1815-12-10T00:00:00",
        "settings": { "theme": "dark" }, "email": "ada@example.org",
    });
    assert_eq!(serde_json::to_value(&found).expect("JSON"), expected);

    let answer = hints_api::ask(&file, "{ person(id: 1) { fullName title settings } }");
    let expected = json!({ "fullName": "Ada Lovelace", "title": "MRS", "settings": { "theme": "dark" } });
    assert_eq!(answer, json!({ "person": expected }));
}
