//! Indexes that stay, but must be built anew: they go with a column that is dropped and added again, and an
//! expression cannot be carried over to another type.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_sql::change::Change;
use glowplug_sql::ids::{ColumnId, IndexId, TableId};
use glowplug_sql::model::Index;

use super::context::{Cx, Retyped, index_columns};
use crate::expression;

/// An index that is dropped and built again.
pub(super) struct Rebuilt {
    /// Its id, if the previous schema knows it.
    pub(super) prev: Option<IndexId>,
    /// The table (previous) that it is on, and the index as it was; `None` if it went with a column earlier.
    pub(super) was: Option<(TableId, Index)>,
    pub(super) table: TableId,
    /// As it is to be again.
    pub(super) next: Index,
    pub(super) causes: Vec<usize>,
}

/// Finds them. A change is refused if an index would have to be built from a text that no longer fits.
pub(super) fn find(cx: &mut Cx<'_>) -> Vec<Rebuilt> {
    let retyped = cx.retyped();
    let mut res = Vec::new();
    if !retyped.is_empty() {
        known_before(cx, &retyped, &mut res);
    }
    if cx.known_after() {
        known_after(cx, &retyped, &mut res);
    }
    let unfit: Vec<(usize, String)> = res
        .iter()
        .filter(|it| it.was.as_ref().is_some_and(|(table, index)| is_renamed(cx, *table, it.table, index)))
        .flat_map(|it| {
            let why = format!(
                "index `{}` would have to be built anew, while names in it change: rename in a migration of its own first",
                it.next.name
            );
            it.causes.iter().map(move |at| (*at, why.clone())).collect::<Vec<_>>()
        })
        .collect();
    res.retain(|it| !it.causes.iter().any(|at| unfit.iter().any(|(refused, _)| refused == at)));
    for (at, why) in unfit {
        if !cx.is_refused(at) {
            cx.refuse(at, why);
        }
    }
    res
}

fn known_before(cx: &Cx<'_>, retyped: &BTreeMap<ColumnId, Retyped>, res: &mut Vec<Rebuilt>) {
    let dropped: BTreeSet<IndexId> = cx
        .changes
        .iter()
        .filter_map(|change| if let Change::DropIndex(id) = change { Some(*id) } else { None })
        .collect();
    let tables: BTreeSet<TableId> = retyped.keys().map(|id| id.table).collect();
    for table in tables {
        let Some(next_table) = cx.pairing.table_next(table) else { continue };
        for (at, index) in cx.schemas.prev.table(table).indexes.iter().enumerate() {
            let id = IndexId { table, index: at };
            if dropped.contains(&id) {
                continue;
            }
            let causes = causes(cx, table, index, retyped);
            if let (false, Some(next)) = (causes.is_empty(), next_index(cx, id, next_table)) {
                let was = Some((table, index.clone()));
                res.push(Rebuilt { prev: Some(id), was, table: next_table, next, causes });
            }
        }
    }
}

/// On a way back, indexes that the file does not know are known by the schema that is gone back to.
fn known_after(cx: &Cx<'_>, retyped: &BTreeMap<ColumnId, Retyped>, res: &mut Vec<Rebuilt>) {
    let created: BTreeSet<IndexId> = cx
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::CreateIndex(id) => Some(*id),
            Change::RenameIndex(ids) => Some(ids.next),
            _ => None,
        })
        .collect();
    for (next, table) in cx.schemas.next.walk_tables() {
        let Some(prev) = cx.pairing.table_prev(next) else { continue };
        for (at, index) in table.indexes.iter().enumerate() {
            let known = cx.schemas.prev.table(prev).indexes.iter().any(|it| it.name == index.name);
            if known || created.contains(&IndexId { table: next, index: at }) {
                continue;
            }
            let added: Vec<usize> = cx
                .changes_of_next(next)
                .filter_map(|(at, change)| match change {
                    Change::AddColumn(id) if mentions(index, &cx.schemas.next.column(*id).name) => Some(at),
                    _ => None,
                })
                .collect();
            let causes = if added.is_empty() { causes(cx, prev, index, retyped) } else { added.clone() };
            if !causes.is_empty() {
                let was = added.is_empty().then(|| (prev, index.clone()));
                res.push(Rebuilt { prev: None, was, table: next, next: index.clone(), causes });
            }
        }
    }
}

/// The changes for which an index must be built anew.
fn causes(cx: &Cx<'_>, table: TableId, index: &Index, retyped: &BTreeMap<ColumnId, Retyped>) -> Vec<usize> {
    let columns = index_columns(index);
    let mut res = Vec::new();
    for (column, cause) in retyped.iter().filter(|(column, _)| column.table == table) {
        let next = cx.pairing.column_next(*column);
        let name = match next.filter(|_| cx.known_after()) {
            Some(next) => cx.schemas.next.column(next).name.as_str(),
            None => cx.schemas.prev.column(*column).name.as_str(),
        };
        let recreated = next.is_some_and(|next| {
            cx.recreated.contains_key(&next) || cx.regenerated.iter().any(|it| it.ids.next == next)
        });
        let in_predicate = index.predicate.as_deref().is_some_and(|predicate| predicate.contains(name));
        let in_text = index.definition.as_deref().is_some_and(|text| expression::mentions(text, name));
        if (recreated && (columns.contains(name) || in_text)) || in_predicate || (cause.stranger && in_text) {
            res.push(cause.change);
        }
    }
    res.sort_unstable();
    res.dedup();
    res
}

/// Whether an index cannot be without a column.
pub(super) fn mentions(index: &Index, column: &str) -> bool {
    let texts = index.predicate.iter().chain(&index.definition);
    index_columns(index).contains(column) || texts.into_iter().any(|text| expression::mentions(text, column))
}

/// Whether the text of an index speaks of names that change.
fn is_renamed(cx: &Cx<'_>, prev: TableId, next: TableId, index: &Index) -> bool {
    let Some(text) = &index.definition else { return false };
    let names = cx.pairing.renamed_columns(cx.schemas, prev);
    let clause = index.is_constraint;
    (!clause && cx.prev_name(prev) != cx.next_name(next))
        || names
            .iter()
            .any(|names| expression::mentions(text, &names.prev) || expression::mentions(text, &names.next))
}

/// An index (previous) that stays, as the next schema has it.
fn next_index(cx: &Cx<'_>, id: IndexId, next_table: TableId) -> Option<Index> {
    let prev = cx.schemas.prev.index_at(id);
    for change in cx.changes {
        if let Change::RenameIndex(ids) = change
            && ids.prev == id
        {
            return Some(cx.schemas.next.index_at(ids.next).clone());
        }
    }
    let same_name = cx.schemas.next.table(next_table).indexes.iter().find(|index| index.name == prev.name);
    match same_name {
        // One that the file cannot express serves in the place of the file's own.
        Some(index) if prev.expressible => Some(index.clone()),
        Some(_) | None if !prev.expressible => Some(prev.clone()),
        Some(_) | None => cx.pairing.index_as_next(cx.schemas, id).map(std::borrow::Cow::into_owned),
    }
}
