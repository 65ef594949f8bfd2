//! A few rows for every table of a random schema, that respect its keys.
//!
//! A value depends on its type and the number of the row alone, so a foreign key finds the row of the same
//! number in the other table.

use glowplug_sql::model::{ColumnType, NativeType, SqlSchema, Table};

/// Statements that insert rows into every table; to be run while there are no foreign keys yet.
pub fn rows(schema: &SqlSchema) -> Vec<String> {
    let count = row_count(schema);
    let inserts = |table: &Table| (0..count).map(|row| insert(schema, table, row)).collect::<Vec<_>>();
    schema.tables.iter().flat_map(inserts).collect()
}

/// Two, unless some key has a type with one value only.
fn row_count(schema: &SqlSchema) -> usize {
    let is_single = |table: &Table, name: &String| {
        let column = table.find_column(name).map(|(_, column)| column);
        column.is_some_and(|column| match &column.ty.native {
            NativeType::Enum { namespace, name } => schema
                .find_enum(namespace.as_deref(), name)
                .is_some_and(|id| schema.enum_type(id).values.len() == 1),
            NativeType::Named { .. } | NativeType::Unsupported(_) => false,
        })
    };
    let has_one = schema.tables.iter().any(|table| table.columns.iter().any(|c| is_single(table, &c.name)));
    if has_one { 1 } else { 2 }
}

fn insert(schema: &SqlSchema, table: &Table, row: usize) -> String {
    let namespace = table.namespace.as_deref().map_or_else(String::new, |name| format!("{}.", quoted(name)));
    let columns: Vec<String> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    let values: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            let is_empty = row > 0 && column.nullable && !is_referred_to(schema, table, &column.name);
            if is_empty { "NULL".to_owned() } else { value(schema, &column.ty, row) }
        })
        .collect();
    let name = quoted(&table.name);
    format!("INSERT INTO {namespace}{name} ({}) VALUES ({});", columns.join(", "), values.join(", "))
}

/// Whether a foreign key of some table wants to find the value.
fn is_referred_to(schema: &SqlSchema, table: &Table, column: &str) -> bool {
    schema.tables.iter().flat_map(|other| &other.foreign_keys).any(|key| {
        key.target_table == table.name
            && key.target_namespace == table.namespace
            && key.target_columns.iter().any(|name| name == column)
    })
}

fn value(schema: &SqlSchema, ty: &ColumnType, row: usize) -> String {
    let text = match &ty.native {
        NativeType::Enum { namespace, name } => {
            let values = schema.find_enum(namespace.as_deref(), name).map(|id| &schema.enum_type(id).values);
            values.map_or_else(String::new, |values| values[row % values.len()].name.clone())
        }
        NativeType::Named { name, .. } => plain_value(&name.to_lowercase(), row),
        NativeType::Unsupported(_) => String::new(),
    };
    let text = if ty.is_list {
        format!("{{\"{}\"}}", text.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        text
    };
    format!("'{}'", text.replace('\'', "''"))
}

/// A value as text: both databases read every type from it.
fn plain_value(name: &str, row: usize) -> String {
    match name {
        "text" | "varchar" | "bpchar" => format!("ä{row}"),
        "uuid" => format!("00000000-0000-4000-8000-00000000000{row}"),
        "inet" => format!("10.0.0.{row}"),
        "bit" => format!("100{row}"),
        "varbit" => format!("10{row}"),
        "xml" => format!("<a>{row}</a>"),
        "bool" | "boolean" => (row % 2).to_string(),
        "float4" | "float8" | "real" => format!("{row}.5"),
        "timestamp" | "timestamptz" | "date" | "datetime" => format!("2020-01-0{} 00:00:00", row + 1),
        "time" | "timetz" => format!("0{row}:30:00"),
        "json" | "jsonb" => format!("{{\"a\": {row}}}"),
        "bytea" | "blob" => format!("\\x0{row}"),
        _ => row.to_string(),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
