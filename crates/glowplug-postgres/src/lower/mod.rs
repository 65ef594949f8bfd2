//! From the schema file to the tables, keys and indexes that it asks for.

pub(crate) mod defaults;
mod indexes;
mod relations;

use glowplug_psl::schema::{Arity, Model, ModelId, Schema, Value};
use glowplug_sql::model::{Column, EnumType, EnumVariant, Extension, PrimaryKey, SqlSchema, Table};

use crate::names;
use crate::types;

/// The physical model of a schema file, in file order, tables of many-to-many relations last.
/// Views make nothing; models and fields with `@ignore` are there all the same.
pub fn lower(schema: &Schema) -> SqlSchema {
    let mut tables = Vec::new();
    // Where a model's table is in `tables`: views have none.
    let mut places = vec![None; schema.models.len()];
    for (id, model) in schema.walk_models().filter(|(_, model)| !model.is_view) {
        places[id.0] = Some(tables.len());
        tables.push(table(schema, id, model));
    }
    relations::lower(schema, &places, &mut tables);
    let enums: Vec<EnumType> = schema
        .enums
        .iter()
        .map(|e| EnumType {
            namespace: types::namespace(e.schema.as_deref()),
            name: e.db_name().to_string(),
            values: e.values.iter().map(|v| EnumVariant { name: v.db_name().to_string() }).collect(),
        })
        .collect();
    SqlSchema {
        default_namespace: Some(types::DEFAULT_NAMESPACE.to_string()),
        namespaces: namespaces(&tables, &enums),
        extensions: extensions(schema),
        enums,
        tables,
        views: Vec::new(),
        foreign: Vec::new(),
        owns_foreign: false,
        owns_partial_indexes: knows_partial_indexes(schema),
    }
}

/// Partial indexes came with a preview feature of Prisma's: a file without it does not mean that
/// there are to be none.
fn knows_partial_indexes(schema: &Schema) -> bool {
    let mut features =
        schema.generators.iter().flat_map(|g| &g.properties).filter(|(name, _)| name == "previewFeatures");
    features.any(|(_, value)| match value {
        Value::Array(items) => items.contains(&Value::String("partialIndexes".to_string())),
        Value::String(_) | Value::Number(_) | Value::Constant(_) | Value::Function(..) => false,
    }) || schema.models.iter().flat_map(|m| &m.indexes).any(|index| index.predicate.is_some())
}

/// The namespaces that something is in: one that is only listed is not asked for.
fn namespaces(tables: &[Table], enums: &[EnumType]) -> Vec<String> {
    let used = tables.iter().map(|t| &t.namespace).chain(enums.iter().map(|e| &e.namespace));
    let mut res: Vec<String> = used.flatten().cloned().collect();
    res.sort();
    res.dedup();
    res
}

fn extensions(schema: &Schema) -> Vec<Extension> {
    let written = schema.datasource.iter().flat_map(|d| &d.extensions);
    let mut res: Vec<Extension> = written
        .map(|e| Extension {
            name: e.db_name.clone().unwrap_or_else(|| e.name.clone()),
            namespace: e.schema.clone(),
            version: e.version.clone(),
        })
        .collect();
    res.sort_by(|a, b| a.name.cmp(&b.name));
    res
}

fn table(schema: &Schema, id: ModelId, model: &Model) -> Table {
    let name = model.db_name().to_string();
    let columns = model.columns().map(|(index, _)| column(schema, id, index)).collect();
    let primary_key = model.primary_key.as_ref().map(|key| PrimaryKey {
        name: Some(key.map.clone().unwrap_or_else(|| names::primary_key(&name))),
        columns: key.fields.iter().map(|f| model.fields[f.field].db_name().to_string()).collect(),
        definition: None,
    });
    Table {
        namespace: types::namespace(model.schema.as_deref()),
        columns,
        primary_key,
        indexes: model.indexes.iter().map(|index| indexes::lower(schema, model, index)).collect(),
        foreign_keys: Vec::new(),
        is_join_table: false,
        comment: None,
        name,
    }
}

fn column(schema: &Schema, model: ModelId, index: usize) -> Column {
    let field = &schema.model(model).fields[index];
    let ty = types::field_type(schema, field);
    let default = defaults::lower(schema, field, &ty);
    Column {
        name: field.db_name().to_string(),
        // A list without elements is `{}`: lists are never NOT NULL, as in Prisma's databases.
        nullable: matches!(field.arity, Arity::Optional | Arity::List) || ty.is_list,
        default: default.value,
        auto_increment: default.auto_increment,
        filled_by_application: default.by_application || field.is_updated_at,
        generated: None,
        comment: None,
        ty,
    }
}
