//! What the planner must know before it writes the first statement.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_dialect::plan::PlanOptions;
use glowplug_sql::change::{Change, ChangeSet, ColumnDelta};
use glowplug_sql::ids::{ColumnId, ForeignKeyId, IndexId, TableId};
use glowplug_sql::invert::invert;
use glowplug_sql::model::{Column, Index, SqlSchema, Table};
use glowplug_sql::pair::Pair;
use glowplug_sql::pairing::Pairing;

use super::rebuild::{self, Whole};
use super::{needs, tables};
use crate::dialect::SqliteDialect;

/// The changes, seen from the rules of SQLite.
pub(super) struct Cx<'a> {
    pub(super) changes: &'a [Change],
    pub(super) schemas: Pair<&'a SqlSchema>,
    pub(super) pairing: Pairing,
    /// Places of changes by the table (next) that they are about.
    by_next: BTreeMap<TableId, Vec<usize>>,
    /// Places of changes by the table (previous) that they are about.
    by_prev: BTreeMap<TableId, Vec<usize>>,
    pub(super) way_back: bool,
    /// Tables (next) that are built anew.
    pub(super) rebuilt: BTreeSet<TableId>,
    /// Whether foreign keys must be off meanwhile.
    pub(super) keys_off: bool,
    /// Whether the plan brings a transaction of its own. Both ways of a migration do, or none, because one
    /// metadata.toml speaks for both.
    pub(super) framed: bool,
    /// The tables (previous) that are built anew, as they are when the plan begins.
    pub(super) before: BTreeMap<TableId, Whole>,
}

impl<'a> Cx<'a> {
    /// Looks at the changes.
    pub(super) fn new(set: &'a ChangeSet<'a>, options: &PlanOptions) -> Self {
        let mut cx = Self::of(set);
        cx.way_back = options.way_back;
        cx.rebuilt = needs::rebuilt(&cx);
        let way_back = invert(set, &SqliteDialect);
        let mut back = Cx::of(&way_back);
        back.way_back = !options.way_back;
        cx.keys_off = !cx.rebuilt.is_empty() || tables::is_tangled(&cx);
        cx.framed = cx.keys_off || !needs::rebuilt(&back).is_empty() || tables::is_tangled(&back);
        let rebuilt = cx.staying().into_iter().filter(|ids| cx.rebuilt.contains(&ids.next));
        cx.before = rebuilt.map(|ids| (ids.prev, rebuild::before(&cx, &back, ids))).collect();
        cx
    }

    fn of(set: &'a ChangeSet<'a>) -> Self {
        let mut by_prev: BTreeMap<TableId, Vec<usize>> = BTreeMap::new();
        let mut by_next: BTreeMap<TableId, Vec<usize>> = BTreeMap::new();
        for (at, change) in set.changes.iter().enumerate() {
            let (prev, next) = change.tables();
            prev.into_iter().for_each(|id| by_prev.entry(id).or_default().push(at));
            next.into_iter().for_each(|id| by_next.entry(id).or_default().push(at));
        }
        Self {
            changes: &set.changes,
            schemas: set.schemas,
            pairing: Pairing::of(set),
            by_next,
            by_prev,
            way_back: false,
            rebuilt: BTreeSet::new(),
            keys_off: false,
            framed: false,
            before: BTreeMap::new(),
        }
    }

    /// The changes about a table (previous), with their places.
    pub(super) fn changes_of_prev(&self, table: TableId) -> impl Iterator<Item = (usize, &'a Change)> + '_ {
        let places = self.by_prev.get(&table).map_or(&[][..], Vec::as_slice);
        places.iter().map(|at| (*at, &self.changes[*at]))
    }

    /// The changes about a table (next), with their places.
    pub(super) fn changes_of_next(&self, table: TableId) -> impl Iterator<Item = (usize, &'a Change)> + '_ {
        let places = self.by_next.get(&table).map_or(&[][..], Vec::as_slice);
        places.iter().map(|at| (*at, &self.changes[*at]))
    }

    /// All changes about a table that stays, in their order.
    pub(super) fn changes_of(&self, ids: Pair<TableId>) -> Vec<(usize, &'a Change)> {
        let mut res: Vec<(usize, &Change)> = self.changes_of_prev(ids.prev).collect();
        res.extend(self.changes_of_next(ids.next).filter(|(_, change)| change.tables().0.is_none()));
        res.sort_by_key(|(at, _)| *at);
        res
    }

    /// Tables that stay, in the order of the next schema.
    pub(super) fn staying(&self) -> Vec<Pair<TableId>> {
        let tables = self.schemas.next.walk_tables();
        tables.filter_map(|(next, _)| Some(Pair::new(self.pairing.table_prev(next)?, next))).collect()
    }

    /// A table on both sides.
    pub(super) fn tables(&self, ids: Pair<TableId>) -> Pair<&'a Table> {
        Pair::new(self.schemas.prev.table(ids.prev), self.schemas.next.table(ids.next))
    }

    /// Whether a table (previous) is built anew.
    pub(super) fn is_rebuilt_prev(&self, prev: TableId) -> bool {
        self.pairing.table_next(prev).is_some_and(|next| self.rebuilt.contains(&next))
    }

    /// How a column (next) that stays differs, if it does.
    pub(super) fn delta(&self, next: ColumnId) -> Option<&'a ColumnDelta> {
        self.changes_of_next(next.table).find_map(|(_, change)| match change {
            Change::AlterColumn(ids, delta) if ids.next == next => Some(delta),
            _ => None,
        })
    }

    /// The column (previous) behind one of the next schema.
    pub(super) fn prev_column(&self, next: ColumnId) -> Option<&'a Column> {
        self.pairing.column_prev(next).map(|prev| self.schemas.prev.column(prev))
    }

    /// An index (previous) as it is after the changes; `None` if it is gone.
    pub(super) fn index_after(&self, id: IndexId) -> Option<Index> {
        for (_, change) in self.changes_of_prev(id.table) {
            match change {
                Change::DropIndex(dropped) if *dropped == id => return None,
                Change::RenameIndex(ids) if ids.prev == id => {
                    return Some(self.schemas.next.index_at(ids.next).clone());
                }
                _ => {}
            }
        }
        let mut index = self.pairing.index_as_next(self.schemas, id)?.into_owned();
        let renamed = self.pairing.renamed_columns(self.schemas, id.table);
        if !renamed.is_empty() {
            index.predicate =
                index.predicate.map(|text| crate::expression::with_renamed_columns(&text, &renamed));
        }
        Some(index)
    }

    /// Whether a foreign key (previous) goes.
    pub(super) fn loses_key(&self, id: ForeignKeyId) -> bool {
        self.changes_of_prev(id.table)
            .any(|(_, change)| matches!(change, Change::DropForeignKey(dropped) if *dropped == id))
    }
}
