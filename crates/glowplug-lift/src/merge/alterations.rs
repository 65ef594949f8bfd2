//! What both have, in another shape: types, arity, defaults, names.

use glowplug_dialect::lift::{LiftedType, NameKind};
use glowplug_psl::schema::{Arity, DefaultValue, Field, FieldId, FieldType, RelationKind, Scalar};
use glowplug_sql::change::{Change, ChangeSet, ColumnDelta};
use glowplug_sql::ids::{ColumnId, EnumId, ForeignKeyId, IndexId, TableId};
use glowplug_sql::model::Column;
use glowplug_sql::pair::Pair;

use super::edits::{AttributePatch, Edits};
use super::files::Files;
use super::known::Lowered;
use crate::columns;
use crate::cx::Cx;
use crate::keys;
use crate::names::Known;
use crate::text;

struct Alterations<'r, 'f, 'a> {
    cx: &'r Cx<'r>,
    lowered: &'r Lowered<'r>,
    known: &'r Known<'r>,
    files: &'f Files<'a>,
    edits: &'r mut Edits<'f, 'a>,
}

/// Changes what both have. `changes` lead from the database to the file.
pub(crate) fn make<'f, 'a>(
    cx: &Cx<'_>,
    changes: &ChangeSet<'_>,
    lowered: &Lowered<'_>,
    known: &Known<'_>,
    files: &'f Files<'a>,
    edits: &mut Edits<'f, 'a>,
) {
    let mut alterations = Alterations { cx, lowered, known, files, edits };
    for change in &changes.changes {
        alterations.one(change);
    }
}

