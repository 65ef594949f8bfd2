//! Rows of many-to-many relations: a field `tags = [{ name = "new" }]` stands for rows of the join table.
//!
//! A join table is no model of the schema. Here each side of such a relation makes one of it, of two columns, so that
//! its rows are asked for, compared and written like any others.

use std::collections::BTreeMap;

use glowplug_psl::diagnostics::Span;
use glowplug_psl::schema::{
    Arity, Field, FieldId, IndexField, Model, ModelId, PrimaryKey, RelationKind, Schema,
};

use crate::node::{Entry, Kind};
use crate::read::{NAME, Reader, VALUE};
use crate::references::{example, keys_of};
use crate::set::{Block, Cell, DataSet, Owners, Reference, Row, Value};
use crate::target::Target;

/// One side of a many-to-many relation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Join {
    /// The join table as a model: the own column, then the other one.
    pub(crate) model: ModelId,
    /// The same seen from the other side.
    from_other_side: ModelId,
    /// The model behind the other column.
    other: ModelId,
    /// The ids that the columns hold, as places in the fields of their models.
    own_id: usize,
    other_id: usize,
}

/// The place of the own column, and of the other one.
const OWN: usize = 0;
const OTHER: usize = 1;

/// The sides of all many-to-many relations by their fields. Their models are added to the schema.
pub(crate) fn add_to(schema: &mut Schema) -> BTreeMap<FieldId, Join> {
    let mut res = BTreeMap::new();
    for relation in schema.relations.clone() {
        let RelationKind::ManyToMany { a, b } = relation.kind else { continue };
        let (Some(a_id), Some(b_id)) = (id_of(schema.model(a.model)), id_of(schema.model(b.model))) else {
            continue;
        };
        let (from_a, from_b) = (ModelId(schema.models.len()), ModelId(schema.models.len() + 1));
        let columns = [("A", schema.model(a.model), a_id), ("B", schema.model(b.model), b_id)];
        let [a_column, b_column] = columns.map(|(name, model, id)| column(name, &model.fields[id]));
        let seen_from_a = model(schema, a, [a_column.clone(), b_column.clone()]);
        let seen_from_b = model(schema, b, [b_column, a_column]);
        schema.models.extend([seen_from_a, seen_from_b]);
        let sides = [(a, from_a, from_b, b.model, a_id, b_id), (b, from_b, from_a, a.model, b_id, a_id)];
        for (field, model, from_other_side, other, own_id, other_id) in sides {
            res.insert(field, Join { model, from_other_side, other, own_id, other_id });
        }
    }
    res
}

/// The one field of a model's id.
fn id_of(model: &Model) -> Option<usize> {
    match model.primary_key.as_ref()?.fields.as_slice() {
        [only] => Some(only.field),
        _ => None,
    }
}

/// Source of the names: Prisma's documentation, "Conventions for implicit relation tables".
fn column(name: &str, id: &Field) -> Field {
    Field {
        name: name.to_owned(),
        map: None,
        arity: Arity::Required,
        ty: id.ty.clone(),
        native_type: id.native_type.clone(),
        default: None,
        is_updated_at: false,
        is_ignored: false,
        docs: None,
        hints: Vec::new(),
        span: id.span,
    }
}

/// The join table, called by the field that leads to it.
fn model(schema: &Schema, field: FieldId, columns: [Field; 2]) -> Model {
    let key = |field| IndexField { field, descending: false, length: None, ops: None };
    let owner = schema.model(field.model);
    let found = schema.field(field);
    Model {
        name: format!("{}.{}", owner.name, found.name),
        map: None,
        schema: None,
        is_view: false,
        is_ignored: false,
        docs: None,
        hints: Vec::new(),
        fields: columns.into(),
        primary_key: Some(PrimaryKey {
            fields: vec![key(OWN), key(OTHER)],
            map: None,
            name: None,
            span: found.span,
        }),
        indexes: Vec::new(),
        span: found.span,
    }
}

/// A column of the key that people know a row by, whose id stands in a join table.
pub(crate) struct Known {
    /// The column of the join table.
    column: usize,
    /// The model.
    pub(crate) model: ModelId,
    id: usize,
    /// The column of its key.
    pub(crate) field: usize,
}

impl Known {
    /// Of the rows that a block of a join table is about; nothing for other blocks.
    pub(crate) fn of_block(target: &Target<'_>, set: &DataSet, block: &Block) -> Vec<Self> {
        let (Some(owners), Some(join)) = (&block.owners, target.join_of_model(block.model)) else {
            return Vec::new();
        };
        let owner = set.blocks[owners.block].model;
        let sides = [(OWN, owner, join.own_id), (OTHER, join.other, join.other_id)];
        let known = |(column, model, id)| {
            let declared = set.blocks.iter().find(|it| it.model == model).map(|it| it.key.clone());
            let key = declared.or_else(|| keys_of(target.model(model)).pop()).unwrap_or_default();
            key.into_iter().map(move |field| Self { column, model, id, field })
        };
        sides.into_iter().flat_map(known).collect()
    }

