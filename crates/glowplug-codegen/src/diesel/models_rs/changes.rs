//! The types for updates.

use glowplug_psl::schema::Arity;

use super::{Context, Kind, table_attributes};
use crate::layout::{Column, Table};
use crate::rust::{guarded, guarded_calls};

/// The type for updates, and its `touched`.
pub(super) fn render(cx: &Context<'_>, table: &Table, name: &str) -> String {
    let mut head = cx.head(&["Default", "AsChangeset"]);
    for text in table_attributes(table) {
        head.diesel(text);
    }
    cx.add_wishes(&mut head, table, Kind::Changes);
    let mut item = format!("/// An update of `{}`. `None` leaves a column as it is.\n", table.db_name);
    item.push_str(&head.render());
    item.push_str(&format!("pub struct {name} {{\n"));
    for column in changing(table) {
        item.push_str(&cx.field(table, column, &field_type(column), Kind::Changes));
    }
    item.push_str("}\n");
    format!("{}{}", guarded("", &item), touched(table, name))
}

/// The type of a column's field.
pub(super) fn field_type(column: &Column) -> String {
    let row = column.row_type();
    match column.arity {
        Arity::Required | Arity::Optional => format!("Option<{row}>"),
        Arity::List => row,
    }
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
    for (column, value) in &filled {
        let value = match column.arity {
            Arity::Required => format!("Some({value})"),
            Arity::Optional => format!("Some(Some({value}))"),
            Arity::List => continue,
        };
        item.push_str(&format!("            {}: {value},\n", column.rust_field));
    }
    item.push_str("            ..Self::default()\n        }\n    }\n");
    let calls = filled.iter().map(|(_, value)| value.as_str());
    format!("\nimpl {name} {{\n{}}}\n", guarded_calls("    ", &item, calls))
}
