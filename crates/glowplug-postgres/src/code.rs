//! How columns look in Rust code that uses Diesel.

use glowplug_dialect::code::ColumnCode;
use glowplug_psl::schema::{Enum, Field, FieldType, Schema};
use glowplug_sql::model::NativeType;

use crate::types;

/// Diesel's SQL type and the Rust type of a field's column. Source: Diesel 2.3, `diesel::sql_types`
/// and `diesel::pg::sql_types`, the tables of `ToSql` and `FromSql`.
pub fn column_code(schema: &Schema, field: &Field) -> ColumnCode {
    if let FieldType::Enum(id) = field.ty {
        return ColumnCode::Enum(id);
    }
    let ty = types::field_type(schema, field);
    let NativeType::Named { name, .. } = &ty.native else {
        return ColumnCode::Unsupported(types::type_sql(&ty));
    };
    match known(name) {
        Some((sql_type, rust_type)) => ColumnCode::Known {
            sql_type: format!("diesel::sql_types::{sql_type}"),
            rust_type: rust_type.to_string(),
        },
        None => ColumnCode::Unsupported(types::type_sql(&ty)),
    }
}

/// What Diesel's `SqlType` derive is told of an enum, e.g. `postgres_type(name = "Role")`.
pub fn enum_code(enum_: &Enum) -> String {
    let schema = types::namespace(enum_.schema.as_deref());
    let schema = schema.map(|schema| format!(", schema = {schema:?}")).unwrap_or_default();
    format!("postgres_type(name = {:?}{schema})", enum_.db_name())
}

/// The names in `diesel::sql_types`, and paths of Rust types.
fn known(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "int2" => ("Int2", "i16"),
        "int4" => ("Int4", "i32"),
        "int8" => ("Int8", "i64"),
        "float4" => ("Float4", "f32"),
        "float8" => ("Float8", "f64"),
        "numeric" => ("Numeric", "bigdecimal::BigDecimal"),
        "money" => ("Money", "diesel::data_types::PgMoney"),
        "text" => ("Text", "String"),
        "varchar" => ("Varchar", "String"),
        "bpchar" => ("Bpchar", "String"),
        "citext" => ("Citext", "String"),
        "bool" => ("Bool", "bool"),
        "bytea" => ("Bytea", "Vec<u8>"),
        "date" => ("Date", "chrono::NaiveDate"),
        "timestamp" => ("Timestamp", "chrono::NaiveDateTime"),
        "timestamptz" => ("Timestamptz", "chrono::DateTime<chrono::Utc>"),
        "time" => ("Time", "chrono::NaiveTime"),
        "json" => ("Json", "serde_json::Value"),
        "jsonb" => ("Jsonb", "serde_json::Value"),
        "uuid" => ("Uuid", "uuid::Uuid"),
        "inet" => ("Inet", "ipnetwork::IpNetwork"),
        "cidr" => ("Cidr", "ipnetwork::IpNetwork"),
        "oid" => ("Oid", "u32"),
        "interval" => ("Interval", "diesel::data_types::PgInterval"),
        "macaddr" => ("MacAddr", "[u8; 6]"),
        _ => return None,
    })
}
