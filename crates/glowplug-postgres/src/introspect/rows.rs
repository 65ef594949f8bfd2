//! What the catalog queries answer, as typed rows.

use glowplug_dialect::database::Result;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::error;
use crate::introspect::QUERIES;

/// All answers.
pub(crate) struct Catalog {
    pub(crate) namespaces: Vec<String>,
    pub(crate) extensions: Vec<ExtensionRow>,
    pub(crate) enums: Vec<EnumRow>,
    pub(crate) tables: Vec<TableRow>,
    pub(crate) columns: Vec<ColumnRow>,
    pub(crate) indexes: Vec<IndexRow>,
    pub(crate) foreign_keys: Vec<ForeignKeyRow>,
    pub(crate) foreign: Vec<ForeignRow>,
}

pub(crate) struct ExtensionRow {
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) version: String,
}

pub(crate) struct EnumRow {
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) labels: Vec<String>,
}

pub(crate) struct TableRow {
    pub(crate) id: u32,
    pub(crate) namespace: String,
    pub(crate) name: String,
}

pub(crate) struct ColumnRow {
    pub(crate) table_id: u32,
    pub(crate) name: String,
    /// As `format_type` prints it.
    pub(crate) ty: String,
    /// `pg_type.typtype` of the type, or of the elements of a list.
    pub(crate) type_kind: String,
    pub(crate) type_namespace: String,
    pub(crate) type_name: String,
    pub(crate) is_list: bool,
    pub(crate) not_null: bool,
    /// Empty, `a` (always) or `d` (by default).
    pub(crate) identity: String,
    /// Empty, `s` (stored) or `v` (virtual, PostgreSQL 18).
    pub(crate) generated: String,
    pub(crate) default_expression: Option<String>,
    /// The sequence that the default draws from.
    pub(crate) sequence: Option<String>,
}

pub(crate) struct IndexRow {
    pub(crate) table_id: u32,
    pub(crate) name: String,
    pub(crate) is_primary: bool,
    pub(crate) is_unique: bool,
    pub(crate) is_valid: bool,
    pub(crate) method: String,
    pub(crate) is_constraint: bool,
    pub(crate) is_deferrable: bool,
    pub(crate) nulls_not_distinct: bool,
    pub(crate) is_period: bool,
    pub(crate) predicate: Option<String>,
    /// The first so many parts are the key, the others are `INCLUDE`d.
    pub(crate) key_count: i32,
    pub(crate) columns: Vec<Option<String>>,
    pub(crate) expressions: Vec<Option<String>>,
    /// `pg_index.indoption`: 1 = descending, 2 = nulls first.
    pub(crate) options: Vec<i32>,
    /// Those that are not the type's default.
    pub(crate) operator_classes: Vec<Option<String>>,
    pub(crate) own_collation: bool,
}

pub(crate) struct ForeignKeyRow {
    pub(crate) table_id: u32,
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) target_namespace: String,
    pub(crate) target_table: String,
    pub(crate) target_columns: Vec<String>,
    pub(crate) on_delete: String,
    pub(crate) on_update: String,
    pub(crate) deferrable: bool,
    pub(crate) validated: bool,
}

pub(crate) struct ForeignRow {
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) table_name: Option<String>,
    pub(crate) name: String,
}

impl Catalog {
    /// Reads the answers, which are in the order of [`QUERIES`].
    pub(crate) fn read(answers: &[Vec<Row>; QUERIES.len()]) -> Result<Self> {
        let [namespaces, extensions, enums, tables, columns, indexes, foreign_keys, foreign] = answers;
        Ok(Self {
            namespaces: each(namespaces, |row| get(row, "name"))?,
            extensions: each(extensions, |row| {
                Ok(ExtensionRow {
                    name: get(row, "name")?,
                    namespace: get(row, "namespace")?,
                    version: get(row, "version")?,
                })
            })?,
            enums: each(enums, |row| {
                Ok(EnumRow {
                    namespace: get(row, "namespace")?,
                    name: get(row, "name")?,
                    // No label at all is NULL.
                    labels: get::<Option<_>>(row, "labels")?.unwrap_or_default(),
                })
            })?,
            tables: each(tables, |row| {
                Ok(TableRow {
                    id: get(row, "id")?,
                    namespace: get(row, "namespace")?,
                    name: get(row, "name")?,
                })
            })?,
            columns: each(columns, column)?,
            indexes: each(indexes, index)?,
            foreign_keys: each(foreign_keys, foreign_key)?,
            foreign: each(foreign, |row| {
                Ok(ForeignRow {
                    kind: get(row, "kind")?,
                    namespace: get(row, "namespace")?,
                    table_name: get(row, "table_name")?,
                    name: get(row, "name")?,
                })
            })?,
        })
    }
}

fn column(row: &Row) -> Result<ColumnRow> {
    Ok(ColumnRow {
        table_id: get(row, "table_id")?,
        name: get(row, "name")?,
        ty: get(row, "type")?,
        type_kind: get(row, "type_kind")?,
        type_namespace: get(row, "type_namespace")?,
        type_name: get(row, "type_name")?,
        is_list: get(row, "is_list")?,
        not_null: get(row, "not_null")?,
        identity: get(row, "identity")?,
        generated: get(row, "generated")?,
        default_expression: get(row, "default_expression")?,
        sequence: get(row, "sequence")?,
    })
}

fn index(row: &Row) -> Result<IndexRow> {
    Ok(IndexRow {
        table_id: get(row, "table_id")?,
        name: get(row, "name")?,
        is_primary: get(row, "is_primary")?,
        is_unique: get(row, "is_unique")?,
        is_valid: get(row, "is_valid")?,
        method: get(row, "method")?,
        is_constraint: get(row, "is_constraint")?,
        is_deferrable: get(row, "is_deferrable")?,
        nulls_not_distinct: get(row, "nulls_not_distinct")?,
        is_period: get(row, "is_period")?,
        predicate: get(row, "predicate")?,
        key_count: get(row, "key_count")?,
        columns: get(row, "columns")?,
        expressions: get(row, "expressions")?,
        options: get(row, "options")?,
        operator_classes: get(row, "operator_classes")?,
        own_collation: get(row, "own_collation")?,
    })
}

fn foreign_key(row: &Row) -> Result<ForeignKeyRow> {
    Ok(ForeignKeyRow {
        table_id: get(row, "table_id")?,
        name: get(row, "name")?,
        columns: get(row, "columns")?,
        target_namespace: get(row, "target_namespace")?,
        target_table: get(row, "target_table")?,
        target_columns: get(row, "target_columns")?,
        on_delete: get(row, "on_delete")?,
        on_update: get(row, "on_update")?,
        deferrable: get(row, "deferrable")?,
        validated: get(row, "validated")?,
    })
}

fn each<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T>) -> Result<Vec<T>> {
    rows.iter().map(read).collect()
}

fn get<'a, T: FromSql<'a>>(row: &'a Row, column: &str) -> Result<T> {
    row.try_get(column)
        .map_err(|error| error::catalog(format!("the catalog's `{column}` cannot be read: {error}")))
}