impl Alterations<'_, '_, '_> {
    fn one(&mut self, change: &Change) {
        match change {
            Change::RenameTable(ids) => self.table(*ids),
            Change::RenameColumn(ids) => self.column_name(*ids),
            Change::AlterColumn(ids, delta) => self.column(*ids, delta),
            Change::RenamePrimaryKey(ids) => self.primary_key_name(*ids),
            Change::RenameIndex(ids) => self.index_name(*ids),
            Change::RenameForeignKey(ids) => self.foreign_key_name(*ids),
            Change::RenameEnum(ids) => self.enum_name(*ids),
            Change::AlterEnum(ids, delta) => {
                for labels in &delta.renamed {
                    self.value_name(*ids, labels.as_ref().map(String::as_str));
                }
            }
            Change::CreateNamespace(_)
            | Change::DropNamespace(_)
            | Change::CreateExtension(_)
            | Change::DropExtension(_)
            | Change::AlterExtension(_)
            | Change::CreateEnum(_)
            | Change::DropEnum(_)
            | Change::CreateTable(_)
            | Change::DropTable(_)
            | Change::AddColumn(_)
            | Change::DropColumn(_)
            | Change::AddPrimaryKey(_)
            | Change::DropPrimaryKey(_)
            | Change::CreateIndex(_)
            | Change::DropIndex(_)
            | Change::AddForeignKey(_)
            | Change::CreateForeign(_)
            | Change::DropForeign(_)
            | Change::AlterForeign(_)
            | Change::DropForeignKey(_) => {}
        }
    }

    /// The model keeps its name; `@@map` and `@@schema` say what the database calls it.
    fn table(&mut self, ids: Pair<TableId>) {
        let live = self.cx.table(ids.prev);
        let Some(model) = self.lowered.model(ids.next) else { return self.join(ids) };
        let model = self.lowered.schema.model(model);
        let Some(block) = self.files.block_at(model.span) else { return };
        let map = (model.name != live.name).then(|| format!("@@map({})", text::string(&live.name)));
        self.edits.set_block_attribute(block, "map", map);
        if let Some(schema) = self.cx.schema_of(live.namespace.as_deref()) {
            let text = format!("@@schema({})", text::string(&schema));
            self.edits.set_block_attribute(block, "schema", Some(text));
        }
    }

    /// The table of a many-to-many relation is called after the relation.
    fn join(&mut self, ids: Pair<TableId>) {
        let live = self.cx.table(ids.prev);
        let Some(name) = live.name.strip_prefix('_') else { return };
        let Some(relation) = self.lowered.join(ids.next) else { return };
        let RelationKind::ManyToMany { a, b } = self.lowered.schema.relation(relation).kind else { return };
        for side in [a, b] {
            if let Some(at) = self.files.entry_at(self.lowered.schema.field(side).span) {
                let text = format!("@relation({})", text::string(name));
                self.edits.patch(at, "relation", AttributePatch::Set(text));
            }
        }
    }

    fn enum_name(&mut self, ids: Pair<EnumId>) {
        let live = self.cx.live.enum_type(ids.prev);
        let Some(written) = self.lowered.enum_(ids.next) else { return };
        let written = self.lowered.schema.enum_(written);
        let Some(block) = self.files.block_at(written.span) else { return };
        let map = (written.name != live.name).then(|| format!("@@map({})", text::string(&live.name)));
        self.edits.set_block_attribute(block, "map", map);
        if let Some(schema) = self.cx.schema_of(live.namespace.as_deref()) {
            let text = format!("@@schema({})", text::string(&schema));
            self.edits.set_block_attribute(block, "schema", Some(text));
        }
    }

    fn value_name(&mut self, ids: Pair<EnumId>, labels: Pair<&str>) {
        let Some(written) = self.lowered.enum_(ids.next) else { return };
        let values = &self.lowered.schema.enum_(written).values;
        let Some(value) = values.iter().find(|value| value.db_name() == labels.next) else { return };
        if let Some(at) = self.files.entry_at(value.span) {
            self.edits.patch(at, "map", map_patch(&value.name, labels.prev));
        }
    }

    fn column_name(&mut self, ids: Pair<ColumnId>) {
        let Some(id) = self.lowered.field(ids.next) else { return };
        let field = self.lowered.schema.field(id);
        if let Some(at) = self.files.entry_at(field.span) {
            self.edits.patch(at, "map", map_patch(&field.name, &self.cx.live.column(ids.prev).name));
        }
    }

    fn column(&mut self, ids: Pair<ColumnId>, delta: &ColumnDelta) {
        let live = self.cx.live.column(ids.prev);
        let Some(id) = self.lowered.field(ids.next) else { return };
        let field = self.lowered.schema.field(id);
        let Some(at) = self.files.entry_at(field.span) else { return };
        let is_other = delta.ty.is_some() && is_other_word(self.cx, field, live);
        if delta.ty.is_some() {
            let written: Vec<String> =
                self.files.attributes(at).iter().map(|attribute| attribute.name.text.to_owned()).collect();
            let prefix = format!("{}.", self.cx.style.datasource);
            for name in written.iter().filter(|name| name.starts_with(&prefix)) {
                self.edits.patch(at, name, AttributePatch::Remove);
            }
            if let Some((name, text)) = columns::native(self.cx, live) {
                self.edits.patch(at, &name, AttributePatch::Set(text));
            }
        }
        if is_other || delta.nullable {
            self.edits.set_type(at, columns::ty(self.cx, live));
        }
        if delta.default || delta.auto_increment || (is_other && !default_fits(field, live, self.cx)) {
            let patch = columns::default(self.cx, live).map_or(AttributePatch::Remove, AttributePatch::Set);
            self.edits.patch(at, "default", patch);
        }
        if is_other && field.is_updated_at && !is_date_time(self.cx, live) {
            self.edits.patch(at, "updatedAt", AttributePatch::Remove);
        }
        if delta.nullable {
            self.relation_arity(id, ids.prev.table);
        }
    }

    /// A relation field is optional if one of its columns is.
    fn relation_arity(&mut self, column: FieldId, live: TableId) {
        let schema = self.lowered.schema;
        for relation in &schema.relations {
            let RelationKind::ForeignKey(key) = &relation.kind else { continue };
            if key.forward.model != column.model || !key.fields.contains(&column.index) {
                continue;
            }
            let is_required = key.fields.iter().all(|field| {
                let is_it = |(id, index): (&ColumnId, &usize)| id.table == live && index == field;
                let place =
                    self.known.fields.iter().find(|(id, index)| is_it((id, index))).map(|(id, _)| *id);
                place.is_some_and(|id| !self.cx.live.column(id).nullable)
            });
            let field = schema.field(key.forward);
            let Some(at) = self.files.entry_at(field.span) else { continue };
            let model = &schema.model(key.target).name;
            match (field.arity, is_required) {
                (Arity::Required, false) => self.edits.set_type(at, format!("{model}?")),
                (Arity::Optional, true) => self.edits.set_type(at, model.clone()),
                (Arity::Required, true) | (Arity::Optional, false) | (Arity::List, _) => {}
            }
        }
    }

    fn primary_key_name(&mut self, ids: Pair<TableId>) {
        let live = self.cx.table(ids.prev);
        let Some(key) = &live.primary_key else { return };
        let model = self.lowered.model(ids.next);
        let Some(written) = model.and_then(|id| self.lowered.schema.model(id).primary_key.as_ref()) else {
            return;
        };
        let name = keys::named(self.cx, NameKind::PrimaryKey, live, &key.columns, key.name.as_deref());
        self.map_argument(written.span, name);
    }

    fn index_name(&mut self, ids: Pair<IndexId>) {
        let live = self.cx.live.index_at(ids.prev);
        let Some(written) = self.lowered.index(ids.next) else { return };
        let kind = if live.unique { NameKind::Unique } else { NameKind::Index };
        let table = self.cx.table(ids.prev.table);
        let name = keys::named(self.cx, kind, table, &keys::columns(live), Some(&live.name));
        self.map_argument(written.span, name);
    }

    fn foreign_key_name(&mut self, ids: Pair<ForeignKeyId>) {
        let live = self.cx.live.foreign_key(ids.prev);
        let Some(relation) = self.lowered.relation(ids.next) else { return };
        let RelationKind::ForeignKey(key) = &self.lowered.schema.relation(relation).kind else { return };
        let table = self.cx.table(ids.prev.table);
        let name = keys::named(self.cx, NameKind::ForeignKey, table, &live.columns, live.name.as_deref());
        self.map_argument(key.span, name);
    }

    /// `map:`; `name:` was its older spelling in `@@index`, and there it goes.
    fn map_argument(&mut self, attribute: glowplug_psl::diagnostics::Span, name: Option<String>) {
        let Some(at) = self.files.attribute_at(attribute) else { return };
        let mut arguments = Vec::new();
        if let super::files::AttributeAt::OnModel(entry) = at
            && let Some(glowplug_psl::syntax::Entry::Attribute(line)) = self.files.entry(*entry)
            && line.attribute.name.text == "index"
        {
            arguments.push(("name".to_owned(), None));
        }
        arguments.push(("map".to_owned(), name.map(|name| text::string(&name))));
        self.edits.patch_at(at, AttributePatch::Arguments(arguments));
    }
}

