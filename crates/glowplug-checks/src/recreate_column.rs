//! Where no cast exists, a type changes only by dropping the column and adding it again.

use glowplug_dialect::finding::Probe;
use glowplug_dialect::words::{counted, counted_as};
use glowplug_sql::change::Change;

use crate::check::{Check, Cx, Found};

pub(crate) static CHECK: Check = Check { code: "GP2106", name: "recreate-column", probes, run };

fn probes(cx: &Cx<'_>, change: &Change) -> Vec<Probe> {
    let Change::AlterColumn(ids, _) = change else { return Vec::new() };
    let table = cx.prev_table(ids.prev.table).qualified_name();
    vec![Probe::Values(table.clone(), cx.prev_column(ids.prev).name.clone()), Probe::Rows(table)]
}

fn run(cx: &Cx<'_>, change: &Change) -> Option<Found> {
    let Change::AlterColumn(ids, _) = change else { return None };
    let table = cx.prev_table(ids.prev.table).qualified_name();
    let column = &cx.prev_column(ids.prev).name;
    let next = cx.next_column(ids.next);
    let required = !next.nullable && next.default.is_none() && next.auto_increment.is_none();
    let rows = cx.facts.count(&Probe::Rows(table.clone()));
    if required && let Some(rows @ 1..) = rows {
        let message = format!(
            "column `{column}` of `{table}` would be dropped and added again, which a required column \
             without a default cannot while the table has {}",
            counted(rows, "row")
        );
        return Some(
            Found::impossible(message).hint("add a new optional column, fill it, then drop the old one"),
        );
    }
    let message = match cx.facts.count(&Probe::Values(table.clone(), column.clone())) {
        Some(0) => return None,
        Some(n) => {
            format!(
                "column `{column}` of `{table}` is dropped and added again: {} lost",
                counted_as(n, "value is", "values are")
            )
        }
        None => format!("column `{column}` of `{table}` is dropped and added again: its values are lost"),
    };
    Some(Found::warning(message).hint("add a new column beside it and copy what can be kept"))
}
