//! What the database has and the file has not: fields, attributes, relations, whole blocks.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_psl::schema::{ModelId, RelationKind};
use glowplug_sql::change::{Change, ChangeSet};
use glowplug_sql::ids::{ColumnId, EnumId, ForeignKeyId, IndexId, TableId};

use super::edits::{AttributePatch, Edits, Where};
use super::files::{BlockAt, EntryAt, Files};
use super::known::Lowered;
use super::removals::Removed;
use crate::blocks;
use crate::columns::{self, FieldText};
use crate::cx::Cx;
use crate::fresh;
use crate::joins;
use crate::keys::{self, KeyText};
use crate::names::Known;
use crate::relations::{self, Existing, RelationField};
use crate::text;

struct Additions<'r, 'f, 'a> {
    lowered: &'r Lowered<'r>,
    known: &'r Known<'r>,
    files: &'f Files<'a>,
    edits: &'r mut Edits<'f, 'a>,
    /// New fields of models that are there.
    fields: BTreeMap<ColumnId, FieldText>,
}

/// Adds what only the database has. `changes` lead from the database to the file.
pub(crate) fn make<'f, 'a>(
    cx: &mut Cx<'_>,
    changes: &ChangeSet<'_>,
    lowered: &Lowered<'_>,
    known: &Known<'_>,
    removed: &Removed,
    files: &'f Files<'a>,
    edits: &mut Edits<'f, 'a>,
) {
    let mut additions = Additions { lowered, known, files, edits, fields: BTreeMap::new() };
    let changed: BTreeSet<TableId> = changes.changes.iter().filter_map(|c| c.tables().0).collect();
    let new: BTreeSet<TableId> =
        changed.iter().copied().filter(|id| !known.models.contains_key(id)).collect();
    let was_ignored: Vec<bool> = cx.names.tables.iter().map(|names| names.is_ignored).collect();
    fresh::mark_ignored(cx, |id| changed.contains(&id));
    additions.columns(cx, changes);
    additions.keys(cx, changes, removed);
    additions.place_fields(cx);
    additions.actions(cx, removed);
    additions.tables_and_relations(cx, changes, removed, &new);
    additions.ignore(cx, &was_ignored, removed);
    additions.enums(cx, changes);
}