fn map_patch(name: &str, db_name: &str) -> AttributePatch {
    columns::map(name, db_name).map_or(AttributePatch::Remove, AttributePatch::Set)
}

/// Whether the word for the type, or whether it is a list, is another one than in the file.
fn is_other_word(cx: &Cx<'_>, field: &Field, live: &Column) -> bool {
    let is_list = (field.arity == Arity::List) != live.ty.is_list;
    is_list
        || match (cx.lift().field_type(&live.ty), &field.ty) {
            (LiftedType::Scalar(live, _), FieldType::Scalar(written)) => live != *written,
            (LiftedType::Unsupported(live), FieldType::Unsupported(written)) => live != *written,
            // An enum under another name is another type, and where it is the same one nothing is lost.
            _ => true,
        }
}

/// Whether the file's default can stay on a column of the database's type: one that the application fills in
/// needs a text, and what the database fills in is compared on its own.
fn default_fits(field: &Field, live: &Column, cx: &Cx<'_>) -> bool {
    let is_text = matches!(cx.lift().field_type(&live.ty), LiftedType::Scalar(Scalar::String, _));
    match &field.default {
        Some(
            DefaultValue::Uuid(_) | DefaultValue::Cuid(_) | DefaultValue::Ulid | DefaultValue::Nanoid(_),
        ) => is_text && !live.ty.is_list,
        Some(
            DefaultValue::String(_)
            | DefaultValue::Number(_)
            | DefaultValue::Boolean(_)
            | DefaultValue::EnumValue(_)
            | DefaultValue::List(_)
            | DefaultValue::AutoIncrement
            | DefaultValue::Sequence(_)
            | DefaultValue::Now,
        ) => false,
        Some(DefaultValue::DbGenerated(_)) | None => true,
    }
}

fn is_date_time(cx: &Cx<'_>, live: &Column) -> bool {
    matches!(cx.lift().field_type(&live.ty), LiftedType::Scalar(Scalar::DateTime, _)) && !live.ty.is_list
}
