//! Indexes and foreign keys.

use glowplug_dialect::plan::{Lock, Step};
use glowplug_sql::change::Change;
use glowplug_sql::ids::{ForeignKeyId, TableId};
use glowplug_sql::model::{ForeignKey, Index, QualifiedName};

use super::context::Cx;
use super::online::{self, Later};
use super::tables::Doomed;
use super::{locking, step};
use crate::ddl::{Clause, Statement};
use crate::names;

/// Drops foreign keys that are gone, and those that are in the way for a while.
pub(super) fn drop_foreign_keys(cx: &Cx<'_>, doomed: &Doomed, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        if let Change::DropForeignKey(id) = change
            && goes_first(cx, doomed, *id)
        {
            steps.push(drop_foreign_key(cx, *id, vec![at]));
        }
    }
    for detached in &cx.detached {
        let mut drop = drop_foreign_key(cx, detached.prev, detached.causes.clone());
        drop.notes.push("it is in the way for a while, and added again below".to_string());
        steps.push(drop);
    }
}

/// Whether a dropped foreign key needs a statement of its own: not if its table goes in time.
pub(super) fn goes_first(cx: &Cx<'_>, doomed: &Doomed, id: ForeignKeyId) -> bool {
    let target = cx.prev_target(cx.schemas.prev.foreign_key(id)).filter(|target| *target != id.table);
    let knotted = target.is_some_and(|target| doomed.knotted.contains(&target));
    !doomed.tables.contains(&id.table) || knotted
}

fn drop_foreign_key(cx: &Cx<'_>, id: ForeignKeyId, realises: Vec<usize>) -> Step {
    let table = cx.prev_name(id.table);
    let key = cx.schemas.prev.foreign_key(id);
    let name = constraint_name(&table.name, key);
    let target = QualifiedName { namespace: key.target_namespace.clone(), name: key.target_table.clone() };
    let locks = vec![table.to_string(), target.to_string()];
    let title = format!("drop foreign key `{name}` of `{table}`");
    let statement = Statement::AlterTable { table, clauses: vec![Clause::DropConstraint(name)] };
    locking(step(title, &[statement], realises), Lock::Everything, locks)
}

/// A foreign key's name; every one of PostgreSQL has one.
pub(super) fn constraint_name(table: &str, key: &ForeignKey) -> String {
    let columns: Vec<&str> = key.columns.iter().map(String::as_str).collect();
    key.name.clone().unwrap_or_else(|| names::foreign_key(table, &columns))
}

/// Drops indexes that are gone, and those that are built anew.
pub(super) fn drop_indexes(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        if let Change::DropIndex(id) = change
            && !cx.is_refused(at)
        {
            steps.push(drop_index(cx, id.table, cx.schemas.prev.index_at(*id), vec![at]));
        }
    }
    for rebuilt in &cx.rebuilt {
        if let Some((table, index)) = &rebuilt.was {
            steps.push(drop_index(cx, *table, index, rebuilt.causes.clone()));
        }
    }
}

fn drop_index(cx: &Cx<'_>, table: TableId, index: &Index, realises: Vec<usize>) -> Step {
    let table = cx.prev_name(table);
    let title = format!("drop index `{}` of `{table}`", index.name);
    let locks = vec![table.to_string()];
    let statement = if index.is_constraint {
        Statement::AlterTable { table, clauses: vec![Clause::DropConstraint(index.name.clone())] }
    } else {
        let index = QualifiedName { namespace: table.namespace, name: index.name.clone() };
        Statement::DropIndex { index, concurrently: false }
    };
    locking(step(title, &[statement], realises), Lock::Everything, locks)
}

/// Builds the indexes of new tables, then new ones of others.
pub(super) fn create_indexes(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        if let Change::CreateTable(id) = change {
            for index in &cx.schemas.next.table(*id).indexes {
                steps.push(create_index(cx, *id, index, vec![at]));
            }
        }
    }
    for (at, change) in cx.changes.iter().enumerate() {
        if let Change::CreateIndex(id) = change
            && !online::builds_later(cx, *id)
        {
            steps.push(create_index(cx, id.table, cx.schemas.next.index_at(*id), vec![at]));
        }
    }
    for rebuilt in &cx.rebuilt {
        steps.push(create_index(cx, rebuilt.table, &rebuilt.next, rebuilt.causes.clone()));
    }
}

fn create_index(cx: &Cx<'_>, table_id: TableId, index: &Index, realises: Vec<usize>) -> Step {
    let table = cx.next_name(table_id);
    let title = title_of_index(index, &table);
    let (statement, lock) = if index.is_constraint && index.unique {
        (Statement::AlterTable { table, clauses: vec![Clause::AddUnique(index.clone())] }, Lock::Everything)
    } else {
        (Statement::CreateIndex { table, index: index.clone(), concurrently: false }, Lock::Writes)
    };
    locking(step(title, &[statement], realises), lock, cx.existing(table_id))
}

/// What an index step is for.
pub(super) fn title_of_index(index: &Index, table: &QualifiedName) -> String {
    let kind = if index.unique { "unique index" } else { "index" };
    format!("create {kind} `{}` on `{table}`", index.name)
}

/// Adds new foreign keys, then those that were in the way.
pub(super) fn add_foreign_keys(cx: &Cx<'_>, later: &mut Later, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        if let Change::AddForeignKey(id) = change {
            let mut key = cx.schemas.next.foreign_key(*id).clone();
            if online::validates_later(cx, id.table, &key) {
                key.extras.not_valid = true;
                let table = cx.next_name(id.table);
                let name = constraint_name(&table.name, &key);
                key.name = Some(name.clone());
                later.validate(at, table, name, cx.existing(id.table));
            }
            steps.push(add_foreign_key(cx, id.table, key, vec![at]));
        }
    }
    for detached in &cx.detached {
        if let Some(table) = cx.pairing.table_next(detached.prev.table) {
            steps.push(add_foreign_key(cx, table, detached.next.clone(), detached.causes.clone()));
        }
    }
}

fn add_foreign_key(cx: &Cx<'_>, table_id: TableId, key: ForeignKey, realises: Vec<usize>) -> Step {
    let table = cx.next_name(table_id);
    let mut locks = cx.existing(table_id);
    match cx.next_target(&key) {
        Some(target) => locks.extend(cx.existing(target)),
        // A table that others look after stands in neither schema.
        None => locks.push(
            QualifiedName { namespace: key.target_namespace.clone(), name: key.target_table.clone() }
                .to_string(),
        ),
    }
    let title = format!("add foreign key `{}` to `{table}`", constraint_name(&table.name, &key));
    let statement = Statement::AlterTable { table, clauses: vec![Clause::AddForeignKey(key)] };
    locking(step(title, &[statement], realises), Lock::Writes, locks)
}
