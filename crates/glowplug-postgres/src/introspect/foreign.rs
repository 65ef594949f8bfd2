//! Foreign objects: from the catalog's numbers to names.

use std::collections::BTreeMap;

use glowplug_sql::model::{ForeignObject, QualifiedName, Use};

use crate::introspect::build::{BOOKKEEPING, Names};
use crate::introspect::rows::{Catalog, EnumRow, ForeignRow, UseRow};
use crate::names;

/// Numbers of catalogs, which never change. Source: `pg_class.h`, `pg_type.h`.
const PG_CLASS: u32 = 1259;
const PG_TYPE: u32 = 1247;

/// The foreign objects, sorted. What keeps the history of migrations is left out.
pub(super) fn foreign(catalog: &Catalog, names: &Names<'_>) -> Vec<ForeignObject> {
    let mut res: Vec<ForeignObject> =
        catalog.enums.iter().filter(|row| is_foreign_enum(row)).map(|row| foreign_enum(row, names)).collect();
    if catalog.foreign.is_empty() {
        return res;
    }
    let numbers = Numbers::new(catalog, names);
    let mut uses: BTreeMap<(u32, u32), Vec<&UseRow>> = BTreeMap::new();
    for row in &catalog.uses {
        uses.entry((row.class_id, row.object_id)).or_default().push(row);
    }
    let rows = catalog.foreign.iter().filter(|row| !is_bookkeeping(row));
    res.extend(rows.map(|row| {
        let used = uses.get(&(row.class_id, row.object_id)).map_or(&[][..], Vec::as_slice);
        object(row, used, &numbers, names)
    }));
    res.sort();
    res
}

/// The language cannot write an enum without a value, nor an empty value: such a type is outside of it.
pub(super) fn is_foreign_enum(row: &EnumRow) -> bool {
    row.labels.is_empty() || row.labels.iter().any(String::is_empty)
}

fn foreign_enum(row: &EnumRow, names: &Names<'_>) -> ForeignObject {
    let name = QualifiedName { namespace: names.namespace(&row.namespace), name: row.name.clone() };
    let shown = names::qualified_name(&name);
    let labels: Vec<String> = row.labels.iter().map(|label| names::literal(label)).collect();
    ForeignObject {
        kind: "enum".to_owned(),
        name: name.to_string(),
        part_of: None,
        definition: Some(format!("CREATE TYPE {shown} AS ENUM ({});", labels.join(", "))),
        removal: Some(format!("DROP TYPE {shown};")),
        belongings: Vec::new(),
        uses: Vec::new(),
    }
}

fn is_bookkeeping(row: &ForeignRow) -> bool {
    let table = row.table_name.as_ref().unwrap_or(&row.name);
    BOOKKEEPING.contains(&table.as_str())
}

fn object(row: &ForeignRow, used: &[&UseRow], numbers: &Numbers<'_>, names: &Names<'_>) -> ForeignObject {
    let part_of = numbers.relation(row.part_of_id);
    let mut uses: Vec<Use> = match (row.kind.as_str(), &part_of) {
        // These have no entry of their own in the catalog: the rows found are those of their table.
        ("row level security", Some(table)) => vec![Use::Table(table.clone())],
        ("collation", Some(table)) => vec![Use::Column(table.clone(), row.name.clone())],
        ("partition key", Some(_)) => {
            let own = used.iter().filter(|it| it.used_object == row.object_id);
            own.filter_map(|it| numbers.used(it)).collect()
        }
        ("inheritance", Some(_)) => {
            let others = used.iter().filter(|it| it.used_object != row.object_id);
            let parents = others.filter_map(|it| numbers.used(it));
            parents.filter(|it| matches!(it, Use::Table(table) if table.name == row.name)).collect()
        }
        _ => used.iter().filter_map(|it| numbers.used(it)).collect(),
    };
    let own = own_name(row, names);
    uses.retain(|it| !matches!(it, Use::Foreign { kind, name } if (kind, name) == (&own.0, &own.1)));
    uses.sort();
    uses.dedup();
    ForeignObject {
        kind: own.0,
        name: own.1,
        part_of,
        definition: row.definition.as_ref().map(|it| names.without_default(it)),
        removal: removal(row),
        belongings: belongings(row),
        uses,
    }
}

