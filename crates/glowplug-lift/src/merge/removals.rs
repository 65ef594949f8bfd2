//! What the file has and the database has not: fields, blocks and attributes go, and whatever rests on them.

use std::collections::BTreeSet;

use glowplug_psl::diagnostics::Span;
use glowplug_psl::schema::{Arity, EnumId, FieldId, FieldType, ModelId, RelationId, RelationKind};
use glowplug_sql::change::{Change, ChangeSet};
use glowplug_sql::ids::{ForeignKeyId, IndexId, TableId};
use glowplug_sql::pairing::Pairing;

use super::edits::{AttributePatch, Edits};
use super::files::{AttributeAt, EntryAt, Files};
use super::known::Lowered;
use crate::text;

/// What goes from the file.
#[derive(Debug, Default)]
pub(crate) struct Removed {
    /// Fields, those of relations as well.
    pub(crate) fields: BTreeSet<FieldId>,
    /// Lines of indexes, by the file's index.
    pub(crate) indexes: Vec<(IndexId, EntryAt)>,
    /// Relations.
    pub(crate) relations: BTreeSet<RelationId>,
    /// Tables of the database that are relations of two lists in the file, and more than that: they become models.
    pub(crate) joins: BTreeSet<TableId>,
    /// Foreign keys of the database and of the file that are the same but for their actions.
    pub(crate) altered: Vec<(ForeignKeyId, ForeignKeyId)>,
}

struct Removals<'r, 'f, 'a> {
    lowered: &'r Lowered<'r>,
    files: &'f Files<'a>,
    edits: &'r mut Edits<'f, 'a>,
    removed: Removed,
}

/// Removes what only the file has. `changes` lead from the database to the file.
pub(crate) fn make<'f, 'a>(
    changes: &ChangeSet<'_>,
    lowered: &Lowered<'_>,
    files: &'f Files<'a>,
    edits: &mut Edits<'f, 'a>,
) -> Removed {
    let removed = Removed { altered: altered(changes), ..Removed::default() };
    let mut removals = Removals { lowered, files, edits, removed };
    for change in &changes.changes {
        removals.one(change);
    }
    removals.joins(changes);
    removals.removed
}

