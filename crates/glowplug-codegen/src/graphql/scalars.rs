//! Which GraphQL type a column has, and how its Rust value gets there and back.

use glowplug_dialect::code::RustType;
use smol_str::{SmolStr, format_smolstr};

use crate::layout::{Column, ColumnKind, Custom, Layout};
use crate::types::DateTime;

/// The GraphQL type of a column's value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ValueType {
    /// `String`
    String,
    /// `Boolean`
    Boolean,
    /// `Int`
    Int,
    /// `Float`
    Float,
    /// `UUID`
    Uuid,
    /// `JSON`
    Json,
    /// `JSON`, from a type that serde knows.
    TypedJson,
    /// `DateTime`, from a time stamp without a zone (UTC by convention, as Prisma has it).
    LocalDateTime,
    /// `DateTime`
    DateTime,
    /// `Date`
    Date,
    /// `Time`
    Time,
    /// `BigInt`
    BigInt,
    /// `Decimal`
    Decimal,
    /// An enum of the schema: its index.
    Enum(usize),
}

impl ValueType {
    /// The type of a column; none where GraphQL has no word for it.
    pub(super) fn of(column: &Column) -> Option<Self> {
        match (&column.kind, column.custom) {
            (ColumnKind::Enum(id), None) => Some(ValueType::Enum(id.0)),
            (ColumnKind::Plain { rust_type, .. }, None) => Self::of_rust(rust_type),
            (_, Some(Custom::Json)) => Some(ValueType::TypedJson),
            (_, Some(Custom::Type)) => None,
        }
    }

    fn of_rust(rust_type: &RustType) -> Option<Self> {
        Some(match rust_type {
            RustType::Path("String") => ValueType::String,
            RustType::Path("bool") => ValueType::Boolean,
            RustType::Path("i16" | "i32") => ValueType::Int,
            RustType::Path("f32" | "f64") => ValueType::Float,
            RustType::Path("i64") => ValueType::BigInt,
            RustType::Path("uuid::Uuid") => ValueType::Uuid,
            RustType::Path("serde_json::Value") => ValueType::Json,
            RustType::Timestamp => ValueType::LocalDateTime,
            RustType::Timestamptz => ValueType::DateTime,
            RustType::Date => ValueType::Date,
            RustType::Time => ValueType::Time,
            RustType::Decimal => ValueType::Decimal,
            RustType::Path(_) | RustType::Range(_) => return None,
        })
    }

