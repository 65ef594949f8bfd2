//! A value can leave an enum only when no row uses it.

use glowplug_dialect::finding::Probe;
use glowplug_dialect::words::counted_as;
use glowplug_sql::change::Change;
use glowplug_sql::ids::ColumnId;
use glowplug_sql::model::NativeType;

use crate::check::{Check, Cx, Found};

pub(crate) static CHECK: Check = Check { code: "GP2109", name: "remove-enum-values", probes, run };

fn probes(cx: &Cx<'_>, change: &Change) -> Vec<Probe> {
    let Change::AlterEnum(ids, delta) = change else { return Vec::new() };
    if delta.removed.is_empty() {
        return Vec::new();
    }
    let enum_type = cx.changes.schemas.prev.enum_type(ids.prev);
    let mut probes = Vec::new();
    for (table_id, table) in cx.changes.schemas.prev.walk_tables() {
        for (index, column) in table.columns.iter().enumerate() {
            if let NativeType::Enum { namespace, name } = &column.ty.native
                && *namespace == enum_type.namespace
                && *name == enum_type.name
                && keeps_the_type(cx, ColumnId { table: table_id, index })
            {
                probes.push(Probe::LabelUses(
                    table.qualified_name(),
                    column.name.clone(),
                    delta.removed.clone(),
                ));
            }
        }
    }
    probes
}

/// Whether the column's values must still be values of the enum afterwards.
fn keeps_the_type(cx: &Cx<'_>, column: ColumnId) -> bool {
    !cx.changes.changes.iter().any(|change| {
        matches!(change, Change::DropTable(id) if *id == column.table)
            || matches!(change, Change::DropColumn(id) if *id == column)
            || matches!(change, Change::AlterColumn(ids, delta) if ids.prev == column && delta.ty.is_some())
    })
}

fn run(cx: &Cx<'_>, change: &Change) -> Option<Found> {
    let Change::AlterEnum(ids, delta) = change else { return None };
    if delta.removed.is_empty() {
        return None;
    }
    let name = &cx.changes.schemas.prev.enum_type(ids.prev).name;
    let labels = delta.removed.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ");
    let probes = probes(cx, change);
    let known: Option<u64> = probes.iter().map(|probe| cx.facts.count(probe)).sum();
    let found = match known {
        Some(0) => return None,
        Some(n) => Found::impossible(format!(
            "{labels} of enum `{name}` cannot go: {} it",
            counted_as(n, "row still uses", "rows still use")
        )),
        None => {
            Found::warning(format!("{labels} of enum `{name}` is removed: this fails if a row still uses it"))
        }
    };
    Some(found.hint("give those rows another value first, in a migration of its own"))
}
