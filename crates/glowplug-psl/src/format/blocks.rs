//! Blocks: fields in columns, block attributes at the end.

use super::comment_lines;
use super::expressions::{push_attribute, push_expression};
use super::table::{Row, Table};
use crate::syntax::{Attribute, Block, BlockAttribute, Comment, Entry, Field, TypeReference, TypeSuffix};

/// The order of attributes, on fields and at the end of blocks; others follow as they came.
const ORDER: [&str; 9] =
    ["id", "unique", "default", "updatedAt", "index", "fulltext", "map", "relation", "ignore"];

/// Writes a block.
pub(super) fn format(block: &Block<'_>, out: &mut String) {
    out.push_str(block.kind.keyword());
    out.push(' ');
    out.push_str(block.name.text);
    out.push_str(" {");
    if let Some(comment) = &block.opening_comment {
        out.push(' ');
        out.push_str(comment.text);
    }
    out.push('\n');
    Contents { start: out.len(), out, table: Table::default(), attributes: Vec::new() }
        .format(&block.entries);
    out.push_str("}\n");
}

/// The contents of a block on their way out.
struct Contents<'b, 'o> {
    out: &'o mut String,
    /// Where the contents start in `out`.
    start: usize,
    /// Rows that are aligned together, not yet written.
    table: Table,
    /// Block attributes with the comments above them: they go to the end.
    attributes: Vec<(&'b [Entry<'b>], &'b BlockAttribute<'b>)>,
}

impl<'b> Contents<'b, '_> {
    fn format(mut self, entries: &'b [Entry<'b>]) {
        let mut rest = entries;
        while let [Entry::EmptyLines, after @ ..] = rest {
            rest = after;
        }
        let mut after_empty_line = false;
        while let [entry, after @ ..] = rest {
            rest = after;
            match entry {
                Entry::EmptyLines => {
                    // Before comments it depends on what follows them; attributes have their own.
                    let starts_group = matches!(
                        rest.first(),
                        Some(Entry::Field(_) | Entry::Value(_) | Entry::Property(_) | Entry::Broken { .. })
                    );
                    if starts_group {
                        self.start_group();
                    }
                    after_empty_line = true;
                    continue;
                }
                Entry::Comment(_) => {
                    let length = comments_before(rest) + 1;
                    let start = entries.len() - rest.len() - 1;
                    let comments = &entries[start..start + length];
                    rest = &entries[start + length..];
                    if let [Entry::Attribute(attribute), after @ ..] = rest {
                        self.attributes.push((comments, attribute));
                        rest = after;
                    } else {
                        if after_empty_line {
                            self.start_group();
                        }
                        self.push_comments(comments);
                    }
                }
                Entry::Attribute(attribute) => self.attributes.push((&[], attribute)),
                Entry::Field(field) => self.table.push(field_row(field)),
                Entry::Value(value) => {
                    let mut attributes = String::new();
                    for attribute in &value.attributes {
                        push_attribute(attribute, "@", &mut attributes);
                    }
                    let cells = vec![value.name.text.to_owned(), attributes];
                    self.table.push(Row::Cells { cells, comment: text_of(value.comment) });
                }
                Entry::Property(property) => {
                    let mut value = "=".to_owned();
                    if let Some(expression) = &property.value {
                        value.push(' ');
                        push_expression(expression, &mut value);
                    }
                    let cells = vec![property.name.text.to_owned(), value];
                    self.table.push(Row::Cells { cells, comment: text_of(property.comment) });
                }
                Entry::Broken { text, .. } => self.table.push(Row::Loose((*text).to_owned())),
            }
            after_empty_line = false;
        }
        self.finish();
    }

    /// Writes what is aligned so far, and an empty line, which no block starts with.
    fn start_group(&mut self) {
        self.table.render(self.out);
        if self.out.len() > self.start {
            self.table = Table::after_empty_line();
        }
    }

    fn push_comments(&mut self, comments: &[Entry<'_>]) {
        for entry in comments {
            let Entry::Comment(comment) = entry else { continue };
            for line in comment_lines(comment) {
                self.table.push(Row::Cells { cells: Vec::new(), comment: line });
            }
        }
    }

    /// The block attributes, in their order, after an empty line.
    fn finish(mut self) {
        self.table.render(self.out);
        if self.attributes.is_empty() {
            return;
        }
        self.table = Table::after_empty_line();
        let mut attributes = std::mem::take(&mut self.attributes);
        attributes.sort_by_key(|(_, entry)| rank(&entry.attribute));
        for (comments, entry) in attributes {
            self.push_comments(comments);
            let mut cell = String::new();
            push_attribute(&entry.attribute, "@@", &mut cell);
            self.table.push(Row::Cells { cells: vec![cell], comment: text_of(entry.comment) });
        }
        self.table.render(self.out);
    }
}

/// How many comments come next.
fn comments_before(entries: &[Entry<'_>]) -> usize {
    entries.iter().take_while(|entry| matches!(entry, Entry::Comment(_))).count()
}

fn rank(attribute: &Attribute<'_>) -> usize {
    ORDER.iter().position(|name| *name == attribute.name.text).unwrap_or(usize::MAX)
}

fn text_of(comment: Option<Comment<'_>>) -> String {
    comment.map_or_else(String::new, |comment| comment.text.to_owned())
}

fn field_row(field: &Field<'_>) -> Row {
    let mut attributes: Vec<&Attribute<'_>> = field.attributes.iter().collect();
    attributes.sort_by_key(|attribute| rank(attribute));
    let mut written = String::new();
    for (index, attribute) in attributes.into_iter().enumerate() {
        if index > 0 {
            written.push(' ');
        }
        push_attribute(attribute, "@", &mut written);
    }
    let ty = field.ty.as_ref().map_or_else(String::new, type_text);
    Row::Cells { cells: vec![field.name.text.to_owned(), ty, written], comment: text_of(field.comment) }
}

/// The type as it is written today.
fn type_text(ty: &TypeReference<'_>) -> String {
    let suffix = match ty.suffix {
        TypeSuffix::None | TypeSuffix::Bang => "",
        TypeSuffix::Optional => "?",
        TypeSuffix::List | TypeSuffix::Bracketed => "[]",
        TypeSuffix::OptionalList => "[]?",
    };
    format!("{}{suffix}", ty.name.text)
}
