//! Dropping a column loses its values and breaks running code that still reads it.

use glowplug_dialect::finding::Probe;
use glowplug_dialect::words::counted;
use glowplug_sql::change::Change;

use crate::check::{Check, Cx, Found};

pub(crate) static CHECK: Check = Check { code: "GP2102", name: "drop-column", probes, run };

fn probes(cx: &Cx<'_>, change: &Change) -> Vec<Probe> {
    let Change::DropColumn(id) = change else { return Vec::new() };
    vec![Probe::Values(cx.prev_table(id.table).qualified_name(), cx.prev_column(*id).name.clone())]
}

fn run(cx: &Cx<'_>, change: &Change) -> Option<Found> {
    let Change::DropColumn(id) = change else { return None };
    let table = cx.prev_table(id.table).qualified_name();
    let column = &cx.prev_column(*id).name;
    let message = match cx.facts.count(&Probe::Values(table.clone(), column.clone())) {
        Some(0) => return None,
        Some(n) => format!("column `{column}` of `{table}` still holds {}", counted(n, "value")),
        None => format!("column `{column}` of `{table}` is dropped with all its values"),
    };
    let hint = "first deploy code that no longer reads it; if it is only renamed, say so with --rename Model.old=Model.new";
    Some(Found::warning(message).hint(hint))
}
