//! What a user has said about names: which objects are the same under another one.

use crate::model::QualifiedName;
use crate::pair::Pair;

/// What the user has said about names: objects that are the same under another name.
/// Names are those of the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenameHints {
    /// Tables before and after.
    pub tables: Vec<Pair<QualifiedName>>,
    /// Columns before and after.
    pub columns: Vec<PartRename>,
    /// Enums before and after.
    pub enums: Vec<Pair<QualifiedName>>,
    /// Labels of enum values before and after.
    pub enum_values: Vec<PartRename>,
}

/// The rename of a part: a column of a table, a value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRename {
    /// The table or enum, by its name **after** the change.
    pub of: QualifiedName,
    /// The part's names.
    pub names: Pair<String>,
}
