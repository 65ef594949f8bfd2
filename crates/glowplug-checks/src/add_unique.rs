//! A unique index on a table that exists fails if two rows share the same values.

use glowplug_dialect::finding::Probe;
use glowplug_dialect::words::count;
use glowplug_sql::change::Change;
use glowplug_sql::model::IndexKey;

use crate::check::{Check, Cx, Found};

pub(crate) static CHECK: Check = Check { code: "GP2107", name: "add-unique", probes, run };

fn probes(cx: &Cx<'_>, change: &Change) -> Vec<Probe> {
    probe(cx, change).into_iter().collect()
}

fn run(cx: &Cx<'_>, change: &Change) -> Option<Found> {
    let probe = probe(cx, change)?;
    let Probe::Duplicates(table, columns) = &probe else { return None };
    let columns = columns.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", ");
    let found = match cx.facts.count(&probe) {
        Some(0) => return None,
        Some(1) => Found::impossible(format!(
            "{columns} of `{table}` must become unique, but 1 value occurs more than once"
        )),
        Some(n) => Found::impossible(format!(
            "{columns} of `{table}` must become unique, but {} values occur more than once",
            count(n)
        )),
        None => Found::warning(format!(
            "{columns} of `{table}` must become unique: this fails if a value occurs twice"
        )),
    };
    Some(found.hint("mend the duplicates first"))
}

/// Only for columns that exist before the change: a new column of an existing table holds nothing yet
/// (or the same default in every row, which its own index build will say).
fn probe(cx: &Cx<'_>, change: &Change) -> Option<Probe> {
    let Change::CreateIndex(id) = change else { return None };
    let index = cx.changes.schemas.next.index_at(*id);
    if !index.unique || index.predicate.is_some() {
        return None;
    }
    let before = cx.before(id.table)?;
    let columns: Option<Vec<String>> = index
        .parts
        .iter()
        .map(|part| match &part.key {
            IndexKey::Column(name) => {
                name_before(cx, id.table, name).filter(|name| before.find_column(name).is_some())
            }
            IndexKey::Expression(_) => None,
        })
        .collect();
    Some(Probe::Duplicates(before.qualified_name(), columns?))
}

/// The column's name before the change, which may rename it.
fn name_before(cx: &Cx<'_>, table: glowplug_sql::ids::TableId, name: &str) -> Option<String> {
    let renamed = cx.changes.changes.iter().find_map(|change| {
        if let Change::RenameColumn(ids) = change
            && ids.next.table == table
            && cx.next_column(ids.next).name == name
        {
            return Some(cx.prev_column(ids.prev).name.clone());
        }
        None
    });
    renamed.or_else(|| Some(name.to_owned()))
}
