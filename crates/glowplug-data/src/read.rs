//! From files to typed rows, with every mistake at once.

use glowplug_psl::diagnostics::{Diagnostic, Severity, SourceFile, Span};
use glowplug_psl::nearest::nearest;
use glowplug_psl::schema::{FieldId, FieldType, Model, ModelId, RelationKind};

use crate::constant::{self, constant};
use crate::joins::Join;
use crate::levels;
use crate::node::{self, Entry, Kind, Node};
use crate::references::{self, ForeignKey};
use crate::set::{Cell, DataSet, Row, Value};
use crate::target::Target;

/// The text cannot be understood.
pub const UNREADABLE: &str = "GP4402";
/// A name that does not exist, or stands twice.
pub const NAME: &str = "GP4403";
/// A value that does not fit.
pub const VALUE: &str = "GP4404";
/// Something is missing that a row must have.
pub const MISSING: &str = "GP4405";
/// A key that is none, or two rows with one.
pub const KEY: &str = "GP4406";

/// Reads the files.
pub fn read(target: &Target<'_>, sources: Vec<SourceFile>) -> (DataSet, Vec<Diagnostic>) {
    let mut reader =
        Reader { target, set: DataSet { sources, ..DataSet::default() }, mistakes: Vec::new(), file: 0 };
    for file in 0..reader.set.sources.len() {
        reader.file = u32::try_from(file).unwrap_or(u32::MAX);
        let source = reader.set.sources[file].clone();
        match node::parse(&source.path, &source.text) {
            Ok(node) => reader.file(&node),
            Err(error) => reader.mistake(UNREADABLE, error.start, error.end, error.message, None),
        }
    }
    reader.settle_removals();
    reader.refuse_duplicates();
    if reader.mistakes.is_empty() {
        references::find_declared(target, &mut reader.set);
        if let Err((span, message)) = levels::assign(&mut reader.set) {
            let hint = "one waits for the others where its foreign key is optional".to_owned();
            reader.at(KEY, span, message, Some(hint));
        }
    }
    reader.mistakes.sort_by_key(|mistake| mistake.span);
    (reader.set, reader.mistakes)
}

pub(crate) struct Reader<'a, 'b> {
    pub(crate) target: &'b Target<'a>,
    pub(crate) set: DataSet,
    mistakes: Vec<Diagnostic>,
    file: u32,
}

