//! Enum types: created, dropped, and changed in place or by a new type in the old one's place.

use glowplug_dialect::plan::{Lock, Step};
use glowplug_sql::change::{Change, EnumDelta};
use glowplug_sql::ids::EnumId;
use glowplug_sql::model::{EnumType, QualifiedName};
use glowplug_sql::pair::Pair;

use super::context::{Cx, Swap};
use super::{locking, step};
use crate::casts::{self, Using};
use crate::ddl::{Clause, Statement};
use crate::defaults::default_sql;
use crate::names;
use crate::types;

/// An enum that is to go, but that columns still have, hands its name on to a renamed one.
pub(super) fn make_room(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        if let Change::DropEnum(id) = change
            && !cx.is_refused(at)
        {
            let (name, doomed) = (cx.schemas.prev.enum_type(*id).qualified_name(), doomed_name(cx, *id));
            if name != doomed {
                let title = format!("rename enum `{name}`, which is dropped below");
                steps.push(step(title, &[Statement::RenameType { name, to: doomed.name }], vec![at]));
            }
        }
    }
}

/// The name of an enum that is to go, once all renames are done.
fn doomed_name(cx: &Cx<'_>, id: EnumId) -> QualifiedName {
    let name = cx.schemas.prev.enum_type(id).qualified_name();
    let taken = cx.schemas.next.find_enum(name.namespace.as_deref(), &name.name).is_some();
    if taken { old_name(cx, &name) } else { name }
}

/// Creates new enums.
pub(super) fn create(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        if let Change::CreateEnum(id) = change {
            let ty = cx.schemas.next.enum_type(*id);
            let title = format!("create enum `{}`", ty.qualified_name());
            steps.push(step(title, &[create_type(ty)], vec![at]));
        }
    }
}

fn create_type(ty: &EnumType) -> Statement {
    Statement::CreateEnum {
        name: ty.qualified_name(),
        values: ty.values.iter().map(|v| v.name.clone()).collect(),
    }
}

/// Changes enums that stay.
pub(super) fn alter(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        if let Change::AlterEnum(ids, delta) = change
            && !cx.is_refused(at)
        {
            rename_values(cx, at, *ids, delta, steps);
            match cx.swapped.get(&ids.next) {
                Some(swap) => replace(cx, at, *ids, delta, swap, steps),
                None => add_values(cx, at, *ids, delta, steps),
            }
        }
    }
}

fn rename_values(cx: &Cx<'_>, at: usize, ids: Pair<EnumId>, delta: &EnumDelta, steps: &mut Vec<Step>) {
    let name = cx.schemas.next.enum_type(ids.next).qualified_name();
    let mut left: Vec<Pair<String>> = delta.renamed.clone();
    let mut statements = Vec::new();
    while !left.is_empty() {
        let free = left.iter().position(|names| !left.iter().any(|other| other.prev == names.next));
        let names = match free {
            Some(at) => left.remove(at),
            None => {
                // A circle is opened by a temporary label.
                let between = names::with_suffix(&left[0].prev, "_tmp");
                let prev = std::mem::replace(&mut left[0].prev, between.clone());
                Pair::new(prev, between)
            }
        };
        statements.push(Statement::RenameEnumValue { name: name.clone(), from: names.prev, to: names.next });
    }
    // A label that is to go may stand where a renamed one wants to be: it goes with the type.
    let blocked = delta.renamed.iter().any(|names| delta.removed.contains(&names.next));
    if !statements.is_empty() && !blocked {
        steps.push(step(format!("rename values of enum `{name}`"), &statements, vec![at]));
    }
}

fn add_values(cx: &Cx<'_>, at: usize, ids: Pair<EnumId>, delta: &EnumDelta, steps: &mut Vec<Step>) {
    let name = cx.schemas.next.enum_type(ids.next).qualified_name();
    let statements: Vec<Statement> = delta
        .added
        .iter()
        .map(|value| Statement::AddEnumValue { name: name.clone(), value: value.clone() })
        .collect();
    if !statements.is_empty() {
        let mut res = step(format!("add values to enum `{name}`"), &statements, vec![at]);
        res.notes.push("new values can be used once this migration is committed, not within it".to_string());
        steps.push(res);
    }
}

