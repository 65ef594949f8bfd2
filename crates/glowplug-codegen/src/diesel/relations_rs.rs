//! relations.rs: methods of rows that lead along their relations, as queries.
//!
//! Their types are written out: no macro expands, nothing is boxed, and whoever gets such a query can
//! go on with it. The columns of a key are tests one after the other (`Filter<Filter<..>>`), which says
//! the same as `AND` in a type that is easier on the compiler.

use glowplug_psl::schema::{Arity, FieldId};

use crate::layout::{Column, ColumnKind, Count, Layout, Path, Relation, Source, Table, diesel_name, docs};
use crate::names::{Names, Place};
use crate::parallel;
use crate::rust::doc_lines;

/// The body of the file; none, if no row has a relation.
pub(super) fn render(layout: &Layout<'_>) -> Option<String> {
    let body = parallel::concat(layout.tables.len(), |index| {
        impl_(layout, &layout.tables[index]).unwrap_or_default()
    });
    let enums = if body.contains("&enums::") { "enums, " } else { "" };
    (!body.is_empty()).then(|| format!("{HEAD}use super::{{{enums}models, schema}};\n{body}"))
}

const HEAD: &str = "\
//! Where the relations of a row lead. Each method is a query: load it, or go on with it.

use diesel::dsl;
use diesel::prelude::*;

";

fn impl_(layout: &Layout<'_>, table: &Table) -> Option<String> {
    let Source::Model(model) = table.source else { return None };
    let mut names = Names::new(Place::Method);
    let fields = layout.schema.model(model).fields.iter().enumerate().filter(|(_, it)| !it.is_ignored);
    let methods = fields.filter_map(|(index, field)| {
        let relation = layout.relation(FieldId { model, index })?;
        let name = names.give(diesel_name(&field.hints).unwrap_or(&field.name));
        let mut docs = docs(field.docs.as_deref());
        docs.extend((!docs.is_empty()).then(String::new));
        docs.push(summary(layout, &field.name, &relation));
        Some(format!("{}{}", doc_lines("    ", &docs), method(layout, table, &name, &relation)))
    });
    let methods: Vec<String> = methods.collect();
    let row = &table.row;
    (!methods.is_empty())
        .then(|| format!("\n#[rustfmt::skip]\nimpl models::{row} {{\n{}}}\n", methods.join("\n")))
}

/// What a method leads to.
fn summary(layout: &Layout<'_>, field: &str, relation: &Relation) -> String {
    let count = match relation.count {
        Count::One => "the one",
        Count::AtMostOne => "at most one",
        Count::Many => "any number of",
    };
    let row = &layout.tables[relation.target].row;
    format!("`{field}`: {count} [`{row}`](models::{row}).")
}

/// A type and the expression that has it.
struct Typed {
    ty: String,
    value: String,
}

fn method(layout: &Layout<'_>, table: &Table, name: &str, relation: &Relation) -> String {
    let target = &layout.tables[relation.target];
    let query = match &relation.path {
        Path::Columns(columns) => {
            let from = Typed {
                ty: format!("schema::{}::table", target.ident),
                value: format!("schema::{}::table", target.ident),
            };
            let pairs = columns.iter().zip(&relation.from);
            pairs.fold(from, |query, (to, from)| {
                filter(&query, &equal(&target.ident, &target.columns[*to], &table.columns[*from]))
            })
        }
        Path::Join(join, ours, theirs) => through(table, target, &layout.tables[*join], (*ours, *theirs)),
    };
    let Typed { ty, value } = query;
    format!("    pub fn {name}(&self) -> {ty} {{\n        {value}\n    }}\n")
}

fn filter(query: &Typed, test: &Typed) -> Typed {
    Typed {
        ty: format!("dsl::Filter<{}, {}>", query.ty, test.ty),
        value: format!("{}.filter({})", query.value, test.value),
    }
}

/// That a column of `ident` holds what the row has in another.
fn equal(ident: &str, column: &Column, ours: &Column) -> Typed {
    let path = format!("schema::{ident}::{}", column.ident);
    let value_type = match (&ours.kind, ours.custom) {
        (ColumnKind::Enum(_), None) => format!("&enums::{}", ours.value_type),
        (ColumnKind::Enum(_), Some(_)) | (ColumnKind::Plain { .. }, _) => format!("&{}", ours.value_type),
    };
    let field = &ours.rust_field;
    match (ours.arity, column.arity) {
        (Arity::Required | Arity::List, _) => {
            Typed { ty: format!("dsl::Eq<{path}, {value_type}>"), value: format!("{path}.eq(&self.{field})") }
        }
        // A row without a value is related to none: nothing equals NULL.
        (Arity::Optional, Arity::Optional) => Typed {
            ty: format!("dsl::Eq<{path}, Option<{value_type}>>"),
            value: format!("{path}.eq(self.{field}.as_ref())"),
        },
        (Arity::Optional, Arity::Required | Arity::List) => Typed {
            ty: format!("dsl::Eq<dsl::Nullable<{path}>, Option<{value_type}>>"),
            value: format!("{path}.nullable().eq(self.{field}.as_ref())"),
        },
    }
}

/// Rows of the target whose key a join table ties to ours.
fn through(table: &Table, target: &Table, join: &Table, (ours, theirs): (usize, usize)) -> Typed {
    let join_table = format!("schema::{}::table", join.ident);
    let rows = Typed { ty: join_table.clone(), value: join_table };
    let key = &table.columns[table.primary_key[0]];
    let rows = filter(&rows, &equal(&join.ident, &join.columns[ours], key));
    let theirs = format!("schema::{}::{}", join.ident, join.columns[theirs].ident);
    let target_key = format!("schema::{}::{}", target.ident, target.columns[target.primary_key[0]].ident);
    let keys = Typed {
        ty: format!("dsl::Select<{}, {theirs}>", rows.ty),
        value: format!("{}.select({theirs})", rows.value),
    };
    let test = Typed {
        ty: format!("dsl::EqAny<{target_key}, {}>", keys.ty),
        value: format!("{target_key}.eq_any({})", keys.value),
    };
    let from = format!("schema::{}::table", target.ident);
    filter(&Typed { ty: from.clone(), value: from }, &test)
}
