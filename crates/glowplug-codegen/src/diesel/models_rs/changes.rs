//! The types for updates.

use glowplug_psl::schema::Arity;

use super::{Context, Kind, filler, table_attributes};
use crate::layout::{Column, Table, Wrapped};
use crate::rust::{guarded, guarded_if, is_long_call, put};

/// The type for updates, and its `touched`.
pub(super) fn render(out: &mut String, cx: &Context<'_>, table: &Table, name: &str) {
    let mut head = cx.head(&["Default", "AsChangeset"]);
    for text in table_attributes(table) {
        head.diesel(text);
    }
    cx.add_wishes(&mut head, table, Kind::Changes);
    guarded(out, "", |out| {
        put!(out, "/// An update of `{}`. `None` leaves a column as it is.\n", table.db_name);
        head.render(out);
        put!(out, "pub struct {name} {{\n");
        for column in changing(table) {
            cx.field(out, table, column, field_type(column), Kind::Changes);
        }
        out.push_str("}\n");
    });
    touched(out, cx, table, name);
}

/// The type of a column's field.
pub(super) fn field_type(column: &Column) -> Wrapped<'_> {
    let row = column.row_type();
    match column.arity {
        Arity::Required | Arity::Optional => row.optional(),
        Arity::List => row,
    }
}

/// The columns that an update can set: all but the key.
pub(super) fn changing(table: &Table) -> impl Iterator<Item = &Column> {
    let columns = table.columns.iter().enumerate();
    columns.filter(|(i, _)| !table.primary_key.contains(i)).map(|(_, column)| column)
}

/// `touched()`: the start of an update, with `@updatedAt` columns set.
fn touched(out: &mut String, cx: &Context<'_>, table: &Table, name: &str) {
    let types = cx.layout.libraries;
    let filled = || changing(table).filter_map(|it| Some((it, it.on_update.as_ref()?)));
    if filled().next().is_none() {
        return;
    }
    put!(out, "\nimpl {name} {{\n");
    guarded_if(out, "    ", |out| {
        out.push_str("    /// Changes nothing but the time of the last update; the start of every update.\n");
        out.push_str("    pub fn touched() -> Self {\n");
        filler::moment(out, filler::NOW, filled().map(|(_, it)| it));
        out.push_str("        Self {\n");
        out.push_str("            // `None` leaves a column as it is.\n");
        let mut depends_on_width = false;
        for (column, filler) in filled() {
            let Some(value) = filler::expression(filler, column, types, filler::NOW) else { continue };
            depends_on_width |= is_long_call(&value);
            let name = &column.rust_field;
            match column.arity {
                Arity::Required => put!(out, "            {name}: Some({value}),\n"),
                Arity::Optional => put!(out, "            {name}: Some(Some({value})),\n"),
                Arity::List => {}
            }
        }
        out.push_str("            ..Self::default()\n        }\n    }\n");
        depends_on_width
    });
    out.push_str("}\n");
}
