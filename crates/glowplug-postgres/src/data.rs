//! What rows of files and scripts need to know of PostgreSQL.

use glowplug_dialect::data::{DataSql, Part, Role};
use glowplug_psl::schema::{Arity, DefaultValue, Field, Schema};
use glowplug_rowdiff::Sql;
use glowplug_sql::model::{Column, ColumnType, Default, NativeType, Table};

use crate::defaults::{default_sql, literal_sql};
use crate::dialect::PostgresDialect;
use crate::lower::defaults::{enum_of, literal};
use crate::names;
use crate::split::{split, words};
use crate::types;
use crate::units::statement::{Kind, kind};

impl DataSql for PostgresDialect {
    fn constant(&self, schema: &Schema, field: &Field, value: &DefaultValue) -> String {
        let ty = types::field_type(schema, field);
        let one = |value: &DefaultValue| literal(enum_of(schema, field), value, &ty.native);
        match (value, field.arity) {
            (DefaultValue::List(items), Arity::List) => {
                let items = Default::List(items.iter().filter_map(one).collect());
                default_sql(&items, &ty).unwrap_or_else(|| "NULL".to_owned())
            }
            _ => one(value).map_or_else(|| "NULL".to_owned(), |literal| literal_sql(&literal)),
        }
    }

    fn typed(&self, ty: &ColumnType, value: &str) -> String {
        let mut ty = ty.clone();
        // A cast cuts what is too long without a word; a column refuses it.
        if let NativeType::Named { name, args } = &mut ty.native
            && matches!(name.as_str(), "varchar" | "bpchar" | "bit" | "varbit")
        {
            args.clear();
        }
        format!("CAST({value} AS {})", types::type_sql(&ty))
    }

    fn differ(&self, ty: &ColumnType, one: &str, other: &str) -> String {
        let name = match &ty.native {
            NativeType::Named { name, .. } => name.as_str(),
            NativeType::Enum { .. } | NativeType::Unsupported(_) => "",
        };
        let cast = match (name, ty.is_list) {
            ("json", false) => "jsonb",
            ("json", true) => "jsonb[]",
            // These have no equality.
            ("xml", false) => "text",
            ("xml", true) => "text[]",
            _ => return format!("{one} IS DISTINCT FROM {other}"),
        };
        format!("CAST({one} AS {cast}) IS DISTINCT FROM CAST({other} AS {cast})")
    }

    fn literal(&self, value: &str) -> String {
        format!("quote_nullable(CAST({value} AS text))")
    }

    fn count_on(&self, table: &Table, column: &Column) -> Option<String> {
        column.auto_increment.as_ref()?;
        let (name, key) =
            (names::qualified(table.namespace.as_deref(), &table.name), names::quoted(&column.name));
        let (name_text, key_text) = (names::literal(&name), names::literal(&column.name));
        Some(format!(
            "SELECT setval(s, m) FROM (SELECT CAST(pg_get_serial_sequence({name_text}, {key_text}) AS regclass) AS s, \
             (SELECT max({key}) FROM {name}) AS m) x WHERE m > coalesce(pg_sequence_last_value(s), 0)"
        ))
    }

    fn statements(&self, sql: &str) -> Vec<Part> {
        let part = |text: &str, start: usize| {
            let words = words(text);
            let first = |keyword: &str| words.first().is_some_and(|it| it.is(keyword));
            let two_phases = first("prepare") && words.get(1).is_some_and(|it| it.is("transaction"));
            let role = match kind(&words) {
                Kind::Begin | Kind::Commit | Kind::Rollback | Kind::Alone => Role::Not,
                _ if two_phases => Role::Not,
                _ if first("select") || first("values") || first("table") || first("show") => Role::Asks,
                Kind::Ordinary | Kind::Session => Role::Inside,
            };
            Part { start, end: start + text.len(), role }
        };
        split(sql).iter().map(|it| part(it.text, it.start)).collect()
    }

    fn rows(&self) -> Sql {
        Sql::Postgres
    }
}
