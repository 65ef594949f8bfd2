//! What tells rows apart, and what every row must have.

use std::collections::BTreeMap;

use glowplug_psl::diagnostics::Span;
use glowplug_psl::schema::{Arity, FieldType, ModelId};
use glowplug_sql::model::Column;

use crate::node::{Entry, Kind, Node};
use crate::read::{KEY, MISSING, Reader, VALUE};
use crate::references::{ForeignKey, keys_of};
use crate::set::{Row, Value};

impl Reader<'_, '_> {
    /// The key that a block names: a unique one, or the id.
    pub(crate) fn key(&mut self, model: ModelId, entry: &Entry) -> Option<Vec<usize>> {
        let names: Vec<(&str, &Node)> = match &entry.value.kind {
            Kind::String(name) => vec![(name, &entry.value)],
            Kind::Array(items) => items
                .iter()
                .filter_map(|item| match &item.kind {
                    Kind::String(name) => Some((name.as_str(), item)),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let mut key = Vec::new();
        for (name, node) in names {
            match self.columns(model, name) {
                Some(columns) => key.extend(columns),
                None => {
                    self.unknown_field(model, name, node.start, node.end);
                    return None;
                }
            }
        }
        let sorted = |key: &[usize]| {
            let mut key = key.to_vec();
            key.sort_unstable();
            key
        };
        let keys = keys_of(self.target.model(model));
        if keys.iter().any(|it| sorted(it) == sorted(&key)) {
            return Some(key);
        }
        let message = format!("this is no unique key of `{}`", self.target.model(model).name);
        self.mistake(KEY, entry.value.start, entry.value.end, message, Some(self.key_hint(model)));
        None
    }

    /// The only unique key beside the id; failing that, the id.
    pub(crate) fn usual_key(&mut self, model: ModelId, span: Span) -> Option<Vec<usize>> {
        let found = self.target.model(model);
        let keys = keys_of(found);
        let id = found.primary_key.is_some();
        let others = &keys[usize::from(id)..];
        match (others, id) {
            ([only], _) => Some(only.clone()),
            ([], true) => Some(keys[0].clone()),
            _ => {
                let message = format!(
                    "`{}` has more than one unique key: say which one tells its rows apart",
                    found.name
                );
                self.at(KEY, span, message, Some(self.key_hint(model)));
                None
            }
        }
    }

    fn key_hint(&self, model: ModelId) -> String {
        let found = self.target.model(model);
        let words = |key: &Vec<usize>| {
            let names: Vec<String> =
                key.iter().map(|field| format!("\"{}\"", found.fields[*field].name)).collect();
            format!("key = [{}]", names.join(", "))
        };
        keys_of(found).iter().map(words).collect::<Vec<_>>().join(", or ")
    }

    /// The columns behind a field: those of a relation are its foreign key.
    fn columns(&self, model: ModelId, name: &str) -> Option<Vec<usize>> {
        let (at, field) = self.target.model(model).find_field(name)?;
        match &field.ty {
            FieldType::Relation(_) => Some(ForeignKey::of(&self.target.schema, model, at)?.columns),
            _ => Some(vec![at]),
        }
    }

    /// What a row must say: its key, and whatever nobody else fills in.
    pub(crate) fn refuse_missing(&mut self, row: &Row) {
        let model = self.set.model(row);
        let found = self.target.model(model);
        let key = self.set.blocks[row.block].key.clone();
        for (at, field) in found.columns() {
            let cell = row.cells.get(&at);
            let is_null = cell.is_some_and(|cell| cell.value == Value::Null);
            let span = cell.map_or(row.span, |cell| cell.span);
            if key.contains(&at) && cell.is_none() {
                self.at(
                    MISSING,
                    span,
                    format!("this row of {} lacks `{}`, a part of its key", found.name, field.name),
                    None,
                );
            } else if is_null && (field.arity == Arity::Required || key.contains(&at)) {
                self.at(VALUE, span, format!("`{}` of {} cannot be null here", field.name, found.name), None);
            } else if cell.is_none() && self.target.column(model, at).is_some_and(must_be_given) {
                self.at(
                    MISSING,
                    span,
                    format!("this row of {} lacks `{}`, which has no default", found.name, field.name),
                    None,
                );
            }
        }
    }

    pub(crate) fn refuse_duplicates(&mut self) {
        let mut seen: BTreeMap<(usize, Vec<String>), Span> = BTreeMap::new();
        let mut found = Vec::new();
        for row in &self.set.rows {
            let block = &self.set.blocks[row.block];
            let value = |field: &usize| Some(self.set.sql(self.target, &row.cells.get(field)?.value));
            let Some(key) = block.key.iter().map(value).collect::<Option<Vec<String>>>() else { continue };
            if let Some(first) = seen.insert((row.block, key.clone()), row.span) {
                seen.insert((row.block, key), first);
                let (path, line) = self.set.place(first);
                let name = &self.target.model(block.model).name;
                found.push((
                    row.span,
                    format!("{name} {} is declared at {path}:{line} as well", self.set.label(row)),
                ));
            }
        }
        for (span, message) in found {
            self.at(KEY, span, message, None);
        }
    }
}

fn must_be_given(column: &Column) -> bool {
    !column.nullable
        && column.default.is_none()
        && column.auto_increment.is_none()
        && !column.filled_by_application
}
