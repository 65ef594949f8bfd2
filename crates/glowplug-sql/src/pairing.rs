//! Which objects of two schemas are the same, whatever they are called.
//!
//! Objects are paired by rename hints, then by name. A table or enum of the same name that only
//! changed its namespace is the same one, and so is the table of a many-to-many relation whose two
//! sides are the same. Parts of the previous schema can then be read in the next schema's names.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::change::{Change, ChangeSet};
use crate::hints::RenameHints;
use crate::ids::{ColumnId, EnumId, ForeignKeyId, IndexId, TableId};
use crate::model::{
    Column, Default, ForeignKey, Index, IndexKey, Literal, NativeType, QualifiedName, SqlSchema, Table,
};
use crate::pair::Pair;

/// The pairs of two schemas' objects.
#[derive(Debug, Clone, Default)]
pub struct Pairing {
    tables: Matches,
    enums: Matches,
    /// Per previous table that stays, its columns.
    columns: BTreeMap<usize, Matches>,
    /// Per previous enum that stays, labels that changed.
    labels: BTreeMap<usize, Vec<Pair<String>>>,
    /// Previous tables by name.
    prev_tables: TableNames,
}

/// Finds tables of one schema by name, without looking at all of them.
#[derive(Debug, Clone, Default)]
pub struct TableNames(BTreeMap<String, Vec<(Option<String>, TableId)>>);

impl TableNames {
    /// The names of a schema's tables.
    pub fn of(schema: &SqlSchema) -> Self {
        let mut names: BTreeMap<String, Vec<(Option<String>, TableId)>> = BTreeMap::new();
        for (id, table) in schema.walk_tables() {
            names.entry(table.name.clone()).or_default().push((table.namespace.clone(), id));
        }
        Self(names)
    }

    /// The table of that name.
    pub fn find(&self, namespace: Option<&str>, name: &str) -> Option<TableId> {
        let found = self.0.get(name)?.iter().find(|(other, _)| other.as_deref() == namespace);
        found.map(|(_, id)| *id)
    }
}

/// A partial one-to-one map between two lists, kept in both directions.
#[derive(Debug, Clone, Default)]
struct Matches {
    to_next: Vec<Option<usize>>,
    to_prev: Vec<Option<usize>>,
}

impl Matches {
    fn new(prev: usize, next: usize) -> Self {
        Self { to_next: vec![None; prev], to_prev: vec![None; next] }
    }

    fn join(&mut self, prev: usize, next: usize) {
        if self.to_next[prev].is_none() && self.to_prev[next].is_none() {
            self.to_next[prev] = Some(next);
            self.to_prev[next] = Some(prev);
        }
    }

    /// Joins what has the same key on both sides and no partner yet. `skip` holds entries that must
    /// stay alone.
    fn join_by<K: Ord>(
        &mut self,
        prev: impl Iterator<Item = K>,
        next: impl Iterator<Item = K>,
        skip: &Alone,
    ) {
        let keys: BTreeMap<K, usize> = prev.enumerate().map(|(i, key)| (key, i)).collect();
        for (i, key) in next.enumerate() {
            if let Some(&found) = keys.get(&key)
                && !skip.prev.contains(&found)
                && !skip.next.contains(&i)
            {
                self.join(found, i);
            }
        }
    }
}

/// Entries that are known to have no partner.
#[derive(Default)]
struct Alone {
    prev: Vec<usize>,
    next: Vec<usize>,
}

