//! Who is called what: names that the file gives already, and new ones for what it does not know yet.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_psl::schema::{FieldId, Model, ModelId, Schema};
use glowplug_sql::ids::{ColumnId, EnumId, TableId};
use glowplug_sql::model::{Column, Index, SqlSchema, Table};

use crate::identifiers::{Taken, identifier, top_identifier};
use crate::keys;

/// The names in the file of everything that the database has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    /// By table.
    pub(crate) tables: Vec<ModelNames>,
    /// By enum.
    pub(crate) enums: Vec<EnumNames>,
    /// By view.
    pub(crate) views: Vec<ModelNames>,
}

/// The names of a model and its fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct ModelNames {
    /// The model's name.
    pub(crate) name: String,
    /// The fields' names, by column.
    pub(crate) fields: Vec<String>,
    /// All names of fields, those of relations as well.
    pub(crate) taken: Taken,
    /// Whether the model has `@@ignore`.
    pub(crate) is_ignored: bool,
}

/// The names of an enum and its values.
#[derive(Debug, Clone, Default)]
pub(crate) struct EnumNames {
    /// The enum's name.
    pub(crate) name: String,
    /// The values' names, by label in the database's order.
    pub(crate) values: Vec<String>,
}

/// What the file has a name for.
#[derive(Debug, Default)]
pub(crate) struct Known<'a> {
    /// The file's schema.
    pub(crate) schema: Option<&'a Schema>,
    /// Models by table.
    pub(crate) models: BTreeMap<TableId, ModelId>,
    /// Indexes of fields by column.
    pub(crate) fields: BTreeMap<ColumnId, usize>,
    /// Enums of the file by enum.
    pub(crate) enums: BTreeMap<EnumId, glowplug_psl::schema::EnumId>,
    /// Values by enum and label: indexes.
    pub(crate) values: BTreeMap<(EnumId, String), usize>,
    /// Views of the file by view.
    pub(crate) views: BTreeMap<usize, ModelId>,
    /// Models and enums of the file that are about to go: their names are free.
    pub(crate) leaving: Vec<String>,
    /// Fields that are about to go: their names are free.
    pub(crate) removed: BTreeSet<FieldId>,
}

impl Names {
    /// Names everything: what `known` knows by the file's names, the rest by new ones. Keys say which names
    /// of fields the client needs for itself, `is_written` which indexes are in the file.
    pub(crate) fn new(
        live: &SqlSchema,
        known: &Known<'_>,
        is_written: &dyn Fn(&Table, &Index) -> bool,
    ) -> Self {
        let mut top = Taken::default();
        if let Some(schema) = known.schema {
            let models = schema.models.iter().map(|model| &model.name);
            let names = models.chain(schema.enums.iter().map(|e| &e.name));
            names.filter(|name| !known.leaving.contains(name)).for_each(|name| top.add(name));
        }
        let mut names = Self::default();
        for (id, table) in live.walk_tables() {
            let model = known.models.get(&id).zip(known.schema).map(|(id, schema)| (*id, schema.model(*id)));
            let mut of_table = match model {
                Some((id, model)) => existing(id, model, known),
                None => ModelNames {
                    name: top.claim(&wanted(table.namespace.as_deref(), &table.name, "table")),
                    ..ModelNames::default()
                },
            };
            for (index, column) in table.columns.iter().enumerate() {
                let known_field = known.fields.get(&ColumnId { table: id, index });
                let name = match (known_field, model) {
                    (Some(field), Some((_, model))) => model.fields[*field].name.clone(),
                    _ => of_table.taken.claim(&[identifier(&column.name, "column")]),
                };
                of_table.fields.push(name);
            }
            if model.is_none() {
                avoid_joined_names(&mut of_table, table, is_written);
            }
            names.tables.push(of_table);
        }
        names.enums = enums(live, known, &mut top);
        names.views = views(live, known, &mut top);
        names
    }
}

/// A name of the database, and, for the second one of that name, with its namespace in front.
fn wanted(namespace: Option<&str>, name: &str, what: &str) -> Vec<String> {
    let plain = top_identifier(name, what);
    let longer = namespace.map(|namespace| top_identifier(&format!("{namespace}_{name}"), what));
    std::iter::once(plain).chain(longer).collect()
}

fn existing(id: ModelId, model: &Model, known: &Known<'_>) -> ModelNames {
    let mut taken = Taken::default();
    for (index, field) in model.fields.iter().enumerate() {
        if !known.removed.contains(&FieldId { model: id, index }) {
            taken.add(&field.name);
        }
    }
    ModelNames { name: model.name.clone(), fields: Vec::new(), taken, is_ignored: model.is_ignored }
}

fn enums(live: &SqlSchema, known: &Known<'_>, top: &mut Taken) -> Vec<EnumNames> {
    let named = live.walk_enums().map(|(id, enum_)| {
        let written = known.enums.get(&id).zip(known.schema).map(|(id, schema)| schema.enum_(*id));
        let name = match written {
            Some(written) => written.name.clone(),
            None => top.claim(&wanted(enum_.namespace.as_deref(), &enum_.name, "enum")),
        };
        let mut taken = Taken::default();
        written.iter().flat_map(|e| &e.values).for_each(|value| taken.add(&value.name));
        let values =
            enum_.values.iter().map(|value| match (known.values.get(&(id, value.name.clone())), written) {
                (Some(index), Some(written)) => written.values[*index].name.clone(),
                _ => taken.claim(&[identifier(&value.name, "value")]),
            });
        EnumNames { name, values: values.collect() }
    });
    named.collect()
}

fn views(live: &SqlSchema, known: &Known<'_>, top: &mut Taken) -> Vec<ModelNames> {
    let named = live.views.iter().enumerate().map(|(index, view)| {
        let found = known.views.get(&index).zip(known.schema).map(|(id, schema)| (*id, schema.model(*id)));
        let model = found.map(|(_, model)| model);
        let mut names = match found {
            Some((id, model)) => existing(id, model, known),
            None => ModelNames {
                name: top.claim(&wanted(view.namespace.as_deref(), &view.name, "view")),
                ..ModelNames::default()
            },
        };
        let field = |column: &Column| match model
            .and_then(|m| m.fields.iter().find(|f| f.db_name() == column.name))
        {
            Some(field) => field.name.clone(),
            None => names.taken.claim(&[identifier(&column.name, "column")]),
        };
        names.fields = view.columns.iter().map(field).collect();
        names
    });
    named.collect()
}

/// The client calls a key of several fields `a_b`: a field of that name gets another one.
fn avoid_joined_names(names: &mut ModelNames, table: &Table, is_written: &dyn Fn(&Table, &Index) -> bool) {
    let key = table.primary_key.iter().map(|key| key.columns.clone());
    let uniques =
        table.indexes.iter().filter(|index| index.unique && is_written(table, index)).map(keys::columns);
    let several: Vec<Vec<String>> = key.chain(uniques).filter(|columns| columns.len() > 1).collect();
    // A new name may be another key's; each turn frees one, and there are no more than fields.
    for _ in 0..names.fields.len() {
        let joined: Vec<String> = several
            .iter()
            .map(|columns| {
                let places = columns.iter().filter_map(|name| table.find_column(name));
                places.map(|(index, _)| names.fields[index].as_str()).collect::<Vec<_>>().join("_")
            })
            .collect();
        let Some(at) = names.fields.iter().position(|field| joined.contains(field)) else { return };
        let other = format!("{}_", names.fields[at]);
        names.fields[at] = names.taken.claim(&[other]);
    }
}
