//! What the relations of a model become: `belongs_to`, and sentences for readers.

use glowplug_psl::schema::{Arity, FieldId};

use crate::layout::{Column, Count, Custom, ForeignKey, Layout, Path, Source, Table};

/// Whether the key can identify a row: Diesel asks for `Eq` and `Hash`.
pub(super) fn is_identifiable(table: &Table) -> bool {
    let floats = ["f32", "f64"];
    table.primary_key.iter().all(|it| {
        let column = &table.columns[*it];
        column.custom != Some(Custom::Json) && !floats.contains(&column.value_type.as_str())
    })
}

/// The `belongs_to(...)` attributes of a table's row type.
pub(super) fn belongs_to(layout: &Layout<'_>, index: usize) -> Vec<String> {
    let table = &layout.tables[index];
    let keys = table.foreign_keys.iter().filter(|key| has_belongs_to(layout, index, key));
    let line = |key: &ForeignKey| {
        let column = &table.columns[key.columns[0]].ident;
        format!("belongs_to({}, foreign_key = {column})", layout.tables[key.target].row)
    };
    keys.map(line).collect()
}

/// Diesel's associations know one column that refers to the whole key, and one parent of a type.
fn has_belongs_to(layout: &Layout<'_>, index: usize, key: &ForeignKey) -> bool {
    let (from, to) = (&layout.tables[index], &layout.tables[key.target]);
    let ([column], [target]) = (key.columns.as_slice(), key.target_columns.as_slice()) else { return false };
    let (column, target_column): (&Column, &Column) = (&from.columns[*column], &to.columns[*target]);
    let rivals = from.foreign_keys.iter().filter(|it| it.target == key.target).count();
    rivals == 1
        && to.primary_key == [*target]
        && column.value_type == target_column.value_type
        && column.arity != Arity::List
        && is_identifiable(to)
        && is_identifiable(from)
}

/// A line of documentation for every relation field of a table's model.
pub(super) fn notes(layout: &Layout<'_>, table: usize) -> Vec<String> {
    let Source::Model(model) = layout.tables[table].source else { return Vec::new() };
    let fields = layout.schema.model(model).fields.iter().enumerate().filter(|(_, it)| !it.is_ignored);
    fields.filter_map(|(index, _)| note(layout, table, FieldId { model, index })).collect()
}

fn note(layout: &Layout<'_>, index: usize, field: FieldId) -> Option<String> {
    let relation = layout.relation(field)?;
    let (table, target) = (&layout.tables[index], &layout.tables[relation.target]);
    let count = match relation.count {
        Count::One => "one",
        Count::AtMostOne => "at most one",
        Count::Many => "many",
    };
    let how = match &relation.path {
        Path::Join(join, ..) => format!("through [`{}`]", layout.tables[*join].row),
        Path::Columns(_) if relation.is_forward => format!("by {}", names(table, &relation.from)),
        Path::Columns(columns) => {
            match target.foreign_keys.iter().find(|it| it.target == index && it.columns == *columns) {
                Some(it) if has_belongs_to(layout, relation.target, it) => {
                    format!("`{}::belonging_to`", target.row)
                }
                Some(_) | None => format!("by its {}", names(target, columns)),
            }
        }
    };
    Some(format!("- `{}`: {count} [`{}`], {how}", layout.schema.field(field).name, target.row))
}

fn names(table: &Table, columns: &[usize]) -> String {
    let names: Vec<String> =
        columns.iter().map(|it| format!("`{}`", table.columns[*it].rust_field)).collect();
    names.join(" and ")
}
