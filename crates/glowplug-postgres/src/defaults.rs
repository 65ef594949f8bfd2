//! Column defaults: from what the catalog prints to the model, their equality, and their SQL.

use glowplug_dialect::values::canonical_number;
use glowplug_sql::model::{ColumnType, Default, Literal, NativeType};

use crate::expression::{self, Expr};
use crate::names;
use crate::types;

/// The default that an expression of the catalog (`pg_get_expr(adbin, adrelid)`) means for a column
/// of that type. What is not a literal or the current time is kept as an expression, verbatim.
pub fn parse_default(text: &str, ty: &ColumnType) -> Default {
    let parsed = expression::parse(text).and_then(|expr| match (&expr, ty.is_list) {
        (Expr::Word(word), false) if word == "current_timestamp" => Some(Default::Now),
        (Expr::Call(name, args), false) if name == "now" && args.is_empty() => Some(Default::Now),
        (_, true) => list(&expr, &ty.native).map(Default::List),
        (_, false) => literal(&expr, &ty.native).map(Default::Literal),
    });
    parsed.unwrap_or_else(|| Default::Expression(text.to_string()))
}

/// The literal behind casts and a sign.
fn literal(expr: &Expr, native: &NativeType) -> Option<Literal> {
    match expr {
        Expr::Cast(inner, _) => literal(inner, native),
        Expr::Text(text) => Some(text_literal(text, native)),
        Expr::Number(number) => Some(Literal::Number(number.clone())),
        Expr::Unary(op, inner) if op == "-" => match literal(inner, native)? {
            Literal::Number(number) => Some(Literal::Number(format!("-{number}"))),
            Literal::Text(_) | Literal::Boolean(_) | Literal::Bytes(_) | Literal::EnumLabel(_) => None,
        },
        Expr::Word(word) if word == "true" || word == "false" => Some(Literal::Boolean(word == "true")),
        _ => None,
    }
}

/// What a string literal means for a type.
fn text_literal(text: &str, native: &NativeType) -> Literal {
    match native {
        NativeType::Enum { .. } => Literal::EnumLabel(text.to_string()),
        NativeType::Named { name, .. } => match name.as_str() {
            "bytea" => match text.strip_prefix("\\x") {
                Some(digits) => Literal::Bytes(digits.to_lowercase()),
                None => Literal::Text(text.to_string()),
            },
            "bool" => match text {
                "t" | "true" => Literal::Boolean(true),
                "f" | "false" => Literal::Boolean(false),
                _ => Literal::Text(text.to_string()),
            },
            "int2" | "int4" | "int8" | "oid" | "numeric" | "float4" | "float8" if is_number(text) => {
                Literal::Number(text.to_string())
            }
            _ => Literal::Text(text.to_string()),
        },
        NativeType::Unsupported(_) => Literal::Text(text.to_string()),
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
        && text.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c))
}

fn list(expr: &Expr, element: &NativeType) -> Option<Vec<Literal>> {
    match expr {
        Expr::Cast(inner, _) => list(inner, element),
        Expr::Array(items) => items.iter().map(|item| literal(item, element)).collect(),
        Expr::Text(text) => Some(array_items(text)?.iter().map(|item| text_literal(item, element)).collect()),
        _ => None,
    }
}

/// The elements of an array literal, `{a,"b c"}`. `None` for nested arrays and NULL elements.
fn array_items(text: &str) -> Option<Vec<String>> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut items = Vec::new();
    let mut item = String::new();
    let (mut quoted, mut was_quoted) = (false, false);
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => item.push(chars.next()?),
            '"' => {
                quoted = !quoted;
                was_quoted = true;
            }
            ',' if !quoted => {
                items.push((std::mem::take(&mut item), was_quoted));
                was_quoted = false;
            }
            '{' | '}' if !quoted => return None,
            c => item.push(c),
        }
    }
    if !(items.is_empty() && item.is_empty() && !was_quoted) {
        items.push((item, was_quoted));
    }
    if items.iter().any(|(item, quoted)| !quoted && item.eq_ignore_ascii_case("null")) {
        return None;
    }
    Some(items.into_iter().map(|(item, _)| item).collect())
}

/// Whether two defaults of columns of the type `ty` mean the same to the server.
pub fn same_default(prev: Option<&Default>, next: Option<&Default>, ty: &ColumnType) -> bool {
    if prev == next {
        return true;
    }
    if matches!(prev, Some(Default::Unspecified)) || matches!(next, Some(Default::Unspecified)) {
        return true;
    }
    match (prev, next) {
        (None, None) => true,
        (Some(prev), Some(next)) => canonical(prev, ty) == canonical(next, ty),
        // A default of NULL is no default.
        (Some(one), None) | (None, Some(one)) => canonical(one, ty) == "null",
    }
}

