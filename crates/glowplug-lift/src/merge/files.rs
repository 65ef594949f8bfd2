//! The files' syntax, and where in it the things of the schema stand.

use std::collections::BTreeMap;

use glowplug_psl::diagnostics::{SourceFile, Span};
use glowplug_psl::parse_syntax;
use glowplug_psl::syntax::{Attribute, Block, Document, Entry, Item};

/// A block: its file, and its index among the file's items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BlockAt {
    pub(crate) file: usize,
    pub(crate) item: usize,
}

/// A line of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EntryAt {
    pub(crate) block: BlockAt,
    pub(crate) entry: usize,
}

/// An attribute: on a field, by its name, or on a line of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AttributeAt {
    OnField(EntryAt, String),
    OnModel(EntryAt),
}

/// All files.
pub(crate) struct Files<'a> {
    pub(crate) sources: &'a [SourceFile],
    documents: Vec<Document<'a>>,
    /// Blocks, fields and values by file and first byte of their names.
    blocks: BTreeMap<(u32, u32), BlockAt>,
    entries: BTreeMap<(u32, u32), EntryAt>,
    /// Attributes by file and first byte.
    attributes: BTreeMap<(u32, u32), AttributeAt>,
}

impl<'a> Files<'a> {
    pub(crate) fn new(sources: &'a [SourceFile]) -> Self {
        let documents: Vec<Document<'a>> = sources
            .iter()
            .enumerate()
            .map(|(file, source)| parse_syntax(&source.text, file as u32))
            .collect();
        let mut files = Self {
            sources,
            documents: Vec::new(),
            blocks: BTreeMap::new(),
            entries: BTreeMap::new(),
            attributes: BTreeMap::new(),
        };
        for (file, document) in documents.iter().enumerate() {
            for (item, content) in document.items.iter().enumerate() {
                if let Item::Block(block) = content {
                    files.index(BlockAt { file, item }, block);
                }
            }
        }
        files.documents = documents;
        files
    }

    fn index(&mut self, at: BlockAt, block: &Block<'_>) {
        self.blocks.insert(key(block.name.span), at);
        for (entry, content) in block.entries.iter().enumerate() {
            let at = EntryAt { block: at, entry };
            match content {
                Entry::Field(field) => {
                    self.entries.insert(key(field.name.span), at);
                    self.index_attributes(at, &field.attributes);
                }
                Entry::Value(value) => {
                    self.entries.insert(key(value.name.span), at);
                    self.index_attributes(at, &value.attributes);
                }
                Entry::Attribute(attribute) => {
                    self.attributes.insert(key(attribute.attribute.span), AttributeAt::OnModel(at));
                }
                Entry::Property(property) => {
                    self.entries.insert(key(property.name.span), at);
                }
                Entry::EmptyLines | Entry::Comment(_) | Entry::Broken { .. } => {}
            }
        }
    }

    fn index_attributes(&mut self, at: EntryAt, attributes: &[Attribute<'_>]) {
        for attribute in attributes {
            let place = AttributeAt::OnField(at, attribute.name.text.to_owned());
            self.attributes.insert(key(attribute.span), place);
        }
    }

    /// The block whose name stands there.
    pub(crate) fn block_at(&self, name: Span) -> Option<BlockAt> {
        self.blocks.get(&key(name)).copied()
    }

    /// The field or value whose name stands there.
    pub(crate) fn entry_at(&self, name: Span) -> Option<EntryAt> {
        self.entries.get(&key(name)).copied()
    }

    /// The attribute that stands there.
    pub(crate) fn attribute_at(&self, span: Span) -> Option<&AttributeAt> {
        self.attributes.get(&key(span))
    }

    /// The text of a file.
    pub(crate) fn text(&self, file: usize) -> &'a str {
        &self.sources[file].text
    }

    /// The items of a file.
    pub(crate) fn items(&self, file: usize) -> &[Item<'a>] {
        &self.documents[file].items
    }

    /// The block there; `None` for what is no block.
    pub(crate) fn block(&self, at: BlockAt) -> Option<&Block<'a>> {
        match self.documents.get(at.file)?.items.get(at.item)? {
            Item::Block(block) => Some(block),
            Item::EmptyLines | Item::Comment(_) | Item::Broken(_) => None,
        }
    }

    /// The line there.
    pub(crate) fn entry(&self, at: EntryAt) -> Option<&Entry<'a>> {
        self.block(at.block)?.entries.get(at.entry)
    }

    /// The attribute lines of a block.
    pub(crate) fn block_attributes(&self, at: BlockAt) -> Vec<(EntryAt, &Attribute<'a>)> {
        let entries = self.block(at).map_or(&[][..], |block| &block.entries);
        let mut res = Vec::new();
        for (entry, content) in entries.iter().enumerate() {
            if let Entry::Attribute(found) = content {
                res.push((EntryAt { block: at, entry }, &found.attribute));
            }
        }
        res
    }

    /// The attributes of a field or value.
    pub(crate) fn attributes(&self, at: EntryAt) -> &[Attribute<'a>] {
        match self.entry(at) {
            Some(Entry::Field(field)) => &field.attributes,
            Some(Entry::Value(value)) => &value.attributes,
            Some(
                Entry::EmptyLines
                | Entry::Comment(_)
                | Entry::Property(_)
                | Entry::Attribute(_)
                | Entry::Broken { .. },
            )
            | None => &[],
        }
    }

    /// The file that new blocks go into: that of the last model, else that of the datasource, else the first.
    pub(crate) fn home(&self) -> usize {
        use glowplug_psl::syntax::BlockKind;
        let last = |wanted: &[BlockKind]| {
            self.documents.iter().rposition(|document| {
                document.items.iter().any(|item| matches!(item, Item::Block(b) if wanted.contains(&b.kind)))
            })
        };
        let model = last(&[BlockKind::Model]);
        model.or_else(|| last(&[BlockKind::Datasource])).unwrap_or(0)
    }
}

fn key(span: Span) -> (u32, u32) {
    (span.file, span.start)
}
