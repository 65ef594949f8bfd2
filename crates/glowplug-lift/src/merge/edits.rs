//! Edits of the text: gathered by line, then made at once. What no edit names stays byte for byte.
//!
//! A block that was formatted is formatted again after it was edited; others are left as they are laid out.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_psl::diagnostics::SourceFile;
use glowplug_psl::syntax::{Attribute, Block, CommentKind, Entry, Field, Item};

use super::files::{AttributeAt, BlockAt, EntryAt, Files};

/// What becomes of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AttributePatch {
    Remove,
    /// The whole text.
    Set(String),
    /// Arguments by name: a new value, or none.
    Arguments(Vec<(String, Option<String>)>),
}

/// What becomes of a field or value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct LinePatch {
    /// The type with its suffix.
    ty: Option<String>,
    attributes: Vec<(String, AttributePatch)>,
}

/// Where a new line goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    /// In front of everything.
    First,
    /// Behind this field or value.
    After(usize),
    /// Behind the last field or value.
    AfterFields,
    /// Among the attributes at the end.
    AtEnd,
}

/// Everything that is to be done.
pub(crate) struct Edits<'f, 'a> {
    files: &'f Files<'a>,
    lines: BTreeMap<EntryAt, LinePatch>,
    attributes: BTreeMap<EntryAt, AttributePatch>,
    properties: BTreeMap<EntryAt, String>,
    removed: BTreeSet<EntryAt>,
    inserted: BTreeMap<BlockAt, Vec<(Where, String)>>,
    removed_blocks: BTreeSet<BlockAt>,
    appended: BTreeMap<usize, Vec<String>>,
}

/// A replacement in a text.
pub(super) type Replacement = (usize, usize, String);

impl<'f, 'a> Edits<'f, 'a> {
    pub(crate) fn new(files: &'f Files<'a>) -> Self {
        Self {
            files,
            lines: BTreeMap::new(),
            attributes: BTreeMap::new(),
            properties: BTreeMap::new(),
            removed: BTreeSet::new(),
            inserted: BTreeMap::new(),
            removed_blocks: BTreeSet::new(),
            appended: BTreeMap::new(),
        }
    }

    /// Removes a field, value or attribute line, with the doc comment right above it.
    pub(crate) fn remove(&mut self, at: EntryAt) {
        self.removed.insert(at);
    }

    /// Removes a block with its doc comment.
    pub(crate) fn remove_block(&mut self, at: BlockAt) {
        self.removed_blocks.insert(at);
    }

    /// Gives a field another type.
    pub(crate) fn set_type(&mut self, at: EntryAt, ty: String) {
        self.lines.entry(at).or_default().ty = Some(ty);
    }

    /// Gives a field or value an attribute, or changes the one of that name.
    pub(crate) fn patch(&mut self, at: EntryAt, name: &str, patch: AttributePatch) {
        let attributes = &mut self.lines.entry(at).or_default().attributes;
        match (attributes.iter_mut().find(|(known, _)| known == name), patch) {
            (Some((_, AttributePatch::Arguments(known))), AttributePatch::Arguments(more)) => {
                known.extend(more)
            }
            (Some((_, known)), patch) => *known = patch,
            (None, patch) => attributes.push((name.to_owned(), patch)),
        }
    }

    /// Changes an attribute, wherever it stands.
    pub(crate) fn patch_at(&mut self, at: &AttributeAt, patch: AttributePatch) {
        match at {
            AttributeAt::OnField(entry, name) => self.patch(*entry, name, patch),
            AttributeAt::OnModel(entry) if patch == AttributePatch::Remove => self.remove(*entry),
            AttributeAt::OnModel(entry) => {
                self.attributes.insert(*entry, patch);
            }
        }
    }

    /// Gives a block the attribute of that name, or takes it away.
    pub(crate) fn set_block_attribute(&mut self, at: BlockAt, name: &str, text: Option<String>) {
        let found = self.files.block_attributes(at).into_iter().find(|(_, a)| a.name.text == name);
        match (found, text) {
            (Some((entry, _)), Some(text)) => {
                self.attributes.insert(entry, AttributePatch::Set(text));
            }
            (Some((entry, _)), None) => self.remove(entry),
            (None, Some(text)) => self.insert(at, Where::AtEnd, text),
            (None, None) => {}
        }
    }

    /// Writes an attribute line anew that was to go.
    pub(crate) fn replace(&mut self, at: EntryAt, text: String) {
        self.removed.remove(&at);
        self.attributes.insert(at, AttributePatch::Set(text));
    }

    /// Gives a setting another value.
    pub(crate) fn set_property(&mut self, at: EntryAt, value: String) {
        self.properties.insert(at, value);
    }

