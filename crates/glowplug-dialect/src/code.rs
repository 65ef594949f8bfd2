//! How a column looks in Rust code that uses Diesel.

/// The Diesel SQL type and the Rust type of a column, without `Nullable`, `Option` and lists:
/// those follow from the field's arity and are the generator's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnCode {
    /// A type that Diesel knows.
    Known {
        /// Its name in `diesel::sql_types`, e.g. `Text`.
        sql_type: &'static str,
        /// What its values are in Rust.
        rust_type: RustType,
    },
    /// An enum of the schema: the generator names both types after it.
    Enum(glowplug_psl::schema::EnumId),
    /// Diesel has no type for it: the column is left out with a note. Holds the database's type name.
    Unsupported(String),
}

/// What a value is in Rust. Where several libraries have a type for it, the meaning is named and the
/// generator spells it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RustType {
    /// A type without rivals: its path, e.g. `String` or `uuid::Uuid`.
    Path(&'static str),
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A day and a time of day, without a zone.
    Timestamp,
    /// A moment.
    Timestamptz,
    /// A decimal number.
    Decimal,
    /// A range of values of a type: its two bounds.
    Range(Box<RustType>),
}
