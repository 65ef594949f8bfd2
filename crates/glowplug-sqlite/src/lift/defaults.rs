//! What `@default(...)` holds, if lowering it gives the column's default again; else the SQL itself.

use glowplug_dialect::values::{hex_to_base64, is_plain_number};
use glowplug_psl::schema::{DefaultValue, Scalar};
use glowplug_sql::model::{Column, Default, Literal, NativeType};

use crate::defaults::{default_sql, same_default};
use crate::lower;
use crate::types::family;

/// The default of a column.
pub(super) fn default_value(column: &Column) -> Option<DefaultValue> {
    // What the database computes, the application need not fill in.
    if column.generated.is_some() {
        return Some(DefaultValue::DbGenerated(None));
    }
    if column.auto_increment.is_some() {
        return Some(DefaultValue::AutoIncrement);
    }
    let default = column.default.as_ref()?;
    // A default of NULL is none.
    if same_default(Some(default), None, &column.ty) {
        return None;
    }
    let scalar = family(&column.ty.native);
    let is_enum = matches!(column.ty.native, NativeType::Enum { .. });
    let value = match (default, scalar) {
        (Default::Literal(Literal::Text(label) | Literal::EnumLabel(label)), _) if is_enum => {
            Some(DefaultValue::EnumValue(label.clone()))
        }
        (Default::Unspecified, _) => Some(DefaultValue::DbGenerated(None)),
        (Default::Now, Some(Scalar::DateTime)) => Some(DefaultValue::Now),
        (Default::Literal(value), Some(scalar)) => literal(value, scalar, column),
        (Default::Now | Default::Literal(_) | Default::List(_) | Default::Expression(_), _) => None,
    };
    value.or_else(|| default_sql(default).map(|sql| DefaultValue::DbGenerated(Some(sql))))
}

/// A literal as the language writes it for that type; `None` where it has no way to.
fn literal(value: &Literal, scalar: Scalar, column: &Column) -> Option<DefaultValue> {
    let written = match (scalar, value) {
        (Scalar::Boolean, Literal::Boolean(value)) => DefaultValue::Boolean(*value),
        (Scalar::Int, Literal::Number(number)) => {
            DefaultValue::Number(number.parse::<i32>().ok()?.to_string())
        }
        (Scalar::BigInt, Literal::Number(number)) => {
            DefaultValue::Number(number.parse::<i64>().ok()?.to_string())
        }
        (Scalar::Float | Scalar::Decimal, Literal::Number(number)) if is_plain_number(number) => {
            DefaultValue::Number(number.clone())
        }
        (Scalar::String, Literal::Text(text)) => DefaultValue::String(text.clone()),
        (Scalar::DateTime, Literal::Text(text)) => DefaultValue::String(instant(text)?),
        (Scalar::Json, Literal::Text(text)) => {
            let value: serde_json::Value = serde_json::from_str(text).ok()?;
            DefaultValue::String(value.to_string())
        }
        (Scalar::Bytes, Literal::Bytes(digits)) => DefaultValue::String(hex_to_base64(digits)?),
        _ => return None,
    };
    let again = lower::defaults::literal(None, &written, &column.ty)?;
    let same =
        same_default(Some(&Default::Literal(again)), Some(&Default::Literal(value.clone())), &column.ty);
    same.then_some(written)
}

/// A date and time in the form of RFC 3339, which the language wants; a text of any other form has none.
fn instant(text: &str) -> Option<String> {
    let text = text.trim();
    let (date, rest) = text.split_once([' ', 'T'])?;
    let clock = rest.trim_end_matches('Z').trim_end();
    let clock = clock.strip_suffix("+00:00").unwrap_or(clock).trim_end();
    let shape =
        |text: &str| -> String { text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect() };
    let (seconds, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let fits = shape(date) == "0000-00-00" && shape(seconds) == "00:00:00" && is_fraction;
    fits.then(|| format!("{date}T{clock}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defaults::parse_default;
    use crate::types::parse_type;

    fn lifted(ty: &str, printed: &str) -> Option<DefaultValue> {
        let ty = parse_type(ty);
        let default = parse_default(printed, &ty);
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
        assert_eq!(lifted("text", "'it''s'"), text("it's"));
        assert_eq!(lifted("integer", "-1"), number("-1"));
        assert_eq!(lifted("integer", "99999999999"), sql("99999999999"));
        assert_eq!(lifted("real", "1e20"), sql("1e20"));
        assert_eq!(lifted("boolean", "1"), Some(DefaultValue::Boolean(true)));
        assert_eq!(lifted("jsonb", "'{\"a\": 1}'"), text("{\"a\":1}"));
        assert_eq!(lifted("blob", "x'6869'"), text("aGk="));
        assert_eq!(lifted("datetime", "CURRENT_TIMESTAMP"), Some(DefaultValue::Now));
        assert_eq!(lifted("datetime", "'2020-02-29 12:00:00'"), text("2020-02-29T12:00:00Z"));
        assert_eq!(lifted("datetime", "'today'"), sql("'today'"));
        assert_eq!(lifted("text", "CURRENT_TIMESTAMP"), sql("CURRENT_TIMESTAMP"));
        assert_eq!(lifted("text", "datetime('now')"), sql("(datetime('now'))"));
        assert_eq!(lifted("text", "NULL"), None);
    }
}
