//! A table built anew: the rows are copied into a new one, which takes the old one's place.

use glowplug_dialect::plan::{Lock, Step};
use glowplug_sql::change::{Cast, Change};
use glowplug_sql::ids::{ColumnId, ForeignKeyId, IndexId, TableId};
use glowplug_sql::model::{
    AutoIncrement, Column, Default, ForeignKey, Index, NativeType, PrimaryKey, SqlSchema, Table,
};
use glowplug_sql::pair::Pair;

use super::context::Cx;
use super::extras::{self, Trigger};
use super::{enums, filler, foreign, frame, step};
use crate::compare;
use crate::ddl::{Statement, TableText};
use crate::defaults;
use crate::expression::with_renamed_columns;
use crate::names::{column_of, quoted};
use crate::types;

/// Builds the tables anew that need it, in the order of the next schema.
pub(super) fn rebuild(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for ids in cx.staying().into_iter().filter(|ids| cx.rebuilt.contains(&ids.next)) {
        steps.push(rebuild_table(cx, ids));
    }
}

fn rebuild_table(cx: &Cx<'_>, ids: Pair<TableId>) -> Step {
    let Whole { text: TableText { table: next, extras }, triggers } = after(cx, ids);
    let name = next.name.clone();
    let place = new_name(cx, &name);
    let counts = next.columns.iter().any(counts_on);
    let counted = cx.before.get(&ids.prev).is_some_and(|it| it.text.table.columns.iter().any(counts_on));
    // New ones come when all tables are there.
    let is_new = |index: &Index| {
        cx.changes_of_next(ids.next).any(|(_, change)| {
            matches!(change, Change::CreateIndex(id) if cx.schemas.next.index_at(*id).name == index.name)
        })
    };
    let kept = next.indexes.iter().filter(|index| !index.is_constraint && !is_new(index));
    let indexes: Vec<Index> = kept.cloned().collect();
    let copied = copied_columns(cx, ids, &next);

    let new = Table { name: place.clone(), ..next };
    let text = TableText { table: new, extras };
    let mut statements = vec![Statement::CreateTable(Box::new(text))];
    if counts && counted {
        statements.push(Statement::KeepCounting { to: place.clone(), from: name.clone() });
    }
    statements.push(Statement::Copy { to: place.clone(), from: name.clone(), columns: copied });
    statements.push(frame::same_rows(&place, &name));
    statements.push(Statement::DropTable(name.clone()));
    statements.push(Statement::TakePlace { from: place, to: name.clone() });
    let recreated = indexes
        .into_iter()
        .map(|index| Statement::CreateIndex { table: name.clone(), index: Box::new(index) });
    statements.extend(recreated);
    statements.extend(triggers.into_iter().map(|trigger| Statement::Verbatim(trigger.statement)));

    let mut res = step(format!("rebuild table `{name}`"), &statements, realised(cx, ids));
    res.in_transaction = false;
    res.lock = Lock::Everything;
    res.locks = vec![cx.schemas.prev.table(ids.prev).name.clone()];
    res.rewrites = true;
    res.notes = notes(cx, ids);
    res
}

/// Whether SQLite remembers how far it has counted.
fn counts_on(column: &Column) -> bool {
    column.auto_increment == Some(AutoIncrement::RowId { reuses: false })
}

/// A name for the new table until it takes the old one's place, that no other table has.
pub(super) fn new_name(cx: &Cx<'_>, name: &str) -> String {
    let mut res = format!("new_{name}");
    let is_taken = |name: &str| {
        let tables = cx.schemas.prev.tables.iter().chain(&cx.schemas.next.tables);
        tables.map(|table| table.name.as_str()).any(|other| other.eq_ignore_ascii_case(name))
    };
    while is_taken(&res) {
        res.insert_str(0, "new_");
    }
    res
}

/// The changes that the new table brings about.
fn realised(cx: &Cx<'_>, ids: Pair<TableId>) -> Vec<usize> {
    let made = |change: &Change| match change {
        Change::AddColumn(_)
        | Change::DropColumn(_)
        | Change::AlterColumn(..)
        | Change::AddPrimaryKey(_)
        | Change::DropPrimaryKey(_)
        | Change::AddForeignKey(_)
        | Change::DropForeignKey(_)
        | Change::RenameIndex(_) => true,
        Change::CreateIndex(id) => cx.schemas.next.index_at(*id).is_constraint,
        Change::DropIndex(id) => cx.schemas.prev.index_at(*id).is_constraint,
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
    };
    let own = cx.changes_of(ids).into_iter().filter(|(_, change)| made(change)).map(|(at, _)| at);
    let Pair { prev, next } = cx.tables(ids);
    let enums = enums::gone_with(cx, &prev.columns).into_iter().chain(enums::made_with(cx, &next.columns));
    own.chain(foreign::made_with(cx, ids)).chain(enums).collect()
}

