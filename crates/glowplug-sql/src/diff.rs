//! The generic walk: finds what differs between two schemas.
//!
//! It pairs objects by name (or by a rename hint), asks the dialect through [`Compare`] where
//! equality is a question of the database, and lists what is left as [`Change`]s.

use std::collections::BTreeMap;

use crate::change::{Cast, Change, ChangeSet, ColumnDelta, EnumDelta};
use crate::hints::RenameHints;
use crate::ids::{ColumnId, EnumId, ExtensionId, ForeignId, ForeignKeyId, IndexId, NamespaceId, TableId};
use crate::model::{AutoIncrement, Column, ForeignKey, ForeignObject, Index, IndexKey, SqlSchema, Table};
use crate::pair::Pair;
use crate::pairing::Pairing;

pub use crate::candidates::{RenameCandidate, Renamed, rename_candidates};

/// The questions that only a dialect can answer. All are pure.
pub trait Compare {
    /// `None` when both columns have the same type, else what a cast from `prev` to `next` does.
    fn type_change(&self, columns: Pair<&Column>) -> Option<Cast>;
    /// Whether both defaults mean the same.
    fn same_default(&self, columns: Pair<&Column>) -> bool;
    /// Whether both columns are counted up the same way.
    fn same_auto_increment(&self, columns: Pair<&Column>) -> bool;
    /// Whether both indexes are the same but for their names.
    fn same_index(&self, tables: Pair<&Table>, indexes: Pair<&Index>) -> bool;
    /// An expression of the database as it reads after columns of its table got other names.
    /// Used for comparison only.
    fn with_renamed_columns(&self, expression: &str, columns: &[Pair<String>]) -> String;
    /// Whether an extension of the database is as the schema file asks.
    fn same_extension(&self, extensions: Pair<&crate::model::Extension>) -> bool;
    /// Whether foreign keys and primary keys have names of their own that can differ.
    fn has_constraint_names(&self) -> bool;
    /// Whether a foreign object comes and goes with the rows, like a partition: it is neither missed nor
    /// superfluous.
    fn comes_with_rows(&self, object: &ForeignObject) -> bool;
}

/// Everything that leads from `schemas.prev` to `schemas.next`.
pub fn diff<'a>(schemas: Pair<&'a SqlSchema>, compare: &dyn Compare, hints: &RenameHints) -> ChangeSet<'a> {
    let pairing = Pairing::by_hints(schemas, hints);
    let mut walk = Walk { schemas, compare, pairing: &pairing, changes: Vec::new() };
    walk.namespaces();
    walk.extensions();
    walk.enums();
    walk.tables();
    if walk.whole() {
        walk.foreign();
    }
    ChangeSet { schemas, changes: walk.changes }
}

/// How two columns that are one differ; `None` if they do not. `prev` must already have the next
/// schema's names ([`Pairing::column_as_next`]).
pub(crate) fn column_delta(columns: Pair<&Column>, compare: &dyn Compare) -> Option<ColumnDelta> {
    let delta = ColumnDelta {
        ty: compare.type_change(columns),
        // A list without elements is empty, never NULL: NOT NULL makes no difference to it.
        nullable: columns.prev.nullable != columns.next.nullable
            && !(columns.prev.ty.is_list && columns.next.ty.is_list),
        default: !compare.same_default(columns),
        auto_increment: !compare.same_auto_increment(columns),
        generated: false,
    };
    (delta != ColumnDelta::default()).then_some(delta)
}

/// What differs besides, where both columns are a database's.
fn beyond_the_language(columns: Pair<&Column>, delta: Option<ColumnDelta>) -> Option<ColumnDelta> {
    let mut delta = delta.unwrap_or_default();
    delta.generated = columns.prev.generated != columns.next.generated;
    let identities = (&columns.prev.auto_increment, &columns.next.auto_increment);
    if let (Some(AutoIncrement::Identity { .. }), Some(AutoIncrement::Identity { .. })) = identities {
        delta.auto_increment |= identities.0 != identities.1;
    }
    (delta != ColumnDelta::default()).then_some(delta)
}

