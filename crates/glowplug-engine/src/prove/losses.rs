//! What a migration loses, whatever the rows.

use glowplug_sql::change::{Cast, Change, ChangeSet};
use glowplug_sql::ids::ColumnId;

use crate::rows_kept;

/// What nobody can bring back, whatever the rows.
pub(super) fn expected_losses(changes: &ChangeSet<'_>) -> Vec<String> {
    let prev = changes.schemas.prev;
    let column =
        |id: ColumnId| rows_kept::column_words(&prev.column(id).name, &prev.table(id.table).qualified_name());
    let words = |change: &Change| match change {
        Change::DropTable(id) => Some(rows_kept::table_words(&prev.table(*id).qualified_name())),
        Change::DropColumn(id) => Some(column(*id)),
        Change::AlterColumn(ids, delta) => {
            matches!(delta.ty, Some(Cast::Risky | Cast::None)).then(|| column(ids.prev))
        }
        Change::AlterEnum(ids, delta) if !delta.removed.is_empty() => {
            let labels: Vec<String> = delta.removed.iter().map(|label| format!("`{label}`")).collect();
            let name = prev.enum_type(ids.prev).qualified_name();
            Some(format!("the value {} of enum `{name}` in rows", labels.join(", ")))
        }
        Change::CreateNamespace(_)
        | Change::DropNamespace(_)
        | Change::CreateExtension(_)
        | Change::DropExtension(_)
        | Change::AlterExtension(_)
        | Change::CreateEnum(_)
        | Change::DropEnum(_)
        | Change::RenameEnum(_)
        | Change::AlterEnum(..)
        | Change::CreateTable(_)
        | Change::RenameTable(_)
        | Change::AddColumn(_)
        | Change::RenameColumn(_)
        | Change::AddPrimaryKey(_)
        | Change::DropPrimaryKey(_)
        | Change::RenamePrimaryKey(_)
        | Change::CreateIndex(_)
        | Change::DropIndex(_)
        | Change::RenameIndex(_)
        | Change::AddForeignKey(_)
        | Change::DropForeignKey(_)
        | Change::RenameForeignKey(_)
        | Change::CreateForeign(_)
        | Change::DropForeign(_)
        | Change::AlterForeign(_) => None,
    };
    changes.changes.iter().filter_map(words).collect()
}