impl Pairing {
    /// The pairs of two schemas, given what the user has said about names.
    pub fn by_hints(schemas: Pair<&SqlSchema>, hints: &RenameHints) -> Self {
        let mut tables = Matches::new(schemas.prev.tables.len(), schemas.next.tables.len());
        let names = schemas.map(|s| s.tables.iter().map(Table::qualified_name).collect::<Vec<_>>());
        join_hints(&mut tables, names.as_ref().map(Vec::as_slice), &hints.tables);
        tables.join_by(names.prev.iter(), names.next.iter(), &Alone::default());
        join_moved(&mut tables, names.as_ref().map(Vec::as_slice));
        join_join_tables(&mut tables, schemas);

        let mut enums = Matches::new(schemas.prev.enums.len(), schemas.next.enums.len());
        let names = schemas.map(|s| s.enums.iter().map(|e| e.qualified_name()).collect::<Vec<_>>());
        join_hints(&mut enums, names.as_ref().map(Vec::as_slice), &hints.enums);
        enums.join_by(names.prev.iter(), names.next.iter(), &Alone::default());
        join_moved(&mut enums, names.as_ref().map(Vec::as_slice));

        let prev_tables = TableNames::of(schemas.prev);
        let mut pairing =
            Self { tables, enums, columns: BTreeMap::new(), labels: BTreeMap::new(), prev_tables };
        for (next_id, next) in schemas.next.walk_tables() {
            let Some(prev_id) = pairing.table_prev(next_id) else { continue };
            let prev = schemas.prev.table(prev_id);
            let name = next.qualified_name();
            let renames = hints.columns.iter().filter(|hint| hint.of == name).map(|hint| &hint.names);
            pairing
                .columns
                .insert(prev_id.0, columns_by_name(Pair::new(prev, next), renames, &Alone::default()));
        }
        for (next_id, next) in schemas.next.walk_enums() {
            let Some(prev_id) = pairing.enum_prev(next_id) else { continue };
            let name = next.qualified_name();
            let prev = schemas.prev.enum_type(prev_id);
            let has =
                |values: &[crate::model::EnumVariant], label: &str| values.iter().any(|v| v.name == label);
            let labels: Vec<Pair<String>> = hints
                .enum_values
                .iter()
                .filter(|hint| hint.of == name && hint.names.prev != hint.names.next)
                .map(|hint| hint.names.clone())
                .filter(|names| has(&prev.values, &names.prev) && has(&next.values, &names.next))
                .collect();
            if !labels.is_empty() {
                pairing.labels.insert(prev_id.0, labels);
            }
        }
        pairing
    }

