//! Relation fields: which rows they lead to, and by which columns.

use glowplug_psl::schema::{FieldId, FieldType, ForeignKeyRelation, RelationId, RelationKind};

use super::{Api, Count, Path, Relation};
use crate::layout::{Column, ColumnKind, Layout, Source};

impl Api<'_> {
    /// The relation behind a field, if both of its ends are shown and its columns can be compared.
    pub(super) fn relation(&self, field: FieldId) -> Option<Relation> {
        let FieldType::Relation(id) = self.layout.schema.field(field).ty else { return None };
        match &self.layout.schema.relation(id).kind {
            RelationKind::ForeignKey(key) if key.forward == field => self.forward(key),
            RelationKind::ForeignKey(key) => self.backward(key, field),
            RelationKind::ManyToMany { a, b } => self.many_to_many(id, field, *a, *b),
        }
    }

    fn forward(&self, key: &ForeignKeyRelation) -> Option<Relation> {
        let target = self.object_of(key.target)?;
        let from = self.columns(key.forward.model, &key.fields)?;
        let to = self.columns(key.target, &key.references)?;
        let fields = &self.layout.schema.model(key.forward.model).fields;
        let optional = key.fields.iter().any(|it| fields[*it].arity != glowplug_psl::schema::Arity::Required);
        let count = if optional { Count::AtMostOne } else { Count::One };
        Some(Relation { target, count, from, path: Path::Columns(to), order: Vec::new() })
    }

    fn backward(&self, key: &ForeignKeyRelation, field: FieldId) -> Option<Relation> {
        let target = self.object_of(key.forward.model)?;
        let from = self.columns(key.target, &key.references)?;
        let to = self.columns(key.forward.model, &key.fields)?;
        let count = if key.is_one_to_one { Count::AtMostOne } else { Count::Many };
        let order = self.order(self.objects[target].table, &self.layout.schema.field(field).hints);
        Some(Relation { target, count, from, path: Path::Columns(to), order })
    }

    fn many_to_many(&self, id: RelationId, field: FieldId, a: FieldId, b: FieldId) -> Option<Relation> {
        let (other, ours, theirs) = if field == a { (b, 0, 1) } else { (a, 1, 0) };
        let target = self.object_of(other.model)?;
        let join = self.layout.join_of(id)?;
        let table = &self.layout.tables[self.layout.table_of(field.model)?];
        let from = table.primary_key.clone();
        let order = self.order(self.objects[target].table, &self.layout.schema.field(field).hints);
        let comparable = from.iter().all(|it| is_comparable(self.layout, &table.columns[*it]));
        comparable.then_some(Relation {
            target,
            count: Count::Many,
            from,
            path: Path::Join(join, ours, theirs),
            order,
        })
    }

    /// The columns of some fields of a model, if all can be keys of a map.
    fn columns(&self, model: glowplug_psl::schema::ModelId, fields: &[usize]) -> Option<Vec<usize>> {
        let table = &self.layout.tables.iter().find(|it| it.source == Source::Model(model))?;
        let res = table.columns_of(fields)?;
        res.iter().all(|it| is_comparable(self.layout, &table.columns[*it])).then_some(res)
    }
}

/// Whether values of the column have an order in Rust.
fn is_comparable(layout: &Layout<'_>, column: &Column) -> bool {
    match &column.kind {
        ColumnKind::Enum(_) => true,
        ColumnKind::Plain { .. } => !["f32", "f64", "serde_json::Value"].contains(&layout.value_type(column)),
    }
}
