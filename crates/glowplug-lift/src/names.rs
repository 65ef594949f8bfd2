//! Who is called what: names that the file gives already, and new ones for what it does not know yet.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_psl::schema::{Enum, FieldId, Model, ModelId, Schema};
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
        let mut tops = top_names(live, known, &mut top).into_iter();
        let mut names = Self::default();
        for (id, table) in live.walk_tables() {
            let model = known.model(known.models.get(&id));
            let field = |index: usize| {
                let field = known.fields.get(&ColumnId { table: id, index })?;
                Some(model?.1.fields[*field].name.clone())
            };
            let fields = table.columns.iter().enumerate().map(|(index, column)| Wanted {
                known: field(index),
                wanted: vec![identifier(&column.name, "column")],
                db_name: &column.name,
            });
            let mut of_table =
                model_names(tops.next().unwrap_or_default(), model, known, &fields.collect::<Vec<_>>());
            if model.is_none() {
                avoid_joined_names(&mut of_table, table, is_written);
            }
            names.tables.push(of_table);
        }
        for (id, enum_) in live.walk_enums() {
            let written = known.enums.get(&id).zip(known.schema).map(|(id, schema)| schema.enum_(*id));
            let mut taken = Taken::default();
            written.iter().flat_map(|e| &e.values).for_each(|value| taken.add(&value.name));
            let values = enum_.values.iter().map(|value| Wanted {
                known: known.value(written, id, &value.name),
                wanted: vec![identifier(&value.name, "value")],
                db_name: &value.name,
            });
            let values = name_all(&mut taken, &values.collect::<Vec<_>>());
            names.enums.push(EnumNames { name: tops.next().unwrap_or_default(), values });
        }
        for (index, view) in live.views.iter().enumerate() {
            let model = known.model(known.views.get(&index));
            let field = |column: &Column| {
                let field = model?.1.fields.iter().find(|field| field.db_name() == column.name)?;
                Some(field.name.clone())
            };
            let fields = view.columns.iter().map(|column| Wanted {
                known: field(column),
                wanted: vec![identifier(&column.name, "column")],
                db_name: &column.name,
            });
            names.views.push(model_names(
                tops.next().unwrap_or_default(),
                model,
                known,
                &fields.collect::<Vec<_>>(),
            ));
        }
        names
    }
}

impl<'a> Known<'a> {
    fn model(&self, id: Option<&ModelId>) -> Option<(ModelId, &'a Model)> {
        id.zip(self.schema).map(|(id, schema)| (*id, schema.model(*id)))
    }

    fn value(&self, written: Option<&Enum>, id: EnumId, label: &str) -> Option<String> {
        let place = self.values.get(&(id, label.to_owned()))?;
        Some(written?.values[*place].name.clone())
    }
}

/// Something that gets a name.
struct Wanted<'a> {
    /// The file's name for it.
    known: Option<String>,
    /// The names to try, best first.
    wanted: Vec<String>,
    /// What the database calls it.
    db_name: &'a str,
}

/// Names in order. Whatever can keep the database's name does, before others come near it.
fn name_all(taken: &mut Taken, things: &[Wanted<'_>]) -> Vec<String> {
    let mut names: Vec<Option<String>> = things.iter().map(|thing| thing.known.clone()).collect();
    for only_exact in [true, false] {
        for (name, thing) in names.iter_mut().zip(things) {
            let is_exact = thing.wanted.first().is_some_and(|first| first == thing.db_name);
            if name.is_none() && (is_exact || !only_exact) {
                *name = Some(taken.claim(&thing.wanted));
            }
        }
    }
    names.into_iter().map(Option::unwrap_or_default).collect()
}

/// Tables, enums and views share their names: all of them, in that order.
fn top_names(live: &SqlSchema, known: &Known<'_>, taken: &mut Taken) -> Vec<String> {
    let model = |id: Option<&ModelId>| known.model(id).map(|(_, model)| model.name.clone());
    let mut things: Vec<Wanted<'_>> = Vec::new();
    for (id, table) in live.walk_tables() {
        things.push(wanted(model(known.models.get(&id)), table.namespace.as_deref(), &table.name, "table"));
    }
    for (id, enum_) in live.walk_enums() {
        let written =
            known.enums.get(&id).zip(known.schema).map(|(id, schema)| schema.enum_(*id).name.clone());
        things.push(wanted(written, enum_.namespace.as_deref(), &enum_.name, "enum"));
    }
    for (index, view) in live.views.iter().enumerate() {
        things.push(wanted(model(known.views.get(&index)), view.namespace.as_deref(), &view.name, "view"));
    }
    name_all(taken, &things)
}

/// A name of the database, and, for the second one of that name, with its namespace in front.
fn wanted<'a>(known: Option<String>, namespace: Option<&str>, db_name: &'a str, what: &str) -> Wanted<'a> {
    let plain = top_identifier(db_name, what);
    let longer = namespace.map(|namespace| top_identifier(&format!("{namespace}_{db_name}"), what));
    Wanted { known, wanted: std::iter::once(plain).chain(longer).collect(), db_name }
}

/// The names of a model: those of fields that stay are taken.
fn model_names(
    name: String,
    model: Option<(ModelId, &Model)>,
    known: &Known<'_>,
    fields: &[Wanted<'_>],
) -> ModelNames {
    let mut taken = Taken::default();
    if let Some((id, model)) = model {
        for (index, field) in model.fields.iter().enumerate() {
            if !known.removed.contains(&FieldId { model: id, index }) {
                taken.add(&field.name);
            }
        }
    }
    let fields = name_all(&mut taken, fields);
    ModelNames { name, fields, taken, is_ignored: model.is_some_and(|(_, model)| model.is_ignored) }
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
