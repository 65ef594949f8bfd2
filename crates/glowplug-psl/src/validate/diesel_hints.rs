//! `/// @diesel(...)`: which arguments it has where, and what their values look like.

use super::{Context, kind_of};
use crate::codes;
use crate::hints::{is_attribute, is_name, is_path, is_type};
use crate::nearest::did_you_mean;
use crate::schema::{FieldType, Hint, Scalar, Value};
use crate::sink::Sink;

/// Arguments above a model or view.
const MODEL: &[&str] =
    &["attributes", "changesAttributes", "changesDerive", "derive", "name", "newAttributes", "newDerive"];
/// Arguments of a column.
const COLUMN: &[&str] = &["attributes", "changesAttributes", "json", "name", "newAttributes", "type"];
/// Arguments of a relation field, which is a method.
const RELATION: &[&str] = &["name"];
/// Arguments above an enum.
const ENUM: &[&str] = &["attributes", "derive", "name"];

pub(super) fn check(cx: &mut Context<'_, '_>) {
    for model in &cx.schema.models {
        let label = format!("{} `{}`", kind_of(model), model.name);
        check_all(&model.hints, &label, MODEL, cx.sink);
        for field in &model.fields {
            let is_relation = matches!(field.ty, FieldType::Relation(_));
            let label = format!("field `{}.{}`", model.name, field.name);
            check_all(&field.hints, &label, if is_relation { RELATION } else { COLUMN }, cx.sink);
            check_types(&field.hints, &label, &field.ty, cx.sink);
        }
    }
    for enum_ in &cx.schema.enums {
        check_all(&enum_.hints, &format!("enum `{}`", enum_.name), ENUM, cx.sink);
        for value in &enum_.values {
            let label = format!("value `{}.{}`", enum_.name, value.name);
            for hint in diesel(&value.hints) {
                let message = format!("the hint `@diesel` says nothing of {label}");
                cx.sink.warning(codes::HINT_VALUE, hint.span, message).hint("write it above the enum");
            }
        }
    }
}

fn diesel(hints: &[Hint]) -> impl Iterator<Item = &Hint> {
    hints.iter().filter(|hint| hint.name == "diesel")
}

/// Judges names and values of the arguments.
fn check_all(hints: &[Hint], label: &str, known: &[&str], sink: &mut Sink) {
    for hint in diesel(hints) {
        for (name, value) in &hint.args {
            let names = || known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            match name.as_deref() {
                None => {
                    let message = format!("an argument of the hint `@diesel` of {label} has no name");
                    sink.warning(codes::HINT_VALUE, hint.span, message)
                        .hint(format!("the names are {}", names()));
                }
                Some(name) if known.contains(&name) => check_value(hint, label, name, value, sink),
                Some(name) => {
                    let message = format!("the hint `@diesel` of {label} has no argument `{name}`");
                    let meant = did_you_mean(name, known.iter().copied());
                    sink.warning(codes::HINT_VALUE, hint.span, message)
                        .hint(meant.unwrap_or_else(|| format!("the arguments are {}", names())));
                }
            }
        }
    }
}

fn check_value(hint: &Hint, label: &str, name: &str, value: &Value, sink: &mut Sink) {
    let (takes_list, fits, wanted): (bool, fn(&str) -> bool, &str) = match name {
        "name" => (false, is_name, "a name in Rust, `\"kind\"`"),
        "type" | "json" => (false, is_type, "a type of Rust, `\"crate::Settings\"`"),
        "attributes" | "newAttributes" | "changesAttributes" => {
            (true, is_attribute, "a list of attributes without `#[]`, `[\"serde(skip)\"]`")
        }
        _ => (true, is_path, "a list of paths of derives, `[\"Eq\", \"my::Derive\"]`"),
    };
    let items = match value {
        Value::Array(items) if takes_list => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    let is_right = |item: &Value| matches!(item, Value::String(text) if fits(text));
    if !items.iter().all(is_right) {
        let message = format!("`{name}` of the hint `@diesel` of {label} is not read");
        sink.warning(codes::HINT_VALUE, hint.span, message).hint(format!("it wants {wanted}"));
    }
}

/// `type` and `json` exclude each other, and the latter is for JSON alone.
fn check_types(hints: &[Hint], label: &str, ty: &FieldType, sink: &mut Sink) {
    let find = |wanted: &str| {
        diesel(hints).find(|hint| hint.args.iter().any(|(name, _)| name.as_deref() == Some(wanted)))
    };
    let Some(hint) = find("json") else { return };
    if find("type").is_some() {
        let message = format!("{label} has both `type` and `json` in its hint `@diesel`");
        sink.warning(codes::HINT_VALUE, hint.span, message)
            .hint("keep `json` for a type that serde writes, `type` for one that Diesel does");
    }
    if *ty != FieldType::Scalar(Scalar::Json) {
        let message =
            format!("`json` of the hint `@diesel` says nothing of {label}, which is not of type `Json`");
        sink.warning(codes::HINT_VALUE, hint.span, message).hint("write `type: \"...\"`");
    }
}