impl Removals<'_, '_, '_> {
    fn one(&mut self, change: &Change) {
        match change {
            Change::CreateTable(id) => match self.lowered.model(*id) {
                Some(model) => self.model(model),
                None => self.lowered.join(*id).into_iter().for_each(|relation| self.relation(relation)),
            },
            Change::AddColumn(id) => self.lowered.field(*id).into_iter().for_each(|field| self.column(field)),
            Change::AddPrimaryKey(id) => {
                let model = self.lowered.model(*id);
                let key = model.and_then(|id| self.lowered.schema.model(id).primary_key.as_ref());
                key.into_iter().for_each(|key| self.attribute(key.span));
            }
            Change::CreateIndex(id) => {
                let Some(index) = self.lowered.index(*id) else { return };
                if let Some(AttributeAt::OnModel(at)) = self.files.attribute_at(index.span) {
                    self.removed.indexes.push((*id, *at));
                }
                self.attribute(index.span);
            }
            Change::AddForeignKey(id) => {
                if !self.removed.altered.iter().any(|(_, file)| file == id) {
                    self.lowered.relation(*id).into_iter().for_each(|relation| self.relation(relation));
                }
            }
            Change::CreateEnum(id) => {
                let Some(id) = self.lowered.enum_(*id) else { return };
                let block = self.files.block_at(self.lowered.schema.enum_(id).span);
                block.into_iter().for_each(|block| self.edits.remove_block(block));
                self.enum_of_views(id);
            }
            Change::AlterEnum(ids, delta) => {
                let Some(id) = self.lowered.enum_(ids.next) else { return };
                let values = &self.lowered.schema.enum_(id).values;
                for value in values.iter().filter(|value| delta.added.iter().any(|l| l == value.db_name())) {
                    self.files.entry_at(value.span).into_iter().for_each(|at| self.edits.remove(at));
                }
            }
            // These take nothing from the file.
            Change::CreateNamespace(_)
            | Change::DropNamespace(_)
            | Change::CreateExtension(_)
            | Change::DropExtension(_)
            | Change::AlterExtension(_)
            | Change::CreateForeign(_)
            | Change::DropForeign(_)
            | Change::AlterForeign(_)
            | Change::DropEnum(_)
            | Change::RenameEnum(_)
            | Change::DropTable(_)
            | Change::RenameTable(_)
            | Change::DropColumn(_)
            | Change::RenameColumn(_)
            | Change::AlterColumn(..)
            | Change::DropPrimaryKey(_)
            | Change::RenamePrimaryKey(_)
            | Change::DropIndex(_)
            | Change::RenameIndex(_)
            | Change::DropForeignKey(_)
            | Change::RenameForeignKey(_) => {}
        }
    }

    /// Views are nobody's difference: a field of a type that is gone keeps its place.
    fn enum_of_views(&mut self, id: EnumId) {
        let name = self.lowered.schema.enum_(id).db_name();
        let views = self.lowered.schema.models.iter().filter(|model| model.is_view);
        for field in views.flat_map(|view| &view.fields).filter(|field| field.ty == FieldType::Enum(id)) {
            let Some(at) = self.files.entry_at(field.span) else { continue };
            let suffix = match field.arity {
                Arity::Required => "",
                Arity::Optional => "?",
                Arity::List => "[]",
            };
            self.edits.set_type(at, format!("Unsupported({}){suffix}", text::string(name)));
            self.edits.patch(at, "default", AttributePatch::Remove);
        }
    }

    /// Relations of two lists whose table is another one than the language's own.
    fn joins(&mut self, changes: &ChangeSet<'_>) {
        let pairing = Pairing::of(changes);
        for (live, _) in changes.schemas.prev.walk_tables() {
            let Some(file) = pairing.table_next(live).filter(|id| self.lowered.model(*id).is_none()) else {
                continue;
            };
            let is_about_it = |change: &&Change| {
                let (prev, next) = change.tables();
                prev == Some(live) || next == Some(file)
            };
            let own: Vec<&Change> = changes.changes.iter().filter(is_about_it).collect();
            // Under its new name it may be what it was.
            let is_renamed = own.iter().any(|change| matches!(change, Change::RenameTable(_)));
            if !own.is_empty() && !is_renamed {
                self.removed.joins.insert(live);
                self.lowered.join(file).into_iter().for_each(|relation| self.relation(relation));
            }
        }
    }

    /// A model, and all relations with it.
    fn model(&mut self, id: ModelId) {
        let block = self.files.block_at(self.lowered.schema.model(id).span);
        block.into_iter().for_each(|block| self.edits.remove_block(block));
        for index in 0..self.lowered.schema.relations.len() {
            let is_side = match &self.lowered.schema.relations[index].kind {
                RelationKind::ForeignKey(key) => key.forward.model == id || key.target == id,
                RelationKind::ManyToMany { a, b } => a.model == id || b.model == id,
            };
            if is_side {
                self.relation(RelationId(index));
            }
        }
    }

    /// A column, and the keys and relations that it is part of.
    fn column(&mut self, field: FieldId) {
        self.field(field);
        let model = self.lowered.schema.model(field.model);
        let mut spans: Vec<Span> = Vec::new();
        let key = model.primary_key.iter().map(|key| (&key.fields, key.span));
        for (fields, span) in key.chain(model.indexes.iter().map(|index| (&index.fields, index.span))) {
            if fields.iter().any(|part| part.field == field.index) {
                spans.push(span);
            }
        }
        spans.into_iter().for_each(|span| self.attribute(span));
        for index in 0..self.lowered.schema.relations.len() {
            let uses = match &self.lowered.schema.relations[index].kind {
                RelationKind::ForeignKey(key) => {
                    (key.forward.model == field.model && key.fields.contains(&field.index))
                        || (key.target == field.model && key.references.contains(&field.index))
                }
                RelationKind::ManyToMany { .. } => false,
            };
            if uses {
                self.relation(RelationId(index));
            }
        }
    }

    fn relation(&mut self, id: RelationId) {
        if !self.removed.relations.insert(id) {
            return;
        }
        match &self.lowered.schema.relation(id).kind {
            RelationKind::ForeignKey(key) => {
                self.field(key.forward);
                key.back.into_iter().for_each(|back| self.field(back));
            }
            RelationKind::ManyToMany { a, b } => {
                self.field(*a);
                self.field(*b);
            }
        }
    }

    fn field(&mut self, id: FieldId) {
        self.removed.fields.insert(id);
        let at = self.files.entry_at(self.lowered.schema.field(id).span);
        at.into_iter().for_each(|at| self.edits.remove(at));
    }

    fn attribute(&mut self, span: Span) {
        if let Some(at) = self.files.attribute_at(span) {
            self.edits.patch_at(at, AttributePatch::Remove);
        }
    }
}

/// Foreign keys on both sides with the same columns on both ends: only what happens to rows differs.
fn altered(changes: &ChangeSet<'_>) -> Vec<(ForeignKeyId, ForeignKeyId)> {
    let pairing = Pairing::of(changes);
    let schemas = changes.schemas;
    let mut res: Vec<(ForeignKeyId, ForeignKeyId)> = Vec::new();
    for change in &changes.changes {
        let Change::DropForeignKey(live) = change else { continue };
        let Some(table) = pairing.table_next(live.table) else { continue };
        let Some(key) = pairing.foreign_key_as_next(schemas, *live) else { continue };
        let found = changes.changes.iter().find_map(|change| match change {
            Change::AddForeignKey(id) if id.table == table && !res.iter().any(|(_, taken)| taken == id) => {
                let other = schemas.next.foreign_key(*id);
                let is_same = other.columns == key.columns
                    && other.target_table == key.target_table
                    && other.target_namespace == key.target_namespace
                    && other.target_columns == key.target_columns;
                is_same.then_some(*id)
            }
            _ => None,
        });
        res.extend(found.map(|file| (*live, file)));
    }
    res
}