    /// The pairs that a change set is made of.
    pub fn of(changes: &ChangeSet<'_>) -> Self {
        let schemas = changes.schemas;
        let mut tables = Matches::new(schemas.prev.tables.len(), schemas.next.tables.len());
        let mut enums = Matches::new(schemas.prev.enums.len(), schemas.next.enums.len());
        let (mut lone_tables, mut lone_enums) = (Alone::default(), Alone::default());
        let mut added: BTreeMap<TableId, Vec<usize>> = BTreeMap::new();
        let mut dropped: BTreeMap<TableId, Vec<usize>> = BTreeMap::new();
        let mut renamed_columns: BTreeMap<TableId, Vec<Pair<ColumnId>>> = BTreeMap::new();
        let mut labels = BTreeMap::new();
        for change in &changes.changes {
            match change {
                Change::RenameTable(ids) => tables.join(ids.prev.0, ids.next.0),
                Change::CreateTable(id) => lone_tables.next.push(id.0),
                Change::DropTable(id) => lone_tables.prev.push(id.0),
                Change::RenameEnum(ids) => enums.join(ids.prev.0, ids.next.0),
                Change::CreateEnum(id) => lone_enums.next.push(id.0),
                Change::DropEnum(id) => lone_enums.prev.push(id.0),
                Change::AddColumn(id) => added.entry(id.table).or_default().push(id.index),
                Change::DropColumn(id) => dropped.entry(id.table).or_default().push(id.index),
                Change::RenameColumn(ids) => renamed_columns.entry(ids.prev.table).or_default().push(*ids),
                Change::AlterEnum(ids, delta) if !delta.renamed.is_empty() => {
                    labels.insert(ids.prev.0, delta.renamed.clone());
                }
                Change::AlterEnum(..)
                | Change::CreateNamespace(_)
                | Change::DropNamespace(_)
                | Change::CreateExtension(_)
                | Change::DropExtension(_)
                | Change::AlterExtension(_)
                | Change::AlterColumn(..)
                | Change::AddPrimaryKey(_)
                | Change::DropPrimaryKey(_)
                | Change::RenamePrimaryKey(_)
                | Change::CreateIndex(_)
                | Change::DropIndex(_)
                | Change::RenameIndex(_)
                | Change::AddForeignKey(_)
                | Change::DropForeignKey(_)
                | Change::RenameForeignKey(_)
                | Change::CreateForeign(_)
                | Change::DropForeign(_)
                | Change::AlterForeign(_) => {}
            }
        }
        let names = schemas.map(|s| s.tables.iter().map(Table::qualified_name).collect::<Vec<_>>());
        tables.join_by(names.prev.iter(), names.next.iter(), &lone_tables);
        let names = schemas.map(|s| s.enums.iter().map(|e| e.qualified_name()).collect::<Vec<_>>());
        enums.join_by(names.prev.iter(), names.next.iter(), &lone_enums);

        let prev_tables = TableNames::of(schemas.prev);
        let mut pairing = Self { tables, enums, columns: BTreeMap::new(), labels, prev_tables };
        for (prev_id, prev) in schemas.prev.walk_tables() {
            let Some(next_id) = pairing.table_next(prev_id) else { continue };
            let next = schemas.next.table(next_id);
            let alone = Alone {
                prev: dropped.remove(&prev_id).unwrap_or_default(),
                next: added.remove(&next_id).unwrap_or_default(),
            };
            let mut columns = Matches::new(prev.columns.len(), next.columns.len());
            for ids in renamed_columns.remove(&prev_id).unwrap_or_default() {
                columns.join(ids.prev.index, ids.next.index);
            }
            columns.join_by(
                prev.columns.iter().map(|c| c.name.as_str()),
                next.columns.iter().map(|c| c.name.as_str()),
                &alone,
            );
            pairing.columns.insert(prev_id.0, columns);
        }
        pairing
    }

    /// What a previous table is now.
    pub fn table_next(&self, prev: TableId) -> Option<TableId> {
        self.tables.to_next[prev.0].map(TableId)
    }

    /// What a table was before.
    pub fn table_prev(&self, next: TableId) -> Option<TableId> {
        self.tables.to_prev[next.0].map(TableId)
    }

    /// What a previous enum is now.
    pub fn enum_next(&self, prev: EnumId) -> Option<EnumId> {
        self.enums.to_next[prev.0].map(EnumId)
    }

    /// What an enum was before.
    pub fn enum_prev(&self, next: EnumId) -> Option<EnumId> {
        self.enums.to_prev[next.0].map(EnumId)
    }

    /// What a previous column is now.
    pub fn column_next(&self, prev: ColumnId) -> Option<ColumnId> {
        let table = self.table_next(prev.table)?;
        let index = self.columns.get(&prev.table.0)?.to_next[prev.index]?;
        Some(ColumnId { table, index })
    }

    /// What a column was before.
    pub fn column_prev(&self, next: ColumnId) -> Option<ColumnId> {
        let table = self.table_prev(next.table)?;
        let index = self.columns.get(&table.0)?.to_prev[next.index]?;
        Some(ColumnId { table, index })
    }

    /// Labels of a previous enum that changed.
    pub fn labels(&self, prev: EnumId) -> &[Pair<String>] {
        self.labels.get(&prev.0).map_or(&[], Vec::as_slice)
    }

    /// Columns of a previous table whose names changed.
    pub fn renamed_columns(&self, schemas: Pair<&SqlSchema>, table: TableId) -> Vec<Pair<String>> {
        let columns = schemas.prev.table(table).columns.iter().enumerate();
        columns
            .filter_map(|(index, prev)| {
                let next = schemas.next.column(self.column_next(ColumnId { table, index })?);
                (next.name != prev.name).then(|| Pair::new(prev.name.clone(), next.name.clone()))
            })
            .collect()
    }

