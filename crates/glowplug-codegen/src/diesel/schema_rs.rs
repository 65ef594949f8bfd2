//! schema.rs: `table!`, `joinable!`, and the SQL types of enums.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::Arity;

use super::SameQuery;
use crate::layout::{Column, ColumnKind, ForeignKey, Layout, Table};
use crate::parallel;
use crate::rust::{doc_lines, guarded, note_lines, put};

/// The widest table that Diesel takes without one of its larger features. Source: Diesel's
/// documentation, crate features `32-column-tables`, `64-column-tables`, `128-column-tables`.
const WIDE_TABLE: usize = 32;

/// The body of the file.
pub(super) fn render(out: &mut String, layout: &Layout<'_>, dialect: &dyn Dialect, same_query: SameQuery) {
    out.push_str("//! The tables of the database, as Diesel sees them.\n");
    notes(out, layout);
    if !layout.enums.is_empty() {
        sql_types(out, layout, dialect);
    }
    parallel::append(out, layout.tables.len(), |out, index| {
        table_macro(out, layout, &layout.tables[index]);
    });
    joinable(out, layout);
    for group in groups(layout, same_query) {
        out.push_str("\ndiesel::allow_tables_to_appear_in_same_query! {\n");
        for table in group {
            put!(out, "    {},\n", layout.tables[table].ident);
        }
        out.push_str("}\n");
    }
}

fn notes(out: &mut String, layout: &Layout<'_>) {
    let widest = layout.tables.iter().max_by_key(|it| it.columns.len());
    if let Some(Table { db_name, columns, .. }) = widest.filter(|it| it.columns.len() > WIDE_TABLE) {
        let (columns, feature) = (columns.len(), if columns.len() <= 64 { 64 } else { 128 });
        put!(
            out,
            "\n// `{db_name}` has {columns} columns: Diesel needs its feature `{feature}-column-tables`"
        );
        out.push_str(if feature == 128 { ", which takes minutes to compile.\n" } else { ".\n" });
    }
    if !layout.left_out.is_empty() {
        out.push('\n');
        note_lines(out, "", "Left out:", &layout.left_out);
    }
}

fn sql_types(out: &mut String, layout: &Layout<'_>, dialect: &dyn Dialect) {
    out.push_str("\n/// SQL types of the database's enums.\npub mod sql_types {\n");
    for (i, it) in layout.enums.iter().enumerate() {
        let source = &layout.schema.enums[i];
        if i > 0 {
            out.push('\n');
        }
        guarded(out, "    ", |out| {
            put!(out, "    /// The SQL type of `{}`.\n", source.db_name());
            out.push_str(
                "    #[derive(Clone, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]\n",
            );
            put!(out, "    #[diesel({})]\n", dialect.enum_code(source));
            put!(out, "    pub struct {};\n", it.sql_type);
        });
    }
    out.push_str("}\n");
}

fn table_macro(out: &mut String, layout: &Layout<'_>, table: &Table) {
    out.push_str("\ndiesel::table! {\n");
    let enums = enums_used(layout, table);
    if !enums.is_empty() {
        out.push_str("    use diesel::sql_types::*;\n");
        for name in enums {
            put!(out, "    use super::sql_types::{name};\n");
        }
        out.push('\n');
    }
    doc_lines(out, "    ", &table.docs);
    sql_name(out, "    ", &table.db_name, &table.ident);
    let namespace = table.namespace.as_ref().map(|it| format!("{it}.")).unwrap_or_default();
    let key: Vec<&str> = table.primary_key.iter().map(|it| table.columns[*it].ident.as_str()).collect();
    put!(out, "    {namespace}{} ({}) {{\n", table.ident, key.join(", "));
    for column in &table.columns {
        doc_lines(out, "        ", &column.docs);
        sql_name(out, "        ", &column.db_name, &column.ident);
        put!(out, "        {} -> ", column.ident);
        sql_type(out, layout, column);
    }
    note_lines(out, "        ", "Left out:", &table.left_out);
    out.push_str("    }\n}\n");
}