/// The old type gets another name, the new one takes its place, and columns are converted by label.
fn replace(cx: &Cx<'_>, at: usize, ids: Pair<EnumId>, delta: &EnumDelta, swap: &Swap, steps: &mut Vec<Step>) {
    let ty = cx.schemas.next.enum_type(ids.next);
    let name = ty.qualified_name();
    let old = old_name(cx, &name);
    let mut statements =
        vec![Statement::RenameType { name: name.clone(), to: old.name.clone() }, create_type(ty)];
    let (mut locks, mut realises) = (Vec::new(), vec![at]);
    // One `ALTER TABLE` a table, in the order of the next schema.
    let mut columns = swap.columns.clone();
    columns.sort_by_key(|ids| ids.next);
    let mut tables: Vec<_> = columns.iter().map(|ids| ids.next.table).collect();
    tables.dedup();
    for table in tables {
        let mut clauses = Vec::new();
        for ids in columns.iter().filter(|ids| ids.next.table == table) {
            let (prev, next) = (cx.schemas.prev.column(ids.prev), cx.schemas.next.column(ids.next));
            let default = next.default.as_ref().and_then(|default| default_sql(default, &next.ty));
            let column = next.name.clone();
            if prev.default.is_some() {
                clauses.push(Clause::DropDefault(column.clone()));
            }
            let using = convert(&column, ids, cx, delta);
            clauses.push(Clause::SetType { column: column.clone(), ty: types::type_sql(&next.ty), using });
            if let Some(value) = default {
                clauses.push(Clause::SetDefault { column, value });
            }
            let altered = cx
                .altered_columns()
                .into_iter()
                .filter(|(_, altered, delta)| altered == ids && delta.default);
            realises.extend(altered.map(|(at, _, _)| at));
        }
        statements.push(Statement::AlterTable { table: cx.next_name(table), clauses });
        locks.extend(cx.existing(table));
    }
    if !swap.others_remain {
        statements.push(Statement::DropType(old));
    }
    let rewrites = !swap.columns.is_empty();
    realises.sort_unstable();
    let mut res =
        locking(step(format!("replace enum `{name}`"), &statements, realises), Lock::Everything, locks);
    res.rewrites = rewrites;
    if !delta.removed.is_empty() && rewrites {
        let labels: Vec<String> = delta.removed.iter().map(|label| format!("`{label}`")).collect();
        res.notes.push(format!("stops if a row still holds {}", labels.join(", ")));
    }
    steps.push(res);
}

/// The conversion by label; labels that could not be renamed in place are renamed here.
fn convert(
    column: &str,
    ids: &Pair<glowplug_sql::ids::ColumnId>,
    cx: &Cx<'_>,
    delta: &EnumDelta,
) -> Option<String> {
    let next = cx.schemas.next.column(ids.next);
    let blocked = delta.renamed.iter().any(|names| delta.removed.contains(&names.next));
    if !blocked || next.ty.is_list {
        return casts::using_sql(Using::ViaText, column, &next.ty);
    }
    let column = names::quoted(column);
    let when = |from: &str, to: &str| format!("WHEN {} THEN {}", names::literal(from), names::literal(to));
    let mut cases: Vec<String> = delta.renamed.iter().map(|names| when(&names.prev, &names.next)).collect();
    // Rows of a removed label must stop the migration, not slip into the renamed one: no label is so called.
    let taken = delta.removed.iter().filter(|label| delta.renamed.iter().any(|names| names.next == **label));
    cases.extend(taken.map(|label| when(label, &format!("{label} (removed)"))));
    let ty = types::type_sql(&next.ty);
    Some(format!("(CASE {column}::text {} ELSE {column}::text END)::{ty}", cases.join(" ")))
}

/// A name for the type that is on its way out.
fn old_name(cx: &Cx<'_>, name: &QualifiedName) -> QualifiedName {
    let mut suffix = "_old".to_string();
    loop {
        let old = QualifiedName {
            namespace: name.namespace.clone(),
            name: names::with_suffix(&name.name, &suffix),
        };
        let taken = [cx.schemas.prev, cx.schemas.next].iter().any(|schema| {
            schema.find_enum(old.namespace.as_deref(), &old.name).is_some()
                || schema.find_table(old.namespace.as_deref(), &old.name).is_some()
        });
        if !taken {
            return old;
        }
        suffix.push('_');
    }
}

/// Drops what columns had until now: replaced types, then enums that are gone.
pub(super) fn drop(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (id, swap) in cx.swapped.iter().filter(|(_, swap)| swap.others_remain) {
        let old = old_name(cx, &cx.schemas.next.enum_type(*id).qualified_name());
        steps.push(step(
            format!("drop the replaced enum `{old}`"),
            &[Statement::DropType(old)],
            vec![swap.change],
        ));
    }
    for (at, change) in cx.changes.iter().enumerate() {
        if let Change::DropEnum(id) = change
            && !cx.is_refused(at)
        {
            let name = doomed_name(cx, *id);
            steps.push(step(format!("drop enum `{name}`"), &[Statement::DropType(name)], vec![at]));
        }
    }
}
