//! Defaults: read from the catalog, compared, and written.

use glowplug_dialect::values::canonical_number;
use glowplug_psl::schema::Scalar;
use glowplug_sql::model::{ColumnType, Default, Literal};

use crate::expression;
use crate::lexer::{Kind, tokens};
use crate::names;
use crate::types;

/// The default of a column as the catalog prints it: the text after `DEFAULT`, without the parentheses of an
/// expression. `None` for NULL, which is no default.
pub(crate) fn parse_default(text: &str, ty: &ColumnType) -> Option<Default> {
    let family = types::family(&ty.native);
    let list = tokens(text);
    let literal = match list.as_slice() {
        [one] if one.is("NULL") => return None,
        [one] if one.is("CURRENT_TIMESTAMP") => return Some(Default::Now),
        [one] if one.is("TRUE") || one.is("FALSE") => Literal::Boolean(one.is("TRUE")),
        [one] if one.kind == Kind::Text => Literal::Text(one.name()),
        // A name in double quotes is a text here, because a default has no columns to name.
        [one] if one.kind == Kind::Name && one.text.starts_with('"') => Literal::Text(one.name()),
        [one] if one.kind == Kind::Blob => {
            Literal::Bytes(one.text[2..].trim_end_matches('\'').to_lowercase())
        }
        [one] if one.kind == Kind::Number => number(one.text, family),
        [sign, one] if one.kind == Kind::Number && sign.is_symbol("-") => {
            Literal::Number(format!("-{}", one.text))
        }
        [sign, one] if one.kind == Kind::Number && sign.is_symbol("+") => number(one.text, family),
        _ => return Some(Default::Expression(text.to_owned())),
    };
    Some(Default::Literal(literal))
}

/// `0` and `1` are how older versions wrote booleans.
fn number(text: &str, family: Option<Scalar>) -> Literal {
    match (family, text) {
        (Some(Scalar::Boolean), "0" | "1") => Literal::Boolean(text == "1"),
        _ => Literal::Number(text.to_owned()),
    }
}

/// Whether two defaults of columns of the type `ty` mean the same.
pub(crate) fn same_default(prev: Option<&Default>, next: Option<&Default>, ty: &ColumnType) -> bool {
    if prev == next
        || matches!(prev, Some(Default::Unspecified))
        || matches!(next, Some(Default::Unspecified))
    {
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
        Default::Now => "now".to_owned(),
        Default::Literal(literal) => literal_value(literal, types::family(&ty.native)),
        Default::List(items) => items.iter().map(literal_sql).collect::<Vec<_>>().join(", "),
        Default::Expression(text) => match inner(text, ty) {
            None => "null".to_owned(),
            Some(Default::Expression(text)) => expression::canonical(&text, &[]),
            Some(other) => canonical(&other, ty),
        },
        Default::Unspecified => "unspecified".to_owned(),
    }
}

/// What an expression comes to when the parentheses around it are taken away.
fn inner(text: &str, ty: &ColumnType) -> Option<Default> {
    let mut text = text.trim();
    while expression::is_parenthesised(text) {
        text = text[1..text.len() - 1].trim();
    }
    parse_default(text, ty)
}

fn literal_value(literal: &Literal, family: Option<Scalar>) -> String {
    match literal {
        Literal::Boolean(value) => value.to_string(),
        Literal::Bytes(digits) => format!("x{digits}"),
        Literal::Number(number) => canonical_number(number),
        Literal::EnumLabel(text) | Literal::Text(text) => match family {
            Some(Scalar::Json) => match serde_json::from_str::<serde_json::Value>(text) {
                Ok(value) => format!("'{value}'"),
                Err(_) => format!("'{text}'"),
            },
            Some(Scalar::DateTime) => format!("'{}'", instant(text)),
            // Prisma writes bytes as a text of their digits.
            Some(Scalar::Bytes) if text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                format!("x{}", text.to_lowercase())
            }
            Some(Scalar::Int | Scalar::BigInt | Scalar::Float | Scalar::Decimal)
                if text.parse::<f64>().is_ok_and(f64::is_finite) =>
            {
                canonical_number(text)
            }
            _ => format!("'{text}'"),
        },
    }
}

/// A date and time as people and Prisma write it, without what says nothing: `T` or a blank between both,
/// `Z` or `+00:00`, trailing zeros of the seconds.
fn instant(text: &str) -> String {
    let text = text.trim().replace('T', " ");
    let text = text.strip_suffix('Z').or_else(|| text.strip_suffix("+00:00")).unwrap_or(&text).trim_end();
    match text.split_once('.') {
        Some((head, fraction)) if fraction.bytes().all(|byte| byte == b'0') => head.to_owned(),
        _ => text.to_owned(),
    }
}

