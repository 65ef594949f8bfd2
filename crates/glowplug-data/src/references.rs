//! Rows that rows refer to: by the natural key of the other row, whatever the foreign key holds.

use std::collections::BTreeMap;

use glowplug_psl::schema::{Arity, FieldType, Model, ModelId, RelationKind, Schema};

use crate::node::Node;
use crate::read::{self, Reader, is_null};
use crate::set::{DataSet, OptionalKey, Reference, Row, Value};
use crate::target::Target;

/// The columns behind a relation field.
pub(crate) struct ForeignKey {
    pub(crate) target: ModelId,
    /// Places in the fields of the model that refers.
    pub(crate) columns: Vec<usize>,
    /// Places in the fields of the target.
    pub(crate) target_columns: Vec<usize>,
}

impl ForeignKey {
    /// None for the side of a relation that has no columns.
    pub(crate) fn of(schema: &Schema, model: ModelId, field: usize) -> Option<Self> {
        let FieldType::Relation(id) = schema.model(model).fields[field].ty else { return None };
        match &schema.relation(id).kind {
            RelationKind::ForeignKey(key) if key.forward.model == model && key.forward.index == field => {
                Some(Self {
                    target: key.target,
                    columns: key.fields.clone(),
                    target_columns: key.references.clone(),
                })
            }
            RelationKind::ForeignKey(_) | RelationKind::ManyToMany { .. } => None,
        }
    }
}

/// The id, if there is one, then the unique keys over all rows, in the order of the schema.
pub(crate) fn keys_of(model: &Model) -> Vec<Vec<usize>> {
    let fields = |fields: &[glowplug_psl::schema::IndexField]| fields.iter().map(|it| it.field).collect();
    let id = model.primary_key.iter().map(|key| fields(&key.fields));
    let unique = model.indexes.iter().filter(|index| index.is_unique && index.predicate.is_none());
    id.chain(unique.map(|index| fields(&index.fields))).collect()
}

impl Reader<'_, '_> {
    /// As [`Reader::reference`], for a field of the row itself.
    pub(crate) fn foreign_key(
        &mut self,
        row: &mut Row,
        key: &ForeignKey,
        node: &Node,
    ) -> Vec<(usize, Value)> {
        let before = row.references.len();
        let values = self.reference(row, key, node);
        let (model, own_key) = (self.set.model(row), &self.set.blocks[row.block].key);
        let may_be_empty = |column: &usize| {
            self.target.field(model, *column).arity == Arity::Optional && !own_key.contains(column)
        };
        if key.columns.iter().all(may_be_empty) {
            let references = before..row.references.len();
            row.optional.push(OptionalKey { columns: key.columns.clone(), references });
        }
        values
    }

    /// `country = { code = "DE" }`: values for the columns of the foreign key.
    pub(crate) fn reference(&mut self, row: &mut Row, key: &ForeignKey, node: &Node) -> Vec<(usize, Value)> {
        let Some(at) = self.referred(row, key.target, node) else { return Vec::new() };
        let known = &self.set.references[at].key;
        let value = |target: &usize| match known.get(target) {
            // What the key says itself need not be looked up.
            Some(value) => value.clone(),
            None => Value::Of { reference: at, field: *target },
        };
        key.columns.iter().copied().zip(key.target_columns.iter().map(value)).collect()
    }

    /// The row that a table names by a unique key; its place among the references.
    pub(crate) fn referred(&mut self, row: &mut Row, target: ModelId, node: &Node) -> Option<usize> {
        let model = self.target.model(target);
        let Some(entries) = node.entries() else {
            let message = format!("a row of {} is named by its key, not by {}", model.name, node.word());
            self.mistake(read::VALUE, node.start, node.end, message, Some(example(model)));
            return None;
        };
        let mut values: BTreeMap<usize, Value> = BTreeMap::new();
        for entry in entries {
            let Some((at, _)) = model.find_field(&entry.name) else {
                self.unknown_field(target, &entry.name, entry.start, entry.end);
                return None;
            };
            if is_null(&entry.value) {
                let message = format!("`{}` is a part of a key, and cannot be null there", entry.name);
                self.mistake(read::VALUE, entry.value.start, entry.value.end, message, None);
                return None;
            }
            match ForeignKey::of(&self.target.schema, target, at) {
                Some(key) => values.extend(self.reference(row, &key, &entry.value)),
                None => {
                    values.insert(at, self.column_value(target, at, &entry.value)?);
                }
            }
        }
        let is_key =
            |key: &Vec<usize>| key.len() == values.len() && key.iter().all(|it| values.contains_key(it));
        if !keys_of(model).iter().any(is_key) {
            let message = format!("this is no unique key of {}", model.name);
            self.mistake(read::KEY, node.start, node.end, message, Some(example(model)));
            return None;
        }
        let span = self.span(node.start, node.end);
        self.set.references.push(Reference { target, key: values, span, row: None });
        let at = self.set.references.len() - 1;
        row.references.push(at);
        Some(at)
    }
}

/// How a row is referred to.
pub(crate) fn example(model: &Model) -> String {
    let keys = keys_of(model);
    let key = keys.last().map_or(&[][..], Vec::as_slice);
    let parts: Vec<String> = key.iter().map(|field| format!("{} = ...", model.fields[*field].name)).collect();
    format!("{{ {} }}", parts.join(", "))
}

/// Finds the rows that files declare among those that are referred to.
pub(crate) fn find_declared(target: &Target<'_>, set: &mut DataSet) {
    let mut declared: BTreeMap<(ModelId, Vec<(usize, String)>), usize> = BTreeMap::new();
    for (at, row) in set.rows.iter().enumerate() {
        let model = set.model(row);
        for key in keys_of(target.model(model)) {
            let value = |field: &usize| Some((*field, set.sql(target, &row.cells.get(field)?.value)));
            let Some(mut values) = key.iter().map(value).collect::<Option<Vec<_>>>() else { continue };
            values.sort_unstable();
            declared.insert((model, values), at);
        }
    }
    let found: Vec<Option<usize>> = set
        .references
        .iter()
        .map(|reference| {
            let values =
                reference.key.iter().map(|(field, value)| (*field, set.sql(target, value))).collect();
            declared.get(&(reference.target, values)).copied()
        })
        .collect();
    for (reference, row) in set.references.iter_mut().zip(found) {
        reference.row = row;
    }
}
