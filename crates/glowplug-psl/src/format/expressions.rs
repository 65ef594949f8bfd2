//! Attributes and values on one line.

use crate::syntax::{Argument, Arguments, Attribute, Expression};

/// Writes an attribute behind its sigil, `@` or `@@`.
pub(super) fn push_attribute(attribute: &Attribute<'_>, sigil: &str, out: &mut String) {
    out.push_str(sigil);
    out.push_str(attribute.name.text);
    if let Some(arguments) = &attribute.arguments {
        push_arguments(arguments, out);
    }
}

/// Writes a value.
pub(super) fn push_expression(expression: &Expression<'_>, out: &mut String) {
    match expression {
        Expression::String(name) | Expression::Number(name) | Expression::Constant(name) => {
            out.push_str(name.text)
        }
        Expression::Call(call) => {
            out.push_str(call.name.text);
            push_arguments(&call.arguments, out);
        }
        Expression::Array(values, _) => {
            out.push('[');
            push_list(values, push_expression, out);
            out.push(']');
        }
        Expression::Object(entries, _) if entries.is_empty() => out.push_str("{}"),
        Expression::Object(entries, _) => {
            out.push_str("{ ");
            let push_entry = |entry: &crate::syntax::ObjectEntry<'_>, out: &mut String| {
                out.push_str(entry.name.text);
                out.push_str(": ");
                push_expression(&entry.value, out);
            };
            push_list(entries, push_entry, out);
            out.push_str(" }");
        }
    }
}

fn push_arguments(arguments: &Arguments<'_>, out: &mut String) {
    out.push('(');
    push_list(&arguments.items, push_argument, out);
    out.push(')');
}

fn push_argument(argument: &Argument<'_>, out: &mut String) {
    if let Some(name) = &argument.name {
        out.push_str(name.text);
        out.push_str(": ");
    }
    if let Some(value) = &argument.value {
        push_expression(value, out);
    }
}

/// Items with a comma and a space between them.
fn push_list<T>(items: &[T], push: impl Fn(&T, &mut String), out: &mut String) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        push(item, out);
    }
}
