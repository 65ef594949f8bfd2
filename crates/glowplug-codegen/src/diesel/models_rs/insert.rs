//! The types for inserts, and what fills them.

use glowplug_psl::schema::Arity;

use super::{Context, Kind};
use crate::layout::{Column, Table};
use crate::rust::{guarded, guarded_calls, signature};

/// The type for inserts, and its `new`.
pub(super) fn render(cx: &Context<'_>, table: &Table, name: &str) -> String {
    let mut head = cx.head(&["Insertable"]);
    head.diesel(format!("table_name = super::schema::{}", table.ident));
    cx.add_wishes(&mut head, table, Kind::New);
    let mut item = format!("/// A new row of `{}`. `None` leaves a column to the database.\n", table.db_name);
    item.push_str(&head.render());
    item.push_str(&format!("pub struct {name} {{\n"));
    for column in &table.columns {
        item.push_str(&cx.field(table, column, &field_type(column), Kind::New));
    }
    item.push_str("}\n");
    format!("{}\n{}", guarded("", &item), new(table, name))
}

/// The type of a column's field.
pub(super) fn field_type(column: &Column) -> String {
    let row = column.row_type();
    match column.arity {
        Arity::Required | Arity::Optional if column.database_default => format!("Option<{row}>"),
        Arity::Required | Arity::Optional | Arity::List => row,
    }
}

/// Whether an insert must name a value for the column.
fn must_be_given(column: &Column) -> bool {
    column.arity == Arity::Required && !column.database_default && column.app_default.is_none()
}

fn new(table: &Table, name: &str) -> String {
    let given = table.columns.iter().filter(|it| must_be_given(it));
    let given: Vec<String> = given.map(|it| format!("{}: {}", it.rust_field, it.row_type())).collect();
    let mut item = "    /// A row of what must be given; the rest has its default.\n".to_owned();
    let (signature, depends_on_width) = signature("    ", "new", &given);
    item.push_str(&signature);
    item.push_str("        Self {\n");
    // A comment keeps the literal at one field a line under every setting of rustfmt.
    item.push_str("            // `None` leaves a column to the database.\n");
    for column in &table.columns {
        item.push_str(&format!("            {},\n", initialiser(column)));
    }
    item.push_str("        }\n    }\n");
    let calls = table.columns.iter().filter_map(|it| it.app_default.as_deref());
    let item = if depends_on_width {
        format!("    #[rustfmt::skip]\n{item}")
    } else {
        guarded_calls("    ", &item, calls)
    };
    format!("impl {name} {{\n{item}}}\n")
}

fn initialiser(column: &Column) -> String {
    let name = &column.rust_field;
    match &column.app_default {
        _ if must_be_given(column) => name.clone(),
        // The outer option is the database's default, the inner one a column that may be NULL.
        Some(value) if column.database_default && column.arity == Arity::Optional => {
            format!("{name}: Some(Some({value}))")
        }
        Some(value) if column.database_default || column.arity == Arity::Optional => {
            format!("{name}: Some({value})")
        }
        Some(value) => format!("{name}: {value}"),
        None => format!("{name}: None"),
    }
}
