//! What everything here looks at: the database, its dialect, how the file is written, and who is called what.

use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::lift::{Lift, LiftedType};
use glowplug_psl::schema::{Schema, Value};
use glowplug_sql::ids::{ColumnId, EnumId, TableId};
use glowplug_sql::model::{ColumnType, NativeType, SqlSchema, Table};

use crate::keys;
use crate::names::Names;

/// How the file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// The name of the datasource block: native types are `@db.X` after it.
    pub datasource: String,
    /// The datasource lists schemas: everything says which one it is in.
    pub lists_schemas: bool,
    /// `relationMode = "prisma"`: relations without foreign keys.
    pub relation_mode_prisma: bool,
    /// Partial indexes can be written.
    pub has_partial_indexes: bool,
    /// Views can be written.
    pub has_views: bool,
}

impl Style {
    /// The style of a new file.
    pub fn of_new_file() -> Self {
        Self {
            datasource: "db".to_owned(),
            lists_schemas: false,
            relation_mode_prisma: false,
            has_partial_indexes: false,
            has_views: false,
        }
    }

    /// The style of a file that is there.
    pub fn of(schema: &Schema) -> Self {
        let datasource = schema.datasource.as_ref();
        Self {
            datasource: datasource.map_or("db", |d| &d.name).to_owned(),
            lists_schemas: datasource.is_some_and(|d| !d.schemas.is_empty()),
            relation_mode_prisma: datasource.is_some_and(|d| d.relation_mode_prisma),
            has_partial_indexes: has_preview_feature(schema, "partialIndexes"),
            has_views: has_preview_feature(schema, "views"),
        }
    }
}

fn has_preview_feature(schema: &Schema, wanted: &str) -> bool {
    let mut features =
        schema.generators.iter().flat_map(|g| &g.properties).filter(|(name, _)| name == "previewFeatures");
    let is_wanted = |value: &Value| matches!(value, Value::String(name) if name.eq_ignore_ascii_case(wanted));
    features.any(|(_, value)| match value {
        Value::Array(items) => items.iter().any(is_wanted),
        single => is_wanted(single),
    })
}

/// What everything here looks at.
pub(crate) struct Cx<'a> {
    /// The database.
    pub(crate) live: &'a SqlSchema,
    pub(crate) dialect: &'a dyn Dialect,
    pub(crate) style: &'a Style,
    /// The names that everything of the database has in the file.
    pub(crate) names: Names,
}

impl<'a> Cx<'a> {
    pub(crate) fn lift(&self) -> &'a dyn Lift {
        self.dialect.lift()
    }

    pub(crate) fn table(&self, id: TableId) -> &'a Table {
        self.live.table(id)
    }

    /// The model's name.
    pub(crate) fn model(&self, id: TableId) -> &str {
        &self.names.tables[id.0].name
    }

    /// The field's name.
    pub(crate) fn field(&self, id: ColumnId) -> &str {
        &self.names.tables[id.table.0].fields[id.index]
    }

    /// The names of a table's fields, by those of their columns.
    pub(crate) fn fields(&self, id: TableId, columns: &[String]) -> Vec<String> {
        let table = self.table(id);
        let places = columns.iter().filter_map(|name| table.find_column(name));
        places.map(|(index, _)| self.field(ColumnId { table: id, index }).to_owned()).collect()
    }

    /// The enum of a type, if it is one.
    pub(crate) fn enum_of(&self, ty: &ColumnType) -> Option<EnumId> {
        match &ty.native {
            NativeType::Enum { namespace, name } => self.live.find_enum(namespace.as_deref(), name),
            NativeType::Named { .. } | NativeType::Unsupported(_) => None,
        }
    }

    /// What follows `@@schema(`, where the file says it.
    pub(crate) fn schema_of(&self, namespace: Option<&str>) -> Option<String> {
        let name = namespace.or(self.live.default_namespace.as_deref());
        name.filter(|_| self.style.lists_schemas).map(str::to_owned)
    }

    /// Whether rows of the table cannot be told apart by columns that always hold a value: the language has
    /// such a model only with `@@ignore`.
    pub(crate) fn has_no_key(&self, table: &Table) -> bool {
        let is_strict = |columns: &[String], lists: bool| {
            columns.iter().all(|name| {
                table.find_column(name).is_some_and(|(_, column)| {
                    let is_list = column.ty.is_list;
                    let supported = !matches!(self.lift().field_type(&column.ty), LiftedType::Unsupported(_));
                    supported && (if is_list { lists } else { !column.nullable })
                })
            })
        };
        let has_list = |columns: &[String]| {
            columns.iter().any(|name| table.find_column(name).is_some_and(|(_, column)| column.ty.is_list))
        };
        // A list cannot be part of a primary key in the language at all.
        if table.primary_key.as_ref().is_some_and(|key| has_list(&key.columns)) {
            return true;
        }
        let key = table.primary_key.iter().map(|key| key.columns.clone());
        let uniques =
            table.indexes.iter().filter(|index| index.unique && keys::is_written(self, table, index));
        let mut candidates = key.chain(uniques.map(keys::columns));
        !candidates.any(|columns| is_strict(&columns, true))
    }
}