    /// The name in SDL.
    pub(super) fn name<'a>(&self, enum_names: &'a [SmolStr]) -> &'a str {
        match self {
            ValueType::String => "String",
            ValueType::Boolean => "Boolean",
            ValueType::Int => "Int",
            ValueType::Float => "Float",
            ValueType::Uuid => "UUID",
            ValueType::Json | ValueType::TypedJson => "JSON",
            ValueType::LocalDateTime | ValueType::DateTime => "DateTime",
            ValueType::Date => "Date",
            ValueType::Time => "Time",
            ValueType::BigInt => "BigInt",
            ValueType::Decimal => "Decimal",
            ValueType::Enum(index) => &enum_names[*index],
        }
    }

    /// What a scalar of ours means, for the SDL; none for those that GraphQL brings along.
    pub(super) fn scalar_docs(&self) -> Option<&'static str> {
        match self {
            ValueType::String
            | ValueType::Boolean
            | ValueType::Int
            | ValueType::Float
            | ValueType::Enum(_) => None,
            ValueType::Uuid => Some("A UUID as RFC 9562 writes it: 36 characters."),
            ValueType::Json | ValueType::TypedJson => Some("Any JSON value."),
            ValueType::LocalDateTime | ValueType::DateTime => Some("A moment, as RFC 3339 writes it."),
            ValueType::Date => Some("A day: `2026-02-28`."),
            ValueType::Time => Some("A time of day: `23:59:59`."),
            ValueType::BigInt => {
                Some("A whole number of 64 bits, as a string: JSON numbers would lose digits.")
            }
            ValueType::Decimal => Some("A decimal number, as a string with all its digits."),
        }
    }

    /// The Rust type in a resolver's signature.
    pub(super) fn resolver_type(&self, layout: &Layout<'_>, column: &Column) -> SmolStr {
        match self {
            ValueType::String
            | ValueType::Boolean
            | ValueType::Int
            | ValueType::Float
            | ValueType::Uuid
            | ValueType::Json => column.value_type.clone(),
            ValueType::TypedJson => SmolStr::new_static("serde_json::Value"),
            ValueType::LocalDateTime | ValueType::DateTime => match layout.libraries.date_time {
                DateTime::Chrono => SmolStr::new_static("chrono::DateTime<chrono::Utc>"),
                DateTime::Time | DateTime::Jiff => SmolStr::new_static("scalars::DateTime"),
            },
            ValueType::Date => SmolStr::new_static("scalars::Date"),
            ValueType::Time => SmolStr::new_static("scalars::Time"),
            ValueType::BigInt => SmolStr::new_static("scalars::BigInt"),
            ValueType::Decimal => SmolStr::new_static("scalars::Decimal"),
            ValueType::Enum(index) => format_smolstr!("values::{}", layout.enums[*index].name),
        }
    }

    /// The expression that makes a resolver's value of a row's; none where they are the same.
    pub(super) fn to_resolver(&self, layout: &Layout<'_>, value: &str) -> Option<SmolStr> {
        let is_jiff = layout.libraries.date_time == DateTime::Jiff;
        let civil = if is_jiff { format_smolstr!("{value}.to_jiff()") } else { SmolStr::new(value) };
        Some(match (self, layout.libraries.date_time) {
            (
                ValueType::String
                | ValueType::Boolean
                | ValueType::Int
                | ValueType::Float
                | ValueType::Uuid
                | ValueType::Json
                | ValueType::TypedJson,
                _,
            )
            | (ValueType::DateTime, DateTime::Chrono) => return None,
            (ValueType::LocalDateTime, DateTime::Chrono) => format_smolstr!("{value}.and_utc()"),
            (ValueType::LocalDateTime, DateTime::Time) => {
                format_smolstr!("scalars::DateTime({value}.assume_utc())")
            }
            (ValueType::DateTime, DateTime::Time) => format_smolstr!("scalars::DateTime({value})"),
            (ValueType::LocalDateTime, DateTime::Jiff) => format_smolstr!("scalars::DateTime({civil})"),
            (ValueType::DateTime, DateTime::Jiff) => {
                format_smolstr!("scalars::DateTime(jiff::tz::TimeZone::UTC.to_datetime({civil}))")
            }
            (ValueType::Date, _) => format_smolstr!("scalars::Date({civil})"),
            (ValueType::Time, _) => format_smolstr!("scalars::Time({civil})"),
            (ValueType::BigInt, _) => format_smolstr!("scalars::BigInt({value})"),
            (ValueType::Decimal, _) => format_smolstr!("scalars::Decimal({value})"),
            (ValueType::Enum(index), _) => {
                format_smolstr!("values::{}::from({value})", layout.enums[*index].name)
            }
        })
    }

    /// The expression that makes a row's value of an argument, in a function that may fail.
    pub(super) fn to_row(&self, layout: &Layout<'_>, value: &str) -> SmolStr {
        match (self, layout.libraries.date_time) {
            (
                ValueType::String
                | ValueType::Boolean
                | ValueType::Int
                | ValueType::Float
                | ValueType::Uuid
                | ValueType::Json
                | ValueType::TypedJson,
                _,
            )
            | (ValueType::DateTime, DateTime::Chrono) => SmolStr::new(value),
            (ValueType::LocalDateTime, DateTime::Chrono) => format_smolstr!("{value}.naive_utc()"),
            (ValueType::LocalDateTime, DateTime::Time) => {
                format_smolstr!("time::PrimitiveDateTime::new({value}.0.date(), {value}.0.time())")
            }
            (ValueType::LocalDateTime, DateTime::Jiff) => {
                format_smolstr!("jiff_diesel::DateTime::from({value}.0)")
            }
            (ValueType::DateTime, DateTime::Jiff) => {
                format_smolstr!(
                    "jiff_diesel::Timestamp::from(jiff::tz::TimeZone::UTC.to_timestamp({value}.0)?)"
                )
            }
            (ValueType::Date, DateTime::Jiff) => format_smolstr!("jiff_diesel::Date::from({value}.0)"),
            (ValueType::Time, DateTime::Jiff) => format_smolstr!("jiff_diesel::Time::from({value}.0)"),
            (ValueType::DateTime, DateTime::Time)
            | (ValueType::Date | ValueType::Time, DateTime::Chrono | DateTime::Time)
            | (ValueType::BigInt | ValueType::Decimal, _) => format_smolstr!("{value}.0"),
            (ValueType::Enum(index), _) => {
                format_smolstr!("enums::{}::from({value})", layout.enums[*index].name)
            }
        }
    }
}
