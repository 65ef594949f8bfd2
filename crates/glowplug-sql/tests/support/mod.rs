//! Random schemas of a few names, so that two of them often speak of the same things, and a dialect
//! that takes everything literally.

use glowplug_sql::change::Cast;
use glowplug_sql::diff::Compare;
use glowplug_sql::model::{
    Action, AutoIncrement, Column, ColumnType, Default, EnumType, EnumVariant, Extension, ForeignKey,
    ForeignObject, Index, IndexKey, IndexPart, Literal, NativeType, PrimaryKey, SqlSchema, Table,
};
use glowplug_sql::pair::Pair;
use proptest::prelude::*;
use proptest::sample::subsequence;

/// Compares by `==`; only text can be cast to, and only integers are safe.
pub(crate) struct Plain;

impl Compare for Plain {
    fn type_change(&self, columns: Pair<&Column>) -> Option<Cast> {
        if columns.prev.ty == columns.next.ty {
            return None;
        }
        let name = |ty: &ColumnType| match &ty.native {
            NativeType::Named { name, .. } => name.clone(),
            NativeType::Enum { .. } | NativeType::Unsupported(_) => String::new(),
        };
        Some(match (name(&columns.prev.ty).as_str(), name(&columns.next.ty).as_str()) {
            ("int4", "text") => Cast::Safe,
            (_, "text") => Cast::Risky,
            _ => Cast::None,
        })
    }
    fn same_default(&self, columns: Pair<&Column>) -> bool {
        columns.prev.default == columns.next.default
    }
    fn same_auto_increment(&self, columns: Pair<&Column>) -> bool {
        columns.prev.auto_increment == columns.next.auto_increment
    }
    fn same_index(&self, _: Pair<&Table>, indexes: Pair<&Index>) -> bool {
        let named = |index: &Index| Index { name: String::new(), ..index.clone() };
        named(indexes.prev) == named(indexes.next)
    }
    fn with_renamed_columns(&self, expression: &str, _: &[Pair<String>]) -> String {
        expression.to_owned()
    }
    fn same_extension(&self, extensions: Pair<&Extension>) -> bool {
        extensions.prev == extensions.next
    }
    fn has_constraint_names(&self) -> bool {
        true
    }
    fn comes_with_rows(&self, object: &ForeignObject) -> bool {
        object.kind == "partition"
    }
}

const ENUMS: [&str; 3] = ["Role", "Kind", "Mood"];

/// A schema of up to four tables and three enums, some of them in a second namespace.
pub(crate) fn schema() -> impl Strategy<Value = SqlSchema> {
    let enums = subsequence(ENUMS.to_vec(), 0..=3)
        .prop_flat_map(|names| names.into_iter().map(enum_type).collect::<Vec<_>>());
    let tables = subsequence(vec!["User", "Post", "Tag", "Note"], 0..=4)
        .prop_flat_map(|names| names.into_iter().map(table).collect::<Vec<_>>());
    (enums, tables, any::<prop::sample::Index>()).prop_map(|(enums, mut tables, target)| {
        for column in tables.iter_mut().flat_map(|table| &mut table.columns) {
            let dangling = matches!(&column.ty.native, NativeType::Enum { name, .. } if !enums.iter().any(|e| e.name == *name));
            if dangling {
                column.ty.native = NativeType::Named { name: "text".to_owned(), args: Vec::new() };
            }
        }
        if !tables.is_empty() {
            link(&mut tables, target);
        }
        let namespaces = if tables.iter().any(|t| t.namespace.is_some()) { vec!["shop".to_owned()] } else { Vec::new() };
        SqlSchema {
            default_namespace: Some("public".to_owned()),
            namespaces,
            enums,
            tables,
            owns_partial_indexes: true,
            ..SqlSchema::default()
        }
    })
}

fn enum_type(name: &'static str) -> impl Strategy<Value = EnumType> {
    subsequence(vec!["A", "B", "C", "D"], 1..=4).prop_map(move |labels| EnumType {
        namespace: None,
        name: name.to_owned(),
        values: labels.into_iter().map(|label| EnumVariant { name: label.to_owned() }).collect(),
    })
}

fn table(name: &'static str) -> impl Strategy<Value = Table> {
    let columns = subsequence(vec!["a", "b", "c", "d"], 1..=4)
        .prop_flat_map(|names| names.into_iter().map(column).collect::<Vec<_>>());
    (any::<bool>(), columns, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        move |(moved, columns, has_key, unique, predicate)| {
            let names: Vec<String> = columns.iter().map(|c: &Column| c.name.clone()).collect();
            let index = Index {
                name: format!("{name}_{}_idx", names[0]),
                unique,
                is_constraint: false,
                method: "btree".to_owned(),
                parts: vec![IndexPart {
                    key: IndexKey::Column(names[0].clone()),
                    descending: false,
                    operator_class: None,
                }],
                include: Vec::new(),
                predicate: predicate.then(|| "x > 1".to_owned()),
                nulls_not_distinct: false,
                valid: true,
                expressible: true,
                definition: None,
            };
            Table {
                namespace: (moved && name == "Note").then(|| "shop".to_owned()),
                name: name.to_owned(),
                primary_key: has_key.then(|| PrimaryKey {
                    name: Some(format!("{name}_pkey")),
                    columns: vec![names[0].clone()],
                    definition: None,
                }),
                columns,
                indexes: vec![index],
                foreign_keys: Vec::new(),
                is_join_table: false,
                comment: None,
            }
        },
    )
}

fn column(name: &'static str) -> impl Strategy<Value = Column> {
    let ty = prop_oneof![
        Just(NativeType::Named { name: "int4".to_owned(), args: Vec::new() }),
        Just(NativeType::Named { name: "text".to_owned(), args: Vec::new() }),
        prop::sample::select(ENUMS.to_vec())
            .prop_map(|name| NativeType::Enum { namespace: None, name: name.to_owned() }),
    ];
    let default = prop_oneof![
        Just(None),
        Just(Some(Default::Now)),
        Just(Some(Default::Literal(Literal::EnumLabel("A".to_owned())))),
    ];
    (ty, any::<bool>(), default, any::<bool>()).prop_map(move |(native, nullable, default, counts)| Column {
        name: name.to_owned(),
        ty: ColumnType { native, is_list: false },
        nullable,
        default,
        auto_increment: counts.then_some(AutoIncrement::Serial { sequence: None }),
        filled_by_application: false,
        generated: None,
        comment: None,
    })
}

/// Every table refers to one of them.
fn link(tables: &mut [Table], target: prop::sample::Index) {
    let target = target.get(&*tables).clone();
    for table in tables {
        table.foreign_keys.push(ForeignKey {
            name: Some(format!("{}_fkey", table.name)),
            columns: vec![table.columns[0].name.clone()],
            target_namespace: target.namespace.clone(),
            target_table: target.name.clone(),
            target_columns: vec![target.columns[0].name.clone()],
            on_delete: Action::Cascade,
            on_update: Action::Cascade,
            extras: std::default::Default::default(),
            expressible: true,
        });
    }
}
