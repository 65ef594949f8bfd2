//! The schema that data files are read against, and its tables.

use std::collections::BTreeMap;

use glowplug_dialect::data::DataSql;
use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::rows::{quoted, table_sql};
use glowplug_psl::schema::{Field, FieldId, FieldType, Model, ModelId, RelationKind, Schema};
use glowplug_sql::model::{Column, SqlSchema, Table};

use crate::joins::{self, Join};

/// A schema and what it comes to in a database.
pub struct Target<'a> {
    /// Whose SQL.
    pub dialect: &'a dyn Dialect,
    /// The schema, with join tables as models behind its own.
    pub(crate) schema: Schema,
    lowered: SqlSchema,
    /// Where a model's table is; views have none.
    places: Vec<Option<usize>>,
    joins: BTreeMap<FieldId, Join>,
}

impl<'a> Target<'a> {
    /// Lowers the schema, which must be free of errors.
    pub fn new(schema: &Schema, dialect: &'a dyn Dialect) -> Self {
        let lowered = dialect.lower(schema);
        // Tables stand in the order of their models.
        let mut next = 0..;
        let place = |model: &Model| if model.is_view { None } else { next.next() };
        let places = schema.models.iter().map(place).collect();
        let mut schema = schema.clone();
        let joins = joins::add_to(&mut schema);
        let mut res = Self { dialect, schema, lowered, places, joins: BTreeMap::new() };
        res.places.resize(res.schema.models.len(), None);
        for (field, join) in &joins {
            res.places[join.model.0] = res.join_table(*field);
        }
        res.joins = joins;
        res
    }

    /// Where the join table of a relation field is: behind the models' tables.
    fn join_table(&self, field: FieldId) -> Option<usize> {
        let FieldType::Relation(id) = self.schema.field(field).ty else { return None };
        let relation = self.schema.relation(id);
        let RelationKind::ManyToMany { a, b } = relation.kind else { return None };
        let name = match &relation.name {
            Some(name) => format!("_{name}"),
            None => format!("_{}To{}", self.model(a.model).name, self.model(b.model).name),
        };
        let namespace = &self.table(a.model)?.namespace;
        let tables = self.lowered.tables.iter().enumerate();
        // A long name is cut.
        let found = tables.filter(|(_, it)| {
            it.is_join_table && it.namespace == *namespace && name.starts_with(it.name.as_str())
        });
        found.max_by_key(|(_, it)| it.name.len()).map(|(place, _)| place)
    }

    /// The side of a many-to-many relation behind a field.
    pub(crate) fn join(&self, field: FieldId) -> Option<Join> {
        self.joins.get(&field).copied()
    }

    /// The side of a many-to-many relation that a model stands for.
    pub(crate) fn join_of_model(&self, id: ModelId) -> Option<Join> {
        self.joins.values().find(|it| it.model == id).copied()
    }

    /// The model of that name in the schema file.
    pub(crate) fn find_model(&self, name: &str) -> Option<(ModelId, &Model)> {
        self.schema.find_model(name).filter(|(id, _)| self.join_of_model(*id).is_none())
    }

    /// The model.
    pub fn model(&self, id: ModelId) -> &Model {
        self.schema.model(id)
    }

    /// The table of a model; none for a view.
    pub fn table(&self, id: ModelId) -> Option<&Table> {
        self.lowered.tables.get(self.places[id.0]?)
    }

    /// The column of a field.
    pub fn column(&self, id: ModelId, field: usize) -> Option<&Column> {
        let name = self.model(id).fields[field].db_name();
        self.table(id)?.find_column(name).map(|(_, column)| column)
    }

    pub(crate) fn field(&self, id: ModelId, field: usize) -> &Field {
        &self.model(id).fields[field]
    }

    pub(crate) fn sql(&self) -> &dyn DataSql {
        self.dialect.data()
    }

    pub(crate) fn table_sql(&self, id: ModelId) -> String {
        self.table(id).map_or_else(String::new, table_sql)
    }

    pub(crate) fn column_sql(&self, id: ModelId, field: usize) -> String {
        quoted(self.field(id, field).db_name())
    }
}
