//! Types that the schema language has no word for.

use std::ops::Bound::{Excluded, Included, Unbounded};

use bigdecimal::BigDecimal;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::data_types::PgInterval;
use diesel::prelude::*;
use generated::models::{NewValue, Value};
use generated::schema::value;
use ipnetwork::IpNetwork;

use crate::edges;
use crate::support::Both;

#[path = "generated/value_beyond/mod.rs"]
mod generated;

#[test]
fn addresses_and_intervals() {
    let both = &mut Both::new("value_beyond");
    edges!(both, cidr: "cidr", [
        ("10.0.0.0/8".parse::<IpNetwork>().expect("an address"), "10.0.0.0/8"),
        ("::/0".parse::<IpNetwork>().expect("an address"), "::/0"),
    ]);
    edges!(both, macaddr: "macaddr", [([0, 0, 0, 0, 0, 0], "00:00:00:00:00:00"), ([8, 0, 43, 1, 2, 255], "08:00:2b:01:02:ff")]);
    edges!(both, macaddr8: "macaddr8", [([8, 0, 43, 1, 2, 3, 4, 255], "08:00:2b:01:02:03:04:ff")]);
    edges!(both, interval: "interval", [
        (PgInterval::new(0, 0, 0), "00:00:00"),
        (PgInterval::new(-1, 2, -14), "-1 years -2 mons +2 days -00:00:00.000001"),
        (PgInterval::new(3_600_000_001, 0, 0), "01:00:00.000001"),
    ]);
}

#[test]
fn ranges() {
    let both = &mut Both::new("value_beyond");
    let decimal = |text: &str| text.parse::<BigDecimal>().expect("a decimal");
    let day = NaiveDate::from_ymd_opt(2024, 2, 29).expect("a day");
    edges!(both, ints: "int4range", [
        ((Included(i32::MIN), Excluded(i32::MAX)), "[-2147483648,2147483647)"),
        ((Unbounded, Excluded(0)), "(,0)"),
        ((Unbounded, Unbounded), "(,)"),
    ]);
    edges!(both, bigs: "int8range", [((Included(i64::MIN), Unbounded), "[-9223372036854775808,)")]);
    edges!(both, nums: "numrange", [((Excluded(decimal("-0.5")), Included(decimal("1.25"))), "(-0.5,1.25]")]);
    edges!(both, days: "daterange", [((Included(day), Excluded(day.succ_opt().expect("a day"))), "[2024-02-29,2024-03-01)")]);
    edges!(both, stamps: "tsrange", [
        ((Included(NaiveDateTime::default()), Unbounded), "[\"1970-01-01 00:00:00\",)"),
    ]);
}