    /// Adds a line (or several: comments above one).
    pub(crate) fn insert(&mut self, at: BlockAt, place: Where, text: String) {
        self.inserted.entry(at).or_default().push((place, text));
    }

    /// Adds a block at the end of a file.
    pub(crate) fn append(&mut self, file: usize, block: String) {
        self.appended.entry(file).or_default().push(block);
    }

    /// Whether the field keeps, or gets, an attribute of that name.
    pub(crate) fn will_have(&self, at: EntryAt, name: &str) -> bool {
        let patch =
            self.lines.get(&at).and_then(|line| line.attributes.iter().find(|(known, _)| known == name));
        match patch {
            Some((_, patch)) => *patch != AttributePatch::Remove,
            None => self.files.attributes(at).iter().any(|attribute| attribute.name.text == name),
        }
    }

    /// The files with all edits made.
    pub(crate) fn finish(&self) -> Vec<SourceFile> {
        (0..self.files.sources.len())
            .map(|file| SourceFile { path: self.files.sources[file].path.clone(), text: self.file(file) })
            .collect()
    }

    fn file(&self, file: usize) -> String {
        let text = self.files.text(file);
        let mut changes: Vec<Replacement> = Vec::new();
        for (item, content) in self.files.items(file).iter().enumerate() {
            let Item::Block(block) = content else { continue };
            let at = BlockAt { file, item };
            if self.removed_blocks.contains(&at) {
                let (start, end) = self.block_lines(at, block);
                changes.push((start, end, String::new()));
            } else if self.is_touched(at) {
                changes.push((block.span.start as usize, block.span.end as usize, self.block(at, block)));
            }
        }
        let mut res = replaced(text, 0, text.len(), changes);
        let newline = newline(text);
        for block in self.appended.get(&file).into_iter().flatten() {
            let end = res.trim_end_matches(['\n', '\r', ' ', '\t']).len();
            res.truncate(end);
            if !res.is_empty() {
                res.push_str(newline);
                res.push_str(newline);
            }
            res.push_str(&block.replace('\n', newline));
        }
        res
    }

    fn is_touched(&self, at: BlockAt) -> bool {
        let is_here = |entry: &EntryAt| entry.block == at;
        self.lines.keys().any(is_here)
            || self.attributes.keys().any(is_here)
            || self.properties.keys().any(is_here)
            || self.removed.iter().any(is_here)
            || self.inserted.contains_key(&at)
    }

    /// From the first line of a block's doc comment to the empty lines after the block.
    fn block_lines(&self, at: BlockAt, block: &Block<'_>) -> (usize, usize) {
        let text = self.files.text(at.file);
        let items = &self.files.items(at.file)[..at.item];
        let mut start = line_start(text, block.span.start as usize);
        for item in items.iter().rev() {
            match item {
                Item::Comment(comment) if comment.kind == CommentKind::Doc => {
                    start = line_start(text, comment.span.start as usize);
                }
                Item::Comment(_) | Item::EmptyLines | Item::Block(_) | Item::Broken(_) => break,
            }
        }
        let mut end = line_end(text, block.span.end as usize);
        while end < text.len() && text[end..line_end(text, end)].trim().is_empty() {
            end = line_end(text, end);
        }
        if end == text.len() {
            // The last block: the empty lines before it go instead.
            let kept = text[..start].trim_end_matches(['\n', '\r', ' ', '\t']);
            start = if kept.is_empty() { 0 } else { line_end(text, kept.len()) };
        }
        (start, end)
    }

    fn block(&self, at: BlockAt, block: &Block<'a>) -> String {
        let text = self.files.text(at.file);
        let (start, end) = (block.span.start as usize, block.span.end as usize);
        let was_formatted =
            glowplug_psl::format(&text[start..end]).trim_end_matches('\n') == &text[start..end];
        let mut changes = Vec::new();
        for (index, entry) in block.entries.iter().enumerate() {
            let here = EntryAt { block: at, entry: index };
            if self.removed.contains(&here) {
                changes.push(self.removed_lines(text, block, index));
            } else {
                changes.extend(self.edited(text, here, entry));
            }
        }
        changes.extend(self.insertions(text, at, block));
        let res = replaced(text, start, end, changes);
        if was_formatted { glowplug_psl::format(&res).trim_end_matches('\n').to_owned() } else { res }
    }

    fn removed_lines(&self, text: &str, block: &Block<'_>, index: usize) -> Replacement {
        let (first, last) = extent(&block.entries[index]);
        let mut start = line_start(text, first);
        let is_attribute = matches!(block.entries[index], Entry::Attribute(_));
        for entry in block.entries[..index].iter().rev() {
            match entry {
                Entry::Comment(comment) if comment.kind == CommentKind::Doc && !is_attribute => {
                    start = line_start(text, comment.span.start as usize);
                }
                _ => break,
            }
        }
        (start, line_end(text, last), String::new())
    }

