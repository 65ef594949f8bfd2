//! `@default(...)`: the value, read as the field's type wants it.

use super::arguments::Args;
use super::values::{string_text, to_value};
use crate::codes;
use crate::diagnostics::Span;
use crate::nearest::did_you_mean;
use crate::schema::{Arity, DefaultValue, Enum, FieldType, Scalar, Value};
use crate::sink::Sink;
use crate::syntax::{Attribute, Call, Expression};

const FUNCTIONS: [&str; 8] =
    ["autoincrement", "now", "uuid", "cuid", "ulid", "nanoid", "dbgenerated", "sequence"];

/// What is needed to read a default.
pub(super) struct Wanted<'s> {
    pub(super) field: &'s str,
    pub(super) ty: &'s FieldType,
    pub(super) arity: Arity,
    pub(super) enums: &'s [Enum],
}

/// The default of a column, and the constraint name that SQL Server would want.
pub(super) fn read(attribute: &Attribute<'_>, wanted: &Wanted<'_>, sink: &mut Sink) -> Option<DefaultValue> {
    let mut args = Args::of(attribute, "@default");
    let value = args.main("value", sink);
    if args.named("map", sink).is_some() {
        sink.error(codes::DEFAULT_MAP, attribute.span, "defaults have no name in this database")
            .hint("remove `map` from `@default`");
    }
    args.finish(sink);
    let Some(value) = value else {
        sink.error(codes::MISSING_ARGUMENT, attribute.span, "`@default` needs a value")
            .hint("write `@default(...)` with a literal or a function");
        return None;
    };
    match (value, wanted.arity) {
        (Expression::Call(call), _) => function(call, wanted, sink),
        (Expression::Array(items, _), Arity::List) => items
            .iter()
            .map(|item| literal(item, wanted, sink))
            .collect::<Option<_>>()
            .map(DefaultValue::List),
        (other, Arity::List) => {
            sink.error(
                codes::DEFAULT_VALUE,
                other.span(),
                format!("the default of list `{}` is a list", wanted.field),
            )
            .hint("put the value in brackets, `[...]`");
            None
        }
        (other, _) => literal(other, wanted, sink),
    }
}

/// The name of a type in messages.
fn type_name<'s>(wanted: &Wanted<'s>) -> &'s str {
    match wanted.ty {
        FieldType::Scalar(scalar) => scalar_name(*scalar),
        FieldType::Enum(id) => &wanted.enums[id.0].name,
        FieldType::Unsupported(_) => "Unsupported",
        FieldType::Relation(_) => "relation",
    }
}

/// The name of a scalar type in the language.
pub(super) fn scalar_name(scalar: Scalar) -> &'static str {
    super::SCALARS.iter().find(|(_, s)| *s == scalar).map_or("", |(name, _)| name)
}

/// A literal; also used for the values of a partial index.
pub(super) fn literal(
    expression: &Expression<'_>,
    wanted: &Wanted<'_>,
    sink: &mut Sink,
) -> Option<DefaultValue> {
    match wanted.ty {
        FieldType::Scalar(scalar) => scalar_literal(expression, *scalar, wanted, sink),
        FieldType::Enum(id) => enum_literal(expression, &wanted.enums[id.0], wanted, sink),
        FieldType::Unsupported(_) | FieldType::Relation(_) => {
            sink.error(
                codes::DEFAULT_VALUE,
                expression.span(),
                format!("field `{}` of type `Unsupported` cannot have a literal as default", wanted.field),
            )
            .hint("write it as SQL, `@default(dbgenerated(\"...\"))`");
            None
        }
    }
}

fn scalar_literal(
    expression: &Expression<'_>,
    scalar: Scalar,
    wanted: &Wanted<'_>,
    sink: &mut Sink,
) -> Option<DefaultValue> {
    let takes_text =
        matches!(scalar, Scalar::String | Scalar::DateTime | Scalar::Json | Scalar::Bytes | Scalar::Decimal);
    match expression {
        Expression::String(text) if takes_text => {
            let text_value = string_text(text, sink);
            super::values::check_text(&text_value, scalar, text.span, sink)?;
            Some(DefaultValue::String(text_value.into_owned()))
        }
        Expression::Number(number) => number_literal(number.text, number.span, scalar, wanted, sink),
        Expression::Constant(name) if scalar == Scalar::Boolean && matches!(name.text, "true" | "false") => {
            Some(DefaultValue::Boolean(name.text == "true"))
        }
        other => {
            report_mismatch(other, wanted, sink);
            None
        }
    }
}

