//! Indexes and foreign keys that the language has no way to write: they are marked when they are read, so that
//! no plan ever drops them.

use std::collections::BTreeSet;

use glowplug_dialect::lift::LiftedType;
use glowplug_psl::schema::{Arity, Field, FieldType, NativeType as Written, OperatorClass};
use glowplug_psl::takes_operator_class;
use glowplug_sql::model::{Column, ForeignKey, Index, IndexKey, IndexPart, Table};

use crate::lift::types::field_type;
use crate::opclass;

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
    for table in tables {
        let whole: Vec<bool> = table.indexes.iter().map(|index| is_attribute(table, index)).collect();
        for (index, whole) in table.indexes.iter_mut().zip(whole) {
            index.expressible &= whole;
        }
    }
}

/// The word after `type:`; other access methods have none.
pub(super) fn algorithm(method: &str) -> Option<&'static str> {
    match method {
        "btree" => Some("BTree"),
        "hash" => Some("Hash"),
        "gist" => Some("Gist"),
        "gin" => Some("Gin"),
        "spgist" => Some("SpGist"),
        "brin" => Some("Brin"),
        _ => None,
    }
}

/// The word after `ops:`, by the language's own name where it has one.
pub(super) fn operator_class(table: &Table, index: &Index, part: &IndexPart) -> Option<OperatorClass> {
    let class = part.operator_class.as_deref()?;
    let word = OperatorClass::Named(word(class));
    let field = column_of(table, part).map(field);
    let is_known = opclass::class_name(&word) == class
        && field.is_some_and(|field| {
            takes_operator_class(&field, Some(&word), algorithm(&index.method).unwrap_or_default())
        });
    Some(if is_known { word } else { OperatorClass::Raw(class.to_owned()) })
}

/// `timestamptz_minmax_multi_ops` as `TimestampTzMinMaxMultiOps`.
fn word(class: &str) -> String {
    let parts = class.split('_').map(|part| match part {
        "minmax" => "MinMax".to_owned(),
        "timestamptz" => "TimestampTz".to_owned(),
        "timetz" => "TimeTz".to_owned(),
        "varbit" => "VarBit".to_owned(),
        other => {
            let mut letters = other.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    });
    parts.collect()
}

/// Whether a relation can say this: both tables are there, and their columns have the same word for a type.
fn is_relation(tables: &[Table], table: &Table, key: &ForeignKey) -> bool {
    let Some(target) =
        tables.iter().find(|t| t.name == key.target_table && t.namespace == key.target_namespace)
    else {
        return false;
    };
    key.columns.iter().zip(&key.target_columns).all(|(from, to)| {
        let word = |table: &Table, name: &str| {
            table.find_column(name).map(|(_, column)| match field_type(&column.ty.native) {
                LiftedType::Scalar(scalar, _) => LiftedType::Scalar(scalar, None),
                other => other,
            })
        };
        word(table, from) == word(target, to)
    })
}

/// Whether `@unique`, `@@unique` or `@@index` can say this.
fn is_attribute(table: &Table, index: &Index) -> bool {
    let Some(algorithm) = algorithm(&index.method) else { return false };
    let mut columns = BTreeSet::new();
    let are_columns = index.parts.iter().all(|part| match &part.key {
        IndexKey::Column(name) => columns.insert(name),
        IndexKey::Expression(_) => false,
    });
    // In a file, a table's keys, indexes and foreign keys share their names.
    let has_own_name = !table.foreign_keys.iter().any(|key| key.name.as_deref() == Some(index.name.as_str()));
    let takes_classes = index.parts.iter().all(|part| match &part.operator_class {
        Some(_) => !index.unique,
        None => column_of(table, part)
            .is_some_and(|column| index.unique || takes_operator_class(&field(column), None, algorithm)),
    });
    are_columns && has_own_name && takes_classes
}

fn column_of<'a>(table: &'a Table, part: &IndexPart) -> Option<&'a Column> {
    match &part.key {
        IndexKey::Column(name) => table.find_column(name).map(|(_, column)| column),
        IndexKey::Expression(_) => None,
    }
}

/// A column as the language's rules look at it.
fn field(column: &Column) -> Field {
    let (ty, native_type): (FieldType, Option<Written>) = match field_type(&column.ty.native) {
        LiftedType::Scalar(scalar, native) => (FieldType::Scalar(scalar), native),
        LiftedType::Enum { .. } => (FieldType::Enum(glowplug_psl::schema::EnumId(0)), None),
        LiftedType::Unsupported(text) => (FieldType::Unsupported(text), None),
    };
    Field {
        name: column.name.clone(),
        map: None,
        arity: if column.ty.is_list { Arity::List } else { Arity::Required },
        ty,
        native_type,
        default: None,
        is_updated_at: false,
        is_ignored: false,
        docs: None,
        hints: Vec::new(),
        span: glowplug_psl::diagnostics::Span::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_become_words() {
        for (class, expected) in [
            ("jsonb_path_ops", "JsonbPathOps"),
            ("timestamptz_minmax_multi_ops", "TimestampTzMinMaxMultiOps"),
            ("int4_bloom_ops", "Int4BloomOps"),
            ("inet_inclusion_ops", "InetInclusionOps"),
        ] {
            assert_eq!(word(class), expected);
            assert_eq!(opclass::class_name(&OperatorClass::Named(word(class))), class);
        }
    }
}
