//! Relation fields: which rows they lead to, in which order.

use glowplug_psl::schema::FieldId;

use super::{Api, Relation};
use crate::layout::{ColumnKind, Custom, Table};

impl Api<'_> {
    /// The relation behind a field, if both of its ends are shown and its columns can be keys of a map.
    pub(super) fn relation(&self, field: FieldId) -> Option<Relation> {
        let relation = self.layout.relation(field)?;
        let target = self.object_of(relation.target)?;
        let table = &self.layout.tables[self.layout.table_of(field.model)?];
        let is_ordered = relation.from.iter().all(|it| is_ordered(table, *it));
        // One row by its key needs no order.
        let hints = &self.layout.schema.field(field).hints;
        let order = if relation.is_forward { Vec::new() } else { self.order(relation.target, hints) };
        let crate::layout::Relation { count, from, path, .. } = relation;
        is_ordered.then_some(Relation { target, count, from, path, order })
    }
}

/// Whether values of the column have an order in Rust.
fn is_ordered(table: &Table, column: usize) -> bool {
    let column = &table.columns[column];
    match (&column.kind, column.custom) {
        (_, Some(Custom::Json)) => false,
        // Whoever makes a type of their own a key gives it an order.
        (_, Some(Custom::Type)) | (ColumnKind::Enum(_), None) => true,
        (ColumnKind::Plain { .. }, None) => {
            !["f32", "f64", "serde_json::Value"].contains(&column.value_type.as_str())
        }
    }
}
