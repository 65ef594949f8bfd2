//! Which GraphQL type a column has, and how its Rust value gets there and back.

use crate::layout::{Column, ColumnKind, Layout};

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
        let rust_type = match &column.kind {
            ColumnKind::Enum(id) => return Some(ValueType::Enum(id.0)),
            ColumnKind::Plain { rust_type, .. } => rust_type.as_str(),
        };
        match rust_type {
            "String" => Some(ValueType::String),
            "bool" => Some(ValueType::Boolean),
            "i16" | "i32" => Some(ValueType::Int),
            "f32" | "f64" => Some(ValueType::Float),
            "i64" => Some(ValueType::BigInt),
            "uuid::Uuid" => Some(ValueType::Uuid),
            "serde_json::Value" => Some(ValueType::Json),
            "chrono::NaiveDateTime" => Some(ValueType::LocalDateTime),
            "chrono::DateTime<chrono::Utc>" => Some(ValueType::DateTime),
            "chrono::NaiveDate" => Some(ValueType::Date),
            "chrono::NaiveTime" => Some(ValueType::Time),
            "bigdecimal::BigDecimal" => Some(ValueType::Decimal),
            _ => None,
        }
    }

    /// The name in SDL.
    pub(super) fn name<'a>(&self, enum_names: &'a [String]) -> &'a str {
        match self {
            ValueType::String => "String",
            ValueType::Boolean => "Boolean",
            ValueType::Int => "Int",
            ValueType::Float => "Float",
            ValueType::Uuid => "UUID",
            ValueType::Json => "JSON",
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
            ValueType::Json => Some("Any JSON value."),
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
    pub(super) fn resolver_type(&self, layout: &Layout<'_>, column: &Column) -> String {
        match self {
            ValueType::String
            | ValueType::Boolean
            | ValueType::Int
            | ValueType::Float
            | ValueType::Uuid
            | ValueType::Json => layout.value_type(column).to_owned(),
            ValueType::LocalDateTime | ValueType::DateTime => "chrono::DateTime<chrono::Utc>".to_owned(),
            ValueType::Date => "scalars::Date".to_owned(),
            ValueType::Time => "scalars::Time".to_owned(),
            ValueType::BigInt => "scalars::BigInt".to_owned(),
            ValueType::Decimal => "scalars::Decimal".to_owned(),
            ValueType::Enum(index) => format!("values::{}", layout.enums[*index].name),
        }
    }

    /// The expression that makes a resolver's value of a row's; none where they are the same.
    pub(super) fn to_resolver(&self, layout: &Layout<'_>, value: &str) -> Option<String> {
        match self {
            ValueType::String
            | ValueType::Boolean
            | ValueType::Int
            | ValueType::Float
            | ValueType::Uuid
            | ValueType::Json
            | ValueType::DateTime => None,
            ValueType::LocalDateTime => Some(format!("{value}.and_utc()")),
            ValueType::Date => Some(format!("scalars::Date({value})")),
            ValueType::Time => Some(format!("scalars::Time({value})")),
            ValueType::BigInt => Some(format!("scalars::BigInt({value})")),
            ValueType::Decimal => Some(format!("scalars::Decimal({value})")),
            ValueType::Enum(index) => Some(format!("values::{}::from({value})", layout.enums[*index].name)),
        }
    }

    /// The expression that makes a row's value of an argument.
    pub(super) fn to_row(&self, layout: &Layout<'_>, value: &str) -> String {
        match self {
            ValueType::String
            | ValueType::Boolean
            | ValueType::Int
            | ValueType::Float
            | ValueType::Uuid
            | ValueType::Json
            | ValueType::DateTime => value.to_owned(),
            ValueType::LocalDateTime => format!("{value}.naive_utc()"),
            ValueType::Date | ValueType::Time | ValueType::BigInt | ValueType::Decimal => {
                format!("{value}.0")
            }
            ValueType::Enum(index) => format!("enums::{}::from({value})", layout.enums[*index].name),
        }
    }
}