/// The default as it stands after `DEFAULT`; `None` where the schema file leaves it open.
pub(crate) fn default_sql(default: &Default) -> Option<String> {
    match default {
        Default::Literal(literal) => Some(literal_sql(literal)),
        // There are no lists in SQLite, and the schema language knows that.
        Default::List(_) | Default::Unspecified => None,
        Default::Now => Some("CURRENT_TIMESTAMP".to_owned()),
        Default::Expression(text) if is_plain(text) => Some(text.clone()),
        Default::Expression(text) => Some(format!("({text})")),
    }
}

/// Whether a default is the same constant for every row: what a new column of a table with rows may have.
pub(crate) fn is_constant(default: &Default) -> bool {
    match default {
        Default::Literal(_) => true,
        Default::Expression(text) => {
            let list = tokens(text);
            matches!(list.as_slice(), [one] if matches!(one.kind, Kind::Text | Kind::Number | Kind::Blob))
        }
        Default::List(_) | Default::Now | Default::Unspecified => false,
    }
}

/// Whether an expression may stand after `DEFAULT` without parentheses: a literal, a keyword, or parentheses
/// that are there already.
fn is_plain(text: &str) -> bool {
    if expression::is_parenthesised(text) {
        return true;
    }
    match tokens(text).as_slice() {
        [one] => {
            one.kind != Kind::Word
                || ["NULL", "TRUE", "FALSE"].iter().any(|word| one.is(word))
                || is_clock(one.text)
        }
        [sign, number] => number.kind == Kind::Number && (sign.is_symbol("-") || sign.is_symbol("+")),
        _ => false,
    }
}

fn is_clock(word: &str) -> bool {
    ["CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"].iter().any(|clock| clock.eq_ignore_ascii_case(word))
}

/// A literal as it stands in SQL.
pub(crate) fn literal_sql(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) | Literal::EnumLabel(text) => names::literal(text),
        Literal::Number(number) => number.clone(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Bytes(digits) => format!("X'{digits}'"),
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
        let text = |t: &str| Some(Default::Literal(Literal::Text(t.into())));
        let number = |t: &str| Some(Default::Literal(Literal::Number(t.into())));
        assert_eq!(parse_default("CURRENT_TIMESTAMP", &ty("datetime")), Some(Default::Now));
        assert_eq!(parse_default("'it''s'", &ty("text")), text("it's"));
        assert_eq!(parse_default("\"old\"", &ty("text")), text("old"));
        assert_eq!(parse_default("-1", &ty("integer")), number("-1"));
        assert_eq!(parse_default("+5", &ty("integer")), number("5"));
        assert_eq!(parse_default("1", &ty("boolean")), Some(Default::Literal(Literal::Boolean(true))));
        assert_eq!(parse_default("false", &ty("boolean")), Some(Default::Literal(Literal::Boolean(false))));
        assert_eq!(parse_default("x'0F'", &ty("blob")), Some(Default::Literal(Literal::Bytes("0f".into()))));
        assert_eq!(parse_default("NULL", &ty("text")), None);
        let expression = "datetime('now')";
        assert_eq!(parse_default(expression, &ty("text")), Some(Default::Expression(expression.into())));
    }

    #[test]
    fn equal_values_are_no_difference() {
        for (ty_text, a, b) in [
            ("jsonb", "'{\"a\": 1}'", "'{\"a\":1}'"),
            ("decimal", "1.50", "1.5"),
            ("real", "1e3", "1000"),
            ("datetime", "'2020-01-01T00:00:00.000Z'", "'2020-01-01 00:00:00 +00:00'"),
            ("datetime", "now", "now"),
            ("blob", "X'6869'", "'6869'"),
            ("boolean", "(1)", "true"),
            ("text", "(datetime('now'))", "DATETIME( 'now' )"),
        ] {
            let (a, b) = (Default::Expression(a.into()), parse_default(b, &ty(ty_text)));
            assert!(same_default(Some(&a), b.as_ref(), &ty(ty_text)), "{a:?} / {b:?}");
        }
        let one = Default::Literal(Literal::Text("a".into()));
        let two = Default::Literal(Literal::Text("A".into()));
        assert!(!same_default(Some(&one), Some(&two), &ty("text")));
        assert!(!same_default(Some(&one), None, &ty("text")));
    }

    #[test]
    fn expressions_get_the_parentheses_that_they_need() {
        let sql = |text: &str| default_sql(&Default::Expression(text.to_owned())).unwrap_or_default();
        assert_eq!(sql("datetime('now')"), "(datetime('now'))");
        assert_eq!(sql("(random())"), "(random())");
        assert_eq!(sql("-1"), "-1");
        assert_eq!(sql("current_date"), "current_date");
        assert_eq!(sql("(1) + (2)"), "((1) + (2))");
    }
}
