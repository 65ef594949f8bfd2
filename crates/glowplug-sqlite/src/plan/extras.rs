//! What a table has that the schema language has no word for, and that a new table in its place must have, too.

use glowplug_sql::model::{ForeignObject, SqlSchema, Table};
use glowplug_sql::pair::Pair;

use crate::ddl::Extras;
use crate::expression::{mentions, with_renamed_columns};

/// A `CHECK` constraint.
pub(crate) const CHECK: &str = "check";
/// The collation of a column.
pub(crate) const COLLATION: &str = "collation";
/// `STRICT`, `WITHOUT ROWID`.
pub(crate) const OPTION: &str = "table option";
/// A trigger on the table.
pub(crate) const TRIGGER: &str = "trigger";

/// The objects of a table.
fn parts<'a>(schema: &'a SqlSchema, table: &'a Table) -> impl Iterator<Item = &'a ForeignObject> {
    schema.foreign.iter().filter(|object| object.part_of.as_ref().is_some_and(|of| of.name == table.name))
}

/// The clauses of a table's `CHECK` constraints.
pub(super) fn checks<'a>(schema: &'a SqlSchema, table: &'a Table) -> impl Iterator<Item = &'a str> {
    parts(schema, table)
        .filter(|object| object.kind == CHECK)
        .filter_map(|object| object.definition.as_deref())
}

/// A trigger: its name and the statement that makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trigger {
    pub(super) name: String,
    pub(super) statement: String,
}

/// The triggers on a table.
pub(super) fn triggers(schema: &SqlSchema, table: &Table) -> Vec<Trigger> {
    let trigger = |object: &ForeignObject| {
        let name = object.name.strip_prefix(&table.name)?.strip_prefix('.')?.to_owned();
        Some(Trigger { name, statement: object.definition.clone()? })
    };
    parts(schema, table).filter(|object| object.kind == TRIGGER).filter_map(trigger).collect()
}

/// What stands in the table's own text.
pub(super) fn of_table(schema: &SqlSchema, table: &Table) -> Extras {
    let mut res = Extras::default();
    for object in parts(schema, table) {
        let Some(clause) = object.definition.clone() else { continue };
        match object.kind.as_str() {
            CHECK => res.constraints.push(clause),
            OPTION => res.options.push(clause),
            COLLATION => {
                let column = object.name.strip_prefix(&table.name).and_then(|it| it.strip_prefix('.'));
                res.columns.extend(column.map(|column| (column.to_owned(), clause)));
            }
            _ => {}
        }
    }
    res
}

impl Extras {
    /// As they are when columns have other names, and some are gone: what needs those goes with them.
    pub(super) fn after(mut self, renamed: &[Pair<String>], gone: &[String]) -> Self {
        self.columns.retain(|(column, _)| !gone.contains(column));
        for (column, _) in &mut self.columns {
            if let Some(pair) = renamed.iter().find(|pair| pair.prev == *column) {
                column.clone_from(&pair.next);
            }
        }
        self.constraints.retain(|clause| !gone.iter().any(|column| mentions(clause, column)));
        for clause in &mut self.constraints {
            *clause = with_renamed_columns(clause, renamed);
        }
        self
    }
}
