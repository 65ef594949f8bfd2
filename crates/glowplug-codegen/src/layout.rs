//! The tables, columns and enums that generated code shows, named once for all generators.
//!
//! A [`Layout`] is made from the schema and the dialect's word on column types. What cannot be
//! shown (`@@ignore`, `Unsupported`, tables without a key) is left out here, with a note.

mod columns;
mod joins;
mod tables;

use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::{Arity, EnumId, Field, ModelId, RelationId, Schema};

use crate::names::{Names, Place};

/// Everything that generated code speaks of.
pub(crate) struct Layout<'a> {
    /// What it was made from.
    pub(crate) schema: &'a Schema,
    /// Enums in file order; the index is that of [`EnumId`].
    pub(crate) enums: Vec<EnumLayout>,
    /// Tables: models in file order, then join tables of many-to-many relations.
    pub(crate) tables: Vec<Table>,
    /// Sentences about models that were left out.
    pub(crate) left_out: Vec<String>,
}

/// An enum of the schema.
pub(crate) struct EnumLayout {
    /// The Rust enum.
    pub(crate) name: String,
    /// The marker type in `sql_types`.
    pub(crate) sql_type: String,
    /// The variants, in file order.
    pub(crate) variants: Vec<Variant>,
    /// The doc comment without hints.
    pub(crate) docs: Vec<String>,
}

/// A value of an enum.
pub(crate) struct Variant {
    /// The Rust variant.
    pub(crate) name: String,
    /// The value in the schema file.
    pub(crate) schema_name: String,
    /// The value in the database.
    pub(crate) db_name: String,
    /// The doc comment without hints.
    pub(crate) docs: Vec<String>,
}

/// What a table comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// A model or view.
    Model(ModelId),
    /// The join table of a many-to-many relation.
    Join(RelationId),
}

/// A table (or view) that generated code can query.
pub(crate) struct Table {
    /// What it comes from.
    pub(crate) source: Source,
    /// Its schema in the database, where the file names one.
    pub(crate) namespace: Option<String>,
    /// Its name in the database.
    pub(crate) db_name: String,
    /// Its module in schema.rs.
    pub(crate) ident: String,
    /// The row type.
    pub(crate) row: String,
    /// The type for inserts; none for views and join tables (whose row type is insertable).
    pub(crate) new: Option<String>,
    /// The type for updates; none where nothing can change.
    pub(crate) changes: Option<String>,
    /// Indexes into `columns`, in key order. Never empty.
    pub(crate) primary_key: Vec<usize>,
    /// The columns, in file order.
    pub(crate) columns: Vec<Column>,
    /// Foreign keys to other tables of the layout, in relation order.
    pub(crate) foreign_keys: Vec<ForeignKey>,
    /// The doc comment without hints.
    pub(crate) docs: Vec<String>,
    /// Sentences about columns that were left out.
    pub(crate) left_out: Vec<String>,
}

/// A column.
pub(crate) struct Column {
    /// Index of the field in the model; none in a join table.
    pub(crate) field: Option<usize>,
    /// Its name in the database.
    pub(crate) db_name: String,
    /// Its name in schema.rs.
    pub(crate) ident: String,
    /// Its field in the row type.
    pub(crate) rust_field: String,
    /// What it holds.
    pub(crate) kind: ColumnKind,
    /// One, optional or list.
    pub(crate) arity: Arity,
    /// Whether the database fills it when an insert leaves it out.
    pub(crate) database_default: bool,
    /// What the application fills it with: a Rust expression.
    pub(crate) app_default: Option<String>,
    /// Filled again with every update: a Rust expression.
    pub(crate) on_update: Option<String>,
    /// The doc comment without hints.
    pub(crate) docs: Vec<String>,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    /// A type that Diesel knows: paths of the SQL type and the Rust type.
    Plain {
        /// e.g. `diesel::sql_types::Text`
        sql_type: String,
        /// e.g. `String`
        rust_type: String,
    },
    /// An enum of the schema.
    Enum(EnumId),
}

/// A foreign key between two tables of the layout.
pub(crate) struct ForeignKey {
    /// Indexes into the columns of the table that has it.
    pub(crate) columns: Vec<usize>,
    /// Index of the table that it refers to.
    pub(crate) target: usize,
    /// Indexes into the target's columns.
    pub(crate) target_columns: Vec<usize>,
}

