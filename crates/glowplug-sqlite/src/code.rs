//! How columns look in Rust code that uses Diesel.

use glowplug_dialect::code::{ColumnCode, RustType};
use glowplug_psl::schema::{Enum, Field, FieldType, Scalar, Schema};

use crate::types;

/// Diesel's SQL type and the Rust type of a field's column. Source: Diesel 2.3, `diesel::sqlite`, the tables of
/// `ToSql` and `FromSql`.
pub(crate) fn column_code(_schema: &Schema, field: &Field) -> ColumnCode {
    let scalar = match &field.ty {
        FieldType::Enum(id) => return ColumnCode::Enum(*id),
        FieldType::Scalar(scalar) => Some(*scalar),
        FieldType::Unsupported(_) | FieldType::Relation(_) => types::family(&types::field_type(field).native),
    };
    let Some(scalar) = scalar else {
        return ColumnCode::Unsupported(types::type_sql(&types::field_type(field)));
    };
    let (sql_type, rust_type) = known(scalar);
    ColumnCode::Known { sql_type, rust_type }
}

/// What Diesel's `SqlType` derive is told of an enum: it is a text.
pub(crate) fn enum_code(_enum: &Enum) -> String {
    "sqlite_type(name = \"Text\")".to_owned()
}

/// The names in `diesel::sql_types`, and paths of Rust types.
///
/// A JSON column holds JSON as a text, which is what Prisma's client and SQLite's own JSON functions write and
/// read, so its type is `Json` and not the binary `Jsonb`, whatever the declared word. A decimal is kept as an
/// eight-byte float, so that is what it is here: a decimal number would read back with digits nobody wrote.
fn known(scalar: Scalar) -> (&'static str, RustType) {
    let path = RustType::Path;
    match scalar {
        Scalar::String => ("Text", path("String")),
        Scalar::Boolean => ("Bool", path("bool")),
        Scalar::Int => ("Integer", path("i32")),
        Scalar::BigInt => ("BigInt", path("i64")),
        Scalar::Float => ("Double", path("f64")),
        Scalar::Decimal => ("Double", path("f64")),
        Scalar::DateTime => ("Timestamp", RustType::Timestamp),
        Scalar::Json => ("Json", path("serde_json::Value")),
        Scalar::Bytes => ("Binary", path("Vec<u8>")),
    }
}