/// A text that is the same for defaults that mean the same.
fn canonical(default: &Default, ty: &ColumnType) -> String {
    match default {
        Default::Now => "now".to_string(),
        Default::Literal(literal) => literal_value(literal, &ty.native),
        Default::List(items) => {
            let items: Vec<String> = items.iter().map(|item| literal_value(item, &ty.native)).collect();
            format!("[{}]", items.join(", "))
        }
        Default::Expression(text) => match parse_default(text, ty) {
            Default::Expression(text) => expression::canonical(&text, &[]),
            other => canonical(&other, ty),
        },
        Default::Unspecified => "unspecified".to_string(),
    }
}

fn literal_value(literal: &Literal, native: &NativeType) -> String {
    let name = match native {
        NativeType::Named { name, .. } => name.as_str(),
        NativeType::Enum { .. } | NativeType::Unsupported(_) => "",
    };
    match literal {
        Literal::Boolean(value) => value.to_string(),
        Literal::Bytes(digits) => format!("'\\x{digits}'"),
        Literal::Number(number) => canonical_number(number),
        Literal::EnumLabel(text) | Literal::Text(text) => match name {
            "json" | "jsonb" => match serde_json::from_str::<serde_json::Value>(text) {
                Ok(value) => format!("'{value}'"),
                Err(_) => format!("'{text}'"),
            },
            "timestamp" | "timestamptz" | "date" | "time" | "timetz" => match instant(text, name) {
                Some(micros) => format!("@{micros}"),
                None => format!("'{text}'"),
            },
            "uuid" => format!("'{}'", text.to_lowercase()),
            "numeric" | "money" | "float4" | "float8" if is_number(text) => canonical_number(text),
            _ => format!("'{text}'"),
        },
    }
}

/// Microseconds since 1970 of a date and time as people and the server write it. Types without a
/// zone drop the offset, as the server does.
fn instant(text: &str, name: &str) -> Option<i64> {
    let text = text.trim();
    let (date, rest) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], text[at + 1..].trim()),
        None if name.starts_with("time") && name != "timestamp" && text.contains(':') => ("1970-01-01", text),
        None => (text, ""),
    };
    let mut parts = date.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let day_micros = days_from_civil(year, month, day) * 86_400_000_000;
    if name == "date" {
        return Some(day_micros);
    }
    let zone_at = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (clock, zone) = (rest[..zone_at].trim(), rest[zone_at..].trim());
    let clock = if clock.is_empty() { 0 } else { clock_micros(clock)? };
    let offset = if name.ends_with("tz") { zone_micros(zone)? } else { 0 };
    let res = day_micros + clock - offset;
    Some(if name == "time" || name == "timetz" { res.rem_euclid(86_400_000_000) } else { res })
}

