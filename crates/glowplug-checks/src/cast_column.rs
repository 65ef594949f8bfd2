//! A cast to a narrower type fails on, or changes, the values that do not fit.

use glowplug_dialect::finding::Probe;
use glowplug_dialect::words::counted;
use glowplug_sql::change::Change;

use crate::check::{Check, Cx, Found};

pub(crate) static CHECK: Check = Check { code: "GP2105", name: "cast-column", probes, run };

fn probes(cx: &Cx<'_>, change: &Change) -> Vec<Probe> {
    let Change::AlterColumn(ids, _) = change else { return Vec::new() };
    vec![Probe::Values(cx.prev_table(ids.prev.table).qualified_name(), cx.prev_column(ids.prev).name.clone())]
}

fn run(cx: &Cx<'_>, change: &Change) -> Option<Found> {
    let Change::AlterColumn(ids, _) = change else { return None };
    let table = cx.prev_table(ids.prev.table).qualified_name();
    let column = &cx.prev_column(ids.prev).name;
    let message = match cx.facts.count(&Probe::Values(table.clone(), column.clone())) {
        Some(0) => return None,
        Some(n) => {
            format!("column `{column}` of `{table}` changes its type: {} must fit", counted(n, "value"))
        }
        None => format!("column `{column}` of `{table}` changes its type: its values must fit"),
    };
    Some(Found::warning(message).hint("look for values that do not fit before you deploy"))
}
