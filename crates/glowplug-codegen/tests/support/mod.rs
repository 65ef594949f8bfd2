//! Stand-in for the PostgreSQL dialect: only what code generation asks.

use glowplug_dialect::code::ColumnCode;
use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::plan::{Plan, PlanOptions};
use glowplug_psl::schema::{Enum, Field, FieldType, Schema};
use glowplug_sql::change::ChangeSet;
use glowplug_sql::diff::Compare;
use glowplug_sql::model::{NativeType, SqlSchema};

pub struct Postgres;

impl Dialect for Postgres {
    fn provider(&self) -> &'static str {
        "postgresql"
    }
    fn lower(&self, _: &Schema) -> SqlSchema {
        unreachable!()
    }
    fn compare(&self) -> &dyn Compare {
        unreachable!()
    }
    fn plan(&self, _: &ChangeSet<'_>, _: &PlanOptions) -> Plan {
        unreachable!()
    }
    fn enum_code(&self, enum_: &Enum) -> String {
        let schema = enum_.schema.as_ref().map(|it| format!(", schema = {it:?}")).unwrap_or_default();
        format!("postgres_type(name = {:?}{schema})", enum_.db_name())
    }
    fn backend_code(&self) -> &'static str {
        "diesel::pg::Pg"
    }
    fn column_code(&self, schema: &Schema, field: &Field) -> ColumnCode {
        if let FieldType::Enum(id) = field.ty {
            return ColumnCode::Enum(id);
        }
        let ty = glowplug_postgres::types::field_type(schema, field);
        let name = match &ty.native {
            NativeType::Named { name, .. } => name.as_str(),
            NativeType::Unsupported(text) => return ColumnCode::Unsupported(text.clone()),
            NativeType::Enum { name, .. } => return ColumnCode::Unsupported(name.clone()),
        };
        let (sql, rust) = match name {
            "int2" => ("SmallInt", "i16"),
            "int4" => ("Integer", "i32"),
            "int8" => ("BigInt", "i64"),
            "float4" => ("Float", "f32"),
            "float8" => ("Double", "f64"),
            "numeric" => ("Numeric", "bigdecimal::BigDecimal"),
            "text" | "varchar" | "bpchar" => ("Text", "String"),
            "citext" => ("Citext", "String"),
            "bool" => ("Bool", "bool"),
            "bytea" => ("Binary", "Vec<u8>"),
            "date" => ("Date", "chrono::NaiveDate"),
            "time" => ("Time", "chrono::NaiveTime"),
            "timestamp" => ("Timestamp", "chrono::NaiveDateTime"),
            "timestamptz" => ("Timestamptz", "chrono::DateTime<chrono::Utc>"),
            "json" => ("Json", "serde_json::Value"),
            "jsonb" => ("Jsonb", "serde_json::Value"),
            "uuid" => ("Uuid", "uuid::Uuid"),
            "oid" => ("Oid", "u32"),
            other => return ColumnCode::Unsupported(other.to_owned()),
        };
        ColumnCode::Known { sql_type: format!("diesel::sql_types::{sql}"), rust_type: rust.to_owned() }
    }
}
