//! Dates and times by `time`, decimals by `rust_decimal`.

#[path = "generated/value_time/mod.rs"]
mod generated;

use diesel::prelude::*;
use generated::models::{NewValue, Value};
use generated::schema::value;
use rust_decimal::Decimal;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

use crate::edges;
use crate::support::Both;

fn day(year: i32, month: Month, day: u8) -> Date {
    Date::from_calendar_date(year, month, day).expect("a day")
}

fn at(date: Date, hour: u8, minute: u8, second: u8, micro: u32) -> PrimitiveDateTime {
    PrimitiveDateTime::new(date, Time::from_hms_micro(hour, minute, second, micro).expect("a time"))
}

#[test]
fn moments_and_decimals() {
    let both = &mut Both::new("value_time");
    let leap = at(day(2024, Month::February, 29), 23, 59, 59, 123_456);
    let (first, last) = (day(-4712, Month::January, 1), day(9999, Month::December, 31));
    edges!(both, micro: "timestamp", [
        (leap, "2024-02-29 23:59:59.123456"),
        (at(first, 0, 0, 0, 0), "4713-01-01 00:00:00 BC"),
        (at(last, 23, 59, 59, 999_999), "9999-12-31 23:59:59.999999"),
    ]);
    edges!(both, stamp: "timestamp", [(at(last, 1, 2, 3, 123_000), "9999-12-31 01:02:03.123")]);
    edges!(both, zoned: "timestamptz", [
        (leap.assume_utc(), "2024-02-29 23:59:59.123456+00"),
        (OffsetDateTime::UNIX_EPOCH, "1970-01-01 00:00:00+00"),
    ]);
    edges!(both, date: "date", [(first, "4713-01-01 BC"), (last, "9999-12-31")]);
    edges!(both, time: "time", [
        (Time::MIDNIGHT, "00:00:00"),
        (Time::from_hms_micro(23, 59, 59, 999_999).expect("a time"), "23:59:59.999999"),
    ]);
    edges!(both, micros: "timestamp[]", [
        (vec![leap], r#"{"2024-02-29 23:59:59.123456"}"#),
    ]);
    edges!(both, price: "numeric", [
        (Decimal::new(0, 4), "0.0000"),
        (Decimal::new(-1, 4), "-0.0001"),
        (Decimal::new(999_999_999_999_999_999, 4), "99999999999999.9999"),
    ]);
}
