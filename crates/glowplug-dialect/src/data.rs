//! What rows of files and scripts of statements need to know of a dialect. All answers are pure.

use glowplug_psl::schema::{DefaultValue, Field, Schema};
use glowplug_rowdiff::Sql;
use glowplug_sql::model::{Column, ColumnType, Table};

/// The questions about rows and scripts that only a dialect can answer.
pub trait DataSql {
    /// A constant for the column of a field, as it stands in an `INSERT`; lists as a whole.
    fn constant(&self, schema: &Schema, field: &Field, value: &DefaultValue) -> String;

    /// A value with its type, for places that do not tell it. A value that is too long for the type stays so.
    fn typed(&self, ty: &ColumnType, value: &str) -> String;

    /// Whether two values of a type differ, as a condition: never NULL. Spellings of one value do not.
    fn differ(&self, ty: &ColumnType, one: &str, other: &str) -> String;

    /// An expression whose value is that of a column, as a literal.
    fn literal(&self, value: &str) -> String;

    /// After rows were inserted with numbers that the database else counts up: lets it count on behind them.
    fn count_on(&self, table: &Table, column: &Column) -> Option<String>;

    /// The statements of a script, in order.
    fn statements(&self, sql: &str) -> Vec<Part>;

    /// How rows are remembered and compared.
    fn rows(&self) -> Sql;
}

/// A statement of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, without its `;`.
    pub end: usize,
    /// What it is to a transaction that is open around it.
    pub role: Role,
}

/// What a statement is to a transaction that is open around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It asks, and writes nothing.
    Asks,
    /// It may be in one.
    Inside,
    /// It begins or ends one, or cannot be in one.
    Not,
}