    /// Its value as a literal, in a query over the join table `t`.
    pub(crate) fn sql(&self, target: &Target<'_>, block: &Block) -> String {
        format!(
            "(SELECT {} FROM {} o WHERE o.{} = t.{})",
            target.sql().literal(&format!("o.{}", target.column_sql(self.model, self.field))),
            target.table_sql(self.model),
            target.column_sql(self.model, self.id),
            target.column_sql(block.model, self.column)
        )
    }
}

/// What a row says of a many-to-many relation: rows of the join table that lack the own column yet.
pub(crate) struct Related {
    join: Join,
    rows: Vec<Row>,
    span: Span,
}

impl Reader<'_, '_> {
    /// `tags = [{ name = "new" }]`.
    pub(crate) fn related(&mut self, join: Join, entry: &Entry) -> Option<Related> {
        let node = &entry.value;
        let span = self.span(node.start, node.end);
        let Kind::Array(items) = &node.kind else {
            let message = format!("`{}` is a list of keys, not {}", entry.name, node.word());
            let hint = format!("[{}]", example(self.target.model(join.other)));
            self.mistake(VALUE, node.start, node.end, message, Some(hint));
            return None;
        };
        let mut rows = Vec::new();
        for item in items {
            let span = self.span(item.start, item.end);
            let mut row = Row::new(0, span);
            if let Some(reference) = self.referred(&mut row, join.other, item) {
                let value = self.id_value(reference, join.other_id);
                row.cells.insert(OTHER, Cell { value, span });
                rows.push(row);
            }
        }
        Some(Related { join, rows, span })
    }

    /// An id of a row that is referred to: what its key says itself need not be looked up.
    fn id_value(&self, reference: usize, id: usize) -> Value {
        let known = self.set.references[reference].key.get(&id);
        known.cloned().unwrap_or(Value::Of { reference, field: id })
    }

    /// Takes the rows of join tables that belong to a row, which is whole now.
    pub(crate) fn relate(&mut self, owner: &Row, related: Vec<Related>) {
        for related in related {
            let Some(block) = self.join_block(owner, &related) else { continue };
            let key = &self.set.blocks[owner.block].key;
            let part = |field: &usize| Some((*field, owner.cells.get(field)?.value.clone()));
            let key = key.iter().filter_map(part).collect();
            let target = self.set.model(owner);
            self.set.references.push(Reference { target, key, span: owner.span, row: None });
            let reference = self.set.references.len() - 1;
            let own = self.id_value(reference, related.join.own_id);
            if let Some(owners) = &mut self.set.blocks[block].owners {
                owners.ids.push(own.clone());
            }
            for mut row in related.rows {
                row.block = block;
                row.cells.insert(OWN, Cell { value: own.clone(), span: row.span });
                row.references.extend(owner.references.iter().copied().chain([reference]));
                self.set.rows.push(row);
            }
        }
    }

    /// The block of a join table. It is filled from one side only: who is to say else what is no longer wanted?
    fn join_block(&mut self, owner: &Row, related: &Related) -> Option<usize> {
        let Join { model, from_other_side, .. } = related.join;
        let find = |model| self.set.blocks.iter().position(|it| it.model == model);
        if let Some(other) = find(from_other_side) {
            let (path, line) = self.set.place(self.set.blocks[other].span);
            let [ours, theirs] = [model, from_other_side].map(|it| &self.target.model(it).name);
            let message =
                format!("`{ours}` is the other side of `{theirs}`, which is given at {path}:{line}");
            let hint = "write the relation in the rows of one model only".to_owned();
            self.at(NAME, related.span, message, Some(hint));
            return None;
        }
        Some(find(model).unwrap_or_else(|| {
            let owners = Some(Owners { block: owner.block, ids: Vec::new() });
            let key = vec![OWN, OTHER];
            self.set.blocks.push(Block { model, key, removes: false, span: related.span, owners });
            self.set.blocks.len() - 1
        }))
    }

    /// Rows of join tables are deleted where those of their owners are: known when all files are read.
    pub(crate) fn settle_removals(&mut self) {
        for at in 0..self.set.blocks.len() {
            if let Some(owners) = &self.set.blocks[at].owners {
                self.set.blocks[at].removes = self.set.blocks[owners.block].removes;
            }
        }
    }
}
