//! `@unique`, `@@unique` and `@@index`.

use glowplug_psl::schema::{Index as Written, Model, Predicate, PredicateTest, Schema};
use glowplug_sql::model::{Index, IndexKey, IndexPart};

use super::defaults;
use crate::defaults::literal_sql;
use crate::names;
use crate::types;

/// The index of an attribute.
pub(super) fn lower(schema: &Schema, model: &Model, written: &Written) -> Index {
    let parts: Vec<IndexPart> = written
        .fields
        .iter()
        .map(|part| {
            let field = &model.fields[part.field];
            IndexPart {
                key: IndexKey::Column(field.db_name().to_owned()),
                descending: part.descending,
                operator_class: None,
            }
        })
        .collect();
    let columns: Vec<&str> = written.fields.iter().map(|part| model.fields[part.field].db_name()).collect();
    let name = written.map.clone().unwrap_or_else(|| {
        if written.is_unique {
            names::unique(model.db_name(), &columns)
        } else {
            names::index(model.db_name(), &columns)
        }
    });
    Index {
        is_constraint: names::is_automatic(&name),
        name,
        unique: written.is_unique,
        method: "btree".to_owned(),
        parts,
        include: Vec::new(),
        predicate: written.predicate.as_ref().map(|predicate| predicate_sql(schema, model, predicate)),
        nulls_not_distinct: false,
        valid: true,
        expressible: true,
        definition: None,
    }
}

fn predicate_sql(schema: &Schema, model: &Model, predicate: &Predicate) -> String {
    let tests = match predicate {
        Predicate::Raw(sql) => return sql.clone(),
        Predicate::Fields(tests) => tests,
    };
    let tests: Vec<String> = tests
        .iter()
        .map(|(field, test)| {
            let field = &model.fields[*field];
            let column = names::quoted(field.db_name());
            let ty = types::field_type(field);
            let value = |value| {
                let literal = defaults::literal(defaults::enum_of(schema, field), value, &ty);
                literal.as_ref().map_or_else(|| "NULL".to_string(), literal_sql)
            };
            match test {
                PredicateTest::Equals(v) => format!("{column} = {}", value(v)),
                PredicateTest::NotEquals(v) => format!("{column} != {}", value(v)),
                PredicateTest::IsNull => format!("{column} IS NULL"),
                PredicateTest::IsNotNull => format!("{column} IS NOT NULL"),
            }
        })
        .collect();
    tests.join(" AND ")
}
