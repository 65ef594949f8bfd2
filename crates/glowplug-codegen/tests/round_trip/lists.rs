//! Lists: empty ones, those with elements at the edges, none at all, and one with NULL in it.

#[path = "generated/value_lists/mod.rs"]
mod generated;

use bigdecimal::BigDecimal;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

use crate::edges;
use crate::support::Both;
use generated::enums::Mood;
use generated::models::{NewValue, Value};
use generated::schema::value;

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn lists() {
    let both = &mut Both::new("value_lists");
    edges!(both, texts: "text[]", [
        (texts(&[]), "{}"),
        (texts(&["", "a,b", "{}", "\"q\"", "NULL", "\\", "ü"]), r#"{"","a,b","{}","\"q\"","NULL","\\",ü}"#),
    ]);
    edges!(both, flags: "bool[]", [(vec![true, false], "{t,f}")]);
    edges!(both, ints: "int4[]", [(vec![i32::MIN, i32::MAX], "{-2147483648,2147483647}")]);
    edges!(both, bigs: "int8[]", [(vec![i64::MIN, i64::MAX], "{-9223372036854775808,9223372036854775807}")]);
    edges!(both, doubles: "float8[]", [(vec![f64::NAN, f64::NEG_INFINITY, -0.0], "{NaN,-Infinity,-0}")]);
    edges!(both, uuids: "uuid[]", [(vec![Uuid::nil()], "{00000000-0000-0000-0000-000000000000}")]);
    edges!(both, jsons: "jsonb[]", [(vec![json!(null), json!({"a": 1})], r#"{"null","{\"a\": 1}"}"#)]);
    edges!(both, blobs: "bytea[]", [(vec![vec![], vec![0, 255]], r#"{"\\x","\\x00ff"}"#)]);
    let decimals: Vec<BigDecimal> = ["1.5", "-0.25"].map(|it| it.parse().expect("a decimal")).to_vec();
    let shown = format!("{{1.5{},-0.25{}}}", "0".repeat(29), "0".repeat(28));
    let row = NewValue { decimals: Some(decimals.clone()), ..NewValue::new() };
    let inserted = diesel::insert_into(value::table).values(&row).returning((value::id, value::decimals));
    let (id, found): (i32, Option<Vec<BigDecimal>>) =
        inserted.get_result(&mut both.connection).expect("a row");
    assert_eq!(found, Some(decimals));
    assert_eq!(both.read("decimals", "numeric[]", id).as_deref(), Some(shown.as_str()));
    edges!(both, moods: "\"Mood\"[]", [(vec![Mood::VerySad, Mood::Happy], r#"{"very sad",HAPPY}"#)]);
    edges!(both, micros: "timestamp[]", [
        (vec![NaiveDateTime::default()], r#"{"1970-01-01 00:00:00"}"#),
    ]);
}

#[test]
fn no_list_is_not_an_empty_one_and_null_in_a_list_is_an_error() {
    let both = &mut Both::new("value_lists");
    let row = NewValue::new();
    let inserted = diesel::insert_into(value::table).values(&row);
    let found: Option<Vec<i32>> =
        inserted.returning(value::ints).get_result(&mut both.connection).expect("a row");
    assert_eq!(found, None);
    let id = both.write("ints", "int4[]", "{1,NULL}");
    let found = value::table.find(id).select(Value::as_select()).first(&mut both.connection);
    found.expect_err("an element that is NULL");
}
