//! Changes and plans as texts for case files.

use glowplug_dialect::plan::Plan;
use glowplug_sql::change::{Change, ChangeSet, ColumnDelta};
use glowplug_sql::ids::TableId;

/// One line a change.
#[must_use]
pub fn changes(changes: &ChangeSet<'_>) -> String {
    changes.changes.iter().map(|change| format!("{}\n", describe(changes, change))).collect()
}

fn describe(changes: &ChangeSet<'_>, change: &Change) -> String {
    let (prev, next) = (changes.schemas.prev, changes.schemas.next);
    let was = |id: TableId| prev.table(id).qualified_name().to_string();
    let is = |id: TableId| next.table(id).qualified_name().to_string();
    let key = |name: &Option<String>| name.clone().unwrap_or_default();
    match change {
        Change::CreateNamespace(id) => format!("create namespace {}", next.namespace(*id)),
        Change::DropNamespace(id) => format!("drop namespace {}", prev.namespace(*id)),
        Change::CreateExtension(id) => format!("create extension {}", next.extension(*id).name),
        Change::DropExtension(id) => format!("drop extension {}", prev.extension(*id).name),
        Change::AlterExtension(ids) => format!("alter extension {}", next.extension(ids.next).name),
        Change::CreateEnum(id) => format!("create enum {}", next.enum_type(*id).qualified_name()),
        Change::DropEnum(id) => format!("drop enum {}", prev.enum_type(*id).qualified_name()),
        Change::RenameEnum(ids) => {
            let (from, to) = (prev.enum_type(ids.prev), next.enum_type(ids.next));
            format!("rename enum {} to {}", from.qualified_name(), to.qualified_name())
        }
        Change::AlterEnum(ids, delta) => {
            let renamed: Vec<String> =
                delta.renamed.iter().map(|r| format!("{} to {}", r.prev, r.next)).collect();
            let lists = [("add", &delta.added), ("remove", &delta.removed), ("rename", &renamed)];
            let lists = lists.iter().filter(|(_, list)| !list.is_empty());
            let words: Vec<String> =
                lists.map(|(verb, list)| format!("{verb} {}", list.join(", "))).collect();
            format!("alter enum {}: {}", next.enum_type(ids.next).name, words.join("; "))
        }
        Change::CreateTable(id) => format!("create table {}", is(*id)),
        Change::DropTable(id) => format!("drop table {}", was(*id)),
        Change::RenameTable(ids) => format!("rename table {} to {}", was(ids.prev), is(ids.next)),
        Change::AddColumn(id) => format!("add column {}.{}", is(id.table), next.column(*id).name),
        Change::DropColumn(id) => format!("drop column {}.{}", was(id.table), prev.column(*id).name),
        Change::RenameColumn(ids) => {
            let (from, to) = (prev.column(ids.prev), next.column(ids.next));
            format!("rename column {}.{} to {}", is(ids.next.table), from.name, to.name)
        }
        Change::AlterColumn(ids, delta) => {
            format!("alter column {}.{}: {}", is(ids.next.table), next.column(ids.next).name, words(delta))
        }
        Change::AddPrimaryKey(id) => format!("add primary key of {}", is(*id)),
        Change::DropPrimaryKey(id) => format!("drop primary key of {}", was(*id)),
        Change::RenamePrimaryKey(ids) => format!("rename primary key of {}", is(ids.next)),
        Change::CreateIndex(id) => format!("create index {}", next.index_at(*id).name),
        Change::DropIndex(id) => format!("drop index {}", prev.index_at(*id).name),
        Change::RenameIndex(ids) => {
            format!("rename index {} to {}", prev.index_at(ids.prev).name, next.index_at(ids.next).name)
        }
        Change::AddForeignKey(id) => format!("add foreign key {}", key(&next.foreign_key(*id).name)),
        Change::DropForeignKey(id) => format!("drop foreign key {}", key(&prev.foreign_key(*id).name)),
        Change::RenameForeignKey(ids) => {
            let (from, to) = (&prev.foreign_key(ids.prev).name, &next.foreign_key(ids.next).name);
            format!("rename foreign key {} to {}", key(from), key(to))
        }
        Change::CreateForeign(id) => format!("create {}", next.foreign_object(*id)),
        Change::DropForeign(id) => format!("drop {}", prev.foreign_object(*id)),
        Change::AlterForeign(ids) => format!("alter {}", next.foreign_object(ids.next)),
    }
}

fn words(delta: &ColumnDelta) -> String {
    let ty = delta.ty.map(|cast| format!("type ({})", format!("{cast:?}").to_lowercase()));
    let flag = |set: bool, word: &str| set.then(|| word.to_owned());
    let words = [
        ty,
        flag(delta.nullable, "nullability"),
        flag(delta.default, "default"),
        flag(delta.auto_increment, "counting"),
        flag(delta.generated, "generation"),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The steps with what they do to a running database.
#[must_use]
pub fn plan(plan: &Plan) -> String {
    let mut res = String::new();
    for step in &plan.steps {
        res.push_str(&format!("-- {}", step.title));
        if let Some(words) = step.lock_words() {
            res.push_str(&format!(": {words}"));
        }
        res.push('\n');
        for note in &step.notes {
            res.push_str(&format!("-- note: {note}\n"));
        }
        res.push_str(&format!("{}\n", step.sql));
    }
    for it in &plan.refused {
        res.push_str(&format!("-- refused: change {}: {}\n", it.change, it.why));
    }
    res
}
