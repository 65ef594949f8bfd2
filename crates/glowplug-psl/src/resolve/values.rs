//! Reads expressions as what a place wants: a string, a name, a number, a list.

use super::literals;
use crate::codes;
use crate::diagnostics::Span;
use crate::schema::{Scalar, StringOrEnv, Value};
use crate::sink::Sink;
use crate::syntax::{Expression, Name, unescape};
use std::borrow::Cow;

/// The text of a string literal, escapes resolved; bad escapes are reported.
pub(super) fn string_text<'a>(literal: &Name<'a>, sink: &mut Sink) -> Cow<'a, str> {
    let (text, bad) = unescape(literal.text);
    for (start, end) in bad {
        let mut span = literal.span;
        span.start = literal.span.start + start as u32;
        span.end = literal.span.start + end as u32;
        let written = literal.text.get(start..end).unwrap_or_default();
        sink.error(codes::BAD_ESCAPE, span, format!("`{written}` is not an escape of a string"))
            .hint("the escapes are `\\\"`, `\\\\`, `\\/`, `\\n`, `\\r`, `\\t`, `\\b`, `\\f` and `\\u0000`; write `\\\\` for a backslash");
    }
    text
}

/// The expression as a string; anything else is reported.
pub(super) fn expect_string<'a>(expression: &Expression<'a>, sink: &mut Sink) -> Option<Cow<'a, str>> {
    match expression {
        Expression::String(literal) => Some(string_text(literal, sink)),
        other => {
            expected("a string", other, sink);
            None
        }
    }
}

/// The expression as a bare word; anything else is reported.
pub(super) fn expect_constant<'a>(expression: &Expression<'a>, sink: &mut Sink) -> Option<Name<'a>> {
    match expression {
        Expression::Constant(name) => Some(*name),
        Expression::String(literal) => {
            let bare = literal.text.trim_matches('"');
            sink.error(
                codes::WRONG_VALUE,
                literal.span,
                format!("expected a name, but found the string {}", literal.text),
            )
            .hint(format!("write `{bare}` without quotes"));
            None
        }
        other => {
            expected("a name", other, sink);
            None
        }
    }
}

/// The expression as a list; a single value stands for a list of one.
pub(super) fn as_list<'e, 'a>(expression: &'e Expression<'a>) -> &'e [Expression<'a>] {
    match expression {
        Expression::Array(values, _) => values,
        single => std::slice::from_ref(single),
    }
}

/// The expression as a string or `env("NAME")`; anything else is reported.
pub(super) fn expect_string_or_env(expression: &Expression<'_>, sink: &mut Sink) -> Option<StringOrEnv> {
    match expression {
        Expression::String(literal) => Some(StringOrEnv::Literal(string_text(literal, sink).into_owned())),
        Expression::Call(call) if call.name.text == "env" => {
            let [argument] = &*call.arguments.items else {
                sink.error(
                    codes::WRONG_VALUE,
                    call.span,
                    "`env` takes one argument, the name of an environment variable",
                )
                .hint("write `env(\"DATABASE_URL\")`");
                return None;
            };
            let value = argument.value.as_ref()?;
            expect_string(value, sink).map(|name| StringOrEnv::Env(name.into_owned()))
        }
        other => {
            expected("a string or `env(\"NAME\")`", other, sink);
            None
        }
    }
}

/// Reports that something else was expected here.
pub(super) fn expected(what: &str, found: &Expression<'_>, sink: &mut Sink) {
    sink.error(codes::WRONG_VALUE, found.span(), format!("expected {what}, but found {}", found.describe()));
}

/// The expression as a plain [`Value`]; objects have none.
pub(super) fn to_value(expression: &Expression<'_>) -> Option<Value> {
    Some(match expression {
        Expression::String(literal) => Value::String(unescape(literal.text).0.into_owned()),
        Expression::Number(name) => Value::Number(name.text.to_owned()),
        Expression::Constant(name) => Value::Constant(name.text.to_owned()),
        Expression::Call(call) => {
            let arguments = call.arguments.items.iter().filter_map(|a| a.value.as_ref());
            Value::Function(call.name.text.to_owned(), arguments.map(to_value).collect::<Option<_>>()?)
        }
        Expression::Array(values, _) => Value::Array(values.iter().map(to_value).collect::<Option<_>>()?),
        Expression::Object(..) => return None,
    })
}

/// Whether the text is a literal of the type: a date, JSON, base64, a number; `None` after a report.
pub(super) fn check_text(text: &str, scalar: Scalar, span: Span, sink: &mut Sink) -> Option<()> {
    let problem = match scalar {
        Scalar::DateTime if !literals::is_date_time(text) => {
            "is no point in time as RFC 3339 writes it, such as `2026-01-31T12:00:00Z`"
        }
        Scalar::Json if !literals::is_json(text) => "is not JSON",
        Scalar::Bytes if !literals::is_base64(text) => "is not base64",
        Scalar::Decimal if !literals::is_decimal(text) => "is not a decimal number",
        _ => return Some(()),
    };
    sink.error(codes::DEFAULT_VALUE, span, format!("`{text}` {problem}"));
    None
}
