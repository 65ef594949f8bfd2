//! The row types.

use super::{Context, Kind, relations, table_attributes};
use crate::layout::Source;
use crate::rust::{doc_lines, guarded, note_lines};

/// The row type of a table.
pub(super) fn render(cx: &Context<'_>, index: usize) -> String {
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
    head.diesel(format!("check_for_backend({})", cx.dialect.backend_code()));
    if matches!(table.source, Source::Join(_)) {
        head.more(["Insertable"]);
    }
    cx.add_wishes(&mut head, table, Kind::Row);
    let mut item = doc_lines("", &docs(cx, index));
    item.push_str(&head.render());
    item.push_str(&format!("pub struct {} {{\n", table.row));
    for column in &table.columns {
        item.push_str(&cx.field(table, column, &column.row_type(), Kind::Row));
    }
    item.push_str(&note_lines("    ", "Left out:", &table.left_out));
    item.push_str(&cx.serde_note(table));
    item.push_str("}\n");
    guarded("", &item)
}

fn docs(cx: &Context<'_>, index: usize) -> Vec<String> {
    let table = &cx.layout.tables[index];
    let mut res = table.docs.clone();
    if res.is_empty() {
        res.push(format!("A row of `{}`.", table.db_name));
    }
    let relations = relations::notes(cx.layout, index);
    if !relations.is_empty() {
        res.extend([String::new(), "Relations:".to_owned()]);
        res.extend(relations);
    }
    res
}
