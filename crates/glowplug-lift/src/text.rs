//! Pieces of text of the language.

use glowplug_psl::schema::{DefaultValue, NativeType, OperatorClass, Scalar, Value};

/// A string literal: escapes as in JSON.
pub(crate) fn string(text: &str) -> String {
    let mut res = String::with_capacity(text.len() + 2);
    res.push('"');
    for c in text.chars() {
        match c {
            '"' => res.push_str("\\\""),
            '\\' => res.push_str("\\\\"),
            '\n' => res.push_str("\\n"),
            '\r' => res.push_str("\\r"),
            '\t' => res.push_str("\\t"),
            c if (c as u32) < 0x20 => res.push_str(&format!("\\u{:04x}", c as u32)),
            c => res.push(c),
        }
    }
    res.push('"');
    res
}

/// The word for a scalar.
pub(crate) fn scalar(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::String => "String",
        Scalar::Boolean => "Boolean",
        Scalar::Int => "Int",
        Scalar::BigInt => "BigInt",
        Scalar::Float => "Float",
        Scalar::Decimal => "Decimal",
        Scalar::DateTime => "DateTime",
        Scalar::Json => "Json",
        Scalar::Bytes => "Bytes",
    }
}

/// `@db.VarChar(20)`
pub(crate) fn native(datasource: &str, native: &NativeType) -> String {
    let args = if native.args.is_empty() { String::new() } else { format!("({})", native.args.join(", ")) };
    format!("@{datasource}.{}{args}", native.name)
}

/// What stands inside `@default(...)`. `value_name` gives the name of an enum's label.
pub(crate) fn default(value: &DefaultValue, value_name: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    Some(match value {
        DefaultValue::String(text) => string(text),
        DefaultValue::Number(number) => number.clone(),
        DefaultValue::Boolean(value) => value.to_string(),
        DefaultValue::EnumValue(label) => value_name(label)?,
        DefaultValue::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(|item| default(item, value_name)).collect();
            format!("[{}]", items?.join(", "))
        }
        DefaultValue::AutoIncrement => "autoincrement()".to_owned(),
        DefaultValue::Sequence(options) => {
            let option = |(name, value): &(String, Value)| match value {
                Value::Number(text) | Value::Constant(text) => format!("{name}: {text}"),
                Value::String(text) => format!("{name}: {}", string(text)),
                Value::Function(..) | Value::Array(_) => name.clone(),
            };
            format!("sequence({})", options.iter().map(option).collect::<Vec<_>>().join(", "))
        }
        DefaultValue::Now => "now()".to_owned(),
        DefaultValue::Uuid(version) => format!("uuid({version})"),
        DefaultValue::Cuid(version) => format!("cuid({version})"),
        DefaultValue::Ulid => "ulid()".to_owned(),
        DefaultValue::Nanoid(length) => {
            format!("nanoid({})", length.map_or_else(String::new, |length| length.to_string()))
        }
        DefaultValue::DbGenerated(Some(sql)) => format!("dbgenerated({})", string(sql)),
        DefaultValue::DbGenerated(None) => "dbgenerated()".to_owned(),
    })
}

/// `JsonbPathOps` or `raw("...")`
pub(crate) fn operator_class(class: &OperatorClass) -> String {
    match class {
        OperatorClass::Named(name) => name.clone(),
        OperatorClass::Raw(name) => format!("raw({})", string(name)),
    }
}

/// A comment of the database as doc comment lines, each ended.
pub(crate) fn docs(comment: Option<&str>, indent: &str) -> String {
    let Some(comment) = comment else { return String::new() };
    let clean = |line: &str| -> String { line.chars().filter(|c| !c.is_control()).collect() };
    let lines = comment.trim().lines().map(|line| format!("{indent}/// {}", clean(line)));
    lines.map(|line| format!("{}\n", line.trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped() {
        assert_eq!(string("a\"b\\c\n\u{1}é"), r#""a\"b\\c\n\u0001é""#);
    }

    #[test]
    fn comments_become_docs() {
        assert_eq!(docs(Some("one\r\n\n two\u{7} "), "  "), "  /// one\n  ///\n  ///  two\n");
        assert_eq!(docs(Some(" "), ""), "");
    }
}
