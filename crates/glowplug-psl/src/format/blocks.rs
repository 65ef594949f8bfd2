//! Blocks: fields in columns, block attributes at the end.

use super::expressions::{push_attribute, push_expression};
use super::for_each_comment_line;
use super::table::Table;
use crate::syntax::{
    Attribute, Block, BlockAttribute, Comment, Entry, Field, Property, TypeReference, TypeSuffix,
};

/// The order of attributes, on fields and at the end of blocks; others follow as they came.
const ORDER: [&str; 9] =
    ["id", "unique", "default", "updatedAt", "index", "fulltext", "map", "relation", "ignore"];

/// Writes a block, by way of a table that is empty before and after.
pub(super) fn format(block: &Block<'_>, table: &mut Table, out: &mut String) {
    out.push_str(block.kind.keyword());
    out.push(' ');
    out.push_str(block.name.text);
    out.push_str(" {");
    if let Some(comment) = &block.opening_comment {
        out.push(' ');
        out.push_str(comment.text);
    }
    out.push('\n');
    Contents { start: out.len(), out, table, attributes: Vec::new() }.format(&block.entries);
    out.push_str("}\n");
}

/// The contents of a block on their way out.
struct Contents<'b, 'o> {
    out: &'o mut String,
    /// Where the contents start in `out`.
    start: usize,
    /// Rows that are aligned together, not yet written.
    table: &'o mut Table,
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
                        push_comments(comments, self.table);
                    }
                }
                Entry::Attribute(attribute) => self.attributes.push((&[], attribute)),
                Entry::Field(field) => self.push_field(field),
                Entry::Value(value) => {
                    let name = |cell: &mut String| cell.push_str(value.name.text);
                    let attributes = |cell: &mut String| {
                        value.attributes.iter().for_each(|attribute| push_attribute(attribute, "@", cell));
                    };
                    self.table.push(&[&name, &attributes], text_of(value.comment));
                }
                Entry::Property(property) => {
                    let name = |cell: &mut String| cell.push_str(property.name.text);
                    let value = |cell: &mut String| push_property_value(property, cell);
                    self.table.push(&[&name, &value], text_of(property.comment));
                }
                Entry::Broken { text, .. } => self.table.push_loose(text),
            }
            after_empty_line = false;
        }
        self.finish();
    }

    /// Writes what is aligned so far, and an empty line, which no block starts with.
    fn start_group(&mut self) {
        self.table.render(self.out);
        if self.out.len() > self.start {
            self.table.push_empty();
        }
    }

    fn push_field(&mut self, field: &Field<'_>) {
        let name = |cell: &mut String| cell.push_str(field.name.text);
        let ty = |cell: &mut String| field.ty.iter().for_each(|ty| push_type(ty, cell));
        let attributes = |cell: &mut String| push_field_attributes(&field.attributes, cell);
        self.table.push(&[&name, &ty, &attributes], text_of(field.comment));
    }

    /// The block attributes, in their order, after an empty line.
    fn finish(self) {
        self.table.render(self.out);
        if self.attributes.is_empty() {
            return;
        }
        self.table.push_empty();
        let Contents { out, table, mut attributes, .. } = self;
        attributes.sort_by_key(|(_, entry)| rank(&entry.attribute));
        for (comments, entry) in attributes {
            push_comments(comments, table);
            let attribute = |cell: &mut String| push_attribute(&entry.attribute, "@@", cell);
            table.push(&[&attribute], text_of(entry.comment));
        }
        table.render(out);
    }
}

/// How many comments come next.
fn comments_before(entries: &[Entry<'_>]) -> usize {
    entries.iter().take_while(|entry| matches!(entry, Entry::Comment(_))).count()
}

fn rank(attribute: &Attribute<'_>) -> usize {
    ORDER.iter().position(|name| *name == attribute.name.text).unwrap_or(usize::MAX)
}

fn text_of<'a>(comment: Option<Comment<'a>>) -> &'a str {
    comment.map_or("", |comment| comment.text)
}

fn push_comments(comments: &[Entry<'_>], table: &mut Table) {
    for entry in comments {
        let Entry::Comment(comment) = entry else { continue };
        for_each_comment_line(comment, |line| table.push(&[], line));
    }
}

fn push_property_value(property: &Property<'_>, out: &mut String) {
    out.push('=');
    if let Some(expression) = &property.value {
        out.push(' ');
        push_expression(expression, out);
    }
}

/// Attributes in their order; nearly always they are in it already.
fn push_field_attributes(attributes: &[Attribute<'_>], out: &mut String) {
    let mut push = |(index, attribute): (usize, &Attribute<'_>)| {
        if index > 0 {
            out.push(' ');
        }
        push_attribute(attribute, "@", out);
    };
    if attributes.is_sorted_by_key(rank) {
        attributes.iter().enumerate().for_each(&mut push);
    } else {
        let mut sorted: Vec<&Attribute<'_>> = attributes.iter().collect();
        sorted.sort_by_key(|attribute| rank(attribute));
        sorted.into_iter().enumerate().for_each(push);
    }
}

/// The type as it is written today.
fn push_type(ty: &TypeReference<'_>, out: &mut String) {
    out.push_str(ty.name.text);
    out.push_str(match ty.suffix {
        TypeSuffix::None | TypeSuffix::Bang => "",
        TypeSuffix::Optional => "?",
        TypeSuffix::List | TypeSuffix::Bracketed => "[]",
        TypeSuffix::OptionalList => "[]?",
    });
}
