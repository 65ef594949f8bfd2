//! New names, and new namespaces: nothing is rewritten, but names may have to be passed on.

use glowplug_dialect::plan::{Lock, Step};
use glowplug_sql::change::Change;
use glowplug_sql::ids::{EnumId, TableId};
use glowplug_sql::model::{PrimaryKey, QualifiedName};
use glowplug_sql::pair::Pair;

use super::context::Cx;
use super::{keys, locking, step};
use crate::ddl::Statement;
use crate::names;

/// Renames tables, columns, enums, then constraints and indexes.
pub(super) fn rename(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    tables(cx, steps);
    columns(cx, steps);
    enums(cx, steps);
    foreign_keys(cx, steps);
    indexes(cx, steps);
}

/// Puts renames into an order in which every name is free when it is taken. A circle is opened by
/// a temporary name. `T` tells which rename it is.
fn ordered<N: Clone + PartialEq, T: Copy + PartialEq>(
    mut left: Vec<(T, Pair<N>)>,
    temporary: impl Fn(&N) -> N,
) -> Vec<(T, Pair<N>)> {
    let mut res = Vec::new();
    while !left.is_empty() {
        let free = left.iter().position(|(this, names)| {
            !left.iter().any(|(other, taken)| other != this && taken.prev == names.next)
        });
        match free {
            Some(at) => res.push(left.remove(at)),
            None => {
                let (this, names) = left[0].clone();
                let between = temporary(&names.prev);
                res.push((this, Pair::new(names.prev, between.clone())));
                left[0].1.prev = between;
            }
        }
    }
    res
}

fn beside(name: &QualifiedName) -> QualifiedName {
    QualifiedName { namespace: name.namespace.clone(), name: names::with_suffix(&name.name, "_tmp") }
}

fn tables(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    let renames: Vec<(usize, Pair<QualifiedName>)> = cx
        .changes
        .iter()
        .enumerate()
        .filter_map(|(at, change)| match change {
            Change::RenameTable(ids) => Some((at, Pair::new(cx.prev_name(ids.prev), cx.next_name(ids.next)))),
            _ => None,
        })
        .collect();
    for (at, names) in ordered(renames, beside) {
        let existed = match &cx.changes[at] {
            Change::RenameTable(ids) => cx.prev_name(ids.prev),
            _ => names.prev.clone(),
        };
        let locks = vec![existed.to_string()];
        let mut statements = Vec::new();
        let mut table = names.prev.clone();
        if names.prev.namespace != names.next.namespace {
            let schema = cx.namespace_name(names.next.namespace.as_deref());
            statements.push(Statement::MoveTable { table: table.clone(), schema });
            table.namespace.clone_from(&names.next.namespace);
        }
        if names.prev.name != names.next.name {
            statements.push(Statement::RenameTable { table, to: names.next.name.clone() });
        }
        let title = title("table", &names);
        steps.push(locking(step(title, &statements, vec![at]), Lock::Everything, locks));
    }
}

fn title(kind: &str, names: &Pair<QualifiedName>) -> String {
    let verb = if names.prev.name == names.next.name { "move" } else { "rename" };
    format!("{verb} {kind} `{}` to `{}`", names.prev, names.next)
}

fn columns(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (next, _) in cx.schemas.next.walk_tables() {
        let renames: Vec<(usize, Pair<String>)> = cx
            .changes_of_next(next)
            .filter_map(|(at, change)| match change {
                Change::RenameColumn(ids) => {
                    let prev = cx.schemas.prev.column(ids.prev).name.clone();
                    Some((at, Pair::new(prev, cx.schemas.next.column(ids.next).name.clone())))
                }
                _ => None,
            })
            .collect();
        for (at, names) in ordered(renames, |name| names::with_suffix(name, "_tmp")) {
            let table = cx.next_name(next);
            let title = format!("rename column `{}` of `{table}` to `{}`", names.prev, names.next);
            let statement = Statement::RenameColumn { table, from: names.prev, to: names.next };
            steps.push(locking(step(title, &[statement], vec![at]), Lock::Everything, cx.existing(next)));
        }
    }
}

