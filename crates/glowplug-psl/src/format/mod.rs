//! The formatter: columns in blocks, one space where space is, comments where they were.
//!
//! It gives what `prisma format` gives, so that editors and this tool never undo each other's
//! work. Text that cannot be understood stays as it is.

mod blocks;
mod expressions;
mod table;

use crate::parser::parse_document;
use crate::sink::Sink;
use crate::syntax::{Comment, CommentKind, Item};
use table::Table;

/// Formats a schema file.
///
/// Formatting twice gives the same as formatting once. Lines end with `\n`, and the text with one
/// of them. Broken lines and unclosed blocks are kept as they are.
pub fn format(text: &str) -> String {
    let mut sink = Sink::default();
    let document = parse_document(text, 0, &mut sink);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut table = Table::default();
    let mut items = document.items.iter().peekable();
    items.next_if(|item| matches!(item, Item::EmptyLines));
    while let Some(item) = items.next() {
        match item {
            Item::EmptyLines => {
                if items.peek().is_some() {
                    out.push('\n');
                }
            }
            Item::Comment(comment) => {
                for_each_comment_line(comment, |line| {
                    out.push_str(line);
                    out.push('\n');
                });
            }
            Item::Block(block) if block.is_whole => {
                blocks::format(block, &mut table, &mut out);
                // What follows on the same line gets the empty line that it has the next time.
                if !matches!(items.peek(), None | Some(Item::EmptyLines)) {
                    out.push('\n');
                }
            }
            Item::Block(block) => {
                push_raw(&text[block.span.start as usize..block.span.end as usize], &mut out);
            }
            Item::Broken(span) => push_raw(&text[span.start as usize..span.end as usize], &mut out),
        }
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// Text as it is, on lines of its own.
fn push_raw(raw: &str, out: &mut String) {
    let raw = raw.trim_matches(['\n', '\r']);
    for line in raw.split('\n') {
        out.push_str(line.strip_suffix('\r').unwrap_or(line));
        out.push('\n');
    }
}

/// Gives the lines of a comment that stands alone; those between `/*` and `*/` get a ` * ` each.
fn for_each_comment_line(comment: &Comment<'_>, mut give: impl FnMut(&str)) {
    match comment.kind {
        CommentKind::Line | CommentKind::Doc => give(comment.text),
        CommentKind::Block => {
            let inner = comment.text.strip_prefix("/*").unwrap_or(comment.text);
            let inner = inner.strip_suffix("*/").unwrap_or(inner);
            give("/**");
            for line in inner.lines() {
                let line = line.trim();
                let line = line.strip_prefix('*').map_or(line, str::trim_start);
                if !line.is_empty() {
                    give(&format!(" * {line}"));
                }
            }
            give(" */");
        }
    }
}