impl<'a> Layout<'a> {
    /// Names and types for everything in the schema. `schema` must be free of errors.
    pub(crate) fn new(schema: &'a Schema, dialect: &dyn Dialect) -> Self {
        let mut types = Names::new(Place::Type);
        let enums = enums(schema, &mut types);
        let mut res = Self { schema, enums, tables: Vec::new(), left_out: Vec::new() };
        tables::add_models(&mut res, dialect, &mut types);
        joins::add_joins(&mut res, &mut types);
        tables::add_foreign_keys(&mut res);
        res
    }

    /// The table of a model, unless it was left out.
    pub(crate) fn table_of(&self, model: ModelId) -> Option<usize> {
        self.tables.iter().position(|it| it.source == Source::Model(model))
    }

    /// The table of a many-to-many relation, unless it was left out.
    pub(crate) fn join_of(&self, relation: RelationId) -> Option<usize> {
        self.tables.iter().position(|it| it.source == Source::Join(relation))
    }

    /// The Rust type of one value, without `Option` and `Vec`.
    pub(crate) fn value_type<'b>(&'b self, column: &'b Column) -> &'b str {
        match &column.kind {
            ColumnKind::Plain { rust_type, .. } => rust_type,
            ColumnKind::Enum(id) => &self.enums[id.0].name,
        }
    }

    /// The Rust type of a column in a row.
    pub(crate) fn row_type(&self, column: &Column) -> String {
        let value = self.value_type(column);
        match column.arity {
            Arity::Required => value.to_owned(),
            Arity::Optional => format!("Option<{value}>"),
            Arity::List => format!("Option<Vec<{value}>>"),
        }
    }
}

impl Table {
    /// The column of a field.
    pub(crate) fn column_of(&self, field: usize) -> Option<usize> {
        self.columns.iter().position(|it| it.field == Some(field))
    }

    /// The columns of some fields, if all of them are shown.
    pub(crate) fn columns_of(&self, fields: &[usize]) -> Option<Vec<usize>> {
        fields.iter().map(|field| self.column_of(*field)).collect()
    }
}

fn enums(schema: &Schema, types: &mut Names) -> Vec<EnumLayout> {
    let mut sql_types = Names::new(Place::SqlType);
    let mut res = Vec::new();
    for it in &schema.enums {
        let mut names = Names::new(Place::Variant);
        let variants = it.values.iter().map(|value| Variant {
            name: names.give(&value.name),
            schema_name: value.name.clone(),
            db_name: value.db_name().to_owned(),
            docs: docs(value.docs.as_deref()),
        });
        res.push(EnumLayout {
            name: types.give(&it.name),
            sql_type: sql_types.give(it.db_name()),
            variants: variants.collect(),
            docs: docs(it.docs.as_deref()),
        });
    }
    res
}

/// The lines of a doc comment that are prose: hints (`@name(...)` alone on a line) are left out.
pub(crate) fn docs(text: Option<&str>) -> Vec<String> {
    let lines = text.unwrap_or_default().lines().map(str::trim);
    let mut res: Vec<String> = lines.filter(|line| !is_hint(line)).map(str::to_owned).collect();
    while res.last().is_some_and(String::is_empty) {
        res.pop();
    }
    let start = res.iter().position(|line| !line.is_empty()).unwrap_or(res.len());
    res.split_off(start)
}

fn is_hint(line: &str) -> bool {
    line.strip_prefix('@').is_some_and(|rest| rest.starts_with(char::is_alphabetic))
}

/// Whether a hint `@graphql(hide: true)` or the like says yes.
pub(crate) fn hint_is_true(hints: &[glowplug_psl::schema::Hint], name: &str, key: &str) -> bool {
    hint_value(hints, name, key)
        .is_some_and(|value| matches!(value, glowplug_psl::schema::Value::Constant(word) if word == "true"))
}

/// The value of `key` in the hint `@name(key: value)`.
pub(crate) fn hint_value<'a>(
    hints: &'a [glowplug_psl::schema::Hint],
    name: &str,
    key: &str,
) -> Option<&'a glowplug_psl::schema::Value> {
    let args = hints.iter().filter(|it| it.name == name).flat_map(|it| &it.args);
    args.filter(|(arg, _)| arg.as_deref() == Some(key)).map(|(_, value)| value).next()
}

/// Whether a field can be a column of generated code.
fn is_shown(field: &Field) -> bool {
    field.is_column() && !field.is_ignored
}