fn clock_micros(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':');
    let hours: i64 = parts.next()?.parse().ok()?;
    let minutes: i64 = parts.next()?.parse().ok()?;
    let (seconds, fraction) = match parts.next() {
        Some(text) => text.split_once('.').unwrap_or((text, "")),
        None => ("0", ""),
    };
    let seconds: i64 = seconds.parse().ok()?;
    let micros: i64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    Some(((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + micros)
}

fn zone_micros(text: &str) -> Option<i64> {
    if text.is_empty() || text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = digits.get(2..4).map_or(Some(0), |m| m.parse().ok())?;
    Some(sign * (hours * 60 + minutes) * 60_000_000)
}

/// A point in time as RFC 3339 writes it, from what the server prints for a type with a date or a time in it.
/// `None` for what is no single point, such as `infinity`, and for years that need a sign.
pub fn timestamp_text(text: &str, ty: &ColumnType) -> Option<String> {
    let NativeType::Named { name, .. } = &ty.native else { return None };
    let micros = instant(text, name)?;
    let (day, of_day) = (micros.div_euclid(86_400_000_000), micros.rem_euclid(86_400_000_000));
    let (year, month, day) = civil_from_days(day);
    if !(0..=9999).contains(&year) {
        return None;
    }
    let (seconds, fraction) = (of_day / 1_000_000, of_day % 1_000_000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = match (fraction, fraction % 1000) {
        (0, _) => String::new(),
        (fraction, 0) => format!(".{:03}", fraction / 1000),
        (fraction, _) => format!(".{fraction:06}"),
    };
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"))
}

/// The date that so many days after 1970-01-01 is: the inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Days since 1970-01-01 of a date of the Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The default as it stands after `DEFAULT`; `None` where the schema file leaves it open.
pub fn default_sql(default: &Default, ty: &ColumnType) -> Option<String> {
    match default {
        Default::Literal(literal) => Some(literal_sql(literal)),
        Default::List(items) => {
            let items: Vec<String> = items.iter().map(literal_sql).collect();
            Some(format!("ARRAY[{}]::{}", items.join(", "), types::type_sql(ty)))
        }
        Default::Now => Some("CURRENT_TIMESTAMP".to_string()),
        Default::Expression(text) => Some(text.clone()),
        Default::Unspecified => None,
    }
}

/// A literal as it stands in SQL.
pub fn literal_sql(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) | Literal::EnumLabel(text) => names::literal(text),
        Literal::Number(number) => number.clone(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Bytes(digits) => format!("'\\x{digits}'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ty(text: &str) -> ColumnType {
        types::parse_type(text)
    }

    #[test]
    fn what_the_catalog_prints_becomes_a_default() {
        let text = |t: &str| Default::Literal(Literal::Text(t.into()));
        let number = |t: &str| Default::Literal(Literal::Number(t.into()));
        let role =
            ColumnType { native: NativeType::Enum { namespace: None, name: "Role".into() }, is_list: false };
        assert_eq!(
            parse_default("'USER'::\"Role\"", &role),
            Default::Literal(Literal::EnumLabel("USER".into()))
        );
        assert_eq!(parse_default("CURRENT_TIMESTAMP", &ty("timestamp(3)")), Default::Now);
        assert_eq!(parse_default("now()", &ty("timestamptz")), Default::Now);
        assert_eq!(parse_default("'it''s'::character varying", &ty("varchar(9)")), text("it's"));
        assert_eq!(parse_default("'-1'::integer", &ty("int4")), number("-1"));
        assert_eq!(parse_default("(- 1)", &ty("int4")), number("-1"));
        assert_eq!(parse_default("1.5", &ty("float8")), number("1.5"));
        assert_eq!(parse_default("true", &ty("bool")), Default::Literal(Literal::Boolean(true)));
        assert_eq!(
            parse_default("'\\x6869'::bytea", &ty("bytea")),
            Default::Literal(Literal::Bytes("6869".into()))
        );
        assert_eq!(parse_default("'{}'::jsonb", &ty("jsonb")), text("{}"));
        assert_eq!(parse_default("'{}'::text[]", &ty("text[]")), Default::List(vec![]));
        assert_eq!(parse_default("ARRAY[]::text[]", &ty("text[]")), Default::List(vec![]));
        assert_eq!(
            parse_default("ARRAY['a'::text, 'b'::text]", &ty("text[]")),
            Default::List(vec![Literal::Text("a".into()), Literal::Text("b".into())])
        );
        assert_eq!(
            parse_default("'{1,\"2\"}'::integer[]", &ty("int4[]")),
            Default::List(vec![Literal::Number("1".into()), Literal::Number("2".into())])
        );
        for expr in ["nextval('\"T_id_seq\"'::regclass)", "gen_random_uuid()", "CURRENT_TIMESTAMP(3)"] {
            assert_eq!(parse_default(expr, &ty("text")), Default::Expression(expr.into()));
        }
    }

    #[test]
    fn equal_values_are_no_difference() {
        for (ty_text, a, b) in [
            ("jsonb", "'{\"a\": 1}'", "'{\"a\":1}'::jsonb"),
            ("numeric(10,2)", "1.50", "1.5"),
            ("int8", "100", "'100'::bigint"),
            ("float8", "1e3", "'1000'::double precision"),
            ("timestamp(3)", "'2020-01-01T00:00:00Z'", "'2020-01-01 00:00:00'::timestamp without time zone"),
            ("timestamptz", "'2020-01-01T00:00:00Z'", "'2020-01-01 02:00:00+02'::timestamp with time zone"),
            ("date", "'2020-01-01T00:00:00Z'", "'2020-01-01'::date"),
            ("uuid", "GEN_RANDOM_UUID()", "gen_random_uuid()"),
            ("text", "(gen_random_uuid())::text", "gen_random_uuid()::text"),
            ("timestamp", "now()", "CURRENT_TIMESTAMP"),
        ] {
            let (a, b) = (Default::Expression(a.into()), parse_default(b, &ty(ty_text)));
            assert!(same_default(Some(&a), Some(&b), &ty(ty_text)), "{a:?} / {b:?}");
        }
        let one = Default::Literal(Literal::Text("a".into()));
        let two = Default::Literal(Literal::Text("b".into()));
        assert!(!same_default(Some(&one), Some(&two), &ty("text")));
        assert!(!same_default(Some(&one), None, &ty("text")));
    }
}
