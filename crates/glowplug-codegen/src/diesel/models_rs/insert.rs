//! The types for inserts, and what fills them.

use glowplug_psl::schema::Arity;

use super::{Context, Kind, filler};
use crate::layout::{Column, Table, Wrapped};
use crate::rust::{guarded, guarded_if, is_long_call, put, signature};

/// The type for inserts, and its `new`.
pub(super) fn render(out: &mut String, cx: &Context<'_>, table: &Table, name: &str) {
    let mut head = cx.head(&["Insertable"]);
    head.diesel(format!("table_name = super::schema::{}", table.ident));
    cx.add_wishes(&mut head, table, Kind::New);
    guarded(out, "", |out| {
        put!(out, "/// A new row of `{}`. `None` leaves a column to the database.\n", table.db_name);
        head.render(out);
        put!(out, "pub struct {name} {{\n");
        for column in &table.columns {
            cx.field(out, table, column, field_type(column), Kind::New);
        }
        out.push_str("}\n");
    });
    put!(out, "\nimpl {name} {{\n");
    new(out, cx, table);
    out.push_str("}\n");
}

/// The type of a column's field.
pub(super) fn field_type(column: &Column) -> Wrapped<'_> {
    let row = column.row_type();
    match column.arity {
        Arity::Required | Arity::Optional if column.database_default => row.optional(),
        Arity::Required | Arity::Optional | Arity::List => row,
    }
}

/// Whether an insert must name a value for the column.
fn must_be_given(column: &Column) -> bool {
    column.arity == Arity::Required && !column.database_default && column.app_default.is_none()
}

fn new(out: &mut String, cx: &Context<'_>, table: &Table) {
    let given = table.columns.iter().filter(|it| must_be_given(it));
    let given: Vec<String> = given.map(|it| format!("{}: {}", it.rust_field, it.row_type())).collect();
    let types = cx.layout.libraries;
    let now = &moment_variable(table);
    guarded_if(out, "    ", |out| {
        out.push_str("    /// A row of what must be given; the rest has its default.\n");
        let mut depends_on_width = signature(out, "    ", "new", &given);
        let fillers = table.columns.iter().filter_map(|it| it.app_default.as_ref());
        filler::moment(out, now, fillers);
        out.push_str("        Self {\n");
        // A comment keeps the literal at one field a line under every setting of rustfmt.
        out.push_str("            // `None` leaves a column to the database.\n");
        for column in &table.columns {
            let filler = column.app_default.as_ref();
            let value = filler.and_then(|it| filler::expression(it, column, types, now));
            initialiser(out, column, value.as_deref());
            depends_on_width |= value.is_some_and(|it| is_long_call(&it));
        }
        out.push_str("        }\n    }\n");
        depends_on_width
    });
}

/// A name for the moment that no parameter has.
fn moment_variable(table: &Table) -> String {
    let mut res = filler::NOW.to_owned();
    while table.columns.iter().any(|it| it.rust_field == res) {
        res.push('_');
    }
    res
}

fn initialiser(out: &mut String, column: &Column, value: Option<&str>) {
    let name = &column.rust_field;
    match value {
        _ if must_be_given(column) => put!(out, "            {name},\n"),
        // The outer option is the database's default, the inner one a column that may be NULL.
        Some(value) if column.database_default && column.arity == Arity::Optional => {
            put!(out, "            {name}: Some(Some({value})),\n");
        }
        Some(value) if column.database_default || column.arity == Arity::Optional => {
            put!(out, "            {name}: Some({value}),\n");
        }
        Some(value) => put!(out, "            {name}: {value},\n"),
        None => put!(out, "            {name}: None,\n"),
    }
}