impl<'a> Reader<'a, '_> {
    pub(crate) fn at(&mut self, code: &'static str, span: Span, message: String, hint: Option<String>) {
        self.mistakes.push(Diagnostic { code, severity: Severity::Error, message, span, hint });
    }

    pub(crate) fn mistake(
        &mut self,
        code: &'static str,
        start: usize,
        end: usize,
        message: String,
        hint: Option<String>,
    ) {
        self.at(code, self.span(start, end), message, hint);
    }

    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file: self.file, start: offset(start), end: offset(end) }
    }

    /// A block, a list of blocks, or a table with the list `data`.
    fn file(&mut self, node: &Node) {
        let blocks = match &node.kind {
            Kind::Array(blocks) => blocks.as_slice(),
            Kind::Table(entries) => match entries.as_slice() {
                [Entry { name, value: Node { kind: Kind::Array(blocks), .. }, .. }] if name == "data" => {
                    blocks
                }
                _ => std::slice::from_ref(node),
            },
            _ => std::slice::from_ref(node),
        };
        for block in blocks {
            self.block(block);
        }
    }

    /// A row of a block.
    pub(crate) fn row(&mut self, block: usize, node: &Node) {
        let Some(entries) = node.entries() else {
            return self.mistake(
                VALUE,
                node.start,
                node.end,
                format!("a row is a table, not {}", node.word()),
                None,
            );
        };
        // The span of `[[rows]]` is its head; what a reader looks for is the row's first line.
        let (start, end) = entries.first().map_or((node.start, node.end), |it| (it.start, it.value.end));
        let mut row = Row::new(block, self.span(start, end));
        let before = self.mistakes.len();
        let mut related = Vec::new();
        for entry in entries {
            match self.join_of(block, entry) {
                Some(join) => related.extend(self.related(join, entry)),
                None => self.cell(&mut row, entry),
            }
        }
        if self.mistakes.len() == before {
            self.refuse_missing(&row);
        }
        if self.mistakes.len() == before {
            self.relate(&row, related);
        }
        self.set.rows.push(row);
    }

    /// The side of a many-to-many relation that an entry of a row is about.
    fn join_of(&self, block: usize, entry: &Entry) -> Option<Join> {
        let model = self.set.blocks[block].model;
        let (index, _) = self.target.model(model).find_field(&entry.name)?;
        self.target.join(FieldId { model, index })
    }

    fn cell(&mut self, row: &mut Row, entry: &Entry) {
        let model = self.set.model(row);
        let found = self.target.model(model);
        let Some((at, field)) = found.find_field(&entry.name) else {
            return self.unknown_field(model, &entry.name, entry.start, entry.end);
        };
        let node = &entry.value;
        let span = self.span(node.start, node.end);
        let values = match &field.ty {
            FieldType::Relation(id) => {
                let Some(key) = ForeignKey::of(&self.target.schema, model, at) else {
                    let relation = &self.target.schema.relation(*id).kind;
                    return self.no_column(found, entry, relation);
                };
                match is_null(node) {
                    true => key.columns.iter().map(|column| (*column, Value::Null)).collect(),
                    false => self.foreign_key(row, &key, node),
                }
            }
            _ if is_null(node) => vec![(at, Value::Null)],
            _ => self.column_value(model, at, node).map(|value| (at, value)).into_iter().collect(),
        };
        for (column, value) in values {
            if row.cells.insert(column, Cell { value, span }).is_some() {
                let name = &found.fields[column].name;
                self.mistake(
                    NAME,
                    entry.start,
                    entry.end,
                    format!("`{name}` is given twice in this row"),
                    None,
                );
            }
        }
    }

    /// The value of a column that is not null.
    pub(crate) fn column_value(&mut self, model: ModelId, at: usize, node: &Node) -> Option<Value> {
        let (schema, field) = (&self.target.schema, self.target.field(model, at));
        match constant(schema, field, node) {
            Ok(value) => {
                let sql = self.target.sql().constant(schema, field, &value);
                Some(Value::Constant { sql, shown: constant::shown(&value) })
            }
            Err(misfit) => {
                self.mistake(VALUE, misfit.start, misfit.end, misfit.message, misfit.hint);
                None
            }
        }
    }

    pub(crate) fn unknown_field(&mut self, model: ModelId, name: &str, start: usize, end: usize) {
        let found = self.target.model(model);
        let fields = found.fields.iter().map(|field| field.name.as_str());
        let hint = nearest(name, fields).map(|near| format!("did you mean `{near}`?"));
        self.mistake(NAME, start, end, format!("`{}` has no field `{name}`", found.name), hint);
    }

    fn no_column(&mut self, model: &Model, entry: &Entry, relation: &RelationKind) {
        let hint = match relation {
            RelationKind::ForeignKey(key) => {
                let other = self.target.model(key.forward.model);
                let field = self.target.schema.field(key.forward);
                format!("write it in the rows of {}, as `{}`", other.name, field.name)
            }
            RelationKind::ManyToMany { .. } => {
                "its join table is none that can be written here: fill it in prisma/seed/*.sql".to_owned()
            }
        };
        let message =
            format!("`{}` of {} is no column: it is the other side of a relation", entry.name, model.name);
        self.mistake(NAME, entry.start, entry.end, message, Some(hint));
    }
}

/// `null`, or what stands for it in TOML.
pub(crate) fn is_null(node: &Node) -> bool {
    match &node.kind {
        Kind::Null => true,
        Kind::Table(entries) => {
            matches!(entries.as_slice(), [only] if only.name == "null" && only.value.kind == Kind::Boolean(true))
        }
        _ => false,
    }
}
