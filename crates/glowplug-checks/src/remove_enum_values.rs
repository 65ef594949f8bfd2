//! A value can leave an enum only when no row uses it.

use glowplug_dialect::finding::Probe;
use glowplug_dialect::words::counted;
use glowplug_sql::change::Change;
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
    for table in &cx.changes.schemas.prev.tables {
        for column in &table.columns {
            if let NativeType::Enum { namespace, name } = &column.ty.native
                && *namespace == enum_type.namespace
                && *name == enum_type.name
                && !column.ty.is_list
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
            "{labels} of enum `{name}` cannot go: {} still use it",
            counted(n, "row")
        )),
        None => {
            Found::warning(format!("{labels} of enum `{name}` is removed: this fails if a row still uses it"))
        }
    };
    Some(found.hint("give those rows another value first, in a migration of its own"))
}