fn enums_used<'a>(layout: &'a Layout<'_>, table: &Table) -> BTreeSet<&'a str> {
    let ids = table.columns.iter().filter_map(|it| match it.kind {
        ColumnKind::Enum(id) => Some(id),
        ColumnKind::Plain { .. } => None,
    });
    ids.map(|id| layout.enums[id.0].sql_type.as_str()).collect()
}

fn sql_name(out: &mut String, indent: &str, db_name: &str, ident: &str) {
    if db_name != ident {
        put!(out, "{indent}#[sql_name = {db_name:?}]\n");
    }
}

/// The type of a column, to the end of its line.
fn sql_type(out: &mut String, layout: &Layout<'_>, column: &Column) {
    let value = match &column.kind {
        ColumnKind::Plain { sql_type, .. } => sql_type,
        ColumnKind::Enum(id) => layout.enums[id.0].sql_type.as_str(),
    };
    match column.arity {
        Arity::Required => put!(out, "{value},\n"),
        Arity::Optional => put!(out, "Nullable<{value}>,\n"),
        // Prisma makes list columns without NOT NULL: a row may hold NULL, which it reads as empty.
        Arity::List => put!(out, "Nullable<Array<{value}>>,\n"),
    }
}

fn joinable(out: &mut String, layout: &Layout<'_>) {
    let mut pairs: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut keys: Vec<(usize, &ForeignKey)> = Vec::new();
    for (child, table) in layout.tables.iter().enumerate() {
        for key in &table.foreign_keys {
            if is_joinable(layout, child, key) {
                *pairs.entry(pair(child, key.target)).or_default() += 1;
                keys.push((child, key));
            }
        }
    }
    // Between two tables Diesel knows one way to join; with several, the query must say which.
    keys.retain(|(child, key)| pairs.get(&pair(*child, key.target)) == Some(&1));
    if !keys.is_empty() {
        out.push('\n');
    }
    for (child, key) in keys {
        let (from, to) = (&layout.tables[child], &layout.tables[key.target]);
        let column = &from.columns[key.columns[0]].ident;
        put!(out, "diesel::joinable!({} -> {} ({column}));\n", from.ident, to.ident);
    }
}

fn pair(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

/// One column that refers to the whole key of another table, with a value of the same type.
fn is_joinable(layout: &Layout<'_>, child: usize, key: &ForeignKey) -> bool {
    let (from, to) = (&layout.tables[child], &layout.tables[key.target]);
    let ([column], [target]) = (key.columns.as_slice(), key.target_columns.as_slice()) else { return false };
    child != key.target
        && to.primary_key == [*target]
        && from.columns[*column].kind == to.columns[*target].kind
        && from.columns[*column].arity != Arity::List
}

/// Groups of at least two tables, each in table order.
fn groups(layout: &Layout<'_>, same_query: SameQuery) -> Vec<Vec<usize>> {
    let all: Vec<usize> = (0..layout.tables.len()).collect();
    let res = match same_query {
        SameQuery::All => vec![all],
        SameQuery::Related => connected(layout),
    };
    res.into_iter().filter(|group| group.len() > 1).collect()
}

/// Tables that foreign keys connect. Each table's group is the smallest index in it.
fn connected(layout: &Layout<'_>) -> Vec<Vec<usize>> {
    let mut parents: Vec<usize> = (0..layout.tables.len()).collect();
    for (child, table) in layout.tables.iter().enumerate() {
        for key in &table.foreign_keys {
            let (a, b) = pair(root(&mut parents, child), root(&mut parents, key.target));
            parents[b] = a;
        }
    }
    let mut res: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for table in 0..layout.tables.len() {
        res.entry(root(&mut parents, table)).or_default().push(table);
    }
    res.into_values().collect()
}

/// Where the way from parent to parent ends. It is halved for whoever comes next.
fn root(parents: &mut [usize], mut table: usize) -> usize {
    while parents[table] != table {
        parents[table] = parents[parents[table]];
        table = parents[table];
    }
    table
}
