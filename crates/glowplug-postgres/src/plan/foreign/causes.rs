//! What a plan does to the things that foreign objects use.

use std::collections::BTreeMap;

use glowplug_sql::change::Change;
use glowplug_sql::ids::{ColumnId, EnumId, TableId};
use glowplug_sql::model::{QualifiedName, SqlSchema, Use};
use glowplug_sql::pair::Pair;

use super::super::context::{Cx, Retyped};

/// What the changes that are not refused do, each with its place.
pub(super) struct Causes {
    retyped: BTreeMap<ColumnId, Retyped>,
    regenerated: BTreeMap<ColumnId, usize>,
    dropped_tables: BTreeMap<TableId, usize>,
    created_tables: BTreeMap<TableId, usize>,
    dropped_columns: BTreeMap<ColumnId, usize>,
    added_columns: BTreeMap<ColumnId, usize>,
    dropped_enums: BTreeMap<EnumId, usize>,
    created_enums: BTreeMap<EnumId, usize>,
    /// Primary keys and unique indexes that go, by name.
    lost_keys: Vec<(TableId, String, usize)>,
}

/// What happens to one thing that an object uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Touch {
    /// Its table, or the enum, is dropped.
    Dropped(usize),
    /// The column is dropped from a table that stays.
    ColumnDropped(usize),
    /// It did not exist before.
    New(usize),
    /// The column's type changes.
    Retyped(Retyped),
    /// The column is dropped and added again.
    Recreated(usize),
    /// The key is dropped; whether one of no more columns takes its place.
    KeyLost(usize, bool),
    /// Another enum takes its place.
    Swapped(EnumId, usize),
}

impl Causes {
    pub(super) fn of(cx: &Cx<'_>) -> Self {
        let mut res = Self {
            retyped: cx.retyped(),
            regenerated: cx.regenerated.iter().map(|it| (it.ids.prev, it.causes[0])).collect(),
            dropped_tables: BTreeMap::new(),
            created_tables: BTreeMap::new(),
            dropped_columns: BTreeMap::new(),
            added_columns: BTreeMap::new(),
            dropped_enums: BTreeMap::new(),
            created_enums: BTreeMap::new(),
            lost_keys: Vec::new(),
        };
        for (at, change) in cx.changes.iter().enumerate().filter(|(at, _)| !cx.is_refused(*at)) {
            match change {
                Change::DropTable(id) => drop(res.dropped_tables.insert(*id, at)),
                Change::CreateTable(id) => drop(res.created_tables.insert(*id, at)),
                Change::DropColumn(id) => drop(res.dropped_columns.insert(*id, at)),
                Change::AddColumn(id) => drop(res.added_columns.insert(*id, at)),
                Change::DropEnum(id) => drop(res.dropped_enums.insert(*id, at)),
                Change::CreateEnum(id) => drop(res.created_enums.insert(*id, at)),
                Change::DropPrimaryKey(id) => {
                    let key = cx.schemas.prev.table(*id).primary_key.as_ref();
                    res.lost_keys.extend(key.and_then(|key| key.name.clone()).map(|name| (*id, name, at)));
                }
                Change::DropIndex(id) => {
                    res.lost_keys.push((id.table, cx.schemas.prev.index_at(*id).name.clone(), at));
                }
                Change::CreateNamespace(_)
                | Change::DropNamespace(_)
                | Change::CreateExtension(_)
                | Change::DropExtension(_)
                | Change::AlterExtension(_)
                | Change::RenameEnum(_)
                | Change::AlterEnum(..)
                | Change::RenameTable(_)
                | Change::RenameColumn(_)
                | Change::AlterColumn(..)
                | Change::AddPrimaryKey(_)
                | Change::RenamePrimaryKey(_)
                | Change::CreateIndex(_)
                | Change::RenameIndex(_)
                | Change::AddForeignKey(_)
                | Change::DropForeignKey(_)
                | Change::RenameForeignKey(_)
                | Change::CreateForeign(_)
                | Change::DropForeign(_)
                | Change::AlterForeign(_) => {}
            }
        }
        res
    }

    /// What happens to something that an object uses; its names are those of the side where it is known.
    pub(super) fn touch(&self, cx: &Cx<'_>, used: &Use, known_before: bool) -> Option<Touch> {
        match used {
            Use::Table(name) => {
                if known_before {
                    self.dropped_tables.get(&cx.find_prev(name)?).map(|at| Touch::Dropped(*at))
                } else {
                    self.created_tables.get(&cx.find_next(name)?).map(|at| Touch::New(*at))
                }
            }
            Use::Column(table, column) => self.column(cx, table, column, known_before),
            Use::Key(table, key) => {
                let table = if known_before {
                    cx.find_prev(table)?
                } else {
                    cx.pairing.table_prev(cx.find_next(table)?)?
                };
                // On a way back, the key that is there now may have another name.
                let is_it = |name: &String| !known_before || name == key;
                let lost = self.lost_keys.iter().find(|(of, name, _)| *of == table && is_it(name));
                lost.map(|(of, _, at)| Touch::KeyLost(*at, !known_before || narrower(cx, *of)))
            }
            Use::Enum(name) => self.enum_type(cx, name, known_before),
            Use::Foreign { .. } => None,
        }
    }

