//! models.rs: a row type for every table, and types for inserts and updates.

mod relations;

use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::Arity;

use crate::layout::{Column, ColumnKind, Layout, Source, Table};
use crate::rust::{doc_lines, guarded, note_lines, signature};

/// The body of the file.
pub(super) fn render(layout: &Layout<'_>, dialect: &dyn Dialect) -> String {
    let mut res = "//! Rows of the database's tables, and what to insert and update.\n".to_owned();
    if layout.tables.is_empty() {
        return res;
    }
    res.push_str("\nuse diesel::prelude::*;\n");
    if layout.tables.iter().any(uses_enum) {
        res.push_str("\nuse super::enums::*;\n");
    }
    for (index, table) in layout.tables.iter().enumerate() {
        res.push('\n');
        res.push_str(&row(layout, dialect, index));
        if let Some(name) = &table.new {
            res.push('\n');
            res.push_str(&new_type(layout, table, name));
            res.push('\n');
            res.push_str(&new_function(layout, table, name));
        }
        if let Some(name) = &table.changes {
            res.push('\n');
            res.push_str(&changes_type(layout, table, name));
            res.push_str(&touched(table, name));
        }
    }
    res
}

fn uses_enum(table: &Table) -> bool {
    table.columns.iter().any(|it| matches!(it.kind, ColumnKind::Enum(_)))
}

fn row(layout: &Layout<'_>, dialect: &dyn Dialect, index: usize) -> String {
    let table = &layout.tables[index];
    let belongs_to = relations::belongs_to(layout, index);
    let mut item = doc_lines("", &row_docs(layout, index));
    let mut derives = vec!["Debug", "Clone", "PartialEq", "Queryable", "Selectable"];
    if relations::is_identifiable(layout, table) {
        derives.push("Identifiable");
    }
    if !belongs_to.is_empty() {
        derives.push("Associations");
    }
    item.push_str(&format!("#[derive({})]\n", derives.join(", ")));
    item.push_str(&table_attributes(table));
    for line in belongs_to {
        item.push_str(&format!("#[diesel({line})]\n"));
    }
    item.push_str(&format!("#[diesel(check_for_backend({}))]\n", dialect.backend_code()));
    if matches!(table.source, Source::Join(_)) {
        // Apart from the others: together they are longer than rustfmt likes on a line.
        item.push_str("#[derive(Insertable)]\n");
    }
    item.push_str(&format!("pub struct {} {{\n", table.row));
    for column in &table.columns {
        item.push_str(&field(column, &layout.row_type(column), true));
    }
    item.push_str(&note_lines("    ", "Left out:", &table.left_out));
    item.push_str("}\n");
    guarded("", &item)
}

fn row_docs(layout: &Layout<'_>, index: usize) -> Vec<String> {
    let table = &layout.tables[index];
    let mut res = table.docs.clone();
    if res.is_empty() {
        res.push(format!("A row of `{}`.", table.db_name));
    }
    let relations = relations::notes(layout, index);
    if !relations.is_empty() {
        res.extend([String::new(), "Relations:".to_owned()]);
        res.extend(relations);
    }
    res
}

fn table_attributes(table: &Table) -> String {
    let mut res = format!("#[diesel(table_name = super::schema::{})]\n", table.ident);
    let key: Vec<&str> = table.primary_key.iter().map(|it| table.columns[*it].ident.as_str()).collect();
    if key != ["id"] {
        res.push_str(&format!("#[diesel(primary_key({}))]\n", key.join(", ")));
    }
    res
}

fn field(column: &Column, ty: &str, with_docs: bool) -> String {
    let mut res = if with_docs { doc_lines("    ", &column.docs) } else { String::new() };
    if column.ident != column.rust_field {
        res.push_str(&format!("    #[diesel(column_name = {})]\n", column.ident));
    }
    res.push_str(&format!("    pub {}: {ty},\n", column.rust_field));
    res
}

