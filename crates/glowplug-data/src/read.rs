//! From files to typed rows, with every mistake at once.

use std::collections::BTreeMap;

use glowplug_psl::diagnostics::{Diagnostic, Severity, SourceFile, Span};
use glowplug_psl::nearest::nearest;
use glowplug_psl::schema::{FieldType, Model, ModelId, RelationKind};

use crate::constant::{self, constant};
use crate::levels;
use crate::node::{self, Entry, Kind, Node};
use crate::references::{self, ForeignKey};
use crate::set::{Block, Cell, DataSet, Row, Target, Value};

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
    reader.refuse_duplicates();
    if reader.mistakes.is_empty() {
        references::find_declared(target, &mut reader.set);
        if let Err((span, message)) = levels::assign(&mut reader.set) {
            reader.at(KEY, span, message, None);
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

    fn block(&mut self, node: &Node) {
        let Some(entries) = node.entries() else {
            let hint = "a file says `model = \"...\"`, and then its `[[rows]]`".to_owned();
            return self.mistake(
                VALUE,
                node.start,
                node.end,
                format!("here stands {}, and not the rows of a model", node.word()),
                Some(hint),
            );
        };
        const KNOWN: [&str; 4] = ["model", "key", "remove", "rows"];
        for entry in entries.iter().filter(|entry| !KNOWN.contains(&entry.name.as_str())) {
            let hint = match nearest(&entry.name, KNOWN) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "a block has `model`, `key`, `remove` and `rows`".to_owned(),
            };
            self.mistake(
                NAME,
                entry.start,
                entry.end,
                format!("`{}` means nothing here", entry.name),
                Some(hint),
            );
        }
        let entry = |name: &str| entries.iter().find(|entry| entry.name == name);
        let Some((model, span)) = self.model(node, entry("model")) else { return };
        let key = match entry("key") {
            Some(entry) => self.key(model, entry),
            None => self.usual_key(model, span),
        };
        let removes = self.removes(entry("remove"));
        let Some(key) = key else { return };
        let Some(block) = self.enter(Block { model, key, removes, span }) else { return };
        match entry("rows").map(|entry| &entry.value) {
            None => {}
            Some(Node { kind: Kind::Array(rows), .. }) => rows.iter().for_each(|row| self.row(block, row)),
            Some(other) => {
                self.mistake(
                    VALUE,
                    other.start,
                    other.end,
                    format!("`rows` is a list, not {}", other.word()),
                    Some("[[rows]]".to_owned()),
                );
            }
        }
    }

    fn model(&mut self, node: &Node, entry: Option<&Entry>) -> Option<(ModelId, Span)> {
        let Some(entry) = entry else {
            let end = node.end.min(node.start + 1);
            self.mistake(
                MISSING,
                node.start,
                end,
                "the model is not named".to_owned(),
                Some("model = \"...\"".to_owned()),
            );
            return None;
        };
        let (start, end) = (entry.value.start, entry.value.end);
        let Kind::String(name) = &entry.value.kind else {
            self.mistake(
                VALUE,
                start,
                end,
                format!("`model` is a name in quotes, not {}", entry.value.word()),
                None,
            );
            return None;
        };
        let schema = self.target.schema;
        match schema.find_model(name) {
            Some((_, model)) if model.is_view => {
                self.mistake(
                    NAME,
                    start,
                    end,
                    format!("`{name}` is a view, which has no rows of its own"),
                    None,
                );
                None
            }
            Some((id, _)) => Some((id, self.span(start, end))),
            None => {
                let models = schema.models.iter().filter(|it| !it.is_view).map(|it| it.name.as_str());
                let hint = nearest(name, models).map(|near| format!("did you mean `{near}`?"));
                self.mistake(NAME, start, end, format!("the schema has no model `{name}`"), hint);
                None
            }
        }
    }

    fn removes(&mut self, entry: Option<&Entry>) -> bool {
        match entry.map(|entry| &entry.value) {
            None => false,
            Some(Node { kind: Kind::Boolean(value), .. }) => *value,
            Some(other) => {
                self.mistake(
                    VALUE,
                    other.start,
                    other.end,
                    format!("`remove` is true or false, not {}", other.word()),
                    None,
                );
                false
            }
        }
    }

    /// The block of that model: further blocks of it add rows.
    fn enter(&mut self, block: Block) -> Option<usize> {
        let Some(at) = self.set.blocks.iter().position(|it| it.model == block.model) else {
            self.set.blocks.push(block);
            return Some(self.set.blocks.len() - 1);
        };
        if self.set.blocks[at].key != block.key {
            let (path, line) = self.set.place(self.set.blocks[at].span);
            let message = format!(
                "the key of `{}` is another one at {path}:{line}",
                self.target.model(block.model).name
            );
            self.at(KEY, block.span, message, None);
            return None;
        }
        self.set.blocks[at].removes |= block.removes;
        Some(at)
    }

    fn row(&mut self, block: usize, node: &Node) {
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
        let mut row = Row {
            block,
            span: self.span(start, end),
            cells: BTreeMap::new(),
            references: Vec::new(),
            level: 0,
        };
        let before = self.mistakes.len();
        for entry in entries {
            self.cell(&mut row, entry);
        }
        if self.mistakes.len() == before {
            self.refuse_missing(&row);
        }
        self.set.rows.push(row);
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
                let Some(key) = ForeignKey::of(self.target.schema, model, at) else {
                    let relation = &self.target.schema.relation(*id).kind;
                    return self.no_column(found, entry, relation);
                };
                match is_null(node) {
                    true => key.columns.iter().map(|column| (*column, Value::Null)).collect(),
                    false => self.reference(row, &key, node),
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
        let (schema, field) = (self.target.schema, self.target.field(model, at));
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
                "a many-to-many relation has a table of its own: fill it in prisma/seed/*.sql".to_owned()
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
