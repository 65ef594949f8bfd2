//! Names in the database: two tables, columns or values cannot share one.

use super::Context;
use crate::codes;
use crate::diagnostics::Span;
use std::collections::BTreeMap;

/// What has a name, and where its `@map` stands.
struct Named<'n> {
    name: &'n str,
    db_name: &'n str,
    map: Option<Span>,
    span: Span,
}

pub(super) fn check(cx: &mut Context<'_, '_>) {
    // One list for all models: there are many, and nearly none has a name twice.
    let mut names: Vec<&str> = Vec::new();
    let mut tables: BTreeMap<Option<&str>, Vec<Named<'_>>> = BTreeMap::new();
    for (_, model, node) in cx.models() {
        tables.entry(model.schema.as_deref()).or_default().push(Named {
            name: &model.name,
            db_name: model.db_name(),
            map: node.map.map(|attribute| attribute.span),
            span: model.span,
        });
        names.clear();
        names.extend(model.columns().map(|(_, field)| field.db_name()));
        if !has_shared(&mut names) {
            continue;
        }
        let columns = model.columns().map(|(index, field)| Named {
            name: &field.name,
            db_name: field.db_name(),
            map: node.fields[index].attributes.map.map(|attribute| attribute.span),
            span: field.span,
        });
        let columns: Vec<Named<'_>> = columns.collect();
        report_shared(cx, &columns, || format!("columns of `{}`", model.name));
    }
    for tables in tables.into_values() {
        report_shared(cx, &tables, || "tables or views".to_owned());
    }
    let mut types: BTreeMap<Option<&str>, Vec<Named<'_>>> = BTreeMap::new();
    for (enum_, node) in cx.schema.enums.iter().zip(&cx.nodes.enums) {
        types.entry(enum_.schema.as_deref()).or_default().push(Named {
            name: &enum_.name,
            db_name: enum_.db_name(),
            map: node.map.map(|attribute| attribute.span),
            span: enum_.span,
        });
        let values = enum_.values.iter().zip(&node.values).map(|(value, written)| Named {
            name: &value.name,
            db_name: value.db_name(),
            map: written.attributes.iter().find(|a| a.name.text == "map").map(|attribute| attribute.span),
            span: value.span,
        });
        let values: Vec<Named<'_>> = values.collect();
        report_shared(cx, &values, || format!("values of `{}`", enum_.name));
    }
    for mut types in types.into_values() {
        // The later enum is named, not its `@@map`: the other one may have none.
        types.iter_mut().for_each(|type_| type_.map = Some(type_.span));
        report_shared(cx, &types, || "enums".to_owned());
    }
}

/// Reports names that are there twice, at the `@map` that makes them the same.
fn report_shared(cx: &mut Context<'_, '_>, things: &[Named<'_>], what: impl Fn() -> String) {
    if !has_shared(&mut things.iter().map(|thing| thing.db_name).collect::<Vec<&str>>()) {
        return;
    }
    let mut first: BTreeMap<&str, &Named<'_>> = BTreeMap::new();
    for thing in things {
        let Some(other) = first.get(thing.db_name) else {
            first.insert(thing.db_name, thing);
            continue;
        };
        let span = thing.map.or(other.map).unwrap_or(thing.span);
        cx.sink
            .error(
                codes::DUPLICATE_DB_NAME,
                span,
                format!(
                    "`{}` and `{}` are {} with one name in the database, `{}`",
                    other.name,
                    thing.name,
                    what(),
                    thing.db_name
                ),
            )
            .hint("give one of them another name in the database");
    }
}

/// Whether some name is there twice; nearly always none is. Leaves the names in order.
fn has_shared(names: &mut [&str]) -> bool {
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}
