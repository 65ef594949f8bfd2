//! Everything but dates and lists.

use bigdecimal::BigDecimal;
use diesel::data_types::PgMoney;
use diesel::prelude::*;
use ipnetwork::IpNetwork;
use serde_json::json;
use uuid::Uuid;

use super::chrono_values::generated::enums::Mood;
use super::chrono_values::generated::models::{NewValue, Value};
use super::chrono_values::generated::schema::value;
use crate::edges;
use crate::support::Both;

fn both() -> Both {
    Both::new("values")
}

/// 100 kB.
fn long(letter: &str) -> String {
    letter.repeat(100_000 / letter.len())
}

#[test]
fn texts() {
    let both = &mut both();
    let odd = "it's \"q\" \\ ⛽\u{1F600}\n\t%_ü";
    edges!(both, text: "text", [
        (String::new(), ""),
        (odd.to_owned(), odd),
        (long("ä"), long("ä")),
        (" spaces ".to_owned(), " spaces "),
    ]);
    edges!(both, varchar: "varchar", [(String::new(), ""), ("ä".repeat(300), "ä".repeat(300))]);
    edges!(both, fixed: "bpchar", [("äöü".to_owned(), "äöü")]);
    edges!(both, citext: "citext", [(String::new(), ""), ("MiXed Ä".to_owned(), "MiXed Ä")]);
    edges!(both, mood: "\"Mood\"", [(Mood::Happy, "HAPPY"), (Mood::VerySad, "very sad")]);
    edges!(both, uuid: "uuid", [
        (Uuid::nil(), "00000000-0000-0000-0000-000000000000"),
        (Uuid::max(), "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    ]);
}

#[test]
fn a_short_text_is_filled_up_in_a_column_of_fixed_width() {
    let both = &mut both();
    let row = NewValue { fixed: Some("a".to_owned()), ..NewValue::new() };
    let inserted = diesel::insert_into(value::table).values(&row);
    let found: Option<String> =
        inserted.returning(value::fixed).get_result(&mut both.connection).expect("the row is inserted");
    assert_eq!(found.as_deref(), Some("a  "));
}

#[test]
fn what_a_text_cannot_hold_is_an_error() {
    let both = &mut both();
    for text in ["\0", "too\0"] {
        let row = NewValue { text: Some(text.to_owned()), ..NewValue::new() };
        diesel::insert_into(value::table).values(&row).execute(&mut both.connection).expect_err("no NUL");
    }
    let row = NewValue { varchar: Some("x".repeat(301)), ..NewValue::new() };
    diesel::insert_into(value::table).values(&row).execute(&mut both.connection).expect_err("301 letters");
}

#[test]
fn numbers() {
    let both = &mut both();
    edges!(both, flag: "bool", [(true, "true"), (false, "false")]);
    edges!(both, small: "int2", [(i16::MIN, "-32768"), (0, "0"), (i16::MAX, "32767")]);
    edges!(both, int: "int4", [(i32::MIN, "-2147483648"), (i32::MAX, "2147483647")]);
    edges!(both, big: "int8", [(i64::MIN, "-9223372036854775808"), (i64::MAX, "9223372036854775807")]);
    edges!(both, oid: "oid", [(0, "0"), (u32::MAX, "4294967295")]);
    edges!(both, real: "float4", [
        (f32::MIN, "-3.4028235e+38"),
        (f32::MAX, "3.4028235e+38"),
        (f32::MIN_POSITIVE, "1.1754944e-38"),
        (f32::NAN, "NaN"),
        (f32::INFINITY, "Infinity"),
        (f32::NEG_INFINITY, "-Infinity"),
        (-0.0, "-0"),
        (0.1, "0.1"),
    ]);
    edges!(both, double: "float8", [
        (f64::MIN, "-1.7976931348623157e+308"),
        (f64::MAX, "1.7976931348623157e+308"),
        (5e-324, "5e-324"),
        (f64::NAN, "NaN"),
        (f64::INFINITY, "Infinity"),
        (-0.0, "-0"),
        (0.1, "0.1"),
    ]);
}

#[test]
fn decimals() {
    let both = &mut both();
    let largest = format!("{}.{}", "9".repeat(35), "9".repeat(30));
    for text in ["0", "-0.000000000000000000000000000001", "12345678901234567890.5", &largest] {
        let given: BigDecimal = text.parse().expect("a decimal");
        let row = NewValue { decimal: Some(given.clone()), ..NewValue::new() };
        let inserted = diesel::insert_into(value::table).values(&row).returning(value::id);
        let id: i32 = inserted.get_result(&mut both.connection).expect("the row is inserted");
        let equal = format!("SELECT decimal = {text} FROM \"Value\" WHERE id = {id}");
        assert_eq!(both.database.query_text(&equal), [[Some("t".to_owned())]], "{text}");
        let id = both.write("decimal", "numeric", text);
        let row: Value = value::table
            .find(id)
            .select(Value::as_select())
            .first(&mut both.connection)
            .expect("the row is found");
        assert_eq!(row.decimal, Some(given));
    }
    // NaN is a value of `numeric` that the Rust type has not: an error, and no other number.
    let id = both.write("decimal", "numeric", "NaN");
    let found = value::table.find(id).select(Value::as_select()).first(&mut both.connection);
    found.expect_err("no NaN");
    edges!(both, money: "numeric", [
        (PgMoney(0), "0.00"),
        (PgMoney(i64::MAX), "92233720368547758.07"),
        (PgMoney(i64::MIN), "-92233720368547758.08"),
    ]);
}

#[test]
fn json() {
    let both = &mut both();
    let deep = json!({"a": [1, null, "x"], "ü": {"⛽": []}});
    edges!(both, jsonb: "jsonb", [
        (json!(null), "null"),
        (json!(""), "\"\""),
        (json!([]), "[]"),
        (json!({}), "{}"),
        (json!(i64::MIN), "-9223372036854775808"),
        (json!(u64::MAX), "18446744073709551615"),
        (json!(0.1), "0.1"),
        (deep.clone(), "{\"a\": [1, null, \"x\"], \"ü\": {\"⛽\": []}}"),
        (json!(long("y")), format!("\"{}\"", long("y"))),
    ]);
    edges!(both, json: "json", [
        (json!(null), "null"),
        (json!(1e300), "1e+300"),
        (deep, "{\"a\":[1,null,\"x\"],\"ü\":{\"⛽\":[]}}"),
    ]);
}

#[test]
fn bytes_and_addresses() {
    let both = &mut both();
    edges!(both, bytes: "bytea", [
        (Vec::new(), "\\x"),
        (vec![0, 255, 39, 92], "\\x00ff275c"),
        (vec![7; 100_000], format!("\\x{}", "07".repeat(100_000))),
    ]);
    edges!(both, inet: "inet", [
        ("127.0.0.1".parse::<IpNetwork>().expect("an address"), "127.0.0.1/32"),
        ("10.1.2.3/8".parse::<IpNetwork>().expect("an address"), "10.1.2.3/8"),
        ("::/0".parse::<IpNetwork>().expect("an address"), "::/0"),
        ("2001:db8::1".parse::<IpNetwork>().expect("an address"), "2001:db8::1/128"),
    ]);
}

#[test]
fn nothing_is_null() {
    let both = &mut both();
    let row = NewValue::new();
    let inserted = diesel::insert_into(value::table).values(&row);
    let row: Value =
        inserted.returning(Value::as_returning()).get_result(&mut both.connection).expect("a row");
    assert_eq!((row.text, row.double, row.jsonb), (None, None, None));
    assert_eq!(both.read("text", "text", row.id), None);
}
