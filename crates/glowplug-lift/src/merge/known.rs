//! Which thing of the file is which thing of the database.

use glowplug_psl::schema::{EnumId, FieldId, ModelId, RelationId, RelationKind, Schema};
use glowplug_sql::change::{Change, ChangeSet};
use glowplug_sql::ids::{ColumnId, ForeignKeyId, IndexId, TableId};
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pairing::Pairing;

use crate::names::Known;

/// The file's schema beside what it lowers to. Lowering keeps the file's order: models are tables in their
/// order (views are none), fields columns, attributes indexes, relations foreign keys.
pub(crate) struct Lowered<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) file: &'a SqlSchema,
    models: Vec<ModelId>,
    enums: Vec<EnumId>,
}

impl<'a> Lowered<'a> {
    pub(crate) fn new(schema: &'a Schema, file: &'a SqlSchema) -> Self {
        let models = schema.walk_models().filter(|(_, model)| !model.is_view).map(|(id, _)| id).collect();
        // Not every enum of the file becomes one of the database.
        let mut left = file.enums.iter().peekable();
        let mut enums = Vec::new();
        for (at, enum_) in schema.enums.iter().enumerate() {
            if left.next_if(|next| next.name == enum_.db_name()).is_some() {
                enums.push(EnumId(at));
            }
        }
        Self { schema, file, models, enums }
    }

    /// The enum of the file behind a lowered one.
    pub(crate) fn enum_(&self, id: glowplug_sql::ids::EnumId) -> Option<EnumId> {
        self.enums.get(id.0).copied()
    }

    /// The model of a table; those of many-to-many relations have none.
    pub(crate) fn model(&self, id: TableId) -> Option<ModelId> {
        self.models.get(id.0).copied()
    }

    /// The field of a column.
    pub(crate) fn field(&self, id: ColumnId) -> Option<FieldId> {
        let model = self.model(id.table)?;
        let (index, _) = self.schema.model(model).columns().nth(id.index)?;
        Some(FieldId { model, index })
    }

    /// The written index.
    pub(crate) fn index(&self, id: IndexId) -> Option<&'a glowplug_psl::schema::Index> {
        self.schema.model(self.model(id.table)?).indexes.get(id.index)
    }

    /// The relation of a foreign key.
    pub(crate) fn relation(&self, id: ForeignKeyId) -> Option<RelationId> {
        let model = self.model(id.table)?;
        let mut relations: Vec<(usize, RelationId)> = self
            .schema
            .relations
            .iter()
            .enumerate()
            .filter_map(|(index, relation)| match &relation.kind {
                RelationKind::ForeignKey(key)
                    if key.forward.model == model && !self.schema.model(key.target).is_view =>
                {
                    Some((key.forward.index, RelationId(index)))
                }
                RelationKind::ForeignKey(_) | RelationKind::ManyToMany { .. } => None,
            })
            .collect();
        relations.sort();
        relations.get(id.index).map(|(_, relation)| *relation)
    }

    /// The relation of a many-to-many table, by the name that the table gets from it.
    pub(crate) fn join(&self, id: TableId) -> Option<RelationId> {
        let table = self.file.table(id).name.as_str();
        let found = self.schema.relations.iter().position(|relation| match &relation.kind {
            RelationKind::ManyToMany { a, b } => {
                let [a, b] = [a, b].map(|side| &self.schema.model(side.model).name);
                let name = match &relation.name {
                    Some(name) => format!("_{name}"),
                    None => format!("_{a}To{b}"),
                };
                // Long names are cut.
                name == table || (name.len() > table.len() && name.starts_with(table))
            }
            RelationKind::ForeignKey(_) => false,
        });
        found.map(RelationId)
    }

    /// Everything that the file has a name for. `changes` lead from the database to the file.
    pub(crate) fn known(&self, changes: &ChangeSet<'_>) -> Known<'a> {
        let pairing = Pairing::of(changes);
        let live = changes.schemas.prev;
        let mut known = Known { schema: Some(self.schema), ..Known::default() };
        for (id, table) in live.walk_tables() {
            let Some(model) = pairing.table_next(id).and_then(|next| self.model(next)) else { continue };
            known.models.insert(id, model);
            for index in 0..table.columns.len() {
                let column = ColumnId { table: id, index };
                let field = pairing.column_next(column).and_then(|next| self.field(next));
                known.fields.extend(field.map(|field| (column, field.index)));
            }
        }
        for (id, enum_) in live.walk_enums() {
            let Some(written) = pairing.enum_next(id).and_then(|next| self.enum_(next)) else { continue };
            known.enums.insert(id, written);
            for value in &enum_.values {
                let renamed = pairing.labels(id).iter().find(|pair| pair.prev == value.name);
                let label = renamed.map_or(&value.name, |pair| &pair.next);
                let values = &self.schema.enum_(written).values;
                let place = values.iter().position(|value| value.db_name() == label);
                known.values.extend(place.map(|place| ((id, value.name.clone()), place)));
            }
        }
        for (index, view) in live.views.iter().enumerate() {
            let default = live.default_namespace.as_deref();
            let namespace = view.namespace.as_deref().or(default);
            let found = self.schema.walk_models().find(|(_, model)| {
                model.is_view
                    && model.db_name() == view.name
                    && model.schema.as_deref().or(default) == namespace
            });
            known.views.extend(found.map(|(id, _)| (index, id)));
        }
        known.leaving = self.leaving(changes);
        known
    }

    fn leaving(&self, changes: &ChangeSet<'_>) -> Vec<String> {
        let name = |change: &Change| match change {
            Change::CreateTable(id) => self.model(*id).map(|id| self.schema.model(id).name.clone()),
            Change::CreateEnum(id) => self.enum_(*id).map(|id| self.schema.enum_(id).name.clone()),
            _ => None,
        };
        changes.changes.iter().filter_map(name).collect()
    }
}
