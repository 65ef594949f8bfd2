//! The tables, columns and enums that generated code shows, named once for all generators.
//!
//! A [`Layout`] is made from the schema and the dialect's word on column types. What cannot be
//! shown (`@@ignore`, `Unsupported`, tables without a key) is left out here, with a note.

mod columns;
mod hints;
mod joins;
mod relations;
mod tables;

use std::fmt;

use glowplug_dialect::code::RustType;
use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::{Arity, EnumId, Field, Hint, ModelId, RelationId, Schema};
use smol_str::SmolStr;

pub(crate) use hints::{diesel_attributes, diesel_derives, diesel_name, docs, hint_is_true, hint_value};
pub(crate) use relations::{Count, Path, Relation};

use crate::names::{Names, Place};
use crate::types::Types;

/// Everything that generated code speaks of.
pub(crate) struct Layout<'a> {
    /// What it was made from.
    pub(crate) schema: &'a Schema,
    /// Which libraries' types its columns have.
    pub(crate) libraries: Types,
    /// Enums in file order; the index is that of [`EnumId`].
    pub(crate) enums: Vec<EnumLayout>,
    /// Tables: models in file order, then join tables of many-to-many relations.
    pub(crate) tables: Vec<Table>,
    /// Sentences about models that were left out.
    pub(crate) left_out: Vec<String>,
    /// Tables of models, by their index in the schema.
    model_tables: Vec<Option<usize>>,
    /// Tables of many-to-many relations, by their index in the schema.
    join_tables: Vec<Option<usize>>,
}

/// An enum of the schema.
pub(crate) struct EnumLayout {
    /// The Rust enum.
    pub(crate) name: SmolStr,
    /// The marker type in `sql_types`.
    pub(crate) sql_type: SmolStr,
    /// The variants, in file order.
    pub(crate) variants: Vec<Variant>,
    /// The doc comment without hints.
    pub(crate) docs: Vec<String>,
}

/// A value of an enum.
pub(crate) struct Variant {
    /// The Rust variant.
    pub(crate) name: SmolStr,
    /// The value in the schema file.
    pub(crate) schema_name: SmolStr,
    /// The value in the database.
    pub(crate) db_name: SmolStr,
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
    pub(crate) namespace: Option<SmolStr>,
    /// Its name in the database.
    pub(crate) db_name: SmolStr,
    /// Its module in schema.rs.
    pub(crate) ident: SmolStr,
    /// The row type.
    pub(crate) row: SmolStr,
    /// The type for inserts; none for views and join tables (whose row type is insertable).
    pub(crate) new: Option<SmolStr>,
    /// The type for updates; none where nothing can change.
    pub(crate) changes: Option<SmolStr>,
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
    pub(crate) db_name: SmolStr,
    /// Its name in schema.rs.
    pub(crate) ident: SmolStr,
    /// Its field in the row type.
    pub(crate) rust_field: SmolStr,
    /// What it holds.
    pub(crate) kind: ColumnKind,
    /// The Rust type of one value, without `Option` and `Vec`.
    pub(crate) value_type: SmolStr,
    /// Whether that type comes from a hint.
    pub(crate) custom: Option<Custom>,
    /// One, optional or list.
    pub(crate) arity: Arity,
    /// Whether the database fills it when an insert leaves it out.
    pub(crate) database_default: bool,
    /// What the application fills it with.
    pub(crate) app_default: Option<Filler>,
    /// Filled again with every update.
    pub(crate) on_update: Option<Filler>,
    /// The doc comment without hints.
    pub(crate) docs: Vec<String>,
}

/// What the application fills a column with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filler {
    /// A new key: a Rust expression.
    Key(SmolStr),
    /// The moment of the insert or update, one for all columns of a row.
    Now,
}