/// Kind and name in the model.
fn own_name(row: &ForeignRow, names: &Names<'_>) -> (String, String) {
    let parts = [names.namespace(&row.namespace), row.table_name.clone(), Some(row.name.clone())];
    (row.kind.clone(), parts.into_iter().flatten().collect::<Vec<_>>().join("."))
}

fn removal(row: &ForeignRow) -> Option<String> {
    let drop = row.target.as_ref().map(|target| format!("DROP {target};"));
    row.removal.clone().or(drop)
}

fn belongings(row: &ForeignRow) -> Vec<String> {
    let comment = row.target.iter().zip(&row.comment);
    let comment = comment.map(|(target, text)| format!("COMMENT ON {target} IS {};", names::literal(text)));
    row.belongings.iter().cloned().chain(comment).collect()
}

/// What the catalog's numbers stand for.
struct Numbers<'a> {
    tables: BTreeMap<u32, QualifiedName>,
    columns: BTreeMap<(u32, i32), &'a str>,
    /// Indexes with their tables.
    indexes: BTreeMap<u32, (u32, &'a str)>,
    enums: BTreeMap<u32, QualifiedName>,
    foreign: BTreeMap<(u32, u32), (String, String)>,
    /// Relations that are no tables: views, partitions, ...
    relations: BTreeMap<u32, QualifiedName>,
}

impl<'a> Numbers<'a> {
    fn new(catalog: &'a Catalog, names: &Names<'_>) -> Self {
        let name = |namespace: &str, name: &str| QualifiedName {
            namespace: names.namespace(namespace),
            name: name.to_owned(),
        };
        let relations = catalog.foreign.iter().filter(|row| is_relation(row));
        let foreign = catalog.foreign.iter().filter(|row| row.class_id != PG_CLASS || is_relation(row));
        Self {
            tables: catalog.tables.iter().map(|row| (row.id, name(&row.namespace, &row.name))).collect(),
            columns: catalog
                .columns
                .iter()
                .map(|row| ((row.table_id, i32::from(row.number)), row.name.as_str()))
                .collect(),
            indexes: catalog.indexes.iter().map(|row| (row.id, (row.table_id, row.name.as_str()))).collect(),
            enums: catalog.enums.iter().map(|row| (row.id, name(&row.namespace, &row.name))).collect(),
            foreign: foreign.map(|row| ((row.class_id, row.object_id), own_name(row, names))).collect(),
            relations: relations.map(|row| (row.object_id, name(&row.namespace, &row.name))).collect(),
        }
    }

    fn relation(&self, id: u32) -> Option<QualifiedName> {
        self.tables.get(&id).or_else(|| self.relations.get(&id)).cloned()
    }

    /// What is used; `None` for what nobody can change: the server's own, an extension's, a namespace that is
    /// not looked at.
    fn used(&self, row: &UseRow) -> Option<Use> {
        if let Some((kind, name)) = self.foreign.get(&(row.used_class, row.used_object)) {
            return Some(Use::Foreign { kind: kind.clone(), name: name.clone() });
        }
        match row.used_class {
            PG_TYPE => self.enums.get(&row.used_object).cloned().map(Use::Enum),
            PG_CLASS => match (self.tables.get(&row.used_object), self.indexes.get(&row.used_object)) {
                (Some(table), _) if row.used_part == 0 => Some(Use::Table(table.clone())),
                (Some(table), _) => {
                    let column = self.columns.get(&(row.used_object, row.used_part))?;
                    Some(Use::Column(table.clone(), (*column).to_owned()))
                }
                (None, Some((table, index))) => {
                    Some(Use::Key(self.tables.get(table)?.clone(), (*index).to_owned()))
                }
                (None, None) => None,
            },
            _ => None,
        }
    }
}

/// Whether the row stands for a relation of its own, not for something about a table.
fn is_relation(row: &ForeignRow) -> bool {
    const WORDS: &[&str] = &["view", "materialized view", "foreign table", "partition", "sequence", "index"];
    row.class_id == PG_CLASS && WORDS.contains(&row.kind.as_str())
}
