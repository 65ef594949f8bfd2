//! A column that becomes required must have a value in every row.

use glowplug_dialect::finding::Probe;
use glowplug_dialect::words::{count, counted_as};
use glowplug_sql::change::Change;
use glowplug_sql::model::Default;

use crate::check::{Check, Cx, Found};

pub(crate) static CHECK: Check = Check { code: "GP2104", name: "make-required", probes, run };

fn probes(cx: &Cx<'_>, change: &Change) -> Vec<Probe> {
    match becomes_required(cx, change) {
        Some((nulls, rows)) => vec![nulls, rows],
        None => Vec::new(),
    }
}

fn run(cx: &Cx<'_>, change: &Change) -> Option<Found> {
    let (nulls, rows) = becomes_required(cx, change)?;
    let Probe::Nulls(table, column) = &nulls else { return None };
    if gets_a_default(cx, change) {
        let who = match cx.facts.count(&nulls) {
            Some(0) => return None,
            Some(n) => format!("{} without a value", counted_as(n, "row", "rows")),
            None => "rows without a value".to_owned(),
        };
        let message = format!("column `{column}` of `{table}` becomes required: {who} will hold its default");
        return Some(Found::notice(message));
    }
    let found = match (cx.facts.count(&nulls), cx.facts.count(&rows)) {
        (Some(0), _) => return None,
        (Some(n), Some(all)) => Found::impossible(format!(
            "column `{column}` of `{table}` becomes required, but {} of {} no value",
            count(n),
            counted_as(all, "row has", "rows have")
        )),
        (Some(n), None) => Found::impossible(format!(
            "column `{column}` of `{table}` becomes required, but {} no value in it",
            counted_as(n, "row has", "rows have")
        )),
        (None, _) => Found::warning(format!(
            "column `{column}` of `{table}` becomes required: this fails if some row has no value in it"
        )),
    };
    Some(found.hint("fill the empty values first, in a migration of its own"))
}

/// A default that is the same for all rows fills those that have no value.
fn gets_a_default(cx: &Cx<'_>, change: &Change) -> bool {
    let Change::AlterColumn(ids, _) = change else { return false };
    match cx.next_column(ids.next).default {
        Some(Default::Literal(_) | Default::List(_) | Default::Now) => true,
        Some(Default::Expression(_) | Default::Unspecified) | None => false,
    }
}

fn becomes_required(cx: &Cx<'_>, change: &Change) -> Option<(Probe, Probe)> {
    let Change::AlterColumn(ids, delta) = change else { return None };
    let (prev, next) = (cx.prev_column(ids.prev), cx.next_column(ids.next));
    if !delta.nullable || !prev.nullable || next.nullable {
        return None;
    }
    let table = cx.prev_table(ids.prev.table).qualified_name();
    Some((Probe::Nulls(table.clone(), prev.name.clone()), Probe::Rows(table)))
}
