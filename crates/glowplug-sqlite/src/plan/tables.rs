//! Tables that come and go, and columns that SQLite adds and drops in place.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_dialect::plan::{Lock, Step};
use glowplug_sql::change::Change;
use glowplug_sql::ids::TableId;

use super::context::Cx;
use super::{enums, extras, needs, step};
use crate::ddl::{Statement, TableText};

/// Drops tables, each before those it refers to. Dropping a table deletes its rows, and with foreign keys on
/// that reaches other tables: rows that refer to each other are looked at when all is done.
pub(super) fn drop(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    let Drops { order, knotted, .. } = drops(cx);
    for (place, (at, id)) in order.into_iter().enumerate() {
        let table = cx.schemas.prev.table(id);
        let mut realises = vec![at];
        realises
            .extend(cx.changes_of_prev(id).filter_map(|(key_at, change)| {
                matches!(change, Change::DropForeignKey(_)).then_some(key_at)
            }));
        realises.extend(enums::gone_with(cx, &table.columns));
        realises.sort_unstable();
        let mut statements = vec![Statement::DropTable(table.name.clone())];
        if knotted && place == 0 && !cx.keys_off {
            statements.insert(0, Statement::DeferForeignKeys);
        }
        let mut drop = step(format!("drop table `{}`", table.name), &statements, realises);
        drop.lock = Lock::Everything;
        drop.locks = vec![table.name.clone()];
        steps.push(drop);
    }
}

/// The dropped tables.
struct Drops {
    /// With their changes, in an order in which each goes before those it refers to.
    order: Vec<(usize, TableId)>,
    /// Whether some refer to themselves or to each other.
    knotted: bool,
    /// Whether they do so in a way that foreign keys must be off: a table whose rows are deleted refers to one
    /// that is gone.
    tangled: bool,
}

/// Whether dropping tables needs foreign keys off.
pub(super) fn is_tangled(cx: &Cx<'_>) -> bool {
    drops(cx).tangled
}

fn drops(cx: &Cx<'_>) -> Drops {
    let mut left: Vec<(usize, TableId)> = cx
        .changes
        .iter()
        .enumerate()
        .filter_map(|(at, change)| if let Change::DropTable(id) = change { Some((at, *id)) } else { None })
        .collect();
    let dropped: BTreeSet<TableId> = left.iter().map(|(_, id)| *id).collect();
    let names: BTreeMap<&str, TableId> =
        cx.schemas.prev.walk_tables().map(|(id, table)| (table.name.as_str(), id)).collect();
    let targets = |id: TableId| -> BTreeSet<TableId> {
        let keys = cx.schemas.prev.table(id).foreign_keys.iter();
        keys.filter_map(|key| names.get(key.target_table.as_str()).copied()).collect()
    };
    let mut res = Drops { order: Vec::new(), knotted: false, tangled: false };
    let mut referring: BTreeMap<TableId, usize> = BTreeMap::new();
    for id in &dropped {
        let targets = targets(*id);
        res.knotted |= targets.contains(id);
        for target in targets.into_iter().filter(|target| target != id) {
            *referring.entry(target).or_default() += 1;
        }
    }
    let mut gone: BTreeSet<TableId> = BTreeSet::new();
    while !left.is_empty() {
        let free = left.iter().position(|(_, id)| referring.get(id).is_none_or(|count| *count == 0));
        res.knotted |= free.is_none();
        // Deleting the rows touches those that refer to them, and these look for what they refer to.
        let at = free.unwrap_or_default();
        let (_, id) = left[at];
        let mut touched = left.iter().map(|(_, other)| targets(*other)).filter(|its| its.contains(&id));
        res.tangled |= touched.any(|its| !its.is_disjoint(&gone));
        let (change, id) = left.remove(at);
        for target in targets(id).into_iter().filter(|target| *target != id) {
            referring.entry(target).and_modify(|count| *count = count.saturating_sub(1));
        }
        gone.insert(id);
        res.order.push((change, id));
    }
    res
}

/// Drops columns in place.
pub(super) fn drop_columns(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        let Change::DropColumn(id) = change else { continue };
        if cx.is_rebuilt_prev(id.table) {
            continue;
        }
        let table = cx.schemas.prev.table(id.table);
        let column = table.columns[id.index].name.clone();
        let title = format!("drop column `{column}` of `{}`", table.name);
        let statement = Statement::DropColumn { table: table.name.clone(), column };
        let mut realises = vec![at];
        realises.extend(enums::gone_with(cx, std::slice::from_ref(&table.columns[id.index])));
        let mut drop = step(title, &[statement], realises);
        // SQLite takes the values out of every row.
        drop.lock = Lock::Everything;
        drop.locks = vec![table.name.clone()];
        drop.rewrites = true;
        steps.push(drop);
    }
}

/// Adds columns in place, with their foreign keys.
pub(super) fn add_columns(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        let Change::AddColumn(id) = change else { continue };
        if cx.rebuilt.contains(&id.table) {
            continue;
        }
        let table = cx.schemas.next.table(id.table).name.clone();
        let column = cx.schemas.next.column(*id).clone();
        let check = enums::check(cx.schemas.next, &column);
        let key = needs::key_of_added(cx, *id);
        let mut realises = vec![at];
        realises.extend(key.map(|(key_at, _)| key_at));
        realises.extend(enums::made_with(cx, std::slice::from_ref(&column)));
        let title = format!("add column `{}` to `{table}`", column.name);
        let note = format!("the values that column `{}` had do not come back", column.name);
        let foreign_key = key.map(|(_, key)| Box::new(key.clone()));
        let mut add = step(
            title,
            &[Statement::AddColumn { table, column: Box::new(column), check, foreign_key }],
            realises,
        );
        if cx.way_back {
            add.notes.push(note);
        }
        steps.push(add);
    }
}

/// Creates the new tables with their foreign keys, to whatever tables: SQLite looks when rows come.
pub(super) fn create(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        let Change::CreateTable(id) = change else { continue };
        let table = cx.schemas.next.table(*id).clone();
        let name = table.name.clone();
        let mut realises = vec![at];
        realises.extend(
            cx.changes_of_next(*id)
                .filter_map(|(key_at, change)| matches!(change, Change::AddForeignKey(_)).then_some(key_at)),
        );
        realises.extend(enums::made_with(cx, &table.columns));
        realises.sort_unstable();
        let extras = enums::with_checks(extras::of_table(cx.schemas.next, &table), cx.schemas.next, &table);
        let triggers = extras::triggers(cx.schemas.next, &table);
        let mut statements = vec![Statement::CreateTable(Box::new(TableText { table, extras }))];
        statements.extend(triggers.into_iter().map(|trigger| Statement::Verbatim(trigger.statement)));
        let mut create = step(format!("create table `{name}`"), &statements, realises);
        if cx.way_back {
            create.notes.push(format!("the rows that table `{name}` had do not come back"));
        }
        steps.push(create);
    }
}