    /// A previous column with the names that enums and labels have in the next schema.
    pub fn column_as_next<'a>(&self, schemas: Pair<&'a SqlSchema>, id: ColumnId) -> Cow<'a, Column> {
        let column = schemas.prev.column(id);
        let NativeType::Enum { namespace, name } = &column.ty.native else { return Cow::Borrowed(column) };
        let Some(prev_id) = schemas.prev.find_enum(namespace.as_deref(), name) else {
            return Cow::Borrowed(column);
        };
        let Some(next_id) = self.enum_next(prev_id) else {
            // The enum is gone. Another may have taken its name: then the column is not of that one.
            if schemas.next.find_enum(namespace.as_deref(), name).is_none() {
                return Cow::Borrowed(column);
            }
            let mut column = column.clone();
            column.ty.native =
                NativeType::Enum { namespace: namespace.clone(), name: format!("{name} (gone)") };
            return Cow::Owned(column);
        };
        let next = schemas.next.enum_type(next_id);
        let labels = self.labels(prev_id);
        if labels.is_empty() && next.name == *name && next.namespace == *namespace {
            return Cow::Borrowed(column);
        }
        let mut column = column.clone();
        column.ty.native = NativeType::Enum { namespace: next.namespace.clone(), name: next.name.clone() };
        match &mut column.default {
            Some(Default::Literal(literal)) => rename_label(literal, labels),
            Some(Default::List(items)) => items.iter_mut().for_each(|item| rename_label(item, labels)),
            Some(Default::Now | Default::Expression(_) | Default::Unspecified) | None => {}
        }
        Cow::Owned(column)
    }

    /// A previous index with its columns' next names; the predicate is left as it is.
    /// `None` if a column of it is gone.
    pub fn index_as_next<'a>(&self, schemas: Pair<&'a SqlSchema>, id: IndexId) -> Option<Cow<'a, Index>> {
        let index = schemas.prev.index_at(id);
        let mut res = Cow::Borrowed(index);
        for (at, part) in index.parts.iter().enumerate() {
            match &part.key {
                IndexKey::Column(name) => {
                    let next = self.column_name_as_next(schemas, id.table, name)?;
                    if next != name {
                        res.to_mut().parts[at].key = IndexKey::Column(next.to_string());
                    }
                }
                IndexKey::Expression(_) => {}
            }
        }
        Some(res)
    }

    /// The columns of a previous primary key in their next names; `None` if there is no key or a
    /// column of it is gone.
    pub fn primary_key_as_next(&self, schemas: Pair<&SqlSchema>, id: TableId) -> Option<Vec<String>> {
        let key = schemas.prev.table(id).primary_key.as_ref()?;
        self.names_as_next(schemas, id, &key.columns)
    }

    /// A previous foreign key in the next schema's names; `None` if what it needs is gone.
    pub fn foreign_key_as_next(&self, schemas: Pair<&SqlSchema>, id: ForeignKeyId) -> Option<ForeignKey> {
        let key = schemas.prev.foreign_key(id);
        let target_prev = self.prev_tables.find(key.target_namespace.as_deref(), &key.target_table);
        let mut res = key.clone();
        res.columns = self.names_as_next(schemas, id.table, &key.columns)?;
        res.extras.delete_columns = self.names_as_next(schemas, id.table, &key.extras.delete_columns)?;
        if let Some(target_prev) = target_prev {
            let target = schemas.next.table(self.table_next(target_prev)?);
            res.target_namespace.clone_from(&target.namespace);
            res.target_table.clone_from(&target.name);
            res.target_columns = self.names_as_next(schemas, target_prev, &key.target_columns)?;
        }
        Some(res)
    }

    fn names_as_next(
        &self,
        schemas: Pair<&SqlSchema>,
        table: TableId,
        names: &[String],
    ) -> Option<Vec<String>> {
        names.iter().map(|name| self.column_name_as_next(schemas, table, name).map(str::to_string)).collect()
    }

    fn column_name_as_next<'a>(
        &self,
        schemas: Pair<&'a SqlSchema>,
        table: TableId,
        name: &str,
    ) -> Option<&'a str> {
        let (index, _) = schemas.prev.table(table).find_column(name)?;
        let next = self.column_next(ColumnId { table, index })?;
        Some(&schemas.next.column(next).name)
    }
}

