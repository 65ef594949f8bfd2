//! Changing a primary key rebuilds its index and locks the table while it does.

use glowplug_dialect::finding::{Level, Probe};
use glowplug_sql::change::Change;

use crate::check::{Check, Cx, Found};

pub(crate) static CHECK: Check = Check { code: "GP2108", name: "change-primary-key", probes, run };

fn probes(cx: &Cx<'_>, change: &Change) -> Vec<Probe> {
    match change {
        Change::AddPrimaryKey(id) => {
            cx.before(*id).map(|table| Probe::Rows(table.qualified_name())).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn run(cx: &Cx<'_>, change: &Change) -> Option<Found> {
    match change {
        Change::AddPrimaryKey(id) => {
            let table = cx.before(*id)?.qualified_name();
            if cx.facts.count(&Probe::Rows(table.clone())) == Some(0) {
                return None;
            }
            let message = format!(
                "the primary key of `{table}` is built anew: this fails if a key occurs twice or is empty"
            );
            Some(Found { level: Level::Warning, message, hint: None })
        }
        _ => None,
    }
}
