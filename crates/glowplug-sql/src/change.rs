//! What differs between two schemas: flat, typed, without SQL and without order of execution.

use crate::ids::{ColumnId, EnumId, ExtensionId, ForeignId, ForeignKeyId, IndexId, NamespaceId, TableId};
use crate::model::SqlSchema;
use crate::pair::Pair;

/// Two schemas and everything that leads from the first to the second.
#[derive(Debug, Clone)]
pub struct ChangeSet<'a> {
    /// Both schemas; ids of `changes` point into them.
    pub schemas: Pair<&'a SqlSchema>,
    /// The changes in a deterministic order (that of the objects in the schemas).
    pub changes: Vec<Change>,
}

/// One logical change. Parts of a table that is itself created or dropped are not listed:
/// creating a table creates its columns, primary key, indexes and the foreign objects that are part of it,
/// dropping it drops them.
/// Foreign keys are always listed on their own, because their order matters.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A namespace is new.
    CreateNamespace(NamespaceId),
    /// The namespace goes again: only ever the way back of `CreateNamespace`.
    DropNamespace(NamespaceId),
    /// An extension is new.
    CreateExtension(ExtensionId),
    /// The extension goes again: only ever the way back of `CreateExtension`.
    DropExtension(ExtensionId),
    /// An extension has another version or namespace.
    AlterExtension(Pair<ExtensionId>),
    /// An enum is new.
    CreateEnum(EnumId),
    /// An enum is gone.
    DropEnum(EnumId),
    /// An enum is the same under another name or in another namespace.
    RenameEnum(Pair<EnumId>),
    /// An enum's values differ.
    AlterEnum(Pair<EnumId>, EnumDelta),
    /// A table is new, with columns, primary key and indexes.
    CreateTable(TableId),
    /// A table is gone.
    DropTable(TableId),
    /// A table is the same under another name or in another namespace.
    RenameTable(Pair<TableId>),
    /// A column is new in a table that stays.
    AddColumn(ColumnId),
    /// A column is gone from a table that stays.
    DropColumn(ColumnId),
    /// A column is the same under another name.
    RenameColumn(Pair<ColumnId>),
    /// A column's type, nullability, default or counting differs.
    AlterColumn(Pair<ColumnId>, ColumnDelta),
    /// A table that stays gets a primary key.
    AddPrimaryKey(TableId),
    /// A table that stays loses its primary key.
    DropPrimaryKey(TableId),
    /// Only the primary key's name differs.
    RenamePrimaryKey(Pair<TableId>),
    /// An index is new in a table that stays.
    CreateIndex(IndexId),
    /// An index is gone from a table that stays.
    DropIndex(IndexId),
    /// Only an index's name differs.
    RenameIndex(Pair<IndexId>),
    /// A foreign key is new (its table may be new as well).
    AddForeignKey(ForeignKeyId),
    /// A foreign key is gone (its table may be gone as well).
    DropForeignKey(ForeignKeyId),
    /// Only a foreign key's name differs.
    RenameForeignKey(Pair<ForeignKeyId>),
    /// A foreign object is new. The three changes of foreign objects are only ever between two databases:
    /// a schema file does not speak of them.
    CreateForeign(ForeignId),
    /// A foreign object is gone.
    DropForeign(ForeignId),
    /// A foreign object is made in another way.
    AlterForeign(Pair<ForeignId>),
}

/// How an enum's values differ. Labels are those of the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnumDelta {
    /// Values that only the next schema has, in its order.
    pub added: Vec<String>,
    /// Values that only the previous schema has, in its order.
    pub removed: Vec<String>,
    /// Values that keep their meaning under another label.
    pub renamed: Vec<Pair<String>>,
}

/// How a column differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnDelta {
    /// The type differs; what a cast between the two can do.
    pub ty: Option<Cast>,
    /// Nullability differs.
    pub nullable: bool,
    /// The default differs.
    pub default: bool,
    /// Whether, or between two databases how, the database counts it up differs.
    pub auto_increment: bool,
    /// Whether and how the database computes it differs: only ever between two databases.
    pub generated: bool,
}

/// What happens to values when a column's type changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cast {
    /// Every value fits.
    Safe,
    /// Some values may not fit: the statement fails or the value is changed.
    Risky,
    /// No cast exists: only drop and recreate, which loses the values.
    None,
}

impl Change {
    /// The table that the change belongs to, on the side where it exists (both for alterations).
    pub fn tables(&self) -> (Option<TableId>, Option<TableId>) {
        match self {
            Change::CreateNamespace(_)
            | Change::DropNamespace(_)
            | Change::CreateExtension(_)
            | Change::DropExtension(_)
            | Change::AlterExtension(_)
            | Change::CreateEnum(_)
            | Change::DropEnum(_)
            | Change::RenameEnum(_)
            | Change::AlterEnum(..)
            | Change::CreateForeign(_)
            | Change::DropForeign(_)
            | Change::AlterForeign(_) => (None, None),
            Change::CreateTable(id) | Change::AddPrimaryKey(id) => (None, Some(*id)),
            Change::DropTable(id) | Change::DropPrimaryKey(id) => (Some(*id), None),
            Change::RenameTable(ids) | Change::RenamePrimaryKey(ids) => (Some(ids.prev), Some(ids.next)),
            Change::AddColumn(id) => (None, Some(id.table)),
            Change::DropColumn(id) => (Some(id.table), None),
            Change::RenameColumn(ids) | Change::AlterColumn(ids, _) => {
                (Some(ids.prev.table), Some(ids.next.table))
            }
            Change::CreateIndex(id) => (None, Some(id.table)),
            Change::DropIndex(id) => (Some(id.table), None),
            Change::RenameIndex(ids) => (Some(ids.prev.table), Some(ids.next.table)),
            Change::AddForeignKey(id) => (None, Some(id.table)),
            Change::DropForeignKey(id) => (Some(id.table), None),
            Change::RenameForeignKey(ids) => (Some(ids.prev.table), Some(ids.next.table)),
        }
    }
}

impl ChangeSet<'_> {
    /// Whether the two schemas agree.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}