fn number_literal(
    text: &str,
    span: Span,
    scalar: Scalar,
    wanted: &Wanted<'_>,
    sink: &mut Sink,
) -> Option<DefaultValue> {
    let fits = match scalar {
        Scalar::Int | Scalar::BigInt => text.parse::<i64>().is_ok(),
        Scalar::Float | Scalar::Decimal => true,
        Scalar::String | Scalar::Boolean | Scalar::DateTime | Scalar::Json | Scalar::Bytes => false,
    };
    if fits {
        return Some(DefaultValue::Number(text.to_owned()));
    }
    let hint = match scalar {
        Scalar::String | Scalar::DateTime | Scalar::Json | Scalar::Bytes => {
            Some(format!("write `\"{text}\"`"))
        }
        Scalar::Int | Scalar::BigInt | Scalar::Float | Scalar::Decimal | Scalar::Boolean => None,
    };
    let message = format!("`{text}` is no value of field `{}` of type `{}`", wanted.field, type_name(wanted));
    sink.error(codes::DEFAULT_VALUE, span, message).maybe_hint(hint);
    None
}

fn enum_literal(
    expression: &Expression<'_>,
    enum_: &Enum,
    wanted: &Wanted<'_>,
    sink: &mut Sink,
) -> Option<DefaultValue> {
    let Expression::Constant(name) = expression else {
        report_mismatch(expression, wanted, sink);
        return None;
    };
    if enum_.values.iter().any(|value| value.name == name.text) {
        return Some(DefaultValue::EnumValue(name.text.to_owned()));
    }
    let hint = did_you_mean(name.text, enum_.values.iter().map(|value| value.name.as_str()));
    sink.error(
        codes::DEFAULT_VALUE,
        name.span,
        format!("enum `{}` has no value `{}`", enum_.name, name.text),
    )
    .maybe_hint(hint);
    None
}

fn report_mismatch(expression: &Expression<'_>, wanted: &Wanted<'_>, sink: &mut Sink) {
    let hint = match (wanted.ty, expression) {
        (FieldType::Scalar(Scalar::Boolean), _) => Some("it is `true` or `false`".to_owned()),
        (FieldType::Enum(_), Expression::String(text)) => {
            Some(format!("write `{}` without quotes", text.text.trim_matches('"')))
        }
        (_, Expression::Array(..)) => Some("only a list field has a list as default".to_owned()),
        _ => None,
    };
    let message = format!(
        "{} is no value of field `{}` of type `{}`",
        expression.describe(),
        wanted.field,
        type_name(wanted)
    );
    sink.error(codes::DEFAULT_VALUE, expression.span(), message).maybe_hint(hint);
}

fn function(call: &Call<'_>, wanted: &Wanted<'_>, sink: &mut Sink) -> Option<DefaultValue> {
    let name = call.name.text;
    let fits = match (name, wanted.ty, wanted.arity) {
        ("dbgenerated", ..) => true,
        (_, _, Arity::List) => false,
        ("autoincrement" | "sequence", FieldType::Scalar(scalar), _) => {
            matches!(scalar, Scalar::Int | Scalar::BigInt)
        }
        ("now", FieldType::Scalar(scalar), _) => *scalar == Scalar::DateTime,
        ("uuid" | "cuid" | "ulid" | "nanoid", FieldType::Scalar(scalar), _) => *scalar == Scalar::String,
        _ if FUNCTIONS.contains(&name) => false,
        _ => {
            let hint = did_you_mean(name, FUNCTIONS).unwrap_or_else(|| {
                let names: Vec<String> = FUNCTIONS.iter().map(|name| format!("`{name}()`")).collect();
                format!("the functions are {}", names.join(", "))
            });
            sink.error(
                codes::UNKNOWN_FUNCTION,
                call.name.span,
                format!("no function for defaults is called `{name}()`"),
            )
            .hint(hint);
            return None;
        }
    };
    if !fits {
        let list = if wanted.arity == Arity::List { "[]" } else { "" };
        let message =
            format!("`{name}()` cannot fill field `{}` of type `{}{list}`", wanted.field, type_name(wanted));
        sink.error(codes::DEFAULT_VALUE, call.span, message).maybe_hint(match name {
            "autoincrement" | "sequence" => Some("it fills fields of type `Int` and `BigInt`".to_owned()),
            "now" => Some("it fills fields of type `DateTime`".to_owned()),
            _ => Some("it fills fields of type `String`".to_owned()),
        });
        return None;
    }
    known_function(call, sink)
}

