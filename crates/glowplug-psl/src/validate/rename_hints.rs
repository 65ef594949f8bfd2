//! `/// @renamed(from: "...")` that cannot be right: the old name is the name of today, or the name
//! of something else that is there today.
//!
//! The hint speaks of names in the database, so only those are compared: a field that keeps its
//! name and gets an `@map` was renamed.

use super::{Context, kind_of};
use crate::codes;
use crate::schema::{Field, Hint, Value};
use crate::sink::Sink;
use std::collections::BTreeMap;

pub(super) fn check(cx: &mut Context<'_, '_>) {
    check_top(cx);
    for (_, model, _) in cx.models() {
        let label = |field: &Field| format!("field `{}.{}`", model.name, field.name);
        for (index, field) in model.columns() {
            let find = |name: &str| {
                model
                    .columns()
                    .find(|(other, f)| *other != index && f.db_name() == name)
                    .map(|(_, f)| label(f))
            };
            check_one(&field.hints, || label(field), field.db_name(), find, cx.sink);
        }
    }
    for enum_ in &cx.schema.enums {
        let label = |name: &str| format!("value `{}.{name}`", enum_.name);
        for value in &enum_.values {
            let find = |name: &str| {
                enum_.values.iter().find(|other| other.db_name() == name).map(|other| label(&other.name))
            };
            check_one(&value.hints, || label(&value.name), value.db_name(), find, cx.sink);
        }
    }
}

/// Models, views and enums, which share their names within a schema of the database.
fn check_top(cx: &mut Context<'_, '_>) {
    let schema = cx.schema;
    let models =
        schema.models.iter().map(|m| (m.schema.as_deref(), m.db_name(), kind_of(m), &m.name, &m.hints));
    let enums = schema.enums.iter().map(|e| (e.schema.as_deref(), e.db_name(), "enum", &e.name, &e.hints));
    let all = models.chain(enums);
    if all.clone().all(|(.., hints)| renamed_from(hints).is_none()) {
        return;
    }
    let label = |kind: &str, name: &str| format!("{kind} `{name}`");
    let by_name: BTreeMap<_, _> =
        all.clone().map(|(schema, db_name, kind, name, _)| ((schema, db_name), (kind, name))).collect();
    for (schema, db_name, kind, name, hints) in all {
        let find = |old: &str| by_name.get(&(schema, old)).map(|(kind, name)| label(kind, name));
        check_one(hints, || label(kind, name), db_name, find, cx.sink);
    }
}

/// Judges the hint of one thing; `find` says what else has a name in the database.
fn check_one(
    hints: &[Hint],
    label: impl Fn() -> String,
    db_name: &str,
    find: impl Fn(&str) -> Option<String>,
    sink: &mut Sink,
) {
    let Some((hint, old)) = renamed_from(hints) else { return };
    let message = if old == db_name {
        format!("{} is called `{old}` today, so it was not renamed from that", label())
    } else if let Some(other) = find(old) {
        format!("{} was not renamed from `{old}`: {other} has that name today", label())
    } else {
        return;
    };
    sink.warning(codes::IDLE_RENAME, hint.span, message)
        .hint("write the name that it had in the database before, or remove the hint");
}

/// The hint `@renamed` and the old name in it.
fn renamed_from(hints: &[Hint]) -> Option<(&Hint, &str)> {
    let hint = hints.iter().find(|hint| hint.name == "renamed")?;
    let old = hint.args.iter().find_map(|(name, value)| match (name.as_deref(), value) {
        (Some("from") | None, Value::String(old)) => Some(old.as_str()),
        _ => None,
    })?;
    Some((hint, old))
}
