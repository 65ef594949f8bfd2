//! Indexes: dropped, created. One that only gets another name is dropped and created again.

use glowplug_dialect::plan::{Lock, Step};
use glowplug_sql::change::Change;
use glowplug_sql::ids::{IndexId, TableId};
use glowplug_sql::model::Index;

use super::context::Cx;
use super::step;
use crate::ddl::Statement;

/// Drops what is gone, and what comes again under another name.
pub(super) fn drop(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        let id = match change {
            Change::DropIndex(id) => *id,
            // With its table built anew, the index comes under its next name anyway.
            Change::RenameIndex(ids) if !cx.rebuilt.contains(&ids.next.table) => ids.prev,
            _ => continue,
        };
        let index = cx.schemas.prev.index_at(id);
        // A constraint goes with the table that is built anew.
        if !index.is_constraint {
            steps.push(drop_index(cx, id, index, at));
        }
    }
}

fn drop_index(cx: &Cx<'_>, id: IndexId, index: &Index, at: usize) -> Step {
    let title = format!("drop index `{}` of `{}`", index.name, cx.schemas.prev.table(id.table).name);
    step(title, &[Statement::DropIndex(index.name.clone())], vec![at])
}

/// Creates the indexes of new tables, then new ones of others, then those with another name.
pub(super) fn create(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        if let Change::CreateTable(id) = change {
            for index in cx.schemas.next.table(*id).indexes.iter().filter(|index| !index.is_constraint) {
                steps.push(create_index(cx, *id, index, at));
            }
        }
    }
    for (at, change) in cx.changes.iter().enumerate() {
        let id = match change {
            Change::CreateIndex(id) => *id,
            Change::RenameIndex(ids) if !cx.rebuilt.contains(&ids.next.table) => ids.next,
            _ => continue,
        };
        let index = cx.schemas.next.index_at(id);
        if !index.is_constraint {
            steps.push(create_index(cx, id.table, index, at));
        }
    }
}

fn create_index(cx: &Cx<'_>, id: TableId, index: &Index, at: usize) -> Step {
    let table = cx.schemas.next.table(id).name.clone();
    let kind = if index.unique { "unique index" } else { "index" };
    let title = format!("create {kind} `{}` on `{table}`", index.name);
    let mut res = step(title, &[Statement::CreateIndex { table, index: index.clone() }], vec![at]);
    if let Some(prev) = cx.pairing.table_prev(id) {
        res.lock = Lock::Writes;
        res.locks = vec![cx.schemas.prev.table(prev).name.clone()];
    }
    res
}
