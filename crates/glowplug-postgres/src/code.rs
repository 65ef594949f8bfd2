//! How columns look in Rust code that uses Diesel.

use glowplug_dialect::code::{ColumnCode, RustType};
use glowplug_psl::schema::{Arity, Enum, Field, FieldType, Schema};
use glowplug_sql::model::NativeType;

use crate::types;

/// Diesel's SQL type and the Rust type of a field's column. Source: Diesel 2.3, `diesel::sql_types`
/// and `diesel::pg::sql_types`, the tables of `ToSql` and `FromSql`.
pub fn column_code(schema: &Schema, field: &Field) -> ColumnCode {
    if let FieldType::Enum(id) = field.ty {
        return ColumnCode::Enum(id);
    }
    let ty = types::field_type(schema, field);
    // `Unsupported("int4[]")` is a list, whatever the field says.
    let is_hidden_list = ty.is_list && field.arity != Arity::List;
    let NativeType::Named { name, .. } = &ty.native else {
        return ColumnCode::Unsupported(types::type_sql(&ty));
    };
    match known(name) {
        Some((sql_type, rust_type)) if !is_hidden_list => ColumnCode::Known { sql_type, rust_type },
        Some(_) | None => ColumnCode::Unsupported(types::type_sql(&ty)),
    }
}

/// What Diesel's `SqlType` derive is told of an enum, e.g. `postgres_type(name = "Role")`.
pub fn enum_code(enum_: &Enum) -> String {
    let schema = types::namespace(enum_.schema.as_deref());
    let schema = schema.map(|schema| format!(", schema = {schema:?}")).unwrap_or_default();
    format!("postgres_type(name = {:?}{schema})", enum_.db_name())
}

/// The names in `diesel::sql_types`, and what values are in Rust. Diesel has nothing for bit strings,
/// `xml`, `timetz`, geometry and text search.
fn known(name: &str) -> Option<(&'static str, RustType)> {
    let path = RustType::Path;
    let range = |of| RustType::Range(Box::new(of));
    Some(match name {
        "int2" => ("Int2", path("i16")),
        "int4" => ("Int4", path("i32")),
        "int8" => ("Int8", path("i64")),
        "float4" => ("Float4", path("f32")),
        "float8" => ("Float8", path("f64")),
        "numeric" => ("Numeric", RustType::Decimal),
        "money" => ("Money", path("diesel::data_types::PgMoney")),
        "text" => ("Text", path("String")),
        "varchar" => ("Varchar", path("String")),
        "bpchar" => ("Bpchar", path("String")),
        "citext" => ("Citext", path("String")),
        "bool" => ("Bool", path("bool")),
        "bytea" => ("Bytea", path("Vec<u8>")),
        "date" => ("Date", RustType::Date),
        "timestamp" => ("Timestamp", RustType::Timestamp),
        "timestamptz" => ("Timestamptz", RustType::Timestamptz),
        "time" => ("Time", RustType::Time),
        "json" => ("Json", path("serde_json::Value")),
        "jsonb" => ("Jsonb", path("serde_json::Value")),
        "uuid" => ("Uuid", path("uuid::Uuid")),
        "inet" => ("Inet", path("ipnetwork::IpNetwork")),
        "cidr" => ("Cidr", path("ipnetwork::IpNetwork")),
        "oid" => ("Oid", path("u32")),
        "interval" => ("Interval", path("diesel::data_types::PgInterval")),
        "macaddr" => ("MacAddr", path("[u8; 6]")),
        "macaddr8" => ("MacAddr8", path("[u8; 8]")),
        "int4range" => ("Int4range", range(path("i32"))),
        "int8range" => ("Int8range", range(path("i64"))),
        "numrange" => ("Numrange", range(RustType::Decimal)),
        "daterange" => ("Daterange", range(RustType::Date)),
        "tsrange" => ("Tsrange", range(RustType::Timestamp)),
        "tstzrange" => ("Tstzrange", range(RustType::Timestamptz)),
        _ => return None,
    })
}
