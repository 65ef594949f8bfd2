//! A unique index on a table that exists fails if two rows share the same values.

use glowplug_dialect::finding::Probe;
use glowplug_dialect::words::counted_as;
use glowplug_sql::change::Change;
use glowplug_sql::model::{IndexKey, IndexPart};

use crate::check::{Check, Cx, Found};

pub(crate) static CHECK: Check = Check { code: "GP2107", name: "add-unique", probes, run };

fn probes(cx: &Cx<'_>, change: &Change) -> Vec<Probe> {
    probe(cx, change).into_iter().collect()
}

fn run(cx: &Cx<'_>, change: &Change) -> Option<Found> {
    let Change::CreateIndex(id) = change else { return None };
    let index = cx.changes.schemas.next.index_at(*id);
    let table = cx.before(id.table)?.qualified_name();
    if !index.unique || index.predicate.is_some() || is_new(cx, change) {
        return None;
    }
    let columns: Vec<String> = index.parts.iter().map(|part| format!("`{}`", shown(part))).collect();
    let columns = columns.join(", ");
    let found = match probe(cx, change).and_then(|probe| cx.facts.count(&probe)) {
        Some(0) => return None,
        Some(n) => Found::impossible(format!(
            "{columns} of `{table}` must become unique, but {} more than once",
            counted_as(n, "value occurs", "values occur")
        )),
        None => Found::warning(format!(
            "{columns} of `{table}` must become unique: this fails if a value occurs twice"
        )),
    };
    Some(found.hint("mend the duplicates first"))
}

fn shown(part: &IndexPart) -> &str {
    match &part.key {
        IndexKey::Column(name) => name,
        IndexKey::Expression(text) => text,
    }
}

/// Whether a column of it is new and empty: then nothing occurs twice.
fn is_new(cx: &Cx<'_>, change: &Change) -> bool {
    let Change::CreateIndex(id) = change else { return false };
    cx.changes.schemas.next.index_at(*id).parts.iter().any(|part| match &part.key {
        IndexKey::Column(name) => {
            let column = cx.next_table(id.table).find_column(name);
            cx.column_before(id.table, name).is_none()
                && column.is_some_and(|(_, column)| column.default.is_none() && column.nullable)
        }
        IndexKey::Expression(_) => false,
    })
}

/// Only where all columns exist and keep their values: then the rows of today decide.
fn probe(cx: &Cx<'_>, change: &Change) -> Option<Probe> {
    let Change::CreateIndex(id) = change else { return None };
    let index = cx.changes.schemas.next.index_at(*id);
    if !index.unique || index.predicate.is_some() {
        return None;
    }
    let columns: Option<Vec<String>> = index
        .parts
        .iter()
        .map(|part| match &part.key {
            IndexKey::Column(name) => cx.kept_column(id.table, name).map(|column| column.name.clone()),
            IndexKey::Expression(_) => None,
        })
        .collect();
    Some(Probe::Duplicates(cx.before(id.table)?.qualified_name(), columns?))
}
