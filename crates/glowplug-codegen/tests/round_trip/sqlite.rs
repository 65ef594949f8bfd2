//! SQLite, where a column keeps whatever it is given: what generated code writes, and what `typeof` and plain SQL see.

#[path = "generated/value_sqlite/mod.rs"]
mod generated;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use generated::enums::Mood;
use generated::models::{NewValue, Value};
use generated::schema::value;
use glowplug_dialect::database::{ConnectOptions, Connector, Database};
use glowplug_sqlite::connector::SqliteConnector;
use glowplug_sqlite::dialect::SqliteDialect;
use serde_json::json;

use crate::{schema, tables};

/// One file, two ways to its rows.
struct Both {
    connection: SqliteConnection,
    plain: Box<dyn Database>,
    _folder: tempfile::TempDir,
}

impl Both {
    fn new() -> Self {
        let schema = schema::read(&schema::folder("round_trip/cases"), "value_sqlite");
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("values.db").display().to_string();
        let mut connection = SqliteConnection::establish(&file).expect("a database");
        for statement in tables::statements(&SqliteDialect, &schema) {
            connection.batch_execute(&statement).expect("the tables can be made");
        }
        let plain = SqliteConnector.connect(&format!("file:{file}"), &ConnectOptions::default());
        Self { connection, plain: plain.expect("a connection"), _folder: folder }
    }

    /// A row that generated code writes; gives its id.
    fn insert(&mut self, row: &NewValue) -> QueryResult<i32> {
        diesel::insert_into(value::table).values(row).execute(&mut self.connection)?;
        let last = value::table.select(diesel::dsl::max(value::id));
        Ok(last.first::<Option<i32>>(&mut self.connection)?.expect("a row"))
    }

    /// What plain SQL sees in a column: its storage class, and its value as SQL writes it.
    fn see(&mut self, column: &str, id: i32) -> String {
        let sql = format!(
            "SELECT typeof(\"{column}\") || ' ' || quote(\"{column}\") FROM \"Value\" WHERE id = {id}"
        );
        self.plain.query(&sql).expect("a row").remove(0).remove(0).expect("a text")
    }

    /// A row that plain SQL writes; gives its id.
    fn write(&mut self, column: &str, literal: &str) -> i32 {
        let sql = format!("INSERT INTO \"Value\" (\"{column}\") VALUES ({literal}) RETURNING id");
        let id = self.plain.query(&sql).expect("a row").remove(0).remove(0);
        id.and_then(|id| id.parse().ok()).expect("a number")
    }

    fn row(&mut self, id: i32) -> QueryResult<Value> {
        value::table.find(id).select(Value::as_select()).first(&mut self.connection)
    }
}

/// Both ways for every value: its literal is what plain SQL writes and sees.
macro_rules! edges {
    ($both:expr, $column:ident, $class:literal, [$(($value:expr, $literal:expr)),+ $(,)?]) => {{
        let both: &mut Both = $both;
        let name = stringify!($column);
        for (given, literal) in [$(($value, String::from($literal))),+] {
            let row = NewValue { $column: Some(given.clone()), ..NewValue::new() };
            let id = both.insert(&row).unwrap_or_else(|error| panic!("{name} takes {given:?}: {error}"));
            assert_eq!(both.see(name, id), format!("{} {literal}", $class), "{name}, written as {given:?}");
            let id = both.write(name, &literal);
            let row = both.row(id).unwrap_or_else(|error| panic!("{name} reads {literal}: {error}"));
            assert_eq!(format!("{:?}", row.$column), format!("{:?}", Some(given)), "{name}, read from {literal}");
        }
    }};
}

fn at(year: i32, hour: u32, micro: u32) -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(year, 12, 31).expect("a day");
    day.and_hms_micro_opt(hour, 59, 58, micro).expect("a time")
}

#[test]
fn every_type() {
    let both = &mut Both::new();
    let long = "ä".repeat(50_000);
    edges!(
        both,
        text,
        "text",
        [
            (String::new(), "''"),
            ("it's ⛽\u{1F600}\n".to_owned(), "'it''s ⛽\u{1F600}\n'"),
            (long.clone(), format!("'{long}'")),
        ]
    );
    edges!(both, flag, "integer", [(true, "1"), (false, "0")]);
    edges!(both, int, "integer", [(i32::MIN, "-2147483648"), (i32::MAX, "2147483647")]);
    edges!(both, big, "integer", [(i64::MAX, "9223372036854775807")]);
    edges!(
        both,
        double,
        "real",
        [
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::INFINITY, "9.0e+999"),
            (f64::NEG_INFINITY, "-9.0e+999"),
            (0.5, "0.5"),
        ]
    );
    edges!(
        both,
        json,
        "text",
        [(json!(null), "'null'"), (json!({"a": [1, "ü"]}), r#"'{"a":[1,"ü"]}'"#), (json!("5"), "'\"5\"'"),]
    );
    edges!(
        both,
        bytes,
        "blob",
        [
            (Vec::new(), "X''"),
            (vec![0, 255, 39], "X'00FF27'"),
            (vec![7; 100_000], format!("X'{}'", "07".repeat(100_000))),
        ]
    );
    edges!(both, mood, "text", [(Mood::Happy, "'HAPPY'"), (Mood::VerySad, "'very sad'")]);
    edges!(
        both,
        micro,
        "text",
        [
            (at(2024, 23, 123_456), "'2024-12-31 23:59:58.123456'"),
            (at(1, 0, 0), "'0001-12-31 00:59:58'"),
            (at(9999, 23, 999_999), "'9999-12-31 23:59:58.999999'"),
        ]
    );
}

#[test]
fn a_decimal_is_a_number_of_eight_bytes() {
    let both = &mut Both::new();
    edges!(both, decimal, "real", [(0.1, "0.1"), (-12.34, "-12.34")]);
}

#[test]
fn moments_of_other_writers_are_read() {
    let both = &mut Both::new();
    // SQLite's own functions, and Prisma's client since version 6.
    for literal in
        ["'2024-12-31 23:59:58.125'", "'2024-12-31T23:59:58.125+00:00'", "'2024-12-31T23:59:58.125Z'"]
    {
        let id = both.write("micro", literal);
        let row = both.row(id).unwrap_or_else(|error| panic!("{literal}: {error}"));
        assert_eq!(row.micro, Some(at(2024, 23, 125_000)), "{literal}");
    }
}

#[test]
fn what_sqlite_keeps_as_null_is_null() {
    let both = &mut Both::new();
    let row = NewValue { double: Some(f64::NAN), ..NewValue::new() };
    let id = both.insert(&row).expect("a row");
    // SQLite has no NaN: https://sqlite.org/floatingpoint.html, section 2.2.
    assert_eq!(both.see("double", id), "null NULL");
}

#[test]
fn what_no_type_can_be_is_an_error() {
    let both = &mut Both::new();
    for (column, literal) in [("mood", "'odd'"), ("micro", "'tomorrow'"), ("json", "'{'")] {
        let id = both.write(column, literal);
        both.row(id).expect_err(literal);
    }
}