fn enums(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    let name = |id: EnumId, next: bool| {
        let schema = if next { cx.schemas.next } else { cx.schemas.prev };
        schema.enum_type(id).qualified_name()
    };
    let renames: Vec<(usize, Pair<QualifiedName>)> = cx
        .changes
        .iter()
        .enumerate()
        .filter_map(|(at, change)| match change {
            Change::RenameEnum(ids) => Some((at, Pair::new(name(ids.prev, false), name(ids.next, true)))),
            _ => None,
        })
        .collect();
    for (at, names) in ordered(renames, beside) {
        let mut statements = Vec::new();
        let mut ty = names.prev.clone();
        if names.prev.namespace != names.next.namespace {
            let schema = cx.namespace_name(names.next.namespace.as_deref());
            statements.push(Statement::MoveType { name: ty.clone(), schema });
            ty.namespace.clone_from(&names.next.namespace);
        }
        if names.prev.name != names.next.name {
            statements.push(Statement::RenameType { name: ty, to: names.next.name.clone() });
        }
        steps.push(step(title("enum", &names), &statements, vec![at]));
    }
}

/// Names of constraints that only their table shares: those of foreign keys.
fn foreign_keys(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (table_id, _) in cx.schemas.next.walk_tables() {
        let table = cx.next_name(table_id);
        let renames: Vec<(usize, Pair<String>)> = cx
            .changes_of_next(table_id)
            .filter_map(|(at, change)| match change {
                Change::RenameForeignKey(ids) if !cx.detached.iter().any(|d| d.prev == ids.prev) => {
                    let prev_table = &cx.schemas.prev.table(ids.prev.table).name;
                    let prev = keys::constraint_name(prev_table, cx.schemas.prev.foreign_key(ids.prev));
                    let next = cx.schemas.next.foreign_key(ids.next).name.clone();
                    next.map(|next| (at, Pair::new(prev, next)))
                }
                _ => None,
            })
            .collect();
        for (at, names) in ordered(renames, |name| names::with_suffix(name, "_tmp")) {
            steps.push(rename_constraint(cx, table_id, table.clone(), at, names));
        }
    }
}

fn rename_constraint(cx: &Cx<'_>, id: TableId, table: QualifiedName, at: usize, names: Pair<String>) -> Step {
    let title = format!("rename constraint `{}` of `{table}` to `{}`", names.prev, names.next);
    let statement = Statement::RenameConstraint { table, from: names.prev, to: names.next };
    locking(step(title, &[statement], vec![at]), Lock::Everything, cx.existing(id))
}

/// Names of primary keys and indexes, which share those of their namespace.
fn indexes(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    // What lies in which table decides how it is renamed.
    let mut renames: Vec<(usize, Pair<QualifiedName>)> = Vec::new();
    for (at, change) in cx.changes.iter().enumerate() {
        let (table, prev, next) = match change {
            Change::RenamePrimaryKey(ids) => {
                let name = |key: &Option<PrimaryKey>| key.as_ref().and_then(|key| key.name.clone());
                let prev = name(&cx.schemas.prev.table(ids.prev).primary_key);
                let next = name(&cx.schemas.next.table(ids.next).primary_key);
                let (Some(prev), Some(next)) = (prev, next) else { continue };
                (ids.next, prev, next)
            }
            Change::RenameIndex(ids) if !cx.rebuilt.iter().any(|rebuilt| rebuilt.prev == Some(ids.prev)) => {
                let prev = cx.schemas.prev.index_at(ids.prev).name.clone();
                (ids.next.table, prev, cx.schemas.next.index_at(ids.next).name.clone())
            }
            _ => continue,
        };
        // They follow their table into another namespace.
        let namespace = cx.next_name(table).namespace;
        let name = |name| QualifiedName { namespace: namespace.clone(), name };
        renames.push((at, Pair::new(name(prev), name(next))));
    }
    for (at, names) in ordered(renames, beside) {
        if let Change::RenamePrimaryKey(ids) = &cx.changes[at] {
            let table = cx.next_name(ids.next);
            steps.push(rename_constraint(cx, ids.next, table, at, names.map(|name| name.name)));
        } else {
            // Only the index itself is locked.
            let statement = Statement::RenameIndex { index: names.prev.clone(), to: names.next.name.clone() };
            steps.push(step(title("index", &names), &[statement], vec![at]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_passed_on_and_circles_opened() {
        let pair = |a: &str, b: &str| Pair::new(a.to_string(), b.to_string());
        let temporary = |name: &String| format!("{name}_tmp");
        let res = ordered(vec![(0, pair("a", "b")), (1, pair("b", "c"))], temporary);
        assert_eq!(res, [(1, pair("b", "c")), (0, pair("a", "b"))]);
        let res = ordered(vec![(0, pair("a", "b")), (1, pair("b", "a"))], temporary);
        assert_eq!(res, [(0, pair("a", "a_tmp")), (1, pair("b", "a")), (0, pair("a_tmp", "b"))]);
    }
}