    fn column(&self, cx: &Cx<'_>, table: &QualifiedName, column: &str, known_before: bool) -> Option<Touch> {
        let find = |schema: &SqlSchema, table: TableId| {
            let (index, _) = schema.table(table).find_column(column)?;
            Some(ColumnId { table, index })
        };
        let prev = if known_before {
            let table = cx.find_prev(table)?;
            if let Some(at) = self.dropped_tables.get(&table) {
                return Some(Touch::Dropped(*at));
            }
            find(cx.schemas.prev, table)?
        } else {
            let table = cx.find_next(table)?;
            if let Some(at) = self.created_tables.get(&table) {
                return Some(Touch::New(*at));
            }
            let next = find(cx.schemas.next, table)?;
            if let Some(at) = self.added_columns.get(&next) {
                return Some(Touch::New(*at));
            }
            cx.pairing.column_prev(next)?
        };
        if let Some(at) = self.dropped_columns.get(&prev) {
            return Some(Touch::ColumnDropped(*at));
        }
        if let Some(at) = self.regenerated.get(&prev) {
            return Some(Touch::Recreated(*at));
        }
        let retyped = self.retyped.get(&prev)?;
        let recreated = cx.pairing.column_next(prev).is_some_and(|next| cx.recreated.contains_key(&next));
        Some(if recreated { Touch::Recreated(retyped.change) } else { Touch::Retyped(*retyped) })
    }

    fn enum_type(&self, cx: &Cx<'_>, name: &QualifiedName, known_before: bool) -> Option<Touch> {
        let find = |schema: &SqlSchema| schema.find_enum(name.namespace.as_deref(), &name.name);
        let next = if known_before {
            let prev = find(cx.schemas.prev)?;
            if let Some(at) = self.dropped_enums.get(&prev) {
                return Some(Touch::Dropped(*at));
            }
            cx.pairing.enum_next(prev)?
        } else {
            let next = find(cx.schemas.next)?;
            if let Some(at) = self.created_enums.get(&next) {
                return Some(Touch::New(*at));
            }
            next
        };
        let swap = cx.swapped.get(&next).filter(|swap| !cx.is_refused(swap.change));
        swap.map(|swap| Touch::Swapped(next, swap.change))
    }

    /// Whether the plan gives something that is used another name.
    pub(super) fn renames(cx: &Cx<'_>, used: &Use, known_before: bool) -> bool {
        let table = |name: &QualifiedName| {
            let ids = if known_before {
                cx.find_prev(name).and_then(|prev| Some(Pair::new(prev, cx.pairing.table_next(prev)?)))
            } else {
                cx.find_next(name).and_then(|next| Some(Pair::new(cx.pairing.table_prev(next)?, next)))
            };
            ids.filter(|ids| cx.prev_name(ids.prev) != cx.next_name(ids.next))
        };
        match used {
            Use::Table(name) | Use::Key(name, _) => table(name).is_some(),
            Use::Column(name, column) => {
                let here = if known_before { cx.find_prev(name) } else { cx.find_next(name) };
                let renamed = here.is_some_and(|here| {
                    let prev = if known_before { Some(here) } else { cx.pairing.table_prev(here) };
                    let names = prev.map(|prev| cx.pairing.renamed_columns(cx.schemas, prev));
                    let is = |names: &Pair<String>| {
                        if known_before { names.prev == *column } else { names.next == *column }
                    };
                    names.is_some_and(|names| names.iter().any(is))
                });
                renamed || table(name).is_some()
            }
            Use::Enum(name) => {
                let find = |schema: &SqlSchema| schema.find_enum(name.namespace.as_deref(), &name.name);
                let ids = if known_before {
                    find(cx.schemas.prev).and_then(|prev| Some(Pair::new(prev, cx.pairing.enum_next(prev)?)))
                } else {
                    find(cx.schemas.next).and_then(|next| Some(Pair::new(cx.pairing.enum_prev(next)?, next)))
                };
                ids.is_some_and(|ids| {
                    let (prev, next) =
                        (cx.schemas.prev.enum_type(ids.prev), cx.schemas.next.enum_type(ids.next));
                    prev.qualified_name() != next.qualified_name()
                })
            }
            Use::Foreign { .. } => false,
        }
    }
}

/// Whether a table's next primary key has only columns of the previous one: who groups by that, groups by this.
fn narrower(cx: &Cx<'_>, prev: TableId) -> bool {
    let next = cx.pairing.table_next(prev).and_then(|next| cx.schemas.next.table(next).primary_key.as_ref());
    let columns = cx.pairing.primary_key_as_next(cx.schemas, prev);
    match (columns, next) {
        (Some(columns), Some(next)) => next.columns.iter().all(|column| columns.contains(column)),
        _ => false,
    }
}
