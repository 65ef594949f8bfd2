//! What the relations of a model become: `belongs_to`, and sentences for readers.

use glowplug_psl::schema::{Arity, FieldId, FieldType, ForeignKeyRelation, RelationKind};

use crate::layout::{Column, ForeignKey, Layout, Source, Table};

/// Whether the key can identify a row: Diesel asks for `Eq` and `Hash`.
pub(super) fn is_identifiable(layout: &Layout<'_>, table: &Table) -> bool {
    let floats = ["f32", "f64"];
    table.primary_key.iter().all(|it| !floats.contains(&layout.value_type(&table.columns[*it])))
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
        && column.kind == target_column.kind
        && column.arity != Arity::List
        && is_identifiable(layout, to)
        && is_identifiable(layout, from)
}

/// A line of documentation for every relation field of a table's model.
pub(super) fn notes(layout: &Layout<'_>, table: usize) -> Vec<String> {
    let Source::Model(model) = layout.tables[table].source else { return Vec::new() };
    let fields = layout.schema.model(model).fields.iter().enumerate().filter(|(_, it)| !it.is_ignored);
    fields.filter_map(|(index, _)| note(layout, table, FieldId { model, index })).collect()
}

fn note(layout: &Layout<'_>, table: usize, field: FieldId) -> Option<String> {
    let FieldType::Relation(id) = layout.schema.field(field).ty else { return None };
    let text = match &layout.schema.relation(id).kind {
        RelationKind::ForeignKey(key) if key.forward == field => forward(layout, table, key)?,
        RelationKind::ForeignKey(key) => backward(layout, key)?,
        RelationKind::ManyToMany { a, b } => {
            let other = &layout.tables[layout.table_of(if *a == field { b.model } else { a.model })?];
            let join = &layout.tables[layout.join_of(id)?];
            format!("many [`{}`], through [`{}`]", other.row, join.row)
        }
    };
    Some(format!("- `{}`: {text}", layout.schema.field(field).name))
}

fn forward(layout: &Layout<'_>, index: usize, key: &ForeignKeyRelation) -> Option<String> {
    let target = &layout.tables[layout.table_of(key.target)?];
    let table = &layout.tables[index];
    let columns = table.columns_of(&key.fields)?;
    let count = if columns.iter().any(|it| table.columns[*it].arity == Arity::Optional) {
        "at most one"
    } else {
        "one"
    };
    Some(format!("{count} [`{}`], by {}", target.row, names(table, &columns)))
}

fn backward(layout: &Layout<'_>, key: &ForeignKeyRelation) -> Option<String> {
    let child = layout.table_of(key.forward.model)?;
    let table = &layout.tables[child];
    let columns = table.columns_of(&key.fields)?;
    let count = if key.is_one_to_one { "at most one" } else { "many" };
    let foreign_key = table.foreign_keys.iter().find(|it| it.columns == columns);
    let how = match foreign_key {
        Some(it) if has_belongs_to(layout, child, it) => format!("`{}::belonging_to`", table.row),
        Some(_) | None => format!("by its {}", names(table, &columns)),
    };
    Some(format!("{count} [`{}`], {how}", table.row))
}

fn names(table: &Table, columns: &[usize]) -> String {
    let names: Vec<String> =
        columns.iter().map(|it| format!("`{}`", table.columns[*it].rust_field)).collect();
    names.join(" and ")
}
