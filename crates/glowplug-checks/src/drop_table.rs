//! Dropping a table loses its rows and breaks running code that still reads it.

use glowplug_dialect::finding::Probe;
use glowplug_dialect::words::counted;
use glowplug_sql::change::Change;

use crate::check::{Check, Cx, Found};

pub(crate) static CHECK: Check = Check { code: "GP2101", name: "drop-table", probes, run };

fn probes(cx: &Cx<'_>, change: &Change) -> Vec<Probe> {
    let Change::DropTable(id) = change else { return Vec::new() };
    vec![Probe::Rows(cx.prev_table(*id).qualified_name())]
}

fn run(cx: &Cx<'_>, change: &Change) -> Option<Found> {
    let Change::DropTable(id) = change else { return None };
    let table = cx.prev_table(*id).qualified_name();
    let message = match cx.facts.count(&Probe::Rows(table.clone())) {
        Some(0) => return None,
        Some(n) => format!("table `{table}` still holds {}", counted(n, "row")),
        None => format!("table `{table}` is dropped with all its rows"),
    };
    Some(
        Found::warning(message)
            .hint("if it is the same table under another name, say so with --rename Old=New"),
    )
}
