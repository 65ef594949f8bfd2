//! Which tables must be built anew, because SQLite cannot make their changes in place.
//!
//! Source: "ALTER TABLE" in SQLite's manual, with what each clause refuses.

use std::collections::BTreeSet;

use glowplug_sql::change::Change;
use glowplug_sql::ids::{ColumnId, ForeignKeyId, TableId};
use glowplug_sql::model::{Column, ForeignKey, IndexKey};
use glowplug_sql::pair::Pair;

use super::context::Cx;
use super::{enums, extras, filler, foreign};
use crate::defaults;
use crate::expression;

/// The tables (next) that are built anew.
pub(super) fn rebuilt(cx: &Cx<'_>) -> BTreeSet<TableId> {
    cx.staying().into_iter().filter(|ids| needs_rebuild(cx, *ids)).map(|ids| ids.next).collect()
}

fn needs_rebuild(cx: &Cx<'_>, ids: Pair<TableId>) -> bool {
    foreign::changes_text(cx, ids)
        || enums::changes_check(cx, ids)
        || cx.changes_of(ids).into_iter().any(|(_, change)| match change {
            Change::AlterColumn(..)
            | Change::AddPrimaryKey(_)
            | Change::DropPrimaryKey(_)
            | Change::DropForeignKey(_) => true,
            Change::AddForeignKey(id) => !comes_with_column(cx, *id),
            Change::AddColumn(id) => {
                !can_be_added(cx.schemas.next.column(*id)) || filler::filler(cx, *id).is_some()
            }
            Change::DropColumn(id) => !can_be_dropped(cx, *id),
            // A unique constraint is a part of its table.
            Change::CreateIndex(id) => cx.schemas.next.index_at(*id).is_constraint,
            Change::DropIndex(id) => cx.schemas.prev.index_at(*id).is_constraint,
            Change::RenameIndex(ids) => {
                cx.schemas.prev.index_at(ids.prev).is_constraint
                    || cx.schemas.next.index_at(ids.next).is_constraint
            }
            Change::CreateNamespace(_)
            | Change::DropNamespace(_)
            | Change::CreateExtension(_)
            | Change::DropExtension(_)
            | Change::AlterExtension(_)
            | Change::CreateEnum(_)
            | Change::DropEnum(_)
            | Change::RenameEnum(_)
            | Change::AlterEnum(..)
            | Change::CreateTable(_)
            | Change::DropTable(_)
            | Change::RenameTable(_)
            | Change::RenameColumn(_)
            | Change::RenamePrimaryKey(_)
            | Change::RenameForeignKey(_)
            | Change::CreateForeign(_)
            | Change::DropForeign(_)
            | Change::AlterForeign(_) => false,
        })
}

/// A column that SQLite adds in place: its value is the same constant in every row, or NULL. One that is
/// required and has no default is refused by SQLite itself if there are rows.
fn can_be_added(column: &Column) -> bool {
    let constant = match &column.default {
        None => true,
        Some(default) => defaults::default_sql(default).is_none() || defaults::is_constant(default),
    };
    constant && column.generated.is_none() && column.auto_increment.is_none()
}

/// A foreign key over one column that is added with it.
fn comes_with_column(cx: &Cx<'_>, id: ForeignKeyId) -> bool {
    let key = cx.schemas.next.foreign_key(id);
    let [only] = key.columns.as_slice() else { return false };
    cx.changes_of_next(id.table).any(|(_, change)| match change {
        Change::AddColumn(added) => {
            let column = cx.schemas.next.column(*added);
            // With a default other than NULL, SQLite refuses the reference.
            column.name == *only && column.default.is_none()
        }
        _ => false,
    })
}

/// The foreign key that is added together with a column.
pub(super) fn key_of_added<'a>(cx: &Cx<'a>, column: ColumnId) -> Option<(usize, &'a ForeignKey)> {
    let name = &cx.schemas.next.column(column).name;
    cx.changes_of_next(column.table).find_map(|(at, change)| match change {
        Change::AddForeignKey(id) => {
            let key = cx.schemas.next.foreign_key(*id);
            (key.columns.as_slice() == std::slice::from_ref(name)).then_some((at, key))
        }
        _ => None,
    })
}

/// A column on which nothing else of its table depends.
fn can_be_dropped(cx: &Cx<'_>, id: ColumnId) -> bool {
    let table = cx.schemas.prev.table(id.table);
    let name = &table.columns[id.index].name;
    let in_key = table.primary_key.as_ref().is_some_and(|key| key.columns.contains(name));
    let refers = table.foreign_keys.iter().any(|key| key.columns.contains(name));
    // Other indexes are dropped before.
    let in_constraint = table.indexes.iter().filter(|index| index.is_constraint).any(|index| {
        index.parts.iter().any(|part| match &part.key {
            IndexKey::Column(column) => column == name,
            IndexKey::Expression(_) => false,
        })
    });
    let computed = table.columns.iter().filter_map(|column| column.generated.as_ref());
    let in_expression = computed.clone().any(|it| expression::mentions(&it.expression, name));
    let in_check = extras::checks(cx.schemas.prev, table).any(|text| expression::mentions(text, name));
    // The only column of a table cannot go.
    let others = table.columns.len() > 1;
    !in_key && !refers && !in_constraint && !in_expression && !in_check && others
}
