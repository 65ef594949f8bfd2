//! `where:` of a partial index: SQL, or fields and what they must be.

use super::defaults;
use super::models::Columns;
use super::values::{expected, string_text};
use crate::codes;
use crate::nearest::did_you_mean;
use crate::schema::{DefaultValue, Enum, FieldType, Predicate, PredicateTest, Scalar};
use crate::sink::Sink;
use crate::syntax::{Expression, ObjectEntry};

/// The predicate; `None` after a report.
pub(super) fn read(
    value: &Expression<'_>,
    columns: &Columns<'_>,
    enums: &[Enum],
    sink: &mut Sink,
) -> Option<Predicate> {
    match value {
        Expression::Call(call) if call.name.text == "raw" => {
            if let [argument] = &*call.arguments.items
                && let Some(Expression::String(text)) = &argument.value
            {
                let sql = string_text(text, sink);
                if !sql.trim().is_empty() {
                    return Some(Predicate::Raw(sql.into_owned()));
                }
            }
            sink.error(
                codes::FUNCTION_ARGUMENTS,
                call.arguments.span,
                "`raw` takes one string, the condition as SQL",
            )
            .hint("write `where: raw(\"...\")`");
            None
        }
        Expression::Object(entries, span) => {
            if entries.is_empty() {
                sink.error(codes::PREDICATE, *span, "the condition of a partial index is empty")
                    .hint("name a field, `where: { active: true }`");
                return None;
            }
            let tests = entries.iter().map(|entry| test(entry, columns, enums, sink));
            tests.collect::<Option<Vec<_>>>().map(Predicate::Fields)
        }
        other => {
            expected("`raw(\"...\")` or `{ field: value }`", other, sink);
            None
        }
    }
}

fn test(
    entry: &ObjectEntry<'_>,
    columns: &Columns<'_>,
    enums: &[Enum],
    sink: &mut Sink,
) -> Option<(usize, PredicateTest)> {
    let field = columns.resolve(entry.name, "where", sink)?;
    let (value, is_negated) = match &entry.value {
        Expression::Object(inner, span) => match inner.as_slice() {
            [only] if only.name.text == "not" => (&only.value, true),
            _ => {
                sink.error(codes::PREDICATE, *span, "a field's condition is a value or `{ not: value }`");
                return None;
            }
        },
        value => (value, false),
    };
    let is_null = matches!(value, Expression::Constant(name) if name.text == "null");
    let test = match (is_null, is_negated) {
        (true, false) => PredicateTest::IsNull,
        (true, true) => PredicateTest::IsNotNull,
        (false, false) => PredicateTest::Equals(literal(value, field, columns, enums, sink)?),
        (false, true) => PredicateTest::NotEquals(literal(value, field, columns, enums, sink)?),
    };
    Some((field, test))
}

/// A literal of the field's type; values of enums are strings here, unlike everywhere else.
fn literal(
    value: &Expression<'_>,
    field: usize,
    columns: &Columns<'_>,
    enums: &[Enum],
    sink: &mut Sink,
) -> Option<DefaultValue> {
    let FieldType::Enum(id) = columns.fields[field].ty else {
        if let FieldType::Scalar(Scalar::Json | Scalar::Bytes) = columns.fields[field].ty {
            let name = &columns.fields[field].name;
            sink.error(
                codes::PREDICATE,
                value.span(),
                format!("field `{name}` can only be compared with `null` in `where`"),
            )
            .hint("write the condition as SQL, `where: raw(\"...\")`");
            return None;
        }
        return defaults::literal(value, &columns.wanted(field, enums), sink);
    };
    let enum_ = &enums[id.0];
    let Expression::String(literal) = value else {
        let hint = match value {
            Expression::Constant(name) => format!("write `\"{}\"`", name.text),
            _ => "write the value in quotes".to_owned(),
        };
        let message = format!(
            "a value of enum `{}` is a string in `where`, but found {}",
            enum_.name,
            value.describe()
        );
        sink.error(codes::PREDICATE, value.span(), message).hint(hint);
        return None;
    };
    let text = string_text(literal, sink);
    let found = enum_.values.iter().find(|value| value.name == text || value.db_name() == text);
    if found.is_none() {
        let hint = did_you_mean(&text, enum_.values.iter().map(|value| value.name.as_str()));
        sink.error(codes::PREDICATE, literal.span, format!("enum `{}` has no value `{text}`", enum_.name))
            .maybe_hint(hint);
    }
    found.map(|value| DefaultValue::EnumValue(value.name.clone()))
}
