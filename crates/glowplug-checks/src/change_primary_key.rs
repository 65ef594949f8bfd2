//! A new primary key fails if a key occurs twice or is empty.

use glowplug_dialect::finding::Probe;
use glowplug_dialect::words::counted_as;
use glowplug_sql::change::Change;
use glowplug_sql::ids::TableId;
use glowplug_sql::model::QualifiedName;

use crate::check::{Check, Cx, Found};

pub(crate) static CHECK: Check = Check { code: "GP2108", name: "change-primary-key", probes, run };

fn probes(cx: &Cx<'_>, change: &Change) -> Vec<Probe> {
    let Change::AddPrimaryKey(id) = change else { return Vec::new() };
    let Some(table) = cx.before(*id) else { return Vec::new() };
    let mut probes = vec![Probe::Rows(table.qualified_name())];
    if let Some(columns) = kept_columns(cx, *id) {
        probes.extend(nulls(&table.qualified_name(), &columns));
        probes.push(Probe::Duplicates(table.qualified_name(), columns));
    }
    probes
}

fn run(cx: &Cx<'_>, change: &Change) -> Option<Found> {
    let Change::AddPrimaryKey(id) = change else { return None };
    let table = cx.before(*id)?.qualified_name();
    if cx.facts.count(&Probe::Rows(table.clone())) == Some(0) || counts_up(cx, *id) {
        return None;
    }
    let known = kept_columns(cx, *id).and_then(|columns| {
        let empty: Option<u64> = nulls(&table, &columns).iter().map(|probe| cx.facts.count(probe)).sum();
        Some((empty?, cx.facts.count(&Probe::Duplicates(table.clone(), columns))?))
    });
    let found = match known {
        Some((0, 0)) => return None,
        Some((0, n)) => Found::impossible(format!(
            "`{table}` gets another primary key, but {} more than once",
            counted_as(n, "key occurs", "keys occur")
        )),
        Some((n, _)) => Found::impossible(format!(
            "`{table}` gets another primary key, but {} empty",
            counted_as(n, "value of it is", "values of it are")
        )),
        None => Found::warning(format!(
            "`{table}` gets another primary key: this fails if a key occurs twice or is empty"
        )),
    };
    Some(found.hint("mend those rows first, in a migration of its own"))
}

/// The key's columns as they are called now, if all exist and keep their values.
fn kept_columns(cx: &Cx<'_>, table: TableId) -> Option<Vec<String>> {
    let key = cx.next_table(table).primary_key.as_ref()?;
    key.columns.iter().map(|name| cx.kept_column(table, name).map(|column| column.name.clone())).collect()
}

fn nulls(table: &QualifiedName, columns: &[String]) -> Vec<Probe> {
    columns.iter().map(|column| Probe::Nulls(table.clone(), column.clone())).collect()
}

/// Whether a new column of the key is counted up: every row gets a number of its own.
fn counts_up(cx: &Cx<'_>, table: TableId) -> bool {
    let next = cx.next_table(table);
    let mut columns = next.primary_key.iter().flat_map(|key| &key.columns);
    columns.any(|name| {
        cx.column_before(table, name).is_none()
            && next.find_column(name).is_some_and(|(_, column)| column.auto_increment.is_some())
    })
}