/// The Rust type of a field: a value, or a list of them, in so many `Option`s.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wrapped<'a> {
    value: &'a str,
    is_list: bool,
    options: usize,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    /// A type that Diesel knows.
    Plain {
        /// The name in `diesel::sql_types`, e.g. `Text`.
        sql_type: &'static str,
        /// What values are in Rust, unless a hint says otherwise.
        rust_type: RustType,
    },
    /// An enum of the schema.
    Enum(EnumId),
}

/// Where a Rust type that a hint names comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Custom {
    /// `@diesel(type: "...")`: it speaks to Diesel itself.
    Type,
    /// `@diesel(json: "...")`: it travels as JSON, in `glowplug::json::Json`.
    Json,
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
    pub(crate) fn new(schema: &'a Schema, dialect: &dyn Dialect, libraries: Types) -> Self {
        let mut names = Names::new(Place::Type);
        let enums = enums(schema, &mut names);
        let mut res = Self {
            schema,
            libraries,
            enums,
            tables: Vec::new(),
            left_out: Vec::new(),
            model_tables: vec![None; schema.models.len()],
            join_tables: vec![None; schema.relations.len()],
        };
        tables::add_models(&mut res, dialect, libraries, &mut names);
        joins::add_joins(&mut res, &mut names);
        tables::add_foreign_keys(&mut res);
        res
    }

    /// Adds a table.
    fn push(&mut self, table: Table) {
        let index = Some(self.tables.len());
        match table.source {
            Source::Model(id) => self.model_tables[id.0] = index,
            Source::Join(id) => self.join_tables[id.0] = index,
        }
        self.tables.push(table);
    }

    /// The table of a model, unless it was left out.
    pub(crate) fn table_of(&self, model: ModelId) -> Option<usize> {
        self.model_tables[model.0]
    }

    /// The table of a many-to-many relation, unless it was left out.
    pub(crate) fn join_of(&self, relation: RelationId) -> Option<usize> {
        self.join_tables[relation.0]
    }

    /// The hints above a table's model.
    pub(crate) fn hints(&self, table: &Table) -> &'a [Hint] {
        match table.source {
            Source::Model(id) => &self.schema.model(id).hints,
            Source::Join(_) => &[],
        }
    }

    /// The hints of a column's field.
    pub(crate) fn column_hints(&self, table: &Table, column: &Column) -> &'a [Hint] {
        match (table.source, column.field) {
            (Source::Model(id), Some(field)) => &self.schema.model(id).fields[field].hints,
            (Source::Model(_) | Source::Join(_), _) => &[],
        }
    }
}

impl Column {
    /// The Rust type of a column in a row.
    pub(crate) fn row_type(&self) -> Wrapped<'_> {
        // Prisma makes list columns without NOT NULL: a row may hold NULL, which it reads as empty.
        let options = usize::from(self.arity != Arity::Required);
        Wrapped { value: &self.value_type, is_list: self.arity == Arity::List, options }
    }
}

impl Wrapped<'_> {
    /// The same in one more `Option`.
    pub(crate) fn optional(self) -> Self {
        Self { options: self.options + 1, ..self }
    }

    /// Whether it can tell NULL from a value that is not given.
    pub(crate) fn is_double(&self) -> bool {
        self.options > 1
    }
}

impl fmt::Display for Wrapped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layers = (0..self.options).map(|_| "Option").chain(self.is_list.then_some("Vec"));
        for layer in layers.clone() {
            write!(f, "{layer}<")?;
        }
        f.write_str(self.value)?;
        layers.map(|_| ">").try_for_each(|it| f.write_str(it))
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
            schema_name: SmolStr::new(&value.name),
            db_name: SmolStr::new(value.db_name()),
            docs: docs(value.docs.as_deref()),
        });
        res.push(EnumLayout {
            name: types.give(hints::diesel_name(&it.hints).unwrap_or(&it.name)),
            sql_type: sql_types.give(it.db_name()),
            variants: variants.collect(),
            docs: docs(it.docs.as_deref()),
        });
    }
    res
}

/// Whether a field can be a column of generated code.
fn is_shown(field: &Field) -> bool {
    field.is_column() && !field.is_ignored
}