fn known_function(call: &Call<'_>, sink: &mut Sink) -> Option<DefaultValue> {
    match call.name.text {
        "autoincrement" => no_arguments(call, DefaultValue::AutoIncrement, sink),
        "now" => no_arguments(call, DefaultValue::Now, sink),
        "ulid" => no_arguments(call, DefaultValue::Ulid, sink),
        "uuid" => version(call, &[4, 7], sink).map(|version| DefaultValue::Uuid(version.unwrap_or(4))),
        "cuid" => version(call, &[1, 2], sink).map(|version| DefaultValue::Cuid(version.unwrap_or(1))),
        "nanoid" => nanoid(call, sink),
        "sequence" => sequence(call, sink),
        _ => dbgenerated(call, sink),
    }
}

fn no_arguments(call: &Call<'_>, value: DefaultValue, sink: &mut Sink) -> Option<DefaultValue> {
    if !call.arguments.items.is_empty() {
        report_arguments(call, "takes no arguments", sink);
        return None;
    }
    Some(value)
}

/// `uuid(7)`: the version, if one is given; `None` after a report.
fn version(call: &Call<'_>, allowed: &[u8], sink: &mut Sink) -> Option<Option<u8>> {
    let number = match &*call.arguments.items {
        [] => return Some(None),
        [only] => only.value.as_ref(),
        _ => None,
    };
    let version = match number {
        Some(Expression::Number(text)) => text.text.parse::<u8>().ok().filter(|v| allowed.contains(v)),
        _ => None,
    };
    if version.is_none() {
        let versions: Vec<String> = allowed.iter().map(|v| format!("`{v}`")).collect();
        report_arguments(call, &format!("takes no argument but {}", versions.join(" or ")), sink);
    }
    version.map(Some)
}

/// `nanoid(21)`: lengths from 2 to 255.
fn nanoid(call: &Call<'_>, sink: &mut Sink) -> Option<DefaultValue> {
    let length = match &*call.arguments.items {
        [] => return Some(DefaultValue::Nanoid(None)),
        [only] => only.value.as_ref(),
        _ => None,
    };
    let length = match length {
        Some(Expression::Number(text)) => text.text.parse::<u32>().ok().filter(|n| (2..=255).contains(n)),
        _ => None,
    };
    if length.is_none() {
        report_arguments(call, "takes no argument but a length from 2 to 255", sink);
    }
    length.map(|length| DefaultValue::Nanoid(Some(length)))
}

fn sequence(call: &Call<'_>, sink: &mut Sink) -> Option<DefaultValue> {
    let mut options: Vec<(String, Value)> = Vec::new();
    for argument in &call.arguments.items {
        match (argument.name, argument.value.as_ref().and_then(to_value)) {
            (Some(name), Some(value)) => options.push((name.text.to_owned(), value)),
            _ => {
                report_arguments(call, "takes only arguments with names", sink);
                return None;
            }
        }
    }
    Some(DefaultValue::Sequence(options))
}

fn dbgenerated(call: &Call<'_>, sink: &mut Sink) -> Option<DefaultValue> {
    match &*call.arguments.items {
        [] => return Some(DefaultValue::DbGenerated(None)),
        [only] => {
            if let Some(Expression::String(text)) = &only.value {
                let sql = string_text(text, sink);
                if !sql.is_empty() {
                    return Some(DefaultValue::DbGenerated(Some(sql.into_owned())));
                }
            }
        }
        _ => {}
    }
    report_arguments(call, "takes nothing, or one string that is not empty", sink);
    None
}

fn report_arguments(call: &Call<'_>, problem: &str, sink: &mut Sink) {
    sink.error(codes::FUNCTION_ARGUMENTS, call.arguments.span, format!("`{}()` {problem}", call.name.text));
}