    fn edited(&self, text: &str, at: EntryAt, entry: &Entry<'_>) -> Vec<Replacement> {
        let mut changes = Vec::new();
        if let (Entry::Property(property), Some(value)) = (entry, self.properties.get(&at))
            && let Some(written) = &property.value
        {
            let span = written.span();
            changes.push((span.start as usize, span.end as usize, value.clone()));
        }
        if let (Entry::Attribute(attribute), Some(patch)) = (entry, self.attributes.get(&at)) {
            changes.extend(patched(text, &attribute.attribute, "@@", patch));
        }
        if let Some(patch) = self.lines.get(&at) {
            if let (Entry::Field(field), Some(ty)) = (entry, &patch.ty)
                && let Some(written) = &field.ty
            {
                changes.push((written.span.start as usize, written.span.end as usize, ty.clone()));
            }
            changes.extend(patched_attributes(text, entry, &patch.attributes));
        }
        changes
    }

    fn insertions(&self, text: &str, at: BlockAt, block: &Block<'_>) -> Vec<Replacement> {
        let Some(inserted) = self.inserted.get(&at) else { return Vec::new() };
        let newline = newline(text);
        let stays = |index: &usize| !self.removed.contains(&EntryAt { block: at, entry: *index });
        let is_field = |index: &usize| matches!(block.entries[*index], Entry::Field(_) | Entry::Value(_));
        let is_attribute = |index: &usize| matches!(block.entries[*index], Entry::Attribute(_));
        let indent = indentation(text, block);
        let mut res: BTreeMap<usize, String> = BTreeMap::new();
        let mut last_lines = String::new();
        for (place, lines) in inserted {
            let lines = lines.lines().map(|line| format!("{indent}{line}")).collect::<Vec<_>>().join(newline);
            let anchor = match place {
                Where::First => None,
                Where::After(index) => (0..=*index).rev().filter(stays).find(is_field),
                Where::AfterFields => (0..block.entries.len()).rev().filter(stays).find(is_field),
                Where::AtEnd => match (0..block.entries.len()).rev().filter(stays).find(is_attribute) {
                    Some(last) => Some(last),
                    None => {
                        last_lines.push_str(&format!("{lines}{newline}"));
                        continue;
                    }
                },
            };
            let after = match anchor {
                Some(index) => content_end(text, extent(&block.entries[index]).1),
                None => content_end(text, opening_end(block)),
            };
            res.entry(after).or_default().push_str(&format!("{newline}{lines}"));
        }
        let mut res: Vec<Replacement> = res.into_iter().map(|(at, text)| (at, at, text)).collect();
        if !last_lines.is_empty() {
            let close = line_start(text, block.span.end as usize - 1);
            res.push((close, close, format!("{newline}{last_lines}")));
        }
        res
    }
}

/// The space in front of the block's lines.
fn indentation<'t>(text: &'t str, block: &Block<'_>) -> &'t str {
    let first = block.entries.iter().find_map(|entry| match entry {
        Entry::Field(_) | Entry::Value(_) | Entry::Attribute(_) => Some(extent(entry).0),
        Entry::EmptyLines | Entry::Comment(_) | Entry::Property(_) | Entry::Broken { .. } => None,
    });
    match first {
        Some(at) => &text[line_start(text, at)..at],
        None => "  ",
    }
}

/// Where the opening line's content ends.
fn opening_end(block: &Block<'_>) -> usize {
    let name_end = block.name.span.end as usize;
    block.opening_comment.map_or(name_end, |comment| comment.span.end as usize)
}

/// First byte of an entry and one past its last, a comment behind it included.
fn extent(entry: &Entry<'_>) -> (usize, usize) {
    let end_of = |end: u32, comment: Option<glowplug_psl::syntax::Comment<'_>>| {
        comment.map_or(end, |comment| comment.span.end) as usize
    };
    match entry {
        Entry::Field(field) => (field.name.span.start as usize, end_of(field_end(field), field.comment)),
        Entry::Value(value) => {
            let last = value.attributes.last().map_or(value.name.span.end, |attribute| attribute.span.end);
            (value.name.span.start as usize, end_of(last, value.comment))
        }
        Entry::Property(property) => {
            (property.span.start as usize, end_of(property.span.end, property.comment))
        }
        Entry::Attribute(attribute) => {
            let span = attribute.attribute.span;
            (span.start as usize, end_of(span.end, attribute.comment))
        }
        Entry::Comment(comment) => (comment.span.start as usize, comment.span.end as usize),
        Entry::Broken { span, .. } => (span.start as usize, span.end as usize),
        Entry::EmptyLines => (0, 0),
    }
}