/// A table with all that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Whole {
    pub(super) text: TableText,
    pub(super) triggers: Vec<Trigger>,
}

/// The table as it is to be: what the changes ask for, and otherwise as it was. A database that is to come
/// back tells everything itself.
pub(super) fn after(cx: &Cx<'_>, ids: Pair<TableId>) -> Whole {
    let Pair { prev, next } = cx.tables(ids);
    if cx.schemas.next.owns_foreign {
        return as_it_is(cx.schemas.next, next);
    }
    let renamed = cx.pairing.renamed_columns(cx.schemas, ids.prev);
    let gone: Vec<String> = (0..prev.columns.len())
        .map(|index| ColumnId { table: ids.prev, index })
        .filter(|id| cx.pairing.column_next(*id).is_none())
        .map(|id| cx.schemas.prev.column(id).name.clone())
        .collect();
    let extras = extras::of_table(cx.schemas.prev, prev).after(&renamed, &gone);
    let mut names = renamed;
    names.push(Pair::new(prev.name.clone(), next.name.clone()));
    let triggers = extras::triggers(cx.schemas.prev, prev).into_iter().map(|trigger| Trigger {
        statement: if names.iter().all(|pair| pair.prev == pair.next) {
            trigger.statement
        } else {
            with_renamed_columns(&trigger.statement, &names)
        },
        name: trigger.name,
    });
    let table = table_after(cx, ids);
    let extras = enums::with_checks(extras, cx.schemas.next, &table);
    Whole { text: TableText { table, extras }, triggers: triggers.collect() }
}

/// The table as it is when the plan begins. Where that is only known from a schema file, what the way there
/// has left alone is still there.
pub(super) fn before(cx: &Cx<'_>, back: &Cx<'_>, ids: Pair<TableId>) -> Whole {
    let schema = cx.schemas.prev;
    if !schema.owns_foreign && cx.schemas.next.owns_foreign {
        return after(back, ids.flip());
    }
    as_it_is(schema, schema.table(ids.prev))
}

fn as_it_is(schema: &SqlSchema, table: &Table) -> Whole {
    let extras = enums::with_checks(extras::of_table(schema, table), schema, table);
    let text = TableText { table: table.clone(), extras };
    Whole { text, triggers: extras::triggers(schema, table) }
}

fn table_after(cx: &Cx<'_>, ids: Pair<TableId>) -> Table {
    let Pair { prev, next } = cx.tables(ids);
    let columns = (0..next.columns.len()).map(|index| column_after(cx, ColumnId { table: ids.next, index }));
    let other_key = cx
        .changes_of(ids)
        .into_iter()
        .any(|(_, change)| matches!(change, Change::AddPrimaryKey(_) | Change::DropPrimaryKey(_)));
    let kept_key = cx.pairing.primary_key_as_next(cx.schemas, ids.prev);
    let primary_key = match kept_key {
        Some(columns) if !other_key => Some(PrimaryKey { name: None, columns, definition: None }),
        _ => next.primary_key.clone(),
    };
    let mut columns: Vec<Column> = columns.collect();
    for column in &mut columns {
        // What was counted may no longer be the key, or no longer an integer.
        let alone = primary_key.as_ref().is_some_and(|key| key.columns == [column.name.clone()]);
        if !(alone && types::is_integer(&column.ty)) {
            column.auto_increment = None;
        }
    }
    let mut indexes: Vec<Index> = (0..prev.indexes.len())
        .filter_map(|index| cx.index_after(IndexId { table: ids.prev, index }))
        .collect();
    indexes.extend(cx.changes_of_next(ids.next).filter_map(|(_, change)| match change {
        Change::CreateIndex(id) => Some(cx.schemas.next.index_at(*id).clone()),
        _ => None,
    }));
    Table {
        namespace: None,
        name: next.name.clone(),
        columns,
        primary_key,
        indexes,
        foreign_keys: keys_after(cx, ids),
        is_join_table: next.is_join_table,
        comment: None,
    }
}

fn column_after(cx: &Cx<'_>, id: ColumnId) -> Column {
    let next = cx.schemas.next.column(id);
    let Some(prev) = cx.pairing.column_prev(id) else { return next.clone() };
    // Enums and their values have their next names.
    let prev = cx.pairing.column_as_next(cx.schemas, prev).into_owned();
    let delta = cx.delta(id).cloned().unwrap_or_default();
    let mut column = Column { name: next.name.clone(), ..prev };
    if delta.ty.is_some() {
        column.ty = next.ty.clone();
        column.auto_increment.clone_from(&next.auto_increment);
    }
    if delta.nullable {
        column.nullable = next.nullable;
    }
    if delta.default {
        column.default.clone_from(&next.default);
    }
    column
}

