//! `where:` of a partial index: SQL, or fields and what they must be.

use super::defaults;
use super::models::Columns;
use super::values::{expected, string_text};
use crate::codes;
use crate::schema::{Enum, Predicate, PredicateTest};
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
            if let [argument] = call.arguments.items.as_slice()
                && let Some(Expression::String(text)) = &argument.value
            {
                let sql = string_text(text, sink);
                if !sql.trim().is_empty() {
                    return Some(Predicate::Raw(sql));
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
        (false, false) => {
            PredicateTest::Equals(defaults::literal(value, &columns.wanted(field, enums), sink)?)
        }
        (false, true) => {
            PredicateTest::NotEquals(defaults::literal(value, &columns.wanted(field, enums), sink)?)
        }
    };
    Some((field, test))
}
