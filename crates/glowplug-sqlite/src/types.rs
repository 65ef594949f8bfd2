//! Types of SQLite: their canonical form, their spelling in SQL, and the language's words for them.
//!
//! SQLite keeps whatever word a column was declared with and derives an affinity from it. What the schema
//! language has words for are *families* of such words; two spellings of one family are the same type.
//! Canonical is the declared type in lower case, arguments apart. Source: "Datatypes In SQLite", section 3.

use glowplug_psl::schema::{Enum, Field, FieldType, Scalar, Schema};
use glowplug_sql::model::{ColumnType, NativeType};

/// The hint above an enum that lets the database keep its columns to its values.
pub(crate) const CHECK_HINT: &str = "check";

/// The type that a column of `field` gets in the model: that of an enum whose columns are checked, else
/// what it is declared as.
pub(crate) fn column_type(schema: &Schema, field: &Field) -> ColumnType {
    match &field.ty {
        FieldType::Enum(id) if is_checked(schema.enum_(*id)) => {
            let native = NativeType::Enum { namespace: None, name: schema.enum_(*id).db_name().to_owned() };
            ColumnType { native, is_list: false }
        }
        FieldType::Enum(_) | FieldType::Scalar(_) | FieldType::Unsupported(_) | FieldType::Relation(_) => {
            field_type(field)
        }
    }
}

/// Whether the schema file asks for a `CHECK` on the columns of an enum.
pub(crate) fn is_checked(enum_: &Enum) -> bool {
    enum_.hints.iter().any(|hint| hint.name == CHECK_HINT)
}

/// The type that a column of `field` is declared as. Relation fields are no columns; for them the answer is an
/// unsupported type with an empty name. Enums are texts: SQLite has no type for them.
pub(crate) fn field_type(field: &Field) -> ColumnType {
    let native = match &field.ty {
        FieldType::Scalar(scalar) => default_type(*scalar),
        FieldType::Enum(_) => default_type(Scalar::String),
        FieldType::Unsupported(text) => parse_type(text).native,
        FieldType::Relation(_) => NativeType::Unsupported(String::new()),
    };
    ColumnType { native, is_list: false }
}

/// A type by its canonical name.
fn named(name: &str) -> NativeType {
    NativeType::Named { name: name.to_owned(), args: Vec::new() }
}

/// The column type of a scalar: Prisma's choice for SQLite.
pub(crate) fn default_type(scalar: Scalar) -> NativeType {
    named(match scalar {
        Scalar::String => "text",
        Scalar::Boolean => "boolean",
        Scalar::Int => "integer",
        Scalar::BigInt => "bigint",
        Scalar::Float => "real",
        Scalar::Decimal => "decimal",
        Scalar::DateTime => "datetime",
        Scalar::Json => "jsonb",
        Scalar::Bytes => "blob",
    })
}

/// The scalar of the language that a type belongs to; `None` for types that it has no word for.
pub(crate) fn family(native: &NativeType) -> Option<Scalar> {
    match native {
        NativeType::Named { name, .. } => family_of(name),
        NativeType::Enum { .. } | NativeType::Unsupported(_) => None,
    }
}

/// The family of a declared type, by its lower-case name without arguments.
fn family_of(name: &str) -> Option<Scalar> {
    Some(match name {
        "integer" | "int" | "serial" | "int2" | "int4" | "smallint" | "tinyint" | "mediumint" => Scalar::Int,
        "bigint" | "int8" | "unsigned big int" | "bigserial" => Scalar::BigInt,
        "real" | "float" | "double" | "double precision" => Scalar::Float,
        "decimal" | "numeric" => Scalar::Decimal,
        "boolean" | "bool" => Scalar::Boolean,
        "datetime" | "timestamp" | "date" => Scalar::DateTime,
        "blob" | "binary" | "varbinary" => Scalar::Bytes,
        "json" | "jsonb" => Scalar::Json,
        "text" | "clob" | "uuid" => Scalar::String,
        _ if name.contains("char") => Scalar::String,
        _ => return None,
    })
}

/// Whether values of a type are texts: those of an enum are.
pub(crate) fn is_text(native: &NativeType) -> bool {
    matches!(native, NativeType::Enum { .. }) || family(native) == Some(Scalar::String)
}

/// Brings a declared type to the canonical form. Never fails: a word that belongs to no family is kept as an
/// unsupported type.
pub(crate) fn parse_type(text: &str) -> ColumnType {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = words.to_lowercase();
    let (name, args) = match lower.split_once('(') {
        Some((name, rest)) => {
            let args = rest.trim_end().trim_end_matches(')').split(',');
            (name.trim_end().to_owned(), args.map(|arg| arg.trim().to_owned()).collect())
        }
        None => (lower.clone(), Vec::new()),
    };
    let native = match family_of(&name) {
        Some(_) => NativeType::Named { name, args },
        None => NativeType::Unsupported(words),
    };
    ColumnType { native, is_list: false }
}

/// The type as it stands in DDL.
pub(crate) fn type_sql(ty: &ColumnType) -> String {
    match &ty.native {
        NativeType::Named { name, args } if args.is_empty() => name.to_uppercase(),
        NativeType::Named { name, args } => format!("{}({})", name.to_uppercase(), args.join(", ")),
        NativeType::Enum { .. } => "TEXT".to_owned(),
        NativeType::Unsupported(text) => text.clone(),
    }
}

/// Whether a column of this type that is the primary key alone is the table's row number.
pub(crate) fn is_integer(ty: &ColumnType) -> bool {
    matches!(&ty.native, NativeType::Named { name, args } if name == "integer" && args.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_finds_its_family() {
        for (text, family_expected) in [
            ("INTEGER", Some(Scalar::Int)),
            ("VARCHAR (20)", Some(Scalar::String)),
            ("native character(70)", Some(Scalar::String)),
            ("Double  Precision", Some(Scalar::Float)),
            ("DECIMAL(10 , 2)", Some(Scalar::Decimal)),
            ("TIMESTAMP", Some(Scalar::DateTime)),
            ("UNSIGNED BIG INT", Some(Scalar::BigInt)),
            ("JSONB", Some(Scalar::Json)),
            ("GEOMETRY", None),
            ("", None),
        ] {
            assert_eq!(family(&parse_type(text).native), family_expected, "{text}");
        }
        assert_eq!(type_sql(&parse_type("varchar (20)")), "VARCHAR(20)");
        assert_eq!(type_sql(&parse_type("decimal(10 , 2)")), "DECIMAL(10, 2)");
        assert_eq!(type_sql(&parse_type("Geometry")), "Geometry");
    }
}
