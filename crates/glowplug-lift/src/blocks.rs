//! Whole blocks: models, views, enums.

use glowplug_sql::ids::{EnumId, TableId};
use glowplug_sql::model::View;

use crate::columns;
use crate::cx::Cx;
use crate::keys::{self, KeyText};
use crate::relations::RelationField;
use crate::text;

/// The block of a table, formatted, without the empty line after it.
pub(crate) fn model(cx: &Cx<'_>, id: TableId, relations: &[RelationField]) -> String {
    let table = cx.table(id);
    let names = &cx.names.tables[id.0];
    let fields = table.columns.iter().zip(&names.fields);
    let mut fields: Vec<columns::FieldText> =
        fields.map(|(column, name)| columns::field(cx, name, column)).collect();
    let mut attributes = Vec::new();
    let mut keys: Vec<KeyText> = keys::primary_key(cx, id).into_iter().collect();
    let mut alone = std::collections::BTreeSet::new();
    for index in table.indexes.iter().filter(|index| keys::is_written(cx, table, index)) {
        // Only the first unique of a column can stand on its field.
        let is_first = !index.unique || alone.insert(keys::columns(index));
        keys.push(keys::index(cx, id, index, is_first));
    }
    for key in keys {
        match key {
            KeyText::OnField(column, name, text) => fields[column].attributes.insert(0, (name, text)),
            KeyText::OnModel(text) => attributes.push(text),
        }
    }
    if names.name != table.name {
        attributes.push(format!("@@map({})", text::string(&table.name)));
    }
    attributes.extend(
        cx.schema_of(table.namespace.as_deref()).map(|name| format!("@@schema({})", text::string(&name))),
    );
    let mut res = text::docs(table.comment.as_deref(), "");
    if names.is_ignored {
        res.push_str("// No key of required columns tells the rows of this table apart: generated code leaves it out.\n");
        attributes.push("@@ignore".to_owned());
    }
    res.push_str(&format!("model {} {{\n", names.name));
    for (field, column) in fields.iter().zip(&table.columns) {
        res.push_str(&text::docs(column.comment.as_deref(), "  "));
        res.push_str(&format!("  {}\n", field.line()));
    }
    for relation in relations.iter().filter(|relation| relation.table == id) {
        res.push_str(&format!("  {}\n", relation.line));
    }
    close(res, &attributes)
}

/// The block of a view.
pub(crate) fn view(cx: &Cx<'_>, index: usize, view: &View) -> String {
    let names = &cx.names.views[index];
    let mut res = text::docs(view.comment.as_deref(), "");
    res.push_str(&format!("view {} {{\n", names.name));
    for (column, name) in view.columns.iter().zip(&names.fields) {
        res.push_str(&text::docs(column.comment.as_deref(), "  "));
        res.push_str(&format!("  {}\n", columns::field(cx, name, column).line()));
    }
    let mut attributes = Vec::new();
    if names.name != view.name {
        attributes.push(format!("@@map({})", text::string(&view.name)));
    }
    attributes.extend(
        cx.schema_of(view.namespace.as_deref()).map(|name| format!("@@schema({})", text::string(&name))),
    );
    close(res, &attributes)
}

/// The block of an enum.
pub(crate) fn enum_(cx: &Cx<'_>, id: EnumId) -> String {
    let enum_ = cx.live.enum_type(id);
    let names = &cx.names.enums[id.0];
    let hint = cx.lift().enum_hint().map_or_else(String::new, |hint| format!("/// @{hint}\n"));
    let mut res = format!("{hint}enum {} {{\n", names.name);
    for (value, name) in enum_.values.iter().zip(&names.values) {
        res.push_str(&format!("  {}\n", value_line(name, &value.name)));
    }
    let mut attributes = Vec::new();
    if names.name != enum_.name {
        attributes.push(format!("@@map({})", text::string(&enum_.name)));
    }
    attributes.extend(
        cx.schema_of(enum_.namespace.as_deref()).map(|name| format!("@@schema({})", text::string(&name))),
    );
    close(res, &attributes)
}

/// A value of an enum, without indentation and end.
pub(crate) fn value_line(name: &str, label: &str) -> String {
    let map = columns::map(name, label).map_or_else(String::new, |map| format!(" {map}"));
    format!("{name}{map}")
}

fn close(mut block: String, attributes: &[String]) -> String {
    if !attributes.is_empty() {
        block.push('\n');
    }
    for attribute in attributes {
        block.push_str(&format!("  {attribute}\n"));
    }
    block.push_str("}\n");
    glowplug_psl::format(&block)
}