fn keys_after(cx: &Cx<'_>, ids: Pair<TableId>) -> Vec<ForeignKey> {
    let Pair { prev, next } = cx.tables(ids);
    let kept = (0..prev.foreign_keys.len()).map(|index| ForeignKeyId { table: ids.prev, index });
    let mut keys: Vec<ForeignKey> = kept
        .filter(|id| !cx.loses_key(*id))
        .filter_map(|id| cx.pairing.foreign_key_as_next(cx.schemas, id))
        .collect();
    keys.extend(cx.changes_of_next(ids.next).filter_map(|(_, change)| match change {
        Change::AddForeignKey(id) => Some(next.foreign_keys[id.index].clone()),
        _ => None,
    }));
    keys
}

/// The columns of the new table that get a value from the old one's rows, each with that value.
fn copied_columns(cx: &Cx<'_>, ids: Pair<TableId>, next: &Table) -> Vec<(String, String)> {
    let mut res = Vec::new();
    for (index, column) in next.columns.iter().enumerate() {
        let id = ColumnId { table: ids.next, index };
        if let Some(value) = filler::filler(cx, id).filter(|_| cx.prev_column(id).is_none()) {
            res.push((column.name.clone(), value));
            continue;
        }
        if cx.prev_column(id).is_none() || column.generated.is_some() {
            continue;
        }
        // Columns have their next names by now.
        let value = enums::with_next_labels(cx, id, column_of(&next.name, &column.name));
        let value = match fill_value(cx, id) {
            Some(fill) => format!("coalesce({value}, {fill})"),
            None => value,
        };
        res.push((column.name.clone(), value));
    }
    // Rows that keep nothing are rows all the same.
    if let (true, Some(first)) = (res.is_empty(), next.columns.first()) {
        let value = first.default.as_ref().and_then(defaults::default_sql);
        res.push((first.name.clone(), value.unwrap_or_else(|| "NULL".to_owned())));
    }
    res
}

/// What rows without a value get when a column becomes required.
pub(super) fn fill_value(cx: &Cx<'_>, id: ColumnId) -> Option<String> {
    let next = cx.schemas.next.column(id);
    let becomes_required = cx.delta(id).is_some_and(|delta| delta.nullable) && !next.nullable;
    if becomes_required { next.default.as_ref().and_then(defaults::default_sql) } else { None }
}

fn notes(cx: &Cx<'_>, ids: Pair<TableId>) -> Vec<String> {
    let mut res = Vec::new();
    for (_, change) in cx.changes_of(ids) {
        match change {
            Change::AddColumn(id) if cx.way_back => {
                let name = &cx.schemas.next.column(*id).name;
                res.push(format!("the values that column `{name}` had do not come back"));
                if let Some(value) = filler::filler(cx, *id) {
                    res.push(format!("rows get {value} in `{name}`, so that it can be required again"));
                }
            }
            Change::AlterColumn(columns, delta) => {
                let Pair { prev, next } =
                    Pair::new(cx.schemas.prev.column(columns.prev), cx.schemas.next.column(columns.next));
                let name = &next.name;
                if delta.ty == Some(Cast::Risky) && !matches!(next.ty.native, NativeType::Enum { .. }) {
                    let types = Pair::new(&prev.ty, &next.ty).map(|ty| types::type_sql(ty).to_lowercase());
                    let text = format!("{} to {}", types.prev, types.next);
                    res.push(format!(
                        "values of column `{name}` stay as they are where they do not convert: {text}"
                    ));
                }
                if fill_value(cx, columns.next).is_some() {
                    res.push(format!("rows without `{name}` get its default"));
                }
                let filled_before = cx.way_back && delta.nullable && next.nullable;
                if filled_before
                    && prev.default.as_ref().is_some_and(|default| *default != Default::Unspecified)
                {
                    res.push(format!("rows whose `{name}` was filled with the default keep it"));
                }
                // With or without its check, a column of an enum holds the same texts.
                let is_enum = matches!(prev.ty.native, NativeType::Enum { .. });
                if cx.way_back
                    && !is_enum
                    && compare::cast(Pair::new(&next.ty, &prev.ty)) == Some(Cast::Risky)
                {
                    res.push(format!("what the way there changed in column `{name}` does not come back"));
                }
            }
            _ => {}
        }
    }
    res
}

/// A column of the old table in a question to it.
pub(super) fn old_column(table: &Table, column: &str) -> String {
    format!("{}.{}", quoted(&table.name), quoted(column))
}
