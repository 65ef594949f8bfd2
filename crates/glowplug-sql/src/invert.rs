//! The way back: the change set from `next` to `prev`.

use crate::change::{Change, ChangeSet, ColumnDelta, EnumDelta};
use crate::diff::Compare;
use crate::ids::ColumnId;
use crate::model::SqlSchema;
use crate::pair::Pair;
use crate::pairing::Pairing;

/// The inverse of `changes`: `invert(invert(x)) == x`. Every change keeps its place in the list.
/// Renames invert as renames; what a cast does in the other direction is asked again.
pub fn invert<'a>(changes: &ChangeSet<'a>, compare: &dyn Compare) -> ChangeSet<'a> {
    let schemas = changes.schemas.flip();
    let mut res = ChangeSet { schemas, changes: changes.changes.iter().map(flip).collect() };
    // The pairs are those of the whole inverted set: enums of a column may have other names there.
    let pairing = Pairing::of(&res);
    for change in &mut res.changes {
        if let Change::AlterColumn(ids, delta) = change
            && delta.ty.is_some()
        {
            ask_again(schemas, *ids, delta, &pairing, compare);
        }
    }
    res
}

fn ask_again(
    schemas: Pair<&SqlSchema>,
    ids: Pair<ColumnId>,
    delta: &mut ColumnDelta,
    pairing: &Pairing,
    compare: &dyn Compare,
) {
    let prev = pairing.column_as_next(schemas, ids.prev);
    delta.ty = compare.type_change(Pair::new(&prev, schemas.next.column(ids.next)));
}

fn flip(change: &Change) -> Change {
    match change {
        Change::CreateNamespace(id) => Change::DropNamespace(*id),
        Change::DropNamespace(id) => Change::CreateNamespace(*id),
        Change::CreateExtension(id) => Change::DropExtension(*id),
        Change::DropExtension(id) => Change::CreateExtension(*id),
        Change::AlterExtension(ids) => Change::AlterExtension(ids.flip()),
        Change::CreateEnum(id) => Change::DropEnum(*id),
        Change::DropEnum(id) => Change::CreateEnum(*id),
        Change::RenameEnum(ids) => Change::RenameEnum(ids.flip()),
        Change::AlterEnum(ids, delta) => Change::AlterEnum(
            ids.flip(),
            EnumDelta {
                added: delta.removed.clone(),
                removed: delta.added.clone(),
                renamed: delta.renamed.iter().cloned().map(Pair::flip).collect(),
            },
        ),
        Change::CreateTable(id) => Change::DropTable(*id),
        Change::DropTable(id) => Change::CreateTable(*id),
        Change::RenameTable(ids) => Change::RenameTable(ids.flip()),
        Change::AddColumn(id) => Change::DropColumn(*id),
        Change::DropColumn(id) => Change::AddColumn(*id),
        Change::RenameColumn(ids) => Change::RenameColumn(ids.flip()),
        Change::AlterColumn(ids, delta) => Change::AlterColumn(ids.flip(), delta.clone()),
        Change::AddPrimaryKey(id) => Change::DropPrimaryKey(*id),
        Change::DropPrimaryKey(id) => Change::AddPrimaryKey(*id),
        Change::RenamePrimaryKey(ids) => Change::RenamePrimaryKey(ids.flip()),
        Change::CreateIndex(id) => Change::DropIndex(*id),
        Change::DropIndex(id) => Change::CreateIndex(*id),
        Change::RenameIndex(ids) => Change::RenameIndex(ids.flip()),
        Change::AddForeignKey(id) => Change::DropForeignKey(*id),
        Change::DropForeignKey(id) => Change::AddForeignKey(*id),
        Change::RenameForeignKey(ids) => Change::RenameForeignKey(ids.flip()),
        Change::CreateForeign(id) => Change::DropForeign(*id),
        Change::DropForeign(id) => Change::CreateForeign(*id),
        Change::AlterForeign(ids) => Change::AlterForeign(ids.flip()),
    }
}
