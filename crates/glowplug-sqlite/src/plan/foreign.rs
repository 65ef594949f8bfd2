//! Changes of objects that the schema language has no word for, between two databases.
//!
//! Views, triggers and virtual tables have statements of their own. What stands in the text of a table (a
//! `CHECK`, `STRICT`, a collation) changes with the table built anew.

use glowplug_dialect::plan::Step;
use glowplug_sql::change::Change;
use glowplug_sql::ids::{ForeignId, TableId};
use glowplug_sql::model::{ForeignObject, SqlSchema};
use glowplug_sql::pair::Pair;

use super::context::Cx;
use super::{extras, step};
use crate::ddl::Statement;

/// Drops what is gone or different.
pub(super) fn drop(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        let Some(object) = sides(change).prev.map(|id| object(cx.schemas.prev, id)) else { continue };
        if let (Some(removal), false) = (&object.removal, is_in_text(object)) {
            let title = format!("drop {} `{}`", object.kind, object.name);
            steps.push(step(title, &[Statement::Verbatim(removal.clone())], vec![at]));
        }
    }
}

/// Makes what is new or different, when all tables are there.
pub(super) fn create(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        let Some(object) = sides(change).next.map(|id| object(cx.schemas.next, id)) else { continue };
        let is_made = is_in_text(object)
            || table_of(cx.schemas.next, object).is_some_and(|id| cx.rebuilt.contains(&id));
        if let (Some(definition), false) = (&object.definition, is_made) {
            let title = format!("create {} `{}`", object.kind, object.name);
            steps.push(step(title, &[Statement::Verbatim(definition.clone())], vec![at]));
        }
    }
}

/// Whether something in the text of the table differs.
pub(super) fn changes_text(cx: &Cx<'_>, ids: Pair<TableId>) -> bool {
    cx.changes.iter().any(|change| {
        let Pair { prev, next } = sides(change);
        let is_own = |schema: &SqlSchema, id: Option<ForeignId>, table: TableId| {
            let object = id.map(|id| object(schema, id));
            object.is_some_and(|object| is_in_text(object) && table_of(schema, object) == Some(table))
        };
        is_own(cx.schemas.prev, prev, ids.prev) || is_own(cx.schemas.next, next, ids.next)
    })
}

/// The changes that building a table anew brings about.
pub(super) fn made_with(cx: &Cx<'_>, ids: Pair<TableId>) -> impl Iterator<Item = usize> {
    cx.changes.iter().enumerate().filter_map(move |(at, change)| {
        let Pair { prev, next } = sides(change);
        let prev = prev.map(|id| object(cx.schemas.prev, id)).filter(|it| is_in_text(it));
        let next = next.map(|id| object(cx.schemas.next, id));
        let gone = prev.is_some_and(|it| table_of(cx.schemas.prev, it) == Some(ids.prev));
        let made = next.is_some_and(|it| table_of(cx.schemas.next, it) == Some(ids.next));
        (gone || made).then_some(at)
    })
}

fn sides(change: &Change) -> Pair<Option<ForeignId>> {
    match change {
        Change::CreateForeign(id) => Pair::new(None, Some(*id)),
        Change::DropForeign(id) => Pair::new(Some(*id), None),
        Change::AlterForeign(ids) => Pair::new(Some(ids.prev), Some(ids.next)),
        _ => Pair::new(None, None),
    }
}

fn object(schema: &SqlSchema, id: ForeignId) -> &ForeignObject {
    &schema.foreign[id.0]
}

fn table_of(schema: &SqlSchema, object: &ForeignObject) -> Option<TableId> {
    schema.find_table(None, &object.part_of.as_ref()?.name)
}

fn is_in_text(object: &ForeignObject) -> bool {
    matches!(object.kind.as_str(), extras::CHECK | extras::COLLATION | extras::OPTION)
}
