//! A required column without a default cannot be added to a table that has rows.

use glowplug_dialect::finding::Probe;
use glowplug_dialect::words::counted;
use glowplug_sql::change::Change;

use crate::check::{Check, Cx, Found};

pub(crate) static CHECK: Check = Check { code: "GP2103", name: "add-required-column", probes, run };

fn probes(cx: &Cx<'_>, change: &Change) -> Vec<Probe> {
    let Change::AddColumn(id) = change else { return Vec::new() };
    match cx.before(id.table) {
        Some(table) if needs_a_value(cx, change) => vec![Probe::Rows(table.qualified_name())],
        _ => Vec::new(),
    }
}

fn run(cx: &Cx<'_>, change: &Change) -> Option<Found> {
    let Change::AddColumn(id) = change else { return None };
    if !needs_a_value(cx, change) {
        return None;
    }
    let table = cx.before(id.table)?.qualified_name();
    let column = cx.next_column(*id);
    let name = &column.name;
    let hint = if column.filled_by_application {
        "its default is made by the application, not the database: add it as optional, fill it, then make it required"
    } else {
        "give it a @default(...), or add it as optional, fill it, then make it required"
    };
    let found = match cx.facts.count(&Probe::Rows(table.clone())) {
        Some(0) => return None,
        Some(n) => Found::impossible(format!(
            "column `{name}` of `{table}` is required and has no default, but the table has {}",
            counted(n, "row")
        )),
        None => Found::warning(format!(
            "column `{name}` of `{table}` is required and has no default: this fails if the table has rows"
        )),
    };
    Some(found.hint(hint))
}

fn needs_a_value(cx: &Cx<'_>, change: &Change) -> bool {
    let Change::AddColumn(id) = change else { return false };
    let column = cx.next_column(*id);
    !column.nullable
        && !column.ty.is_list
        && column.default.is_none()
        && column.auto_increment.is_none()
        && column.generated.is_none()
}
