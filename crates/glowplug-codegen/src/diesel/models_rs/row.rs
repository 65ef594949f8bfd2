//! The row types.

use super::{Context, Kind, relations, table_attributes};
use crate::layout::{Source, Table};
use crate::rust::{doc_lines, guarded, note_lines, put};

/// The row type of a table.
pub(super) fn render(out: &mut String, cx: &Context<'_>, index: usize) {
    let table = &cx.layout.tables[index];
    let belongs_to = relations::belongs_to(cx.layout, index);
    let mut head = cx.head(&["Queryable", "Selectable"]);
    if relations::is_identifiable(table) {
        head.derive("Identifiable");
    }
    if !belongs_to.is_empty() {
        head.derive("Associations");
    }
    for text in table_attributes(table).into_iter().chain(belongs_to) {
        head.diesel(text);
    }
    // It makes good errors of wrong types, at a tenth of what the whole file costs the compiler: only a
    // hint can name a wrong one.
    if table.columns.iter().any(|it| it.custom.is_some()) {
        head.diesel(format!("check_for_backend({})", cx.dialect.backend_code()));
    }
    if matches!(table.source, Source::Join(_)) {
        head.more(["Insertable"]);
    }
    cx.add_wishes(&mut head, table, Kind::Row);
    guarded(out, "", |out| {
        docs(out, cx, index, table);
        head.render(out);
        put!(out, "pub struct {} {{\n", table.row);
        for column in &table.columns {
            cx.field(out, table, column, column.row_type(), Kind::Row);
        }
        note_lines(out, "    ", "Left out:", &table.left_out);
        cx.serde_note(out, table);
        out.push_str("}\n");
    });
}

fn docs(out: &mut String, cx: &Context<'_>, index: usize, table: &Table) {
    if table.docs.is_empty() {
        put!(out, "/// A row of `{}`.\n", table.db_name);
    }
    doc_lines(out, "", &table.docs);
    let relations = relations::notes(cx.layout, index);
    if !relations.is_empty() {
        doc_lines(out, "", &["", "Relations:"]);
        doc_lines(out, "", &relations);
    }
}
