//! `Json<T>` in columns of real databases.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Nullable};
use glowplug::json::Json;
use glowplug_testkit::postgres::TestDatabase;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::support::{File, pg};

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Settings {
    theme: String,
    columns: Vec<i64>,
    more: Option<BTreeMap<String, bool>>,
}

diesel::table! {
    doc (id) {
        id -> Integer,
        plain -> Json,
        binary -> Jsonb,
        maybe -> Nullable<Jsonb>,
    }
}

diesel::table! {
    note (id) {
        id -> Integer,
        plain -> Json,
        maybe -> Nullable<Json>,
    }
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = doc)]
struct Doc {
    id: i32,
    plain: Json<Settings>,
    binary: Json<Vec<Value>>,
    maybe: Option<Json<Settings>>,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = note)]
struct Note {
    id: i32,
    plain: Json<Settings>,
    maybe: Option<Json<Value>>,
}

/// Values at the edges: empty, the largest numbers, signs that JSON escapes, signs of four bytes, deep nests.
fn edges() -> Vec<Settings> {
    let text = |theme: &str| Settings { theme: theme.to_owned(), ..Settings::default() };
    let more = [("".to_owned(), true), ("k\"\\\n".to_owned(), false)];
    vec![
        Settings::default(),
        text("\"\\/\u{8}\u{c}\n\r\t\u{1f}'$1"),
        text("ü 漢 😀 \u{2028}"),
        text(&"x".repeat(200_000)),
        Settings { columns: vec![i64::MIN, -1, 0, i64::MAX], ..Settings::default() },
        Settings { more: Some(more.into()), ..Settings::default() },
    ]
}

fn values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(0.1),
        json!(1.5e300),
        json!(u64::MAX),
        json!([[[{}]]]),
        json!({"a": null}),
    ]
}

#[test]
fn there_and_back_on_postgres() {
    let database = TestDatabase::new();
    database.execute(
        "CREATE TABLE doc (id int PRIMARY KEY, plain json NOT NULL, \"binary\" jsonb NOT NULL, maybe jsonb)",
    );
    let mut conn = pg(&database.url());
    for (id, settings) in (0..).zip(edges()) {
        let maybe = (id % 2 == 0).then(|| Json(settings.clone()));
        let row = Doc { id, plain: Json(settings), binary: Json(values()), maybe };
        diesel::insert_into(doc::table).values(&row).execute(&mut conn).unwrap();
        let back: Doc = doc::table.find(id).select(Doc::as_select()).first(&mut conn).unwrap();
        assert_eq!(back, row);
    }
    let changed =
        Doc { id: 1, plain: Json::default(), binary: Json(Vec::new()), maybe: Some(Json::default()) };
    diesel::update(doc::table.find(1)).set(&changed).execute(&mut conn).unwrap();
    let found = doc::table.filter(doc::binary.eq(Json(Vec::<Value>::new()))).select(doc::id);
    assert_eq!(found.load::<i32>(&mut conn).unwrap(), [1]);
    // In an expression of its own, and as the database sees it.
    let bound = Json(json!({"theme": "dark"})).into_sql::<Nullable<Jsonb>>();
    assert_eq!(
        diesel::select(bound).get_result::<Option<Json<Value>>>(&mut conn).unwrap().unwrap()["theme"],
        "dark"
    );
    assert_eq!(
        database.query_text("SELECT plain->>'theme' FROM doc WHERE id = 2")[0][0].as_deref(),
        Some("ü 漢 😀 \u{2028}")
    );
}

/// Diesel says which field it was, and its source what was wrong.
fn causes(error: &dyn std::error::Error) -> String {
    let source = error.source().map(causes).unwrap_or_default();
    format!("{error}: {source}")
}

#[test]
fn what_does_not_fit_is_an_error_with_its_place() {
    let database = TestDatabase::new();
    database.execute(
        "CREATE TABLE doc (id int PRIMARY KEY, plain json NOT NULL, \"binary\" jsonb NOT NULL, maybe jsonb);
         INSERT INTO doc VALUES (1, '{\"theme\": 7}', '[]', NULL), (2, '{}', '{}', NULL)",
    );
    let mut conn = pg(&database.url());
    let plain = doc::table.find(1).select(doc::plain).first::<Json<Settings>>(&mut conn).unwrap_err();
    assert!(causes(&plain).contains("invalid type: integer `7`, expected a string at line 1"), "{plain:?}");
    let binary = doc::table.find(2).select(doc::binary).first::<Json<Vec<Value>>>(&mut conn).unwrap_err();
    assert!(causes(&binary).contains("invalid type: map, expected a sequence"), "{binary:?}");
    // A zero byte is no JSON to jsonb: the server says so, and nothing is written.
    let zero = Doc { id: 3, plain: Json::default(), binary: Json(vec![json!("\0")]), maybe: None };
    let error = diesel::insert_into(doc::table).values(&zero).execute(&mut conn).unwrap_err();
    assert!(error.to_string().contains("unsupported Unicode escape sequence"), "{error}");
}

#[test]
fn there_and_back_on_sqlite() {
    let file = File::new();
    let mut conn = file.connect();
    let table = "CREATE TABLE note (id INTEGER PRIMARY KEY, plain TEXT NOT NULL, maybe TEXT)";
    diesel::sql_query(table).execute(&mut conn).unwrap();
    for (id, settings) in (0..).zip(edges()) {
        let maybe = (id % 2 == 0).then(|| Json(Value::Array(values())));
        let row = Note { id, plain: Json(settings), maybe };
        diesel::insert_into(note::table).values(&row).execute(&mut conn).unwrap();
        let back: Note = note::table.find(id).select(Note::as_select()).first(&mut conn).unwrap();
        assert_eq!(back, row);
    }
    diesel::sql_query("INSERT INTO note VALUES (99, 'no JSON', NULL)").execute(&mut conn).unwrap();
    let broken = note::table.find(99).select(note::plain).first::<Json<Settings>>(&mut conn).unwrap_err();
    assert!(causes(&broken).contains("expected ident at line 1 column 2"), "{broken:?}");
}

#[test]
fn serde_sees_the_value_itself() {
    let settings: Json<Settings> =
        serde_json::from_str(r#"{"theme":"a","columns":[1],"more":null}"#).unwrap();
    assert_eq!(settings.columns, [1]);
    assert_eq!(serde_json::to_value(&settings).unwrap(), json!({"theme": "a", "columns": [1], "more": null}));
    let mut other: Json<Settings> = settings.0.clone().into();
    other.theme.push('b');
    assert_ne!(other, settings);
    assert_eq!(other.into_inner().theme, "ab");
}
