//! schema.rs: `table!`, `joinable!`, and the SQL types of enums.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::Arity;

use super::SameQuery;
use crate::layout::{Column, ColumnKind, ForeignKey, Layout, Table};
use crate::parallel;
use crate::rust::{doc_lines, guarded, literal, note_lines};

/// The widest table that Diesel takes without one of its larger features. Source: Diesel's
/// documentation, crate features `32-column-tables`, `64-column-tables`, `128-column-tables`.
const WIDE_TABLE: usize = 32;

/// The body of the file.
pub(super) fn render(layout: &Layout<'_>, dialect: &dyn Dialect, same_query: SameQuery) -> String {
    let mut res = "//! The tables of the database, as Diesel sees them.\n".to_owned();
    res.push_str(&notes(layout));
    if !layout.enums.is_empty() {
        res.push('\n');
        res.push_str(&sql_types(layout, dialect));
    }
    res.push_str(&parallel::concat(layout.tables.len(), |index| {
        format!("\n{}", table_macro(layout, &layout.tables[index]))
    }));
    let joinable = joinable(layout);
    if !joinable.is_empty() {
        res.push('\n');
        res.push_str(&joinable);
    }
    for group in groups(layout, same_query) {
        res.push_str("\ndiesel::allow_tables_to_appear_in_same_query! {\n");
        for table in group {
            res.push_str(&format!("    {},\n", layout.tables[table].ident));
        }
        res.push_str("}\n");
    }
    res
}

fn notes(layout: &Layout<'_>) -> String {
    let mut res = String::new();
    let widest = layout.tables.iter().map(|it| it.columns.len()).max().unwrap_or(0);
    if widest > WIDE_TABLE {
        let feature = if widest <= 64 { 64 } else { 128 };
        res.push_str(&format!(
            "\n// A table has {widest} columns: Diesel needs its feature `{feature}-column-tables`.\n"
        ));
    }
    if !layout.left_out.is_empty() {
        res.push('\n');
        res.push_str(&note_lines("", "Left out:", &layout.left_out));
    }
    res
}

fn sql_types(layout: &Layout<'_>, dialect: &dyn Dialect) -> String {
    let mut res = "/// SQL types of the database's enums.\npub mod sql_types {\n".to_owned();
    for (i, it) in layout.enums.iter().enumerate() {
        let source = &layout.schema.enums[i];
        if i > 0 {
            res.push('\n');
        }
        let mut item = format!("    /// The SQL type of `{}`.\n", source.db_name());
        item.push_str("    #[derive(Clone, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]\n");
        item.push_str(&format!("    #[diesel({})]\n", dialect.enum_code(source)));
        item.push_str(&format!("    pub struct {};\n", it.sql_type));
        res.push_str(&guarded("    ", &item));
    }
    res.push_str("}\n");
    res
}

fn table_macro(layout: &Layout<'_>, table: &Table) -> String {
    let mut res = "diesel::table! {\n".to_owned();
    let enums = enums_used(layout, table);
    if !enums.is_empty() {
        res.push_str("    use diesel::sql_types::*;\n");
        for name in enums {
            res.push_str(&format!("    use super::sql_types::{name};\n"));
        }
        res.push('\n');
    }
    res.push_str(&doc_lines("    ", &table.docs));
    res.push_str(&sql_name("    ", &table.db_name, &table.ident));
    let namespace = table.namespace.as_ref().map(|it| format!("{it}.")).unwrap_or_default();
    let key: Vec<&str> = table.primary_key.iter().map(|it| table.columns[*it].ident.as_str()).collect();
    res.push_str(&format!("    {namespace}{} ({}) {{\n", table.ident, key.join(", ")));
    for column in &table.columns {
        res.push_str(&doc_lines("        ", &column.docs));
        res.push_str(&sql_name("        ", &column.db_name, &column.ident));
        res.push_str(&format!("        {} -> {},\n", column.ident, sql_type(layout, column)));
    }
    res.push_str(&note_lines("        ", "Left out:", &table.left_out));
    res.push_str("    }\n}\n");
    res
}

fn enums_used<'a>(layout: &'a Layout<'_>, table: &Table) -> BTreeSet<&'a str> {
    let ids = table.columns.iter().filter_map(|it| match it.kind {
        ColumnKind::Enum(id) => Some(id),
        ColumnKind::Plain { .. } => None,
    });
    ids.map(|id| layout.enums[id.0].sql_type.as_str()).collect()
}

fn sql_name(indent: &str, db_name: &str, ident: &str) -> String {
    if db_name == ident { String::new() } else { format!("{indent}#[sql_name = {}]\n", literal(db_name)) }
}

fn sql_type(layout: &Layout<'_>, column: &Column) -> String {
    let value = match &column.kind {
        ColumnKind::Plain { sql_type, .. } => sql_type.replace("diesel::sql_types::", ""),
        ColumnKind::Enum(id) => layout.enums[id.0].sql_type.clone(),
    };
    match column.arity {
        Arity::Required => value,
        Arity::Optional => format!("Nullable<{value}>"),
        // Prisma makes list columns without NOT NULL: a row may hold NULL, which it reads as empty.
        Arity::List => format!("Nullable<Array<{value}>>"),
    }
}

fn joinable(layout: &Layout<'_>) -> String {
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
    let mut res = String::new();
    for (child, key) in keys {
        // Between two tables Diesel knows one way to join; with several, the query must say which.
        if pairs.get(&pair(child, key.target)) != Some(&1) {
            continue;
        }
        let (from, to) = (&layout.tables[child], &layout.tables[key.target]);
        let column = &from.columns[key.columns[0]].ident;
        res.push_str(&format!("diesel::joinable!({} -> {} ({column}));\n", from.ident, to.ident));
    }
    res
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
    let mut group: Vec<usize> = (0..layout.tables.len()).collect();
    for (child, table) in layout.tables.iter().enumerate() {
        for key in &table.foreign_keys {
            let (a, b) = pair(group[child], group[key.target]);
            for it in &mut group {
                if *it == b {
                    *it = a;
                }
            }
        }
    }
    let mut res: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (table, id) in group.into_iter().enumerate() {
        res.entry(id).or_default().push(table);
    }
    res.into_values().collect()
}
