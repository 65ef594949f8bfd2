//! The way back, from tables to the schema's language: what only a dialect knows of it.
//!
//! Names of models, relations and everything else that all databases have in common are made by the crate
//! that writes the file.

use glowplug_psl::schema::{DefaultValue, NativeType, OperatorClass, Scalar};
use glowplug_sql::model::{Column, ColumnType, Index, IndexPart, Table};

/// The questions that only a dialect can answer. All are pure; what they answer, lowered again, must be what
/// was asked about.
pub trait Lift {
    /// The language's word for a type; lists have that of their elements.
    fn field_type(&self, ty: &ColumnType) -> LiftedType;

    /// The hint that an enum of the file needs to become one of the database; `None` where every enum does.
    fn enum_hint(&self) -> Option<&'static str>;

    /// What `@default(...)` holds for a column, `None` without one. Values of enums are named as in the
    /// database.
    fn default_value(&self, column: &Column) -> Option<DefaultValue>;

    /// `type:` of an index; `None` for the usual one.
    fn index_type(&self, index: &Index) -> Option<&'static str>;

    /// `ops:` of a part of an index; `None` where it need not be said.
    fn operator_class(&self, table: &Table, index: &Index, part: &IndexPart) -> Option<OperatorClass>;

    /// The text inside `where: raw("...")`, from what the database prints.
    fn predicate(&self, printed: &str) -> String;

    /// The name that a constraint or index gets when none is given. All names are those of the database.
    fn default_name(&self, kind: NameKind, table: &str, columns: &[&str]) -> String;

    /// The longest name that the database keeps, in bytes.
    fn longest_name(&self) -> usize;
}

/// What the language calls a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiftedType {
    /// A scalar, with `@db.Name(args)` where that is not the scalar's usual type.
    Scalar(Scalar, Option<NativeType>),
    /// An enum, by its name in the database.
    Enum {
        /// `None` is the default namespace.
        namespace: Option<String>,
        /// The name.
        name: String,
    },
    /// `Unsupported("...")`: the text.
    Unsupported(String),
}

/// Which kind of constraint or index a name is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// A primary key.
    PrimaryKey,
    /// A unique index.
    Unique,
    /// An index.
    Index,
    /// A foreign key.
    ForeignKey,
}
