//! What must hold for any two schemas.

#![allow(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod support;

use std::collections::BTreeSet;

use glowplug_sql::change::Change;
use glowplug_sql::diff::{diff, rename_candidates};
use glowplug_sql::hints::{PartRename, RenameHints};
use glowplug_sql::invert::invert;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use glowplug_sql::pairing::Pairing;
use proptest::prelude::*;
use support::{Plain, schema};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_schema_does_not_differ_from_itself(one in schema()) {
        let changes = diff(Pair::new(&one, &one), &Plain, &RenameHints::default());
        prop_assert!(changes.is_empty(), "{:?}", changes.changes);
    }

    #[test]
    fn the_order_of_tables_enums_and_indexes_does_not_matter(one in schema()) {
        let mut other = one.clone();
        other.tables.reverse();
        other.enums.reverse();
        for table in &mut other.tables {
            table.indexes.reverse();
            table.foreign_keys.reverse();
            table.columns.reverse();
        }
        let changes = diff(Pair::new(&one, &other), &Plain, &RenameHints::default());
        prop_assert!(changes.is_empty(), "{:?}", changes.changes);
    }

    #[test]
    fn inverting_twice_gives_the_same(prev in schema(), next in schema()) {
        let changes = diff(Pair::new(&prev, &next), &Plain, &hints(&prev, &next));
        let there = invert(&changes, &Plain);
        prop_assert_eq!(there.changes.len(), changes.changes.len());
        let back = invert(&there, &Plain);
        prop_assert_eq!(back.changes, changes.changes);
    }

    #[test]
    fn the_inverse_is_the_difference_the_other_way_round(prev in schema(), next in schema()) {
        let none = RenameHints::default();
        let inverse = invert(&diff(Pair::new(&prev, &next), &Plain, &none), &Plain);
        let other = diff(Pair::new(&next, &prev), &Plain, &none);
        // Both never give up a namespace, which only the inverse does.
        let comparable = |changes: &[Change]| -> BTreeSet<String> {
            changes.iter().filter(|c| !matches!(c, Change::CreateNamespace(_) | Change::DropNamespace(_))).map(|c| format!("{c:?}")).collect()
        };
        prop_assert_eq!(comparable(&inverse.changes), comparable(&other.changes));
    }

    #[test]
    fn the_pairs_can_be_read_from_the_changes(prev in schema(), next in schema()) {
        let hints = hints(&prev, &next);
        let changes = diff(Pair::new(&prev, &next), &Plain, &hints);
        let (hinted, read) = (Pairing::by_hints(changes.schemas, &hints), Pairing::of(&changes));
        for (id, table) in prev.walk_tables() {
            prop_assert_eq!(hinted.table_next(id), read.table_next(id));
            for index in 0..table.columns.len() {
                let column = glowplug_sql::ids::ColumnId { table: id, index };
                prop_assert_eq!(hinted.column_next(column), read.column_next(column));
            }
        }
        for (id, _) in prev.walk_enums() {
            prop_assert_eq!(hinted.enum_next(id), read.enum_next(id));
        }
    }

    #[test]
    fn everything_comes_from_nothing_and_goes_back(one in schema()) {
        let empty = SqlSchema::default();
        let changes = diff(Pair::new(&empty, &one), &Plain, &RenameHints::default());
        let tables = changes.changes.iter().filter(|c| matches!(c, Change::CreateTable(_))).count();
        prop_assert_eq!(tables, one.tables.len());
        let back = invert(&changes, &Plain);
        prop_assert_eq!(back.changes.iter().filter(|c| matches!(c, Change::DropTable(_))).count(), tables);
    }

    #[test]
    fn a_rename_that_is_hinted_is_no_drop(one in schema()) {
        let mut next = one.clone();
        let Some(table) = next.tables.first_mut() else { return Ok(()) };
        let Some(column) = table.columns.last_mut() else { return Ok(()) };
        let names = Pair::new(column.name.clone(), "brand_new".to_owned());
        rename_column(&mut next, &names);
        let of = next.tables[0].qualified_name();
        let hints = RenameHints { columns: vec![PartRename { of, names }], ..RenameHints::default() };
        let changes = diff(Pair::new(&one, &next), &Plain, &hints);
        prop_assert_eq!(changes.changes.len(), 1, "{:?}", changes.changes);
        prop_assert!(matches!(changes.changes[0], Change::RenameColumn(_)));
        // Without the hint the same change is a candidate.
        let changes = diff(Pair::new(&one, &next), &Plain, &RenameHints::default());
        prop_assert!(!rename_candidates(&changes, &Plain).is_empty());
    }
}

/// Renames a column of the first table and whatever speaks of it.
fn rename_column(schema: &mut SqlSchema, names: &Pair<String>) {
    use glowplug_sql::model::IndexKey;
    let rename = |list: &mut Vec<String>| {
        list.iter_mut().filter(|name| **name == names.prev).for_each(|name| name.clone_from(&names.next));
    };
    let target = schema.tables[0].qualified_name();
    for (at, table) in schema.tables.iter_mut().enumerate() {
        for key in &mut table.foreign_keys {
            if key.target_table == target.name && key.target_namespace == target.namespace {
                rename(&mut key.target_columns);
            }
            if at == 0 {
                rename(&mut key.columns);
            }
        }
        if at == 0 {
            table
                .columns
                .iter_mut()
                .filter(|c| c.name == names.prev)
                .for_each(|c| c.name.clone_from(&names.next));
            table.primary_key.iter_mut().for_each(|key| rename(&mut key.columns));
            for part in table.indexes.iter_mut().flat_map(|index| &mut index.parts) {
                if let IndexKey::Column(name) = &mut part.key
                    && *name == names.prev
                {
                    name.clone_from(&names.next);
                }
            }
        }
    }
}

/// The first table, its first column and the first enum of both schemas are said to be the same.
fn hints(prev: &SqlSchema, next: &SqlSchema) -> RenameHints {
    let mut hints = RenameHints::default();
    if let (Some(a), Some(b)) = (prev.tables.first(), next.tables.first()) {
        hints.tables.push(Pair::new(a.qualified_name(), b.qualified_name()));
        if let (Some(x), Some(y)) = (a.columns.first(), b.columns.first()) {
            let names = Pair::new(x.name.clone(), y.name.clone());
            hints.columns.push(PartRename { of: b.qualified_name(), names });
        }
    }
    if let (Some(a), Some(b)) = (prev.enums.first(), next.enums.first()) {
        hints.enums.push(Pair::new(a.qualified_name(), b.qualified_name()));
        if let (Some(x), Some(y)) = (a.values.first(), b.values.first()) {
            let names = Pair::new(x.name.clone(), y.name.clone());
            hints.enum_values.push(PartRename { of: b.qualified_name(), names });
        }
    }
    hints
}
