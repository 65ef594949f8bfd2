//! models.rs: a row type for every table, and types for inserts and updates.

mod changes;
mod insert;
mod relations;
mod row;

use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::Hint;

use super::Options;
use super::head::Head;
use crate::layout::{Column, ColumnKind, Layout, Table, diesel_attributes, diesel_derives};
use crate::parallel;
use crate::rust::{doc_lines, note_lines};
use crate::types::{NOW, NOW_FUNCTION};

/// What the types of models.rs are made from.
struct Context<'a> {
    layout: &'a Layout<'a>,
    dialect: &'a dyn Dialect,
    options: &'a Options,
}

/// The body of the file.
pub(super) fn render(layout: &Layout<'_>, dialect: &dyn Dialect, options: &Options) -> String {
    let mut res = "//! Rows of the database's tables, and what to insert and update.\n".to_owned();
    if layout.tables.is_empty() {
        return res;
    }
    res.push_str("\nuse diesel::prelude::*;\n");
    if layout.tables.iter().any(uses_enum) {
        res.push_str("\nuse super::enums::*;\n");
    }
    let cx = &Context { layout, dialect, options };
    res.push_str(&parallel::concat(layout.tables.len(), |index| types(cx, index)));
    let is_now = |it: &Option<String>| it.as_deref() == Some(NOW);
    if columns(layout).any(|(_, it)| is_now(&it.app_default) || is_now(&it.on_update)) {
        res.push_str(NOW_FUNCTION);
    }
    if options.serde && columns(layout).any(|(table, it)| is_read_twice(table, it)) {
        res.push_str(GIVEN_FUNCTION);
    }
    res
}

/// The types of a table.
fn types(cx: &Context<'_>, index: usize) -> String {
    let table = &cx.layout.tables[index];
    let mut res = format!("\n{}", row::render(cx, index));
    if let Some(name) = &table.new {
        res.push('\n');
        res.push_str(&insert::render(cx, table, name));
    }
    if let Some(name) = &table.changes {
        res.push('\n');
        res.push_str(&changes::render(cx, table, name));
    }
    res
}

fn columns<'a>(layout: &'a Layout<'_>) -> impl Iterator<Item = (&'a Table, &'a Column)> {
    layout.tables.iter().flat_map(|table| table.columns.iter().map(move |it| (table, it)))
}

fn uses_enum(table: &Table) -> bool {
    table.columns.iter().any(|it| matches!(it.kind, ColumnKind::Enum(_)) && it.custom.is_none())
}

/// Whether a column is a double option in a type that serde reads.
fn is_read_twice(table: &Table, column: &Column) -> bool {
    let inserted = table.new.is_some() && insert::field_type(column).starts_with(DOUBLE);
    let is_key = table.primary_key.iter().any(|it| std::ptr::eq(&table.columns[*it], column));
    let changed = table.changes.is_some() && !is_key && changes::field_type(column).starts_with(DOUBLE);
    has_serde(table) && (inserted || changed)
}

/// How the type of a field starts that tells NULL from a value that is not given.
const DOUBLE: &str = "Option<Option<";

/// What serde calls for them: by itself it reads `null` as nothing given.
const GIVEN_FUNCTION: &str = "
/// Reads what is given, be it `null`; what is not given is not read.
fn given<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}
";

/// Which of the three types of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Row,
    New,
    Changes,
}

impl Kind {
    /// The keys of derives and attributes in hints.
    fn keys(self) -> (&'static str, &'static str) {
        match self {
            Kind::Row => ("derive", "attributes"),
            Kind::New => ("newDerive", "newAttributes"),
            Kind::Changes => ("changesDerive", "changesAttributes"),
        }
    }
}

impl Context<'_> {
    /// The derives that types have for their users.
    fn head(&self, diesel: &[&str]) -> Head {
        Head::new(self.options.derives.all.iter().map(String::as_str).chain(diesel.iter().copied()))
    }

    /// What the generator block and the hints of a model add.
    fn add_wishes(&self, head: &mut Head, table: &Table, kind: Kind) {
        let wished = match kind {
            Kind::Row => &self.options.derives.row,
            Kind::New => &self.options.derives.new,
            Kind::Changes => &self.options.derives.changes,
        };
        head.more(wished.iter().map(String::as_str));
        let (derives, attributes) = kind.keys();
        let hints = self.layout.hints(table);
        head.more(diesel_derives(hints, derives));
        if self.options.serde && has_serde(table) {
            head.more(["serde::Serialize", "serde::Deserialize"]);
            if kind == Kind::Changes {
                head.attributes(["serde(default)"]);
            }
        }
        head.attributes(diesel_attributes(hints, attributes));
    }

    /// A field of one of the three types.
    fn field(&self, table: &Table, column: &Column, ty: &str, kind: Kind) -> String {
        let mut res = if kind == Kind::Row { doc_lines("    ", &column.docs) } else { String::new() };
        if column.ident != column.rust_field {
            res.push_str(&format!("    #[diesel(column_name = {})]\n", column.ident));
        }
        if self.options.serde && has_serde(table) {
            if kind != Kind::Row && ty.starts_with(DOUBLE) {
                res.push_str("    #[serde(default, deserialize_with = \"given\")]\n");
            }
            if kind == Kind::Changes {
                res.push_str("    #[serde(skip_serializing_if = \"Option::is_none\")]\n");
            }
        }
        let hints: &[Hint] = self.layout.column_hints(table, column);
        for text in diesel_attributes(hints, kind.keys().1) {
            res.push_str(&format!("    #[{text}]\n"));
        }
        res.push_str(&format!("    pub {}: {ty},\n", column.rust_field));
        res
    }

    /// Why a type has no serde, though it is wanted.
    fn serde_note(&self, table: &Table) -> String {
        if !self.options.serde {
            return String::new();
        }
        let columns = table.columns.iter().filter(|it| lacks_serde(it));
        let lines: Vec<String> =
            columns.map(|it| format!("`{}`: `{}` has none", it.rust_field, it.value_type)).collect();
        note_lines("    ", "No serde:", &lines)
    }
}

/// Whether serde knows the types of all columns.
fn has_serde(table: &Table) -> bool {
    !table.columns.iter().any(lacks_serde)
}

fn lacks_serde(column: &Column) -> bool {
    let diesels = ["diesel::data_types::", "jiff_diesel::", "(std::ops::Bound<jiff_diesel::"];
    column.custom.is_none() && diesels.iter().any(|it| column.value_type.starts_with(it))
}

fn table_attributes(table: &Table) -> Vec<String> {
    let mut res = vec![format!("table_name = super::schema::{}", table.ident)];
    let key: Vec<&str> = table.primary_key.iter().map(|it| table.columns[*it].ident.as_str()).collect();
    if key != ["id"] {
        res.push(format!("primary_key({})", key.join(", ")));
    }
    res
}
