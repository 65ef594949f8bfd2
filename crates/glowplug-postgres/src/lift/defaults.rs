//! What `@default(...)` holds, if lowering it gives the column's default again; else the SQL itself.

use glowplug_dialect::lift::LiftedType;
use glowplug_dialect::values::{hex_to_base64, is_plain_number};
use glowplug_psl::schema::{DefaultValue, Scalar};
use glowplug_sql::model::{AutoIncrement, Column, Default, Literal};

use crate::defaults::{default_sql, same_default, timestamp_text};
use crate::lift::types::field_type;
use crate::lower;

/// The default of a column.
pub(super) fn default_value(column: &Column) -> Option<DefaultValue> {
    // What the server computes, the application need not fill in.
    if column.generated.is_some() {
        return Some(DefaultValue::DbGenerated(None));
    }
    let word = field_type(&column.ty.native);
    if let Some(counter) = &column.auto_increment {
        return Some(auto_increment(counter, &word, column.ty.is_list));
    }
    let default = column.default.as_ref()?;
    // A default of NULL is none.
    if same_default(Some(default), None, &column.ty) {
        return None;
    }
    let value = match (default, &word) {
        (Default::Unspecified, _) => Some(DefaultValue::DbGenerated(None)),
        (Default::Now, LiftedType::Scalar(Scalar::DateTime, _)) if !column.ty.is_list => {
            Some(DefaultValue::Now)
        }
        (Default::Expression(text), _) => Some(DefaultValue::DbGenerated(Some(text.clone()))),
        (Default::Literal(value), word) if !column.ty.is_list => literal(value, word, column),
        (Default::List(items), word) if column.ty.is_list => items
            .iter()
            .map(|item| literal(item, word, column))
            .collect::<Option<_>>()
            .map(DefaultValue::List),
        (Default::Now | Default::Literal(_) | Default::List(_), _) => None,
    };
    value.or_else(|| default_sql(default, &column.ty).map(|sql| DefaultValue::DbGenerated(Some(sql))))
}

/// Only whole numbers are counted up in the language.
fn auto_increment(counter: &AutoIncrement, word: &LiftedType, is_list: bool) -> DefaultValue {
    match (word, counter) {
        (LiftedType::Scalar(Scalar::Int | Scalar::BigInt, _), _) if !is_list => DefaultValue::AutoIncrement,
        (_, AutoIncrement::Serial { sequence: Some(sequence) }) => {
            let quoted = crate::names::quoted(sequence).replace('\'', "''");
            DefaultValue::DbGenerated(Some(format!("nextval('{quoted}'::regclass)")))
        }
        (
            _,
            AutoIncrement::Serial { sequence: None }
            | AutoIncrement::Identity { .. }
            | AutoIncrement::RowId { .. },
        ) => DefaultValue::DbGenerated(None),
    }
}

/// A literal as the language writes it for that type; `None` where it has no way to.
fn literal(value: &Literal, word: &LiftedType, column: &Column) -> Option<DefaultValue> {
    let written = match (word, value) {
        (LiftedType::Enum { .. }, Literal::EnumLabel(label)) => DefaultValue::EnumValue(label.clone()),
        (LiftedType::Scalar(scalar, _), value) => scalar_literal(*scalar, value, column)?,
        (LiftedType::Enum { .. } | LiftedType::Unsupported(_), _) => return None,
    };
    let again = lower::defaults::literal(None, &written, &column.ty.native)?;
    let same = |a: &Literal, b: &Literal| {
        same_default(Some(&Default::Literal(a.clone())), Some(&Default::Literal(b.clone())), &column.ty)
    };
    same(&again, value).then_some(written)
}

fn scalar_literal(scalar: Scalar, value: &Literal, column: &Column) -> Option<DefaultValue> {
    match (scalar, value) {
        (Scalar::Boolean, Literal::Boolean(value)) => Some(DefaultValue::Boolean(*value)),
        (Scalar::Int | Scalar::BigInt, Literal::Number(number)) => {
            number.parse::<i64>().ok().map(|number| DefaultValue::Number(number.to_string()))
        }
        (Scalar::Float | Scalar::Decimal, Literal::Number(number)) if is_plain_number(number) => {
            Some(DefaultValue::Number(number.clone()))
        }
        (Scalar::String, Literal::Text(text)) => Some(DefaultValue::String(text.clone())),
        (Scalar::DateTime, Literal::Text(text)) => timestamp_text(text, &column.ty).map(DefaultValue::String),
        (Scalar::Json, Literal::Text(text)) => {
            let value: serde_json::Value = serde_json::from_str(text).ok()?;
            Some(DefaultValue::String(value.to_string()))
        }
        (Scalar::Bytes, Literal::Bytes(digits)) => hex_to_base64(digits).map(DefaultValue::String),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defaults::parse_default;
    use crate::types::parse_type;

    fn lifted(ty: &str, printed: &str) -> Option<DefaultValue> {
        let ty = parse_type(ty);
        let default = Some(parse_default(printed, &ty));
        default_value(&Column {
            name: "c".to_owned(),
            ty,
            nullable: true,
            default,
            auto_increment: None,
            filled_by_application: false,
            generated: None,
            comment: None,
        })
    }

    #[test]
    fn defaults_become_values_where_the_language_has_them() {
        let text = |text: &str| Some(DefaultValue::String(text.to_owned()));
        let number = |text: &str| Some(DefaultValue::Number(text.to_owned()));
        let sql = |text: &str| Some(DefaultValue::DbGenerated(Some(text.to_owned())));
        assert_eq!(lifted("text", "'it''s'::text"), text("it's"));
        assert_eq!(lifted("integer", "'-1'::integer"), number("-1"));
        assert_eq!(lifted("double precision", "'1e+20'::double precision"), sql("1e+20"));
        assert_eq!(lifted("double precision", "'NaN'::double precision"), sql("'NaN'"));
        assert_eq!(lifted("boolean", "true"), Some(DefaultValue::Boolean(true)));
        assert_eq!(lifted("jsonb", "'{\"a\": 1}'::jsonb"), text("{\"a\":1}"));
        assert_eq!(lifted("bytea", "'\\x6869'::bytea"), text("aGk="));
        assert_eq!(
            lifted("timestamp(3)", "'2020-02-29 12:00:00'::timestamp without time zone"),
            text("2020-02-29T12:00:00Z")
        );
        assert_eq!(lifted("date", "'1969-12-31'::date"), text("1969-12-31T00:00:00Z"));
        assert_eq!(lifted("time", "'10:30:00.25'::time without time zone"), text("1970-01-01T10:30:00.250Z"));
        assert_eq!(lifted("timestamptz", "CURRENT_TIMESTAMP"), Some(DefaultValue::Now));
        assert_eq!(lifted("text", "CURRENT_TIMESTAMP"), sql("CURRENT_TIMESTAMP"));
        assert_eq!(lifted("text", "NULL::text"), None);
        assert_eq!(lifted("interval", "'1 day'::interval"), sql("'1 day'"));
        assert_eq!(lifted("uuid", "gen_random_uuid()"), sql("gen_random_uuid()"));
        assert_eq!(
            lifted("text[]", "ARRAY['a'::text]"),
            Some(DefaultValue::List(vec![DefaultValue::String("a".to_owned())]))
        );
    }
}
