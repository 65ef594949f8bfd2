//! From the schema file to the tables, keys and indexes that it asks for.

pub(crate) mod defaults;
mod indexes;
mod relations;

use glowplug_psl::schema::{Arity, Model, ModelId, Schema, Value};
use glowplug_sql::model::{
    AutoIncrement, Column, EnumType, EnumVariant, NativeType, PrimaryKey, SqlSchema, Table,
};

use crate::types;

/// The physical model of a schema file, in file order, tables of many-to-many relations last.
/// Views make nothing; models and fields with `@ignore` are there all the same. Enums are texts, but those whose
/// columns are checked are there as long as a column is theirs.
pub(crate) fn lower(schema: &Schema) -> SqlSchema {
    let mut tables = Vec::new();
    // Where a model's table is in `tables`: views have none.
    let mut places = vec![None; schema.models.len()];
    for (id, model) in schema.walk_models().filter(|(_, model)| !model.is_view) {
        places[id.0] = Some(tables.len());
        tables.push(table(schema, id, model));
    }
    relations::lower(schema, &places, &mut tables);
    let enums = enums(schema, &tables);
    SqlSchema {
        default_namespace: None,
        namespaces: Vec::new(),
        extensions: Vec::new(),
        enums,
        tables,
        views: Vec::new(),
        foreign: Vec::new(),
        owns_foreign: false,
        owns_partial_indexes: knows_partial_indexes(schema),
    }
}

fn enums(schema: &Schema, tables: &[Table]) -> Vec<EnumType> {
    let is_used = |name: &str| {
        let mut columns = tables.iter().flat_map(|table| &table.columns);
        columns.any(|column| matches!(&column.ty.native, NativeType::Enum { name: used, .. } if used == name))
    };
    let wanted =
        schema.enums.iter().filter(|enum_| types::is_checked(enum_)).filter(|it| is_used(it.db_name()));
    wanted
        .map(|enum_| EnumType {
            namespace: None,
            name: enum_.db_name().to_owned(),
            values: enum_
                .values
                .iter()
                .map(|value| EnumVariant { name: value.db_name().to_owned() })
                .collect(),
        })
        .collect()
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

fn table(schema: &Schema, id: ModelId, model: &Model) -> Table {
    let mut columns: Vec<Column> = model.columns().map(|(index, _)| column(schema, id, index)).collect();
    let primary_key = model.primary_key.as_ref().map(|key| PrimaryKey {
        name: None,
        columns: key.fields.iter().map(|f| model.fields[f.field].db_name().to_owned()).collect(),
        definition: None,
    });
    // An integer that is the key alone is the row's number, and counts up whether or not the file says so.
    if let Some(PrimaryKey { columns: key, .. }) = &primary_key
        && let [only] = key.as_slice()
        && let Some(column) = columns.iter_mut().find(|column| column.name == *only)
        && types::is_integer(&column.ty)
        && column.default.is_none()
    {
        column.auto_increment = Some(AutoIncrement::RowId { reuses: false });
    }
    Table {
        namespace: None,
        name: model.db_name().to_owned(),
        columns,
        primary_key,
        indexes: model.indexes.iter().map(|index| indexes::lower(schema, model, index)).collect(),
        foreign_keys: Vec::new(),
        is_join_table: false,
        comment: None,
    }
}

fn column(schema: &Schema, model: ModelId, index: usize) -> Column {
    let field = &schema.model(model).fields[index];
    let ty = types::column_type(schema, field);
    let default = defaults::lower(schema, field, &ty);
    Column {
        name: field.db_name().to_owned(),
        nullable: field.arity == Arity::Optional,
        default: default.value,
        auto_increment: None,
        filled_by_application: default.by_application || field.is_updated_at,
        generated: None,
        comment: None,
        ty,
    }
}