/// One past the last byte of a field's attributes, or of its type where it has none.
fn field_end(field: &Field<'_>) -> u32 {
    let ty = field.ty.map_or(field.name.span.end, |ty| ty.span.end);
    field.attributes.last().map_or(ty, |attribute| attribute.span.end)
}

/// Edits of a field's or value's attributes; new ones come behind the others.
fn patched_attributes(
    text: &str,
    entry: &Entry<'_>,
    patches: &[(String, AttributePatch)],
) -> Vec<Replacement> {
    let (attributes, end): (&[Attribute<'_>], usize) = match entry {
        Entry::Field(field) => (&field.attributes, field_end(field) as usize),
        Entry::Value(value) => {
            let last = value.attributes.last().map_or(value.name.span.end, |attribute| attribute.span.end);
            (&value.attributes, last as usize)
        }
        Entry::EmptyLines
        | Entry::Comment(_)
        | Entry::Property(_)
        | Entry::Attribute(_)
        | Entry::Broken { .. } => return Vec::new(),
    };
    let mut changes = Vec::new();
    let mut added = String::new();
    for (name, patch) in patches {
        match (attributes.iter().find(|attribute| attribute.name.text == name), patch) {
            (Some(attribute), AttributePatch::Remove) => {
                let start = attribute.span.start as usize;
                let before = text[..start].trim_end_matches([' ', '\t']).len();
                changes.push((before, attribute.span.end as usize, String::new()));
            }
            (Some(attribute), patch) => changes.extend(patched(text, attribute, "@", patch)),
            (None, AttributePatch::Remove) => {}
            (None, AttributePatch::Set(text)) => added.push_str(&format!(" {text}")),
            (None, AttributePatch::Arguments(arguments)) => {
                let written: Vec<String> = arguments
                    .iter()
                    .filter_map(|(name, value)| value.as_ref().map(|value| format!("{name}: {value}")))
                    .collect();
                if !written.is_empty() {
                    added.push_str(&format!(" @{name}({})", written.join(", ")));
                }
            }
        }
    }
    if !added.is_empty() {
        changes.push((end, end, added));
    }
    changes
}

/// The edit of one attribute that is there.
fn patched(
    text: &str,
    attribute: &Attribute<'_>,
    sigil: &str,
    patch: &AttributePatch,
) -> Option<Replacement> {
    let (start, end) = (attribute.span.start as usize, attribute.span.end as usize);
    match patch {
        AttributePatch::Remove => None,
        AttributePatch::Set(new) => Some((start, end, new.clone())),
        AttributePatch::Arguments(wanted) => {
            Some((start, end, with_arguments(text, attribute, sigil, wanted)))
        }
    }
}

/// The attribute with other arguments; those that are not named stay as they are written.
fn with_arguments(
    text: &str,
    attribute: &Attribute<'_>,
    sigil: &str,
    wanted: &[(String, Option<String>)],
) -> String {
    let latest = |name: &str| wanted.iter().rev().find(|(wanted, _)| wanted == name).map(|(_, value)| value);
    let mut arguments: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for argument in attribute.arguments.iter().flat_map(|arguments| &arguments.items) {
        let name = argument.name.map(|name| name.text).unwrap_or_default();
        match latest(name).filter(|_| !name.is_empty()) {
            None => arguments.push(text[argument.span.start as usize..argument.span.end as usize].to_owned()),
            Some(value) => {
                seen.insert(name);
                arguments.extend(value.as_ref().map(|value| format!("{name}: {value}")));
            }
        }
    }
    for (name, _) in wanted {
        if seen.insert(name)
            && let Some(Some(value)) = latest(name)
        {
            arguments.push(format!("{name}: {value}"));
        }
    }
    let name = attribute.name.text;
    if arguments.is_empty() {
        format!("{sigil}{name}")
    } else {
        format!("{sigil}{name}({})", arguments.join(", "))
    }
}

/// The part of a text from `start` to `end` with replacements made. Where two of them overlap (blocks that go
/// take the empty lines between them along), each byte goes once.
pub(super) fn replaced(text: &str, start: usize, end: usize, mut changes: Vec<Replacement>) -> String {
    changes.sort_by_key(|(start, end, _)| (*start, *end));
    let mut res = String::with_capacity(end - start + 64);
    let mut at = start;
    for (from, to, new) in changes {
        let from = from.max(at);
        res.push_str(&text[at..from]);
        res.push_str(&new);
        at = to.max(from);
    }
    res.push_str(&text[at..end.max(at)]);
    res
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// One past the end of the line, its newline included.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}

/// The end of the line without its newline.
fn content_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    if text[at..end].ends_with('\r') { end - 1 } else { end }
}

pub(super) fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}
