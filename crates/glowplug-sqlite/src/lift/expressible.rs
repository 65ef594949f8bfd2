//! Foreign keys that the language has no way to write: they are marked when they are read, so that no plan ever
//! drops them.

use glowplug_sql::model::{ForeignKey, NativeType, Table};

use crate::types::family;

/// Marks what cannot be written.
pub(crate) fn mark_inexpressible(tables: &mut [Table]) {
    let mut foreign_keys = Vec::new();
    for (place, table) in tables.iter().enumerate() {
        for (index, key) in table.foreign_keys.iter().enumerate() {
            if !is_relation(tables, table, key) {
                foreign_keys.push((place, index));
            }
        }
    }
    for (place, index) in foreign_keys {
        tables[place].foreign_keys[index].expressible = false;
    }
}

/// Whether a relation can say this: both tables are there, and their columns have the same word for a type.
fn is_relation(tables: &[Table], table: &Table, key: &ForeignKey) -> bool {
    let Some(target) = tables.iter().find(|it| it.name.eq_ignore_ascii_case(&key.target_table)) else {
        return false;
    };
    let native =
        |table: &Table, name: &str| table.find_column(name).map(|(_, column)| column.ty.native.clone());
    let mut pairs = key.columns.iter().zip(&key.target_columns);
    pairs.all(|(from, to)| match (native(table, from), native(target, to)) {
        (Some(from @ NativeType::Enum { .. }), Some(to)) => from == to,
        (Some(from), Some(to)) => family(&from) == family(&to),
        _ => false,
    })
}
