//! What a change is about, by the name that a person types: `Course`, `Course.title`, `Course_title_idx`.

use glowplug_sql::change::{Change, ChangeSet};
use glowplug_sql::ids::{ColumnId, ForeignId, ForeignKeyId, IndexId, TableId};
use glowplug_sql::model::{QualifiedName, SqlSchema};

use crate::glob::fits;

/// The names of an object, and of the table that it is a part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its own name; of a column with that of its table.
    pub name: String,
    /// The table.
    pub table: Option<String>,
}

impl Named {
    /// Whether a pattern means it: by its own name, or all of its table.
    pub fn is_meant_by(&self, pattern: &str) -> bool {
        fits(pattern, &self.name) || self.table.as_deref().is_some_and(|table| fits(pattern, table))
    }
}

/// The changes of a set that one of the patterns means.
pub fn select<'a>(changes: &ChangeSet<'a>, patterns: &[String]) -> ChangeSet<'a> {
    keep(changes, |named| patterns.iter().any(|pattern| named.is_meant_by(pattern)))
}

/// The changes of a set that none of the patterns means.
pub fn without<'a>(changes: &ChangeSet<'a>, patterns: &[String]) -> ChangeSet<'a> {
    keep(changes, |named| !patterns.iter().any(|pattern| named.is_meant_by(pattern)))
}

/// What the changes are about, each once.
pub fn names(changes: &ChangeSet<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for change in &changes.changes {
        let name = named(changes, change).name;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn keep<'a>(changes: &ChangeSet<'a>, wanted: impl Fn(&Named) -> bool) -> ChangeSet<'a> {
    let kept = changes.changes.iter().filter(|change| wanted(&named(changes, change))).cloned().collect();
    ChangeSet { schemas: changes.schemas, changes: kept }
}

/// What a change is about. Of something that was renamed, the new name.
pub(crate) fn named(changes: &ChangeSet<'_>, change: &Change) -> Named {
    let (prev, next) = (changes.schemas.prev, changes.schemas.next);
    match change {
        Change::CreateNamespace(id) => whole(next.namespace(*id)),
        Change::DropNamespace(id) => whole(prev.namespace(*id)),
        Change::CreateExtension(id) => whole(&next.extension(*id).name),
        Change::DropExtension(id) => whole(&prev.extension(*id).name),
        Change::AlterExtension(ids) => whole(&next.extension(ids.next).name),
        Change::CreateEnum(id) => whole(&next.enum_type(*id).qualified_name().to_string()),
        Change::DropEnum(id) => whole(&prev.enum_type(*id).qualified_name().to_string()),
        Change::RenameEnum(ids) | Change::AlterEnum(ids, _) => {
            whole(&next.enum_type(ids.next).qualified_name().to_string())
        }
        Change::CreateTable(id) => whole(&table(next, *id)),
        Change::DropTable(id) => whole(&table(prev, *id)),
        Change::RenameTable(ids) => whole(&table(next, ids.next)),
        Change::AddColumn(id) => column(next, *id),
        Change::DropColumn(id) => column(prev, *id),
        Change::RenameColumn(ids) | Change::AlterColumn(ids, _) => column(next, ids.next),
        Change::AddPrimaryKey(id) => primary_key(next, *id),
        Change::DropPrimaryKey(id) => primary_key(prev, *id),
        Change::RenamePrimaryKey(ids) => primary_key(next, ids.next),
        Change::CreateIndex(id) => index(next, *id),
        Change::DropIndex(id) => index(prev, *id),
        Change::RenameIndex(ids) => index(next, ids.next),
        Change::AddForeignKey(id) => foreign_key(next, *id),
        Change::DropForeignKey(id) => foreign_key(prev, *id),
        Change::RenameForeignKey(ids) => foreign_key(next, ids.next),
        Change::CreateForeign(id) => foreign_object(next, *id),
        Change::DropForeign(id) => foreign_object(prev, *id),
        Change::AlterForeign(ids) => foreign_object(next, ids.next),
    }
}

fn whole(name: &str) -> Named {
    Named { name: name.to_owned(), table: None }
}

fn table(schema: &SqlSchema, id: TableId) -> String {
    schema.table(id).qualified_name().to_string()
}

fn column(schema: &SqlSchema, id: ColumnId) -> Named {
    let table = table(schema, id.table);
    Named { name: format!("{table}.{}", schema.column(id).name), table: Some(table) }
}

fn primary_key(schema: &SqlSchema, id: TableId) -> Named {
    let key = schema.table(id).primary_key.as_ref();
    let table = table(schema, id);
    let name = key.and_then(|key| key.name.clone()).unwrap_or_else(|| format!("{table}.primary key"));
    Named { name, table: Some(table) }
}

fn index(schema: &SqlSchema, id: IndexId) -> Named {
    let name = beside(schema, id.table, &schema.index_at(id).name);
    Named { name, table: Some(table(schema, id.table)) }
}

fn foreign_key(schema: &SqlSchema, id: ForeignKeyId) -> Named {
    let (key, table) = (schema.foreign_key(id), table(schema, id.table));
    let name = match &key.name {
        Some(name) => beside(schema, id.table, name),
        None => format!("{table}.({})", key.columns.join(", ")),
    };
    Named { name, table: Some(table) }
}

fn foreign_object(schema: &SqlSchema, id: ForeignId) -> Named {
    let object = schema.foreign_object(id);
    Named { name: object.name.clone(), table: object.part_of.as_ref().map(ToString::to_string) }
}

/// A name in the namespace of a table.
fn beside(schema: &SqlSchema, id: TableId, name: &str) -> String {
    QualifiedName { namespace: schema.table(id).namespace.clone(), name: name.to_owned() }.to_string()
}
