//! The rows of all data files, typed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use glowplug_psl::diagnostics::{SourceFile, Span};
use glowplug_psl::schema::ModelId;

use crate::target::Target;

/// Everything that the files declare, free of mistakes.
#[derive(Debug, Clone, Default)]
pub struct DataSet {
    /// The files, in order.
    pub sources: Vec<SourceFile>,
    /// The models that have rows, in the order in which they are first named.
    pub blocks: Vec<Block>,
    /// All rows, in the order of the files.
    pub rows: Vec<Row>,
    /// Rows that rows refer to.
    pub references: Vec<Reference>,
}

/// The rows of a model.
#[derive(Debug, Clone)]
pub struct Block {
    /// Which.
    pub model: ModelId,
    /// Its natural key: columns, as places in the model's fields.
    pub key: Vec<usize>,
    /// Whether rows that no file declares are deleted.
    pub removes: bool,
    /// Where it says so, or is first named.
    pub span: Span,
    /// Of a join table: whose rows they are.
    pub owners: Option<Owners>,
}

/// The rows that say what belongs to them.
#[derive(Debug, Clone)]
pub struct Owners {
    /// Their block, a place in [`DataSet::blocks`].
    pub block: usize,
    /// What stands in the first column of the join table.
    pub ids: Vec<Value>,
}

/// A row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Whose, a place in [`DataSet::blocks`].
    pub block: usize,
    /// Where it begins.
    pub span: Span,
    /// What it says of its columns, by their places in the model's fields.
    pub cells: BTreeMap<usize, Cell>,
    /// The rows that it refers to, places in [`DataSet::references`].
    pub references: Vec<usize>,
    /// Foreign keys among its columns that may be empty.
    pub optional: Vec<OptionalKey>,
    /// How many steps of rows must be there before it.
    pub level: usize,
    /// Columns that are written when all rows are there: a row among those that refer to each other in a circle
    /// is inserted without them.
    pub later: BTreeSet<usize>,
}

/// A foreign key of a row that may be empty.
#[derive(Debug, Clone)]
pub struct OptionalKey {
    /// Its columns, as places in the model's fields.
    pub columns: Vec<usize>,
    /// What it refers to, places in [`Row::references`].
    pub references: Range<usize>,
}

impl Row {
    /// A row that says nothing yet.
    pub(crate) fn new(block: usize, span: Span) -> Self {
        let (cells, references, optional, later) = Default::default();
        Self { block, span, cells, references, optional, level: 0, later }
    }
}

/// What a row says of a column.
#[derive(Debug, Clone)]
pub struct Cell {
    /// What.
    pub value: Value,
    /// Where.
    pub span: Span,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// NULL.
    Null,
    /// A constant.
    Constant {
        /// As it stands in SQL.
        sql: String,
        /// As people read it.
        shown: String,
    },
    /// A column of another row.
    Of {
        /// Which row, a place in [`DataSet::references`].
        reference: usize,
        /// Which column, a place in the fields of its model.
        field: usize,
    },
}

/// A row that is referred to by its key.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The model.
    pub target: ModelId,
    /// The key: columns, as places in the model's fields, in their order.
    pub key: BTreeMap<usize, Value>,
    /// Where.
    pub span: Span,
    /// The row, if a file declares it: a place in [`DataSet::rows`].
    pub row: Option<usize>,
}

impl DataSet {
    /// The model that a row is of.
    pub fn model(&self, row: &Row) -> ModelId {
        self.blocks[row.block].model
    }

    /// The rows of a block, with their places.
    pub fn rows_of(&self, block: usize) -> impl Iterator<Item = (usize, &Row)> {
        self.rows.iter().enumerate().filter(move |(_, row)| row.block == block)
    }

    /// A row's key, as people read it.
    pub fn label(&self, row: &Row) -> String {
        let part = |field: &usize| {
            row.cells.get(field).map_or_else(String::new, |cell| self.shown(&cell.value, false))
        };
        self.blocks[row.block].key.iter().map(part).collect::<Vec<_>>().join(", ")
    }

    /// A value as people read it; texts in quotes, if that is wanted.
    pub fn shown(&self, value: &Value, quotes: bool) -> String {
        match value {
            Value::Null => "null".to_owned(),
            Value::Constant { shown, .. } if quotes => shown.clone(),
            Value::Constant { shown, .. } => bare(shown),
            Value::Of { reference, .. } => {
                let key = self.references[*reference].key.values();
                key.map(|value| self.shown(value, quotes)).collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// A value in SQL.
    pub fn sql(&self, target: &Target<'_>, value: &Value) -> String {
        match value {
            Value::Null => "NULL".to_owned(),
            Value::Constant { sql, .. } => sql.clone(),
            Value::Of { reference, field } => {
                let reference = &self.references[*reference];
                format!(
                    "(SELECT {} FROM {} WHERE {})",
                    target.column_sql(reference.target, *field),
                    target.table_sql(reference.target),
                    self.key_sql(target, reference)
                )
            }
        }
    }

    /// The condition that finds a row that is referred to.
    pub(crate) fn key_sql(&self, target: &Target<'_>, reference: &Reference) -> String {
        let part = |(field, value): (&usize, &Value)| {
            format!("{} = {}", target.column_sql(reference.target, *field), self.sql(target, value))
        };
        reference.key.iter().map(part).collect::<Vec<_>>().join(" AND ")
    }

    /// The condition for rows of a join table that belong to owners who say what does; none for other tables.
    pub(crate) fn owned_sql(&self, target: &Target<'_>, block: &Block) -> Option<String> {
        let owners = block.owners.as_ref()?;
        let ids: Vec<String> = owners.ids.iter().map(|id| self.sql(target, id)).collect();
        Some(format!("{} IN ({})", target.column_sql(block.model, block.key[0]), ids.join(", ")))
    }

    /// Where a span stands: file and line.
    pub fn place(&self, span: Span) -> (String, usize) {
        let source = self.sources.get(span.file as usize);
        source.map_or_else(Default::default, |it| (it.path.clone(), it.line_column(span.start).0))
    }
}

/// A text without its quotes.
pub(crate) fn bare(shown: &str) -> String {
    match shown.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        Some(text) => text.replace("''", "'"),
        None => shown.to_owned(),
    }
}
