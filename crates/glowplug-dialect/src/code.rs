//! How a column looks in Rust code that uses Diesel.

/// The Diesel SQL type and the Rust type of a column, without `Nullable`, `Option` and lists:
/// those follow from the field's arity and are the generator's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnCode {
    /// A type that Diesel knows.
    Known {
        /// Path of the SQL type, e.g. `diesel::sql_types::Text`.
        sql_type: String,
        /// Path of the Rust type, e.g. `String` or `chrono::NaiveDateTime`.
        rust_type: String,
    },
    /// An enum of the schema: the generator names both types after it.
    Enum(glowplug_psl::schema::EnumId),
    /// Diesel has no type for it: the column is left out with a note. Holds the database's type name.
    Unsupported(String),
}