impl Additions<'_, '_, '_> {
    fn block(&self, table: TableId) -> Option<BlockAt> {
        let model = self.known.models.get(&table)?;
        self.files.block_at(self.lowered.schema.model(*model).span)
    }

    fn entry(&self, column: ColumnId) -> Option<EntryAt> {
        let model = self.known.models.get(&column.table)?;
        let field = self.known.fields.get(&column)?;
        self.files.entry_at(self.lowered.schema.model(*model).fields[*field].span)
    }

    fn columns(&mut self, cx: &Cx<'_>, changes: &ChangeSet<'_>) {
        for change in &changes.changes {
            if let Change::DropColumn(id) = change {
                let field = columns::field(cx, cx.field(*id), cx.live.column(*id));
                self.fields.insert(*id, field);
            }
        }
    }

    fn keys(&mut self, cx: &Cx<'_>, changes: &ChangeSet<'_>, removed: &Removed) {
        let mut lines = removed.indexes.clone();
        for change in &changes.changes {
            match change {
                Change::DropPrimaryKey(id) => {
                    if let Some(key) = keys::primary_key(cx, *id) {
                        self.key(*id, key);
                    }
                }
                Change::DropIndex(id) => self.index(cx, *id, &mut lines),
                _ => {}
            }
        }
    }

    /// An index over the columns of one that goes takes its line, and what stands around it.
    fn index(&mut self, cx: &Cx<'_>, id: IndexId, lines: &mut Vec<(IndexId, EntryAt)>) {
        let index = cx.live.index_at(id);
        let key = keys::index(cx, id.table, index, true);
        let columns = keys::columns(index);
        let is_same = |(other, _): &(IndexId, EntryAt)| {
            let other_index = self.lowered.file.index_at(*other);
            self.lowered.model(other.table) == self.known.models.get(&id.table).copied()
                && other_index.unique == index.unique
                && keys::columns(other_index) == columns
        };
        if let (KeyText::OnModel(text), Some(place)) = (&key, lines.iter().position(is_same)) {
            let (_, at) = lines.remove(place);
            return self.edits.replace(at, text.clone());
        }
        let has_one = match &key {
            KeyText::OnField(column, name, _) => {
                let column = ColumnId { table: id.table, index: *column };
                match self.fields.get(&column) {
                    Some(field) => field.attributes.iter().any(|(known, _)| known == name),
                    None => self.entry(column).is_none_or(|at| self.edits.will_have(at, name)),
                }
            }
            KeyText::OnModel(_) => false,
        };
        self.key(id.table, if has_one { keys::index(cx, id.table, index, false) } else { key });
    }

    fn key(&mut self, table: TableId, key: KeyText) {
        match key {
            KeyText::OnField(index, name, text) => {
                let column = ColumnId { table, index };
                if let Some(field) = self.fields.get_mut(&column) {
                    field.attributes.insert(0, (name, text));
                } else if let Some(at) = self.entry(column) {
                    self.edits.patch(at, &name, AttributePatch::Set(text));
                }
            }
            KeyText::OnModel(text) => {
                if let Some(block) = self.block(table) {
                    self.edits.insert(block, Where::AtEnd, text);
                }
            }
        }
    }

    /// New fields stand where their columns do: behind the field of the column before them.
    fn place_fields(&mut self, cx: &Cx<'_>) {
        for (id, field) in std::mem::take(&mut self.fields) {
            let Some(block) = self.block(id.table) else { continue };
            let before =
                (0..id.index).rev().find_map(|index| self.entry(ColumnId { table: id.table, index }));
            let place = before.map_or(Where::First, |at| Where::After(at.entry));
            let docs = text::docs(cx.live.column(id).comment.as_deref(), "");
            self.edits.insert(block, place, format!("{docs}{}", field.line()));
        }
    }

    /// What happens to rows, where nothing else of a foreign key differs.
    fn actions(&mut self, cx: &Cx<'_>, removed: &Removed) {
        for (live, file) in &removed.altered {
            let Some(relation) = self.lowered.relation(*file) else { continue };
            let RelationKind::ForeignKey(key) = &self.lowered.schema.relation(relation).kind else {
                continue;
            };
            let Some(at) = self.files.attribute_at(key.span) else { continue };
            let options = relations::options(cx, live.table, cx.live.foreign_key(*live));
            let arguments = options.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            self.edits.patch_at(at, AttributePatch::Arguments(arguments));
        }
    }

    fn tables_and_relations(
        &mut self,
        cx: &mut Cx<'_>,
        changes: &ChangeSet<'_>,
        removed: &Removed,
        new: &BTreeSet<TableId>,
    ) {
        let is_dropped =
            |id: &TableId| changes.changes.contains(&Change::DropTable(*id)) || removed.joins.contains(id);
        let new: Vec<TableId> = new.iter().copied().filter(is_dropped).collect();
        let joins: Vec<joins::Join> = new.iter().filter_map(|id| joins::read(cx, *id)).collect();
        let models: Vec<TableId> =
            new.iter().copied().filter(|id| !joins.iter().any(|join| join.table == *id)).collect();
        let mut foreign_keys: Vec<ForeignKeyId> = changes
            .changes
            .iter()
            .filter_map(|change| match change {
                Change::DropForeignKey(id) => Some(*id),
                _ => None,
            })
            .filter(|id| !new.contains(&id.table) && self.known.models.contains_key(&id.table))
            .filter(|id| !removed.altered.iter().any(|(live, _)| live == id))
            .collect();
        foreign_keys.extend(fresh::foreign_keys(cx, &models));
        let existing = self.existing(removed);
        let fields = relations::fields(cx, &foreign_keys, &joins, &existing);
        for field in fields.iter().filter(|field| !models.contains(&field.table)) {
            if let Some(block) = self.block(field.table) {
                self.edits.insert(block, Where::AfterFields, field.line.clone());
            }
        }
        self.models(cx, &models, &fields);
    }

    fn models(&mut self, cx: &Cx<'_>, models: &[TableId], relations: &[RelationField]) {
        let home = self.files.home();
        for id in models {
            self.edits.append(home, blocks::model(cx, *id, relations));
        }
    }

    /// The relations that stay, by the models between which they are.
    fn existing(&self, removed: &Removed) -> Existing {
        let schema = self.lowered.schema;
        let name = |id: ModelId| schema.model(id).name.clone();
        let mut res = Existing::default();
        for (index, relation) in schema.relations.iter().enumerate() {
            if removed.relations.contains(&glowplug_psl::schema::RelationId(index)) {
                continue;
            }
            let (a, b) = match &relation.kind {
                RelationKind::ForeignKey(key) => (key.forward.model, key.target),
                RelationKind::ManyToMany { a, b } => (a.model, b.model),
            };
            res.add(&name(a), &name(b), relation.name.as_deref());
        }
        res
    }

    /// A model that has lost its key stays with `@@ignore`, and so do the fields that lead to it.
    fn ignore(&mut self, cx: &Cx<'_>, was_ignored: &[bool], removed: &Removed) {
        for (table, model) in &self.known.models {
            if !cx.names.tables[table.0].is_ignored || was_ignored[table.0] {
                continue;
            }
            if let Some(block) = self.block(*table) {
                self.edits.insert(block, Where::AtEnd, "@@ignore".to_owned());
            }
            for (index, field) in self.lowered.schema.model(*model).fields.iter().enumerate() {
                let id = glowplug_psl::schema::FieldId { model: *model, index };
                if field.is_ignored && !removed.fields.contains(&id) {
                    let at = self.files.entry_at(field.span);
                    at.into_iter().for_each(|at| self.edits.patch(at, "ignore", AttributePatch::Remove));
                }
            }
            self.ignore_fields_to(cx, *model, removed);
        }
    }

    fn ignore_fields_to(&mut self, cx: &Cx<'_>, target: ModelId, removed: &Removed) {
        let schema = self.lowered.schema;
        let is_ignored = |model: ModelId| {
            let table = self.known.models.iter().find(|(_, known)| **known == model);
            table.is_some_and(|(table, _)| cx.names.tables[table.0].is_ignored)
        };
        let mut fields = Vec::new();
        for relation in &schema.relations {
            match &relation.kind {
                RelationKind::ForeignKey(key) if key.target == target => fields.push(key.forward),
                RelationKind::ForeignKey(key) if key.forward.model == target => fields.extend(key.back),
                RelationKind::ManyToMany { a, b } if b.model == target => fields.push(*a),
                RelationKind::ManyToMany { a, b } if a.model == target => fields.push(*b),
                RelationKind::ForeignKey(_) | RelationKind::ManyToMany { .. } => {}
            }
        }
        for id in fields {
            let field = schema.field(id);
            if !removed.fields.contains(&id) && !field.is_ignored && !is_ignored(id.model) {
                let patch = AttributePatch::Set("@ignore".to_owned());
                self.files
                    .entry_at(field.span)
                    .into_iter()
                    .for_each(|at| self.edits.patch(at, "ignore", patch.clone()));
            }
        }
    }

    fn enums(&mut self, cx: &Cx<'_>, changes: &ChangeSet<'_>) {
        for change in &changes.changes {
            match change {
                Change::DropEnum(id) => self.edits.append(self.files.home(), blocks::enum_(cx, *id)),
                Change::AlterEnum(ids, delta) => self.values(cx, ids.prev, &delta.removed),
                _ => {}
            }
        }
    }

    /// New values stand where the database has them.
    fn values(&mut self, cx: &Cx<'_>, id: EnumId, labels: &[String]) {
        let Some(written) = self.known.enums.get(&id).map(|id| self.lowered.schema.enum_(*id)) else {
            return;
        };
        let Some(block) = self.files.block_at(written.span) else { return };
        let enum_ = cx.live.enum_type(id);
        for (index, value) in enum_.values.iter().enumerate().filter(|(_, v)| labels.contains(&v.name)) {
            let before = enum_.values[..index].iter().rev().find_map(|value| {
                let place = self.known.values.get(&(id, value.name.clone()))?;
                self.files.entry_at(written.values[*place].span)
            });
            let place = before.map_or(Where::First, |at| Where::After(at.entry));
            let line = blocks::value_line(&cx.names.enums[id.0].values[index], &value.name);
            self.edits.insert(block, place, line);
        }
    }
}
