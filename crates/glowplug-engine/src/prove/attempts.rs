//! With which rows a migration is tried: with awkward ones wherever it can have some, down to none at all.

use std::collections::BTreeSet;

use glowplug_dialect::finding::{Facts, Level};
use glowplug_dialect::rows::{Sample, target, with_targets};
use glowplug_sql::change::{Change, ChangeSet};
use glowplug_sql::ids::{EnumId, TableId};
use glowplug_sql::model::{NativeType, SqlSchema, Table};

/// With which rows it is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attempt {
    /// What the rows are like.
    pub(super) sample: Sample,
    /// The tables that have some.
    pub(super) tables: BTreeSet<TableId>,
}

/// From every table with awkward values to no row at all.
pub(super) fn attempts(changes: &ChangeSet<'_>) -> Vec<Attempt> {
    let all = concerned(changes);
    let possible: BTreeSet<TableId> = all.difference(&must_be_empty(changes)).copied().collect();
    let calm: BTreeSet<TableId> = possible.difference(&warned(changes)).copied().collect();
    let attempt = |sample, tables: &BTreeSet<TableId>| Attempt { sample, tables: tables.clone() };
    let mut res = vec![
        attempt(Sample::Rich, &all),
        attempt(Sample::Plain, &all),
        attempt(Sample::Rich, &possible),
        attempt(Sample::Plain, &possible),
        attempt(Sample::Plain, &calm),
        attempt(Sample::Plain, &BTreeSet::new()),
    ];
    // Where rows are known to stop it, plainer ones do, too.
    if possible.len() < all.len() {
        res.remove(1);
    }
    res.dedup_by(|next, prev| next.tables == prev.tables && (next.tables.is_empty() || next == prev));
    res
}

/// The tables (previous) that can have no rows: a column is added that has no value for them.
fn must_be_empty(changes: &ChangeSet<'_>) -> BTreeSet<TableId> {
    let schemas = changes.schemas;
    let found = changes.changes.iter().filter_map(|change| {
        let Change::AddColumn(id) = change else { return None };
        let (column, table) = (schemas.next.column(*id), schemas.next.table(id.table));
        let fills_itself =
            column.default.is_some() || column.auto_increment.is_some() || column.generated.is_some();
        let prev = schemas.prev.find_table(table.namespace.as_deref(), &table.name);
        prev.filter(|_| !column.nullable && !fills_itself)
    });
    found.collect()
}

/// The tables (previous) about which something was said that may stop up.sql.
fn warned(changes: &ChangeSet<'_>) -> BTreeSet<TableId> {
    let findings = glowplug_checks::run(changes, &Facts::default());
    let warnings = findings.iter().filter(|finding| finding.level != Level::Notice);
    warnings.filter_map(|finding| changes.changes.get(finding.change)?.tables().0).collect()
}

/// The tables (previous) that the changes are about, those that refer to them, and what all of these refer to.
fn concerned(changes: &ChangeSet<'_>) -> BTreeSet<TableId> {
    let (prev, next) = (changes.schemas.prev, changes.schemas.next);
    let same_name = |id: TableId| {
        let table = next.table(id);
        prev.find_table(table.namespace.as_deref(), &table.name)
    };
    let mut tables = BTreeSet::new();
    for change in &changes.changes {
        let (before, after) = change.tables();
        tables.extend(before.or_else(|| after.and_then(same_name)));
        if let Change::AddForeignKey(id) = change {
            let key = next.foreign_key(*id);
            tables.extend(prev.find_table(key.target_namespace.as_deref(), &key.target_table));
        }
        match change {
            Change::AlterEnum(ids, _) | Change::RenameEnum(ids) => tables.extend(holding(prev, ids.prev)),
            Change::DropEnum(id) => tables.extend(holding(prev, *id)),
            _ => {}
        }
    }
    let refers = |(id, table): (TableId, &Table)| {
        let hits =
            table.foreign_keys.iter().any(|key| target(prev, key).is_some_and(|it| tables.contains(&it)));
        hits.then_some(id)
    };
    let referring: Vec<TableId> = prev.walk_tables().filter_map(refers).collect();
    tables.extend(referring);
    with_targets(prev, &tables)
}

/// The tables with a column of an enum.
fn holding(schema: &SqlSchema, id: EnumId) -> Vec<TableId> {
    let ty = schema.enum_type(id);
    let is_it = |native: &NativeType| matches!(native, NativeType::Enum { namespace, name } if *namespace == ty.namespace && *name == ty.name);
    let holds = |table: &Table| table.columns.iter().any(|column| is_it(&column.ty.native));
    schema.walk_tables().filter(|(_, table)| holds(table)).map(|(id, _)| id).collect()
}
