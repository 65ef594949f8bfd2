//! Dates and times by `chrono`.

#[path = "generated/values/mod.rs"]
pub(crate) mod generated;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::prelude::*;
use generated::models::{NewValue, Value};
use generated::schema::value;

use crate::edges;
use crate::support::Both;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

fn at(date: NaiveDate, hour: u32, minute: u32, second: u32, micro: u32) -> NaiveDateTime {
    date.and_hms_micro_opt(hour, minute, second, micro).expect("a time")
}

#[test]
fn moments() {
    let both = &mut Both::new("values");
    let leap = at(day(2024, 2, 29), 23, 59, 59, 123_456);
    // The first year of PostgreSQL's calendar, and the last one of chrono's.
    let (first, last) = (at(day(-4712, 1, 1), 0, 0, 0, 0), at(day(262_142, 12, 31), 23, 59, 59, 999_999));
    edges!(both, micro: "timestamp", [
        (leap, "2024-02-29 23:59:59.123456"),
        (at(day(1969, 12, 31), 23, 59, 59, 999_999), "1969-12-31 23:59:59.999999"),
        (first, "4713-01-01 00:00:00 BC"),
        (last, "262142-12-31 23:59:59.999999"),
    ]);
    edges!(both, stamp: "timestamp", [(at(day(2024, 2, 29), 1, 2, 3, 123_000), "2024-02-29 01:02:03.123")]);
    edges!(both, zoned: "timestamptz", [
        (leap.and_utc(), "2024-02-29 23:59:59.123456+00"),
        (first.and_utc(), "4713-01-01 00:00:00+00 BC"),
        (DateTime::<Utc>::UNIX_EPOCH, "1970-01-01 00:00:00+00"),
    ]);
    edges!(both, date: "date", [
        (day(2024, 2, 29), "2024-02-29"),
        (day(-4712, 1, 1), "4713-01-01 BC"),
        (day(262_142, 12, 31), "262142-12-31"),
    ]);
    edges!(both, time: "time", [
        (NaiveTime::MIN, "00:00:00"),
        (NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).expect("a time"), "23:59:59.999999"),
    ]);
}

#[test]
fn a_column_of_milliseconds_rounds_as_the_database_does() {
    let both = &mut Both::new("values");
    let row = NewValue { stamp: Some(at(day(2024, 2, 29), 1, 2, 3, 123_500)), ..NewValue::new() };
    let inserted = diesel::insert_into(value::table).values(&row).returning(value::id);
    let id: i32 = inserted.get_result(&mut both.connection).expect("the row is inserted");
    assert_eq!(both.read("stamp", "timestamp", id).as_deref(), Some("2024-02-29 01:02:03.124"));
}

#[test]
fn no_moment_is_an_error() {
    let both = &mut Both::new("values");
    for (column, ty) in [("micro", "timestamp"), ("zoned", "timestamptz"), ("date", "date")] {
        let id = both.write(column, ty, "infinity");
        let found = value::table.find(id).select(Value::as_select()).first(&mut both.connection);
        found.expect_err("infinity is no moment");
    }
}
