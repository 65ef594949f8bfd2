//! Dates and times by `jiff`.

#[path = "generated/value_jiff/mod.rs"]
mod generated;

use diesel::prelude::*;
use generated::models::{NewValue, Value};
use generated::schema::value;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, date, time};
use jiff_diesel::ToDiesel;

use crate::edges;
use crate::support::Both;

#[test]
fn moments() {
    let both = &mut Both::new("value_jiff");
    let leap: DateTime = date(2024, 2, 29).at(23, 59, 59, 123_456_000);
    let first: Date = date(-4712, 1, 1);
    edges!(both, micro: "timestamp", [
        (leap.to_diesel(), "2024-02-29 23:59:59.123456"),
        (first.at(0, 0, 0, 0).to_diesel(), "4713-01-01 00:00:00 BC"),
        (date(9999, 12, 31).at(23, 59, 59, 999_999_000).to_diesel(), "9999-12-31 23:59:59.999999"),
    ]);
    edges!(both, stamp: "timestamp", [(leap.with().subsec_nanosecond(123_000_000).build().expect("a moment").to_diesel(), "2024-02-29 23:59:59.123")]);
    edges!(both, zoned: "timestamptz", [
        (Timestamp::UNIX_EPOCH.to_diesel(), "1970-01-01 00:00:00+00"),
        ("2024-02-29T23:59:59.123456Z".parse::<Timestamp>().expect("a moment").to_diesel(), "2024-02-29 23:59:59.123456+00"),
    ]);
    edges!(both, date: "date", [(first.to_diesel(), "4713-01-01 BC"), (date(9999, 12, 31).to_diesel(), "9999-12-31")]);
    edges!(both, time: "time", [
        (Time::midnight().to_diesel(), "00:00:00"),
        (time(23, 59, 59, 999_999_000).to_diesel(), "23:59:59.999999"),
    ]);
    edges!(both, micros: "timestamp[]", [(vec![leap.to_diesel()], r#"{"2024-02-29 23:59:59.123456"}"#)]);
}
