//! Hints in doc comments: which lines they are, and what they say.

use glowplug_psl::hints;
use glowplug_psl::schema::{Hint, Value};

/// The lines of a doc comment that are prose: hints (`@name(...)` alone on a line) are left out.
pub(crate) fn docs(text: Option<&str>) -> Vec<String> {
    let lines = text.unwrap_or_default().lines().map(str::trim);
    let mut res: Vec<String> = lines.filter(|line| !is_hint(line)).map(str::to_owned).collect();
    while res.last().is_some_and(String::is_empty) {
        res.pop();
    }
    let start = res.iter().position(|line| !line.is_empty()).unwrap_or(res.len());
    res.split_off(start)
}

fn is_hint(line: &str) -> bool {
    line.strip_prefix('@').is_some_and(|rest| rest.starts_with(char::is_alphabetic))
}

/// Whether a hint `@graphql(hide: true)` or the like says yes.
pub(crate) fn hint_is_true(hints: &[Hint], name: &str, key: &str) -> bool {
    hint_value(hints, name, key).is_some_and(|value| matches!(value, Value::Constant(word) if word == "true"))
}

/// The value of `key` in the hint `@name(key: value)`.
pub(crate) fn hint_value<'a>(hints: &'a [Hint], name: &str, key: &str) -> Option<&'a Value> {
    let args = hints.iter().filter(|it| it.name == name).flat_map(|it| &it.args);
    args.filter(|(arg, _)| arg.as_deref() == Some(key)).map(|(_, value)| value).next()
}

/// The Rust name that `@diesel(name: "...")` gives. One that is no name was told when the schema was validated.
pub(crate) fn diesel_name(hints: &[Hint]) -> Option<&str> {
    text(hints, "name").filter(|it| hints::is_name(it))
}

/// The Rust type that `@diesel(type: "...")` or `@diesel(json: "...")` names.
pub(crate) fn diesel_type<'a>(hints: &'a [Hint], key: &str) -> Option<&'a str> {
    text(hints, key).filter(|it| hints::is_type(it))
}

/// The paths in `@diesel(derive: [...])` and its like.
pub(crate) fn diesel_derives<'a>(hints: &'a [Hint], key: &str) -> Vec<&'a str> {
    list(hints, key).filter(|it| hints::is_path(it)).collect()
}

/// The attributes in `@diesel(attributes: [...])` and its like, without `#[` and `]`.
pub(crate) fn diesel_attributes<'a>(hints: &'a [Hint], key: &str) -> Vec<&'a str> {
    list(hints, key).filter(|it| hints::is_attribute(it)).collect()
}

fn text<'a>(hints: &'a [Hint], key: &str) -> Option<&'a str> {
    match hint_value(hints, "diesel", key)? {
        Value::String(text) => Some(text),
        Value::Number(_) | Value::Constant(_) | Value::Function(..) | Value::Array(_) => None,
    }
}

/// The strings of all lists under a key: several hints add up.
fn list<'a>(hints: &'a [Hint], key: &str) -> impl Iterator<Item = &'a str> {
    let args = hints.iter().filter(|it| it.name == "diesel").flat_map(|it| &it.args);
    let values =
        args.filter(move |(arg, _)| arg.as_deref() == Some(key)).flat_map(|(_, value)| match value {
            Value::Array(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        });
    values.filter_map(|value| match value {
        Value::String(text) => Some(text.as_str()),
        Value::Number(_) | Value::Constant(_) | Value::Function(..) | Value::Array(_) => None,
    })
}
