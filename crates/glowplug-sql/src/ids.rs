//! Typed indexes into a [`SqlSchema`](crate::model::SqlSchema).
//!
//! An id means something only together with the schema it was made for; a
//! [`ChangeSet`](crate::change::ChangeSet) carries both schemas, so its ids can always be followed.

use serde::{Deserialize, Serialize};

macro_rules! top_level_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub usize);
    };
}

macro_rules! table_part_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name {
            /// The table it belongs to.
            pub table: TableId,
            /// Its index in that table's list.
            pub index: usize,
        }
    };
}

top_level_id! {
    /// Index in `SqlSchema::tables`.
    TableId
}
top_level_id! {
    /// Index in `SqlSchema::enums`.
    EnumId
}
top_level_id! {
    /// Index in `SqlSchema::extensions`.
    ExtensionId
}
top_level_id! {
    /// Index in `SqlSchema::namespaces`.
    NamespaceId
}
top_level_id! {
    /// Index in `SqlSchema::foreign`.
    ForeignId
}
table_part_id! {
    /// Index in `Table::columns`.
    ColumnId
}
table_part_id! {
    /// Index in `Table::indexes`.
    IndexId
}
table_part_id! {
    /// Index in `Table::foreign_keys`.
    ForeignKeyId
}
