//! The proof: what a file asks for, beside the database that it was written from.

use glowplug_dialect::dialect::Dialect;
use glowplug_sql::change::{Change, ChangeSet};
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::ids::IndexId;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;

use crate::cx::Style;

/// What still leads from the database to what its file asks for, but for what a file of that style leaves
/// alone: foreign keys with `relationMode = "prisma"`, indexes that a failed build left behind, and the names of
/// keys of tables of two lists.
pub fn leftover<'a>(
    live: &'a SqlSchema,
    file: &'a SqlSchema,
    style: &Style,
    dialect: &dyn Dialect,
) -> ChangeSet<'a> {
    changes(Pair::new(live, file), style, dialect, &RenameHints::default())
}

/// The same, with what was taken for one thing under two names. `prev` is the database.
pub fn changes<'a>(
    schemas: Pair<&'a SqlSchema>,
    style: &Style,
    dialect: &dyn Dialect,
    hints: &RenameHints,
) -> ChangeSet<'a> {
    let mut changes = diff(schemas, dialect.compare(), hints);
    changes.changes.retain(|change| !is_left_alone(change, schemas, style));
    changes
}

/// Whether a change from the database to its file is none of the file's business.
fn is_left_alone(change: &Change, schemas: Pair<&SqlSchema>, style: &Style) -> bool {
    match change {
        Change::DropForeignKey(id) => {
            let is_new_table = schemas.next.tables.iter().all(|table| {
                let own = schemas.prev.table(id.table);
                table.name != own.name || table.namespace != own.namespace
            });
            style.relation_mode_prisma && !is_new_table
        }
        Change::DropIndex(id) => !schemas.prev.index_at(*id).valid,
        Change::CreateIndex(id) => is_built_in_vain(*id, schemas),
        // The language has no way to name what keeps the table of two lists together.
        Change::RenamePrimaryKey(ids) => schemas.next.table(ids.next).is_join_table,
        Change::RenameIndex(ids) => schemas.next.table(ids.next.table).is_join_table,
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
        | Change::DropTable(_)
        | Change::RenameTable(_)
        | Change::AddColumn(_)
        | Change::DropColumn(_)
        | Change::RenameColumn(_)
        | Change::AlterColumn(..)
        | Change::AddPrimaryKey(_)
        | Change::DropPrimaryKey(_)
        | Change::AddForeignKey(_)
        | Change::CreateForeign(_)
        | Change::DropForeign(_)
        | Change::AlterForeign(_)
        | Change::RenameForeignKey(_) => false,
    }
}

/// Whether the file's index is in the database, but not whole: a build of it failed.
fn is_built_in_vain(id: IndexId, schemas: Pair<&SqlSchema>) -> bool {
    let wanted = schemas.next.index_at(id);
    let table = schemas.next.table(id.table);
    let live = schemas.prev.find_table(table.namespace.as_deref(), &table.name);
    live.is_some_and(|live| {
        let indexes = &schemas.prev.table(live).indexes;
        indexes.iter().any(|index| !index.valid && index.name == wanted.name)
    })
}
