//! What rows of files and scripts need to know of SQLite.

use glowplug_dialect::data::{DataSql, Part, Role};
use glowplug_psl::schema::{DefaultValue, Field, Scalar, Schema};
use glowplug_rowdiff::Sql;
use glowplug_sql::model::{Column, ColumnType, Table};

use crate::defaults::literal_sql;
use crate::dialect::SqliteDialect;
use crate::lower::defaults::{enum_of, literal};
use crate::script::wants_no_transaction;
use crate::split::split;
use crate::types;

impl DataSql for SqliteDialect {
    fn constant(&self, schema: &Schema, field: &Field, value: &DefaultValue) -> String {
        let ty = types::column_type(schema, field);
        literal(enum_of(schema, field), value, &ty)
            .map_or_else(|| "NULL".to_owned(), |literal| literal_sql(&literal))
    }

    /// A column turns what it is compared with into its own kind.
    fn typed(&self, _ty: &ColumnType, value: &str) -> String {
        value.to_owned()
    }

    fn differ(&self, ty: &ColumnType, one: &str, other: &str) -> String {
        let plain = format!("{one} IS NOT {other}");
        // Where a value cannot be read as what it should be, it is itself.
        let read = |value: &str| match types::family(&ty.native) {
            Some(Scalar::Json) => {
                Some(format!("CASE WHEN json_valid({value}) THEN json({value}) ELSE {value} END"))
            }
            Some(Scalar::DateTime) => {
                Some(format!("coalesce(strftime('%Y-%m-%d %H:%M:%f', {value}), {value})"))
            }
            _ => None,
        };
        match (read(one), read(other)) {
            (Some(one), Some(other)) => format!("({plain} AND {one} IS NOT {other})"),
            _ => plain,
        }
    }

    fn literal(&self, value: &str) -> String {
        format!("quote({value})")
    }

    /// It counts on by itself.
    fn count_on(&self, _table: &Table, _column: &Column) -> Option<String> {
        None
    }

    fn statements(&self, sql: &str) -> Vec<Part> {
        let statements = split(sql);
        let parts = statements.iter().map(|statement| {
            let role = if wants_no_transaction(statement) || statement.begins(&["RELEASE"]) {
                Role::Not
            } else if statement.begins(&["SELECT"]) || statement.begins(&["VALUES"]) {
                Role::Asks
            } else {
                Role::Inside
            };
            Part { start: statement.start, end: statement.start + statement.text.len(), role }
        });
        parts.collect()
    }

    fn rows(&self) -> Sql {
        Sql::Sqlite
    }
}
