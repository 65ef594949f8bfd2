//! Who made what: only what the history or an earlier push has made may be dropped by a push.

use glowplug_sql::change::{Change, ChangeSet, EnumDelta};
use glowplug_sql::ids::TableId;
use glowplug_sql::model::{EnumType, ForeignKey, QualifiedName, SqlSchema, Table};
use glowplug_sql::pair::Pair;
use glowplug_sql::pairing::Pairing;
use serde::{Deserialize, Serialize};

/// The names of what this tool has made. Written into the database by a push, so that the next one knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owned {
    tables: Vec<OwnedTable>,
    enums: Vec<OwnedEnum>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OwnedTable {
    name: QualifiedName,
    columns: Vec<String>,
    indexes: Vec<String>,
    /// By their columns: a foreign key is what a relation is kept in, whatever it is called.
    foreign_keys: Vec<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OwnedEnum {
    name: QualifiedName,
    values: Vec<String>,
}

impl Owned {
    /// The names of a model.
    pub fn of(model: &SqlSchema) -> Self {
        let table = |table: &Table| OwnedTable {
            name: table.qualified_name(),
            columns: table.columns.iter().map(|column| column.name.clone()).collect(),
            indexes: table.indexes.iter().map(|index| index.name.clone()).collect(),
            foreign_keys: table.foreign_keys.iter().map(|key| key.columns.clone()).collect(),
        };
        let enums = model.enums.iter().map(|it| OwnedEnum {
            name: it.qualified_name(),
            values: it.values.iter().map(|value| value.name.clone()).collect(),
        });
        Self { tables: model.tables.iter().map(table).collect(), enums: enums.collect() }
    }

    /// What an earlier push has written down; nothing, if it cannot be read.
    pub fn from_json(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// For the database.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What either has made.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.tables.extend(other.tables);
        self.enums.extend(other.enums);
        self
    }

    /// The changes without those that drop what is not owned, and what stays because of that, in words.
    pub fn keep<'a>(&self, changes: &ChangeSet<'a>) -> (ChangeSet<'a>, Vec<String>) {
        let pairing = Pairing::of(changes);
        let schemas = changes.schemas;
        let mut strangers = Vec::new();
        let mut kept = Vec::new();
        for change in &changes.changes {
            match self.verdict(changes, &pairing, change) {
                Verdict::Keep(change) => kept.push(change),
                Verdict::Reduce(change, words) => {
                    kept.push(change);
                    strangers.extend(words);
                }
                Verdict::Leave(words) => strangers.extend(words),
            }
        }
        (ChangeSet { schemas, changes: kept }, strangers)
    }

    fn verdict(&self, changes: &ChangeSet<'_>, pairing: &Pairing, change: &Change) -> Verdict {
        let prev = changes.schemas.prev;
        let next = |id: TableId| pairing.table_next(id).map(|id| changes.schemas.next.table(id));
        let leave = |owned: bool, words: String| match owned {
            true => Verdict::Keep(change.clone()),
            false => Verdict::Leave(vec![words]),
        };
        // What stays is told by the name that its table has afterwards.
        let shown = |id: TableId| next(id).unwrap_or(prev.table(id)).qualified_name();
        match change {
            Change::DropTable(id) => {
                let name = prev.table(*id).qualified_name();
                leave(self.tables(&name).next().is_some(), format!("table {name}"))
            }
            Change::DropColumn(id) => {
                let (table, column) = (prev.table(id.table).qualified_name(), &prev.column(*id).name);
                let owned = self.tables(&table).any(|it| it.columns.contains(column));
                leave(owned, format!("column {column} of {}", shown(id.table)))
            }
            Change::DropIndex(id) => {
                let (table, index) = (prev.table(id.table).qualified_name(), &prev.index_at(*id).name);
                // One of the same name makes room for that of the schema.
                let replaced = next(id.table).is_some_and(|it| it.indexes.iter().any(|it| it.name == *index));
                let owned = replaced || self.tables(&table).any(|it| it.indexes.contains(index));
                leave(owned, format!("index {index} of {}", shown(id.table)))
            }
            Change::DropForeignKey(id) => {
                let (table, key) = (prev.table(id.table).qualified_name(), prev.foreign_key(*id));
                match next(id.table) {
                    // It stays or goes with its table, which has a change of its own.
                    None if self.tables(&table).next().is_none() => Verdict::Leave(Vec::new()),
                    None => Verdict::Keep(change.clone()),
                    Some(next) => leave(
                        self.owns_foreign_key(&table, key, next),
                        format!("foreign key ({}) of {}", key.columns.join(", "), shown(id.table)),
                    ),
                }
            }
            Change::DropPrimaryKey(id) => {
                let table = prev.table(*id).qualified_name();
                let replaced = next(*id).is_some_and(|it| it.primary_key.is_some());
                let owned = replaced || self.tables(&table).next().is_some();
                leave(owned, format!("primary key of {}", shown(*id)))
            }
            Change::DropEnum(id) => {
                let name = prev.enum_type(*id).qualified_name();
                leave(self.enums(&name).next().is_some(), format!("enum {name}"))
            }
            Change::AlterEnum(ids, delta) => {
                let enums = Pair::new(prev.enum_type(ids.prev), changes.schemas.next.enum_type(ids.next));
                match self.values(enums, delta) {
                    None => Verdict::Keep(change.clone()),
                    Some((rest, words)) if rest == EnumDelta::default() => Verdict::Leave(words),
                    Some((rest, words)) => Verdict::Reduce(Change::AlterEnum(*ids, rest), words),
                }
            }
            Change::CreateNamespace(_)
            | Change::DropNamespace(_)
            | Change::CreateExtension(_)
            | Change::DropExtension(_)
            | Change::AlterExtension(_)
            | Change::CreateEnum(_)
            | Change::RenameEnum(_)
            | Change::CreateTable(_)
            | Change::RenameTable(_)
            | Change::AddColumn(_)
            | Change::RenameColumn(_)
            | Change::AlterColumn(..)
            | Change::AddPrimaryKey(_)
            | Change::RenamePrimaryKey(_)
            | Change::CreateIndex(_)
            | Change::RenameIndex(_)
            | Change::AddForeignKey(_)
            | Change::RenameForeignKey(_)
            | Change::CreateForeign(_)
            | Change::DropForeign(_)
            | Change::AlterForeign(_) => Verdict::Keep(change.clone()),
        }
    }

    /// Whether a foreign key is ours, or makes room for that of the same relation.
    fn owns_foreign_key(&self, table: &QualifiedName, key: &ForeignKey, next: &Table) -> bool {
        next.foreign_keys.iter().any(|other| other.columns == key.columns)
            || self.tables(table).any(|it| it.foreign_keys.contains(&key.columns))
    }

    /// What of an enum's change is left, and the values that stay, if one of them is nobody's here. Values are
    /// removed by a new type in place of the old one, which has room for no stranger: then all of them stay.
    fn values(&self, enums: Pair<&EnumType>, delta: &EnumDelta) -> Option<(EnumDelta, Vec<String>)> {
        let (name, shown) = (enums.prev.qualified_name(), enums.next.qualified_name());
        let is_owned = |value| self.enums(&name).any(|it| it.values.contains(value));
        if delta.removed.iter().all(is_owned) {
            return None;
        }
        let words = delta.removed.iter().map(|value| format!("value {value} of enum {shown}")).collect();
        Some((EnumDelta { removed: Vec::new(), ..delta.clone() }, words))
    }

    fn tables<'s>(&'s self, name: &QualifiedName) -> impl Iterator<Item = &'s OwnedTable> {
        self.tables.iter().filter(move |it| it.name == *name)
    }

    fn enums<'s>(&'s self, name: &QualifiedName) -> impl Iterator<Item = &'s OwnedEnum> {
        self.enums.iter().filter(move |it| it.name == *name)
    }
}

enum Verdict {
    /// The change is made.
    Keep(Change),
    /// A part of it is made, and this stays.
    Reduce(Change, Vec<String>),
    /// It is not, and this stays because of that.
    Leave(Vec<String>),
}

/// Whether anything would go: only then it matters who made it.
pub fn drops_something(changes: &ChangeSet<'_>) -> bool {
    let (_, strangers) = Owned::default().keep(changes);
    !strangers.is_empty()
}
