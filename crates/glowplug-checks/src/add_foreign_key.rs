//! A foreign key on columns that exist fails if a row refers to nothing.

use glowplug_dialect::finding::Probe;
use glowplug_dialect::words::counted_as;
use glowplug_sql::change::Change;

use crate::check::{Check, Cx, Found};

pub(crate) static CHECK: Check = Check { code: "GP2110", name: "add-foreign-key", probes, run };

fn probes(cx: &Cx<'_>, change: &Change) -> Vec<Probe> {
    probe(cx, change).into_iter().collect()
}

fn run(cx: &Cx<'_>, change: &Change) -> Option<Found> {
    let Change::AddForeignKey(id) = change else { return None };
    // A new table has no rows, and of new columns only those with a default refer to anything.
    let table = cx.before(id.table)?.qualified_name();
    let key = cx.changes.schemas.next.foreign_key(*id);
    // It is taken as it is; its validation, later, is what may fail.
    if key.extras.not_valid {
        return None;
    }
    let values = key.columns.iter().map(|name| cx.next_table(id.table).find_column(name));
    let is_filled = |name: &String| cx.column_before(id.table, name).is_some();
    let has_values = key.columns.iter().zip(values).all(|(name, column)| {
        is_filled(name) || column.is_some_and(|(_, column)| column.default.is_some() || !column.nullable)
    });
    if !has_values {
        return None;
    }
    let columns = key.columns.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", ");
    let target = &key.target_table;
    let known = probe(cx, change).and_then(|probe| cx.facts.count(&probe));
    let found = match known {
        Some(0) => return None,
        Some(n) => Found::impossible(format!(
            "{columns} of `{table}` must refer to rows of `{target}`, but {} to nothing",
            counted_as(n, "row refers", "rows refer")
        )),
        None => Found::warning(format!(
            "{columns} of `{table}` must refer to rows of `{target}`: this fails if a row refers to nothing"
        )),
    };
    Some(found.hint("mend or empty the values that refer to nothing first"))
}

/// Only where both tables and all columns exist and keep their values: then the rows of today decide.
fn probe(cx: &Cx<'_>, change: &Change) -> Option<Probe> {
    let Change::AddForeignKey(id) = change else { return None };
    let schema = cx.changes.schemas.next;
    let key = schema.foreign_key(*id);
    let target = schema.find_table(key.target_namespace.as_deref(), &key.target_table)?;
    let names = |table, columns: &[String]| -> Option<Vec<String>> {
        columns.iter().map(|name| cx.kept_column(table, name).map(|column| column.name.clone())).collect()
    };
    Some(Probe::Orphans {
        table: cx.before(id.table)?.qualified_name(),
        columns: names(id.table, &key.columns)?,
        target: cx.before(target)?.qualified_name(),
        target_columns: names(target, &key.target_columns)?,
    })
}
