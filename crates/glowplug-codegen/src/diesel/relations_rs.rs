//! relations.rs: methods of rows that lead along their relations, as queries.
//!
//! Their types are written out: no macro expands, nothing is boxed, and whoever gets such a query can
//! go on with it. The columns of a key are tests one after the other (`Filter<Filter<..>>`), which says
//! the same as `AND` in a type that is easier on the compiler. `#[inline]` lets it make code only of those
//! that somebody calls.

use glowplug_psl::schema::{Arity, Field, FieldId};

use crate::layout::{Column, ColumnKind, Count, Layout, Path, Relation, Source, Table, diesel_name, docs};
use crate::names::{Names, Place};
use crate::parallel;
use crate::rust::{doc_lines, put};

/// The body of the file; none, if no row has a relation.
pub(super) fn render(layout: &Layout<'_>) -> Option<String> {
    let mut body = String::new();
    parallel::append(&mut body, layout.tables.len(), |out, index| {
        methods(out, layout, &layout.tables[index]);
    });
    let enums = if body.contains("&enums::") { "enums, " } else { "" };
    (!body.is_empty()).then(|| format!("{HEAD}use super::{{{enums}models, schema}};\n{body}"))
}

const HEAD: &str = "\
//! Where the relations of a row lead. Each method is a query: load it, or go on with it.

use diesel::dsl;
use diesel::prelude::*;

";

/// The methods of a table's row type; nothing where it has no relation.
fn methods(out: &mut String, layout: &Layout<'_>, table: &Table) {
    let Source::Model(model) = table.source else { return };
    let fields = layout.schema.model(model).fields.iter().enumerate().filter(|(_, it)| !it.is_ignored);
    let relations: Vec<(&Field, Relation)> = fields
        .filter_map(|(index, field)| Some((field, layout.relation(FieldId { model, index })?)))
        .collect();
    if relations.is_empty() {
        return;
    }
    let mut names = Names::new(Place::Method);
    put!(out, "\n#[rustfmt::skip]\nimpl models::{} {{\n", table.row);
    for (i, (field, relation)) in relations.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let docs = docs(field.docs.as_deref());
        doc_lines(out, "    ", &docs);
        if !docs.is_empty() {
            doc_lines(out, "    ", &[""]);
        }
        summary(out, layout, &field.name, relation);
        let name = names.give(diesel_name(&field.hints).unwrap_or(&field.name));
        method(out, layout, table, &name, relation);
    }
    out.push_str("}\n");
}

/// What a method leads to.
fn summary(out: &mut String, layout: &Layout<'_>, field: &str, relation: &Relation) {
    let count = match relation.count {
        Count::One => "the one",
        Count::AtMostOne => "at most one",
        Count::Many => "any number of",
    };
    let row = &layout.tables[relation.target].row;
    put!(out, "    /// `{field}`: {count} [`{row}`](models::{row}).\n");
}

/// A type and the expression that has it.
struct Typed {
    ty: String,
    value: String,
}

fn method(out: &mut String, layout: &Layout<'_>, table: &Table, name: &str, relation: &Relation) {
    let target = &layout.tables[relation.target];
    let query = match &relation.path {
        Path::Columns(columns) => {
            let pairs = columns.iter().zip(&relation.from);
            pairs.fold(all(target), |query, (to, from)| {
                filter(&query, &equal(&target.ident, &target.columns[*to], &table.columns[*from]))
            })
        }
        Path::Join(join, ours, theirs) => through(table, target, &layout.tables[*join], (*ours, *theirs)),
    };
    put!(
        out,
        "    #[inline]\n    pub fn {name}(&self) -> {} {{\n        {}\n    }}\n",
        query.ty,
        query.value
    );
}

/// All rows of a table.
fn all(table: &Table) -> Typed {
    let path = format!("schema::{}::table", table.ident);
    Typed { ty: path.clone(), value: path }
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
    let key = &table.columns[table.primary_key[0]];
    let rows = filter(&all(join), &equal(&join.ident, &join.columns[ours], key));
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
    filter(&all(target), &test)
}