struct Walk<'a, 'c> {
    schemas: Pair<&'a SqlSchema>,
    compare: &'c dyn Compare,
    pairing: &'c Pairing,
    changes: Vec<Change>,
}

impl Walk<'_, '_> {
    fn push(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Whether both sides are databases, which are compared in everything.
    fn whole(&self) -> bool {
        self.schemas.prev.owns_foreign && self.schemas.next.owns_foreign
    }

    /// A namespace that nobody asks for any more may hold what others made: it stays.
    fn namespaces(&mut self) {
        for (i, name) in self.schemas.next.namespaces.iter().enumerate() {
            if !self.schemas.prev.namespaces.contains(name) {
                self.push(Change::CreateNamespace(NamespaceId(i)));
            }
        }
    }

    /// An extension that nobody asks for any more may serve others: it stays.
    fn extensions(&mut self) {
        for (i, next) in self.schemas.next.extensions.iter().enumerate() {
            match self.schemas.prev.extensions.iter().position(|prev| prev.name == next.name) {
                None => self.push(Change::CreateExtension(ExtensionId(i))),
                Some(at) => {
                    let prev = &self.schemas.prev.extensions[at];
                    if !self.compare.same_extension(Pair::new(prev, next)) {
                        self.push(Change::AlterExtension(Pair::new(ExtensionId(at), ExtensionId(i))));
                    }
                }
            }
        }
    }

    fn enums(&mut self) {
        for (id, _) in self.schemas.prev.walk_enums() {
            if self.pairing.enum_next(id).is_none() {
                self.push(Change::DropEnum(id));
            }
        }
        for (id, next) in self.schemas.next.walk_enums() {
            let Some(prev_id) = self.pairing.enum_prev(id) else {
                self.push(Change::CreateEnum(id));
                continue;
            };
            let ids = Pair::new(prev_id, id);
            let prev = self.schemas.prev.enum_type(prev_id);
            if prev.name != next.name || prev.namespace != next.namespace {
                self.push(Change::RenameEnum(ids));
            }
            let delta = self.enum_delta(ids);
            if delta != EnumDelta::default() {
                self.push(Change::AlterEnum(ids, delta));
            }
        }
    }

    /// The order of values is not compared: values that were added later stand last in the database.
    fn enum_delta(&self, ids: Pair<EnumId>) -> EnumDelta {
        let renamed = self.pairing.labels(ids.prev).to_vec();
        let prev = &self.schemas.prev.enum_type(ids.prev).values;
        let next = &self.schemas.next.enum_type(ids.next).values;
        let added = next
            .iter()
            .map(|v| &v.name)
            .filter(|name| !renamed.iter().any(|r| r.next == **name))
            .filter(|name| !prev.iter().any(|v| v.name == **name) || renamed.iter().any(|r| r.prev == **name))
            .cloned()
            .collect();
        let removed = prev
            .iter()
            .map(|v| &v.name)
            .filter(|name| !renamed.iter().any(|r| r.prev == **name))
            .filter(|name| !next.iter().any(|v| v.name == **name) || renamed.iter().any(|r| r.next == **name))
            .cloned()
            .collect();
        EnumDelta { added, removed, renamed }
    }

    fn tables(&mut self) {
        for (id, table) in self.schemas.prev.walk_tables() {
            if self.pairing.table_next(id).is_none() {
                for index in 0..table.foreign_keys.len() {
                    self.push(Change::DropForeignKey(ForeignKeyId { table: id, index }));
                }
                self.push(Change::DropTable(id));
            }
        }
        for (id, next) in self.schemas.next.walk_tables() {
            match self.pairing.table_prev(id) {
                None => {
                    self.push(Change::CreateTable(id));
                    for index in 0..next.foreign_keys.len() {
                        self.push(Change::AddForeignKey(ForeignKeyId { table: id, index }));
                    }
                }
                Some(prev_id) => self.table(Pair::new(prev_id, id)),
            }
        }
    }

    fn table(&mut self, ids: Pair<TableId>) {
        let tables = Pair::new(self.schemas.prev.table(ids.prev), self.schemas.next.table(ids.next));
        if tables.prev.name != tables.next.name || tables.prev.namespace != tables.next.namespace {
            self.push(Change::RenameTable(ids));
        }
        self.columns(ids, tables);
        self.primary_key(ids, tables);
        self.indexes(ids, tables);
        self.foreign_keys(ids, tables);
    }

    fn columns(&mut self, ids: Pair<TableId>, tables: Pair<&Table>) {
        for index in 0..tables.prev.columns.len() {
            let id = ColumnId { table: ids.prev, index };
            if self.pairing.column_next(id).is_none() {
                self.push(Change::DropColumn(id));
            }
        }
        for (index, next) in tables.next.columns.iter().enumerate() {
            let next_id = ColumnId { table: ids.next, index };
            let Some(prev_id) = self.pairing.column_prev(next_id) else {
                self.push(Change::AddColumn(next_id));
                continue;
            };
            let columns = Pair::new(prev_id, next_id);
            let prev = self.pairing.column_as_next(self.schemas, prev_id);
            if prev.name != next.name {
                self.push(Change::RenameColumn(columns));
            }
            let pair = Pair::new(prev.as_ref(), next);
            let mut delta = column_delta(pair, self.compare);
            if self.whole() {
                delta = beyond_the_language(pair, delta);
            }
            if let Some(delta) = delta {
                self.push(Change::AlterColumn(columns, delta));
            }
        }
    }

    fn primary_key(&mut self, ids: Pair<TableId>, tables: Pair<&Table>) {
        match (&tables.prev.primary_key, &tables.next.primary_key) {
            (None, None) => {}
            (None, Some(_)) if has_older_join_key(tables) => {}
            (None, Some(_)) => self.push(Change::AddPrimaryKey(ids.next)),
            (Some(_), None) => self.push(Change::DropPrimaryKey(ids.prev)),
            (Some(prev), Some(next)) => {
                let columns = self.pairing.primary_key_as_next(self.schemas, ids.prev);
                let same = columns.as_ref() == Some(&next.columns)
                    && (!self.whole() || prev.definition == next.definition);
                if !same {
                    self.push(Change::DropPrimaryKey(ids.prev));
                    self.push(Change::AddPrimaryKey(ids.next));
                } else if self.compare.has_constraint_names() && names_differ(&prev.name, &next.name) {
                    self.push(Change::RenamePrimaryKey(ids));
                }
            }
        }
    }

    /// Same name and same content first, then same content under another name, which is a rename.
    /// What the language cannot express is left alone by a schema file.
    fn indexes(&mut self, ids: Pair<TableId>, tables: Pair<&Table>) {
        let renamed = self.pairing.renamed_columns(self.schemas, ids.prev);
        let older_join_key = has_older_join_key(tables).then(|| join_key_of(tables.prev)).flatten();
        let mut prev_left: Vec<usize> =
            (0..tables.prev.indexes.len()).filter(|at| Some(*at) != older_join_key).collect();
        let mut next_left: Vec<usize> = (0..tables.next.indexes.len()).collect();
        let whole = self.whole();
        let same = |prev: usize, next: usize, by_name: bool| {
            let indexes = Pair::new(&tables.prev.indexes[prev], &tables.next.indexes[next]);
            if whole && !(indexes.prev.expressible && indexes.next.expressible) {
                return indexes.prev == indexes.next;
            }
            let id = IndexId { table: ids.prev, index: prev };
            // A file that knows nothing of partial indexes cannot say that its own has become one.
            let any_predicate = by_name && !self.schemas.next.owns_partial_indexes;
            self.same_index(id, tables, next, &renamed, any_predicate)
        };
        let mut pairs: Vec<Pair<usize>> = Vec::new();
        for by_name in [true, false] {
            next_left.retain(|&next| {
                let name = &tables.next.indexes[next].name;
                let found = prev_left.iter().position(|&prev| {
                    let index = &tables.prev.indexes[prev];
                    // An index that someone made by hand under the expected name serves in its place.
                    (by_name && index.name == *name && !index.expressible && !whole)
                        || ((!by_name || index.name == *name) && index.valid && same(prev, next, by_name))
                });
                match found {
                    Some(at) => {
                        pairs.push(Pair::new(prev_left.remove(at), next));
                        false
                    }
                    None => true,
                }
            });
        }
        for index in prev_left {
            let prev = &tables.prev.indexes[index];
            let in_the_way = next_left.iter().any(|next| tables.next.indexes[*next].name == prev.name);
            let owned = prev.predicate.is_none() || self.schemas.next.owns_partial_indexes;
            if whole || (prev.expressible && (owned || in_the_way)) {
                self.push(Change::DropIndex(IndexId { table: ids.prev, index }));
            }
        }
        pairs.sort_by_key(|pair| pair.next);
        for pair in pairs {
            if tables.prev.indexes[pair.prev].name != tables.next.indexes[pair.next].name {
                self.push(Change::RenameIndex(Pair::new(
                    IndexId { table: ids.prev, index: pair.prev },
                    IndexId { table: ids.next, index: pair.next },
                )));
            }
        }
        for index in next_left {
            self.push(Change::CreateIndex(IndexId { table: ids.next, index }));
        }
    }

    /// Objects are paired by kind and name. What comes and goes with its table, or with another foreign
    /// object, is not listed.
    fn foreign(&mut self) {
        let schemas = self.schemas;
        let places = |schema: &SqlSchema| -> BTreeMap<(String, String), usize> {
            let objects = schema.foreign.iter().enumerate();
            objects.map(|(at, it)| ((it.kind.clone(), it.name.clone()), at)).collect()
        };
        let (prev, next) = (places(schemas.prev), places(schemas.next));
        for (key, at) in &prev {
            let object = &schemas.prev.foreign[*at];
            match next.get(key) {
                Some(to) if !object.is_same(&schemas.next.foreign[*to]) => {
                    self.push(Change::AlterForeign(Pair::new(ForeignId(*at), ForeignId(*to))));
                }
                Some(_) => {}
                None if self.compare.comes_with_rows(object) => {}
                None => {
                    let table = owner(schemas.prev, object).map(|id| self.pairing.table_next(id));
                    if table != Some(None) && !follows(schemas.next, object, table.is_some()) {
                        self.push(Change::DropForeign(ForeignId(*at)));
                    }
                }
            }
        }
        for (_, at) in next.iter().filter(|(key, _)| !prev.contains_key(*key)) {
            let object = &schemas.next.foreign[*at];
            let table = owner(schemas.next, object).map(|id| self.pairing.table_prev(id));
            let listed = table != Some(None) && !follows(schemas.prev, object, table.is_some());
            if listed && !self.compare.comes_with_rows(object) {
                self.push(Change::CreateForeign(ForeignId(*at)));
            }
        }
    }

    fn same_index(
        &self,
        prev: IndexId,
        tables: Pair<&Table>,
        next: usize,
        renamed: &[Pair<String>],
        any_predicate: bool,
    ) -> bool {
        let Some(mut index) = self.pairing.index_as_next(self.schemas, prev) else { return false };
        if !index.expressible {
            return false;
        }
        match &index.predicate {
            Some(_) if any_predicate => index.to_mut().predicate = None,
            Some(predicate) if !renamed.is_empty() => {
                let predicate = self.compare.with_renamed_columns(predicate, renamed);
                index.to_mut().predicate = Some(predicate);
            }
            Some(_) | None => {}
        }
        self.compare.same_index(tables, Pair::new(&index, &tables.next.indexes[next]))
    }

    fn foreign_keys(&mut self, ids: Pair<TableId>, tables: Pair<&Table>) {
        let translated: Vec<Option<ForeignKey>> = (0..tables.prev.foreign_keys.len())
            .map(|index| {
                self.pairing.foreign_key_as_next(self.schemas, ForeignKeyId { table: ids.prev, index })
            })
            .collect();
        let whole = self.whole();
        let same = |prev: &ForeignKey, next: &ForeignKey| {
            same_foreign_key(prev, next) && (!whole || prev.extras == next.extras)
        };
        let mut prev_left: Vec<usize> = (0..translated.len()).collect();
        let mut pairs: Vec<Pair<usize>> = Vec::new();
        let mut added: Vec<usize> = Vec::new();
        for (next_at, next) in tables.next.foreign_keys.iter().enumerate() {
            let matching = |prev: &usize| translated[*prev].as_ref().is_some_and(|key| same(key, next));
            let by_name = prev_left
                .iter()
                .position(|at| matching(at) && tables.prev.foreign_keys[*at].name == next.name);
            match by_name.or_else(|| prev_left.iter().position(matching)) {
                Some(at) => pairs.push(Pair::new(prev_left.remove(at), next_at)),
                None => added.push(next_at),
            }
        }
        for index in prev_left {
            // A second foreign key of the same meaning was not made by the schema file.
            let doubled = translated[index]
                .as_ref()
                .is_some_and(|key| tables.next.foreign_keys.iter().any(|next| same_foreign_key(key, next)));
            // One that the language has no words for was not made by it either.
            let expressible = tables.prev.foreign_keys[index].expressible;
            if whole || (!doubled && expressible) {
                self.push(Change::DropForeignKey(ForeignKeyId { table: ids.prev, index }));
            }
        }
        for pair in pairs {
            let names = Pair::new(
                &tables.prev.foreign_keys[pair.prev].name,
                &tables.next.foreign_keys[pair.next].name,
            );
            if self.compare.has_constraint_names()
                && names_differ(names.prev, names.next)
                && !is_join_shape(tables.next)
            {
                self.push(Change::RenameForeignKey(Pair::new(
                    ForeignKeyId { table: ids.prev, index: pair.prev },
                    ForeignKeyId { table: ids.next, index: pair.next },
                )));
            }
        }
        for index in added {
            self.push(Change::AddForeignKey(ForeignKeyId { table: ids.next, index }));
        }
    }
}

/// The table that a foreign object is part of.
fn owner(schema: &SqlSchema, object: &ForeignObject) -> Option<TableId> {
    let name = object.part_of.as_ref()?;
    schema.find_table(name.namespace.as_deref(), &name.name)
}

/// Whether an object is part of another foreign one that the other schema does not have: it goes with that.
fn follows(other: &SqlSchema, object: &ForeignObject, has_table: bool) -> bool {
    let Some(whole) = object.part_of.as_ref().filter(|_| !has_table) else { return false };
    let whole = whole.to_string();
    !other.foreign.iter().any(|it| it.part_of.is_none() && it.name == whole)
}

/// Whether two foreign keys, in the same schema's names, mean the same.
fn same_foreign_key(prev: &ForeignKey, next: &ForeignKey) -> bool {
    prev.columns == next.columns
        && prev.target_namespace == next.target_namespace
        && prev.target_table == next.target_table
        && prev.target_columns == next.target_columns
        && prev.on_delete == next.on_delete
        && prev.on_update == next.on_update
}

/// A name that is not known cannot differ.
fn names_differ(prev: &Option<String>, next: &Option<String>) -> bool {
    matches!((prev, next), (Some(prev), Some(next)) if prev != next)
}

/// Prisma leaves the foreign keys' names of such tables alone, whatever made them.
fn is_join_shape(table: &Table) -> bool {
    table.columns.len() == 2 && table.find_column("A").is_some() && table.find_column("B").is_some()
}

/// Before version 6, Prisma gave many-to-many tables a unique index where now there is a primary
/// key. Both do the same, so the older form is no difference.
fn has_older_join_key(tables: Pair<&Table>) -> bool {
    tables.next.is_join_table
        && tables.next.primary_key.is_some()
        && tables.prev.primary_key.is_none()
        && join_key_of(tables.prev).is_some()
}

fn join_key_of(table: &Table) -> Option<usize> {
    table.indexes.iter().position(|index| {
        let columns: Vec<Option<&str>> = index
            .parts
            .iter()
            .map(|part| match &part.key {
                IndexKey::Column(name) => Some(name.as_str()),
                IndexKey::Expression(_) => None,
            })
            .collect();
        index.unique && index.predicate.is_none() && columns == [Some("A"), Some("B")]
    })
}