fn new_type(layout: &Layout<'_>, table: &Table, name: &str) -> String {
    let mut item = format!("/// A new row of `{}`. `None` leaves a column to the database.\n", table.db_name);
    item.push_str("#[derive(Debug, Clone, PartialEq, Insertable)]\n");
    item.push_str(&format!("#[diesel(table_name = super::schema::{})]\n", table.ident));
    item.push_str(&format!("pub struct {name} {{\n"));
    for column in &table.columns {
        item.push_str(&field(column, &new_field_type(layout, column), false));
    }
    item.push_str("}\n");
    guarded("", &item)
}

fn new_field_type(layout: &Layout<'_>, column: &Column) -> String {
    let row = layout.row_type(column);
    match column.arity {
        Arity::Required | Arity::Optional if column.database_default => format!("Option<{row}>"),
        Arity::Required | Arity::Optional | Arity::List => row,
    }
}

/// Whether an insert must name a value for the column.
fn must_be_given(column: &Column) -> bool {
    column.arity == Arity::Required && !column.database_default && column.app_default.is_none()
}

fn new_function(layout: &Layout<'_>, table: &Table, name: &str) -> String {
    let given: Vec<String> = table
        .columns
        .iter()
        .filter(|it| must_be_given(it))
        .map(|it| format!("{}: {}", it.rust_field, layout.row_type(it)))
        .collect();
    let mut item = "    /// A row of what must be given; the rest has its default.\n".to_owned();
    let (signature, depends_on_width) = signature("    ", "new", &given);
    item.push_str(&signature);
    item.push_str("        Self {\n");
    // A comment keeps the literal at one field a line under every setting of rustfmt.
    item.push_str("            // `None` leaves a column to the database.\n");
    for column in &table.columns {
        let name = &column.rust_field;
        let line = match (&column.app_default, must_be_given(column)) {
            (_, true) => format!("            {name},\n"),
            (Some(value), false) if column.database_default => {
                format!("            {name}: Some({value}),\n")
            }
            (Some(value), false) if column.arity == Arity::Optional => {
                format!("            {name}: Some({value}),\n")
            }
            (Some(value), false) => format!("            {name}: {value},\n"),
            (None, false) => format!("            {name}: None,\n"),
        };
        item.push_str(&line);
    }
    item.push_str("        }\n    }\n");
    let item =
        if depends_on_width { format!("    #[rustfmt::skip]\n{item}") } else { guarded("    ", &item) };
    format!("impl {name} {{\n{item}}}\n")
}

fn changes_type(layout: &Layout<'_>, table: &Table, name: &str) -> String {
    let mut item = format!("/// An update of `{}`. `None` leaves a column as it is.\n", table.db_name);
    item.push_str("#[derive(Debug, Clone, Default, PartialEq, AsChangeset)]\n");
    item.push_str(&table_attributes(table));
    item.push_str(&format!("pub struct {name} {{\n"));
    for column in changing(table) {
        let row = layout.row_type(column);
        let ty = match column.arity {
            Arity::Required | Arity::Optional => format!("Option<{row}>"),
            Arity::List => row,
        };
        item.push_str(&field(column, &ty, false));
    }
    item.push_str("}\n");
    guarded("", &item)
}

fn changing(table: &Table) -> impl Iterator<Item = &Column> {
    let columns = table.columns.iter().enumerate();
    columns.filter(|(i, _)| !table.primary_key.contains(i)).map(|(_, column)| column)
}

/// `touched()`: the start of an update, with `@updatedAt` columns set.
fn touched(table: &Table, name: &str) -> String {
    let filled: Vec<(&Column, &String)> =
        changing(table).filter_map(|it| it.on_update.as_ref().map(|value| (it, value))).collect();
    if filled.is_empty() {
        return String::new();
    }
    let mut item =
        "    /// Changes nothing but the time of the last update; the start of every update.\n".to_owned();
    item.push_str("    pub fn touched() -> Self {\n        Self {\n");
    item.push_str("            // `None` leaves a column as it is.\n");
    for (column, value) in filled {
        let value = match column.arity {
            Arity::Required => format!("Some({value})"),
            Arity::Optional => format!("Some(Some({value}))"),
            Arity::List => continue,
        };
        item.push_str(&format!("            {}: {value},\n", column.rust_field));
    }
    item.push_str("            ..Self::default()\n        }\n    }\n");
    format!("\nimpl {name} {{\n{}}}\n", guarded("    ", &item))
}
