//! The names at the top of all files, and what they stand for.

use super::docs::Docs;
use crate::codes;
use crate::schema::{EnumId, ModelId};
use crate::sink::Sink;
use crate::syntax::{Block, BlockKind, Document, Item};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as BTreeEntry;

/// Everything with a name at the top of a file.
pub(crate) struct Names<'a> {
    pub(super) datasource: Option<&'a Block<'a>>,
    pub(super) generators: Vec<&'a Block<'a>>,
    /// In the order of [`ModelId`].
    pub(super) models: Vec<Top<'a>>,
    /// In the order of [`EnumId`].
    pub(super) enums: Vec<Top<'a>>,
    pub(super) types: Vec<&'a Block<'a>>,
    pub(super) blocks: Vec<&'a Block<'a>>,
    by_name: BTreeMap<&'a str, Meaning>,
}

/// A block with the doc comment above it.
pub(crate) struct Top<'a> {
    pub(super) block: &'a Block<'a>,
    pub(super) docs: Docs<'a>,
}

/// What a type's name stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Model(ModelId),
    Enum(EnumId),
    Type,
}

impl<'a> Names<'a> {
    /// What this name stands for.
    pub(super) fn get(&self, name: &str) -> Option<Meaning> {
        self.by_name.get(name).copied()
    }

    /// All names of models, views, enums and types.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a str> {
        self.by_name.keys().copied()
    }
}

/// Collects the names of all files; a name that is taken already is reported and left out.
pub(super) fn collect<'a>(documents: &'a [Document<'a>], sink: &mut Sink) -> Names<'a> {
    let mut names = Names {
        datasource: None,
        generators: Vec::new(),
        models: Vec::new(),
        enums: Vec::new(),
        types: Vec::new(),
        blocks: Vec::new(),
        by_name: BTreeMap::new(),
    };
    for document in documents {
        let mut docs = Docs::new(document.text);
        for item in &document.items {
            match item {
                Item::EmptyLines | Item::Broken(_) => docs.clear(),
                Item::Comment(comment) => docs.push(*comment),
                Item::Block(block) => add(&mut names, block, docs.take(), sink),
            }
        }
    }
    names
}

fn add<'a>(names: &mut Names<'a>, block: &'a Block<'a>, docs: Docs<'a>, sink: &mut Sink) {
    match block.kind {
        BlockKind::Datasource => add_datasource(names, block, sink),
        BlockKind::Generator => add_generator(names, block, sink),
        BlockKind::Model | BlockKind::View => {
            names.blocks.push(block);
            let id = ModelId(names.models.len());
            if claim(names, block, Meaning::Model(id), sink) {
                names.models.push(Top { block, docs });
            }
        }
        BlockKind::Enum => {
            names.blocks.push(block);
            let id = EnumId(names.enums.len());
            if claim(names, block, Meaning::Enum(id), sink) {
                names.enums.push(Top { block, docs });
            }
        }
        BlockKind::Type => {
            names.types.push(block);
            claim(names, block, Meaning::Type, sink);
        }
    }
}

fn add_datasource<'a>(names: &mut Names<'a>, block: &'a Block<'a>, sink: &mut Sink) {
    if let Some(first) = names.datasource {
        for block in [first, block] {
            let message = format!("datasource `{}` is not the only one of this schema", block.name.text);
            sink.error(codes::DUPLICATE_DATASOURCE, block.name.span, message)
                .hint("a schema has one datasource: remove the others");
        }
        return;
    }
    names.datasource = Some(block);
}

fn add_generator<'a>(names: &mut Names<'a>, block: &'a Block<'a>, sink: &mut Sink) {
    if names.generators.iter().any(|other| other.name.text == block.name.text) {
        sink.error(
            codes::DUPLICATE_NAME,
            block.name.span,
            format!("generator `{}` is defined twice", block.name.text),
        )
        .hint("rename one of them");
        return;
    }
    names.generators.push(block);
}

/// Gives the block its name; `false` and a report if another one has it.
fn claim<'a>(names: &mut Names<'a>, block: &'a Block<'a>, meaning: Meaning, sink: &mut Sink) -> bool {
    let name = block.name;
    let taken = match names.by_name.entry(name.text) {
        BTreeEntry::Vacant(free) => {
            free.insert(meaning);
            return true;
        }
        BTreeEntry::Occupied(taken) => *taken.get(),
    };
    let by = match taken {
        Meaning::Model(id) => names.models[id.0].block.kind.keyword(),
        Meaning::Enum(_) => "enum",
        Meaning::Type => "type",
    };
    let article = if by == "enum" { "an" } else { "a" };
    sink.error(
        codes::DUPLICATE_NAME,
        name.span,
        format!(
            "the {} `{}` cannot be defined: {article} {by} of this name exists",
            block.kind.keyword(),
            name.text
        ),
    )
    .hint("rename one of them; `@@map(\"...\")` keeps its name in the database");
    false
}
