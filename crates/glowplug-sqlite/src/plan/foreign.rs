//! Foreign objects: between two databases they come and go as everything else does.
//!
//! A trigger or view has statements of its own. A check, a collation, an option of a table can only be changed
//! by building the table anew ([`super::needs`]); then its triggers come along, too.

use glowplug_dialect::plan::Step;
use glowplug_sql::change::Change;
use glowplug_sql::ids::{ForeignId, TableId};
use glowplug_sql::model::ForeignObject;
use glowplug_sql::pair::Pair;

use super::context::Cx;
use super::step;
use crate::ddl::Statement;

/// The objects that a change is about.
pub(super) fn objects<'a>(
    cx: &Cx<'a>,
    change: &Change,
) -> Option<(Option<&'a ForeignObject>, Option<&'a ForeignObject>)> {
    let prev = |id: &ForeignId| cx.schemas.prev.foreign_object(*id);
    let next = |id: &ForeignId| cx.schemas.next.foreign_object(*id);
    match change {
        Change::CreateForeign(id) => Some((None, Some(next(id)))),
        Change::DropForeign(id) => Some((Some(prev(id)), None)),
        Change::AlterForeign(Pair { prev: was, next: is }) => Some((Some(prev(was)), Some(next(is)))),
        _ => None,
    }
}

/// The table (next) that such a change is about, if the object is a part of one that stays.
pub(super) fn table_of(cx: &Cx<'_>, change: &Change) -> Option<TableId> {
    let (prev, next) = objects(cx, change)?;
    if let Some(name) = next.and_then(|object| object.part_of.as_ref()) {
        return cx.schemas.next.find_table(None, &name.name);
    }
    let name = prev.and_then(|object| object.part_of.as_ref())?;
    cx.pairing.table_next(cx.schemas.prev.find_table(None, &name.name)?)
}

/// Whether the change needs its table to be built anew.
pub(super) fn is_in_table(cx: &Cx<'_>, change: &Change) -> bool {
    let Some((prev, next)) = objects(cx, change) else { return false };
    prev.into_iter().chain(next).any(|object| object.part_of.is_some() && object.removal.is_none())
}

/// Drops what is gone, and what is made in another way.
pub(super) fn drop(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        if let Some((Some(object), _)) = objects(cx, change)
            && let Some(removal) = &object.removal
            && !comes_with_table(cx, change)
        {
            steps.push(step(
                format!("drop {}", title(object)),
                &[Statement::Verbatim(removal.clone())],
                vec![at],
            ));
        }
    }
}

/// Makes what is new, and what is made in another way.
pub(super) fn create(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        if let Some((_, Some(object))) = objects(cx, change)
            && let Some(definition) = &object.definition
            && !comes_with_table(cx, change)
        {
            let statement = Statement::Verbatim(definition.clone());
            steps.push(step(format!("create {}", title(object)), &[statement], vec![at]));
        }
    }
}

fn comes_with_table(cx: &Cx<'_>, change: &Change) -> bool {
    table_of(cx, change).is_some_and(|table| cx.rebuilt.contains(&table))
}

fn title(object: &ForeignObject) -> String {
    format!("{} `{}`", object.kind, object.name)
}
