//! models.rs: a row type for every table, and types for inserts and updates.

mod changes;
mod filler;
mod insert;
mod relations;
mod row;

use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::Hint;

use super::Options;
use super::head::Head;
use crate::layout::{Column, ColumnKind, Filler, Layout, Table, Wrapped, diesel_attributes, diesel_derives};
use crate::parallel;
use crate::rust::{doc_lines, note_lines, put};

/// What the types of models.rs are made from.
struct Context<'a> {
    layout: &'a Layout<'a>,
    dialect: &'a dyn Dialect,
    options: &'a Options,
}

/// The body of the file.
pub(super) fn render(out: &mut String, layout: &Layout<'_>, dialect: &dyn Dialect, options: &Options) {
    out.push_str("//! Rows of the database's tables, and what to insert and update.\n");
    if layout.tables.is_empty() {
        return;
    }
    out.push_str("\nuse diesel::prelude::*;\n");
    if layout.tables.iter().any(uses_enum) {
        out.push_str("\nuse super::enums::*;\n");
    }
    let cx = &Context { layout, dialect, options };
    parallel::append(out, layout.tables.len(), |out, index| types(out, cx, index));
    if layout.tables.iter().any(is_filled_with_now) {
        out.push_str(layout.libraries.now_function());
    }
    if options.serde && columns(layout).any(|(table, it)| is_read_twice(table, it)) {
        out.push_str(GIVEN_FUNCTION);
    }
}

/// The types of a table.
fn types(out: &mut String, cx: &Context<'_>, index: usize) {
    let table = &cx.layout.tables[index];
    out.push('\n');
    row::render(out, cx, index);
    if let Some(name) = &table.new {
        out.push('\n');
        insert::render(out, cx, table, name);
    }
    if let Some(name) = &table.changes {
        out.push('\n');
        changes::render(out, cx, table, name);
    }
}

fn columns<'a>(layout: &'a Layout<'_>) -> impl Iterator<Item = (&'a Table, &'a Column)> {
    layout.tables.iter().flat_map(|table| table.columns.iter().map(move |it| (table, it)))
}

fn uses_enum(table: &Table) -> bool {
    table.columns.iter().any(|it| matches!(it.kind, ColumnKind::Enum(_)) && it.custom.is_none())
}

/// Whether an insert or an update of the table asks for the moment.
fn is_filled_with_now(table: &Table) -> bool {
    let asks = |it: &Option<Filler>| *it == Some(Filler::Now);
    let inserts = table.new.is_some() && table.columns.iter().any(|it| asks(&it.app_default));
    inserts || (table.changes.is_some() && changes::changing(table).any(|it| asks(&it.on_update)))
}

/// Whether a column is a double option in a type that serde reads.
fn is_read_twice(table: &Table, column: &Column) -> bool {
    let inserted = table.new.is_some() && insert::field_type(column).is_double();
    let is_key = table.primary_key.iter().any(|it| std::ptr::eq(&table.columns[*it], column));
    let changed = table.changes.is_some() && !is_key && changes::field_type(column).is_double();
    has_serde(table) && (inserted || changed)
}

/// What serde calls for double options: by itself it reads `null` as nothing given.
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

impl<'a> Context<'a> {
    /// The derives that types have for their users.
    fn head(&self, diesel: &[&'static str]) -> Head<'a> {
        Head::new(self.options.derives.all.iter().map(String::as_str).chain(diesel.iter().copied()))
    }

    /// What the generator block and the hints of a model add.
    fn add_wishes(&self, head: &mut Head<'a>, table: &Table, kind: Kind) {
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
    fn field(&self, out: &mut String, table: &Table, column: &Column, ty: Wrapped<'_>, kind: Kind) {
        if kind == Kind::Row {
            doc_lines(out, "    ", &column.docs);
        }
        if column.ident != column.rust_field {
            put!(out, "    #[diesel(column_name = {})]\n", column.ident);
        }
        if self.options.serde && has_serde(table) {
            if kind != Kind::Row && ty.is_double() {
                out.push_str("    #[serde(default, deserialize_with = \"given\")]\n");
            }
            if kind == Kind::Changes {
                out.push_str("    #[serde(skip_serializing_if = \"Option::is_none\")]\n");
            }
        }
        let hints: &[Hint] = self.layout.column_hints(table, column);
        for text in diesel_attributes(hints, kind.keys().1) {
            put!(out, "    #[{text}]\n");
        }
        put!(out, "    pub {}: {ty},\n", column.rust_field);
    }

    /// Why a type has no serde, though it is wanted.
    fn serde_note(&self, out: &mut String, table: &Table) {
        if !self.options.serde {
            return;
        }
        let columns = table.columns.iter().filter(|it| lacks_serde(it));
        let lines: Vec<String> =
            columns.map(|it| format!("`{}`: `{}` has none", it.rust_field, it.value_type)).collect();
        note_lines(out, "    ", "No serde:", &lines);
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