fn rename_label(literal: &mut Literal, labels: &[Pair<String>]) {
    match literal {
        Literal::EnumLabel(label) | Literal::Text(label) => {
            if let Some(found) = labels.iter().find(|pair| pair.prev == *label) {
                label.clone_from(&found.next);
            }
        }
        Literal::Number(_) | Literal::Boolean(_) | Literal::Bytes(_) => {}
    }
}

fn join_hints(matches: &mut Matches, names: Pair<&[QualifiedName]>, hints: &[Pair<QualifiedName>]) {
    for hint in hints {
        let prev = names.prev.iter().position(|name| *name == hint.prev);
        let next = names.next.iter().position(|name| *name == hint.next);
        if let (Some(prev), Some(next)) = (prev, next) {
            matches.join(prev, next);
        }
    }
}

/// Joins what has the same name in another namespace, if that is unambiguous.
fn join_moved(matches: &mut Matches, names: Pair<&[QualifiedName]>) {
    let alone = |names: &[QualifiedName], partners: &[Option<usize>]| {
        let mut res: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (i, name) in names.iter().enumerate().filter(|(i, _)| partners[*i].is_none()) {
            res.entry(name.name.clone()).or_default().push(i);
        }
        res
    };
    let prev = alone(names.prev, &matches.to_next);
    let next = alone(names.next, &matches.to_prev);
    for (name, prev) in prev {
        if let ([prev], Some([next])) = (prev.as_slice(), next.get(&name).map(Vec::as_slice)) {
            matches.join(*prev, *next);
        }
    }
}

/// The table of a many-to-many relation follows its two sides when these are renamed.
fn join_join_tables(matches: &mut Matches, schemas: Pair<&SqlSchema>) {
    for (next_id, next) in schemas.next.walk_tables() {
        if matches.to_prev[next_id.0].is_some() || !next.is_join_table {
            continue;
        }
        let Some(next_sides) = sides(schemas.next, next) else { continue };
        let mut found = schemas.prev.walk_tables().filter(|(prev_id, prev)| {
            matches.to_next[prev_id.0].is_none()
                && sides(schemas.prev, prev).is_some_and(|s| {
                    s.map(|side| matches.to_next[side.0].map(TableId)) == next_sides.map(Some)
                })
        });
        if let (Some((prev_id, _)), None) = (found.next(), found.next()) {
            matches.join(prev_id.0, next_id.0);
        }
    }
}

/// The tables that columns `A` and `B` of a many-to-many table refer to.
fn sides(schema: &SqlSchema, table: &Table) -> Option<[TableId; 2]> {
    if table.columns.len() != 2 {
        return None;
    }
    let side = |column: &str| {
        let key = table.foreign_keys.iter().find(|key| key.columns == [column])?;
        schema.find_table(key.target_namespace.as_deref(), &key.target_table)
    };
    Some([side("A")?, side("B")?])
}

fn columns_by_name<'a>(
    tables: Pair<&Table>,
    renames: impl Iterator<Item = &'a Pair<String>>,
    alone: &Alone,
) -> Matches {
    let mut columns = Matches::new(tables.prev.columns.len(), tables.next.columns.len());
    for names in renames {
        if let (Some((prev, _)), Some((next, _))) =
            (tables.prev.find_column(&names.prev), tables.next.find_column(&names.next))
        {
            columns.join(prev, next);
        }
    }
    columns.join_by(
        tables.prev.columns.iter().map(|c| c.name.as_str()),
        tables.next.columns.iter().map(|c| c.name.as_str()),
        alone,
    );
    columns
}
