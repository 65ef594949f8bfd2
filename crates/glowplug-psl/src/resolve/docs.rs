//! Doc comments, and the hints in them: `/// @renamed(from: "old")`.

use super::values::to_value;
use crate::codes;
use crate::diagnostics::Span;
use crate::nearest::nearest;
use crate::parser::parse_hint;
use crate::schema::Hint;
use crate::sink::Sink;
use crate::syntax::{Comment, CommentKind};

/// The hints that this tool reads; others in doc comments belong to other tools.
const KNOWN_HINTS: [&str; 4] = ["renamed", "graphql", "check", "diesel"];

/// The comments gathered above something.
pub(crate) struct Docs<'a> {
    /// The whole text of the file, for parsing hints in place.
    source: &'a str,
    comments: Vec<Comment<'a>>,
}

/// A line of a doc comment, and where it stands in the file.
struct Line<'a> {
    text: &'a str,
    span: Span,
}

impl<'a> Docs<'a> {
    pub(super) fn new(source: &'a str) -> Docs<'a> {
        Docs { source, comments: Vec::new() }
    }

    pub(super) fn push(&mut self, comment: Comment<'a>) {
        if comment.kind != CommentKind::Line {
            self.comments.push(comment);
        }
    }

    /// Adds the comment at the end of the line itself, if there is one.
    pub(super) fn extend(&mut self, comment: Option<Comment<'a>>) {
        if let Some(comment) = comment {
            self.push(comment);
        }
    }

    /// The text of the file.
    pub(super) fn source(&self) -> &'a str {
        self.source
    }

    /// Forgets what was gathered: an empty line came in between.
    pub(super) fn clear(&mut self) {
        self.comments.clear();
    }

    /// What was gathered so far; the next comments start afresh.
    pub(super) fn take(&mut self) -> Docs<'a> {
        Docs { source: self.source, comments: std::mem::take(&mut self.comments) }
    }

    /// The text of the doc comments, joined by `\n`, and the hints in them.
    pub(super) fn read(&self, sink: &mut Sink) -> (Option<String>, Vec<Hint>) {
        if self.comments.is_empty() {
            return (None, Vec::new());
        }
        let mut text = String::new();
        let mut hints = Vec::new();
        let mut has_lines = false;
        for comment in &self.comments {
            for_each_line(comment, |line| {
                if has_lines {
                    text.push('\n');
                }
                has_lines = true;
                text.push_str(line.text);
                hints.extend(read_hint(self.source, &line, sink));
            });
        }
        (has_lines.then_some(text), hints)
    }
}

/// Looks at the lines of a `///` or `/** */` comment; others have none.
fn for_each_line<'a>(comment: &Comment<'a>, mut look: impl FnMut(Line<'a>)) {
    match comment.kind {
        CommentKind::Line => {}
        CommentKind::Doc => look(line_of(comment, &comment.text[3..])),
        CommentKind::Block => block_lines(comment).into_iter().for_each(look),
    }
}

/// The lines of a `/** */` comment, without the empty ones at its start and end.
fn block_lines<'a>(comment: &Comment<'a>) -> Vec<Line<'a>> {
    let Some(inner) = comment.text.strip_prefix("/**").and_then(|t| t.strip_suffix("*/")) else {
        return Vec::new();
    };
    let stripped = inner.lines().map(|line| {
        let trimmed = line.trim_start();
        trimmed.strip_prefix('*').unwrap_or(trimmed)
    });
    let mut lines: Vec<Line<'_>> = stripped.map(|line| line_of(comment, line)).collect();
    while lines.last().is_some_and(|line| line.text.is_empty()) {
        lines.pop();
    }
    let first = lines.iter().position(|line| !line.text.is_empty()).unwrap_or(lines.len());
    lines.drain(..first);
    lines
}

/// A line out of a comment: one space in front and all behind it removed.
fn line_of<'a>(comment: &Comment<'a>, part: &'a str) -> Line<'a> {
    let text = part.strip_prefix(' ').unwrap_or(part).trim_end();
    let offset = (text.as_ptr() as usize).saturating_sub(comment.text.as_ptr() as usize) as u32;
    let start = comment.span.start + offset;
    Line { text, span: Span { file: comment.span.file, start, end: start + text.len() as u32 } }
}

/// The hint that a line is, if it is one.
fn read_hint(source: &str, line: &Line<'_>, sink: &mut Sink) -> Option<Hint> {
    let word = line.text.trim_start().strip_prefix('@')?;
    let end = word.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(word.len());
    let name = &word[..end];
    let is_known = KNOWN_HINTS.contains(&name);
    let parsed = parse_hint(source, line.span);
    let attribute = match parsed {
        Ok(attribute) => attribute,
        Err(problem) => {
            if is_known {
                sink.warning(
                    codes::HINT_SYNTAX,
                    problem.span,
                    format!("the hint `@{name}` is not read: {}", problem.message),
                )
                .hint(format!("write it as `/// @{name}(...)`, alone on its line"));
            }
            return None;
        }
    };
    if !is_known
        && attribute.arguments.is_some()
        && let Some(meant) = nearest(attribute.name.text, KNOWN_HINTS)
    {
        sink.warning(
            codes::UNKNOWN_HINT,
            attribute.name.span,
            format!("no hint is called `@{}`", attribute.name.text),
        )
        .hint(format!("did you mean `@{meant}`?"));
    }
    let mut args = Vec::new();
    for argument in attribute.arguments.iter().flat_map(|a| &a.items) {
        let value = argument.value.as_ref().and_then(to_value);
        let Some(value) = value else {
            if is_known {
                sink.warning(
                    codes::HINT_SYNTAX,
                    argument.span,
                    format!("an argument of the hint `@{name}` has no value that it could have"),
                )
                .hint("values are strings, numbers, names, lists and functions");
            }
            return None;
        };
        args.push((argument.name.map(|n| n.text.to_owned()), value));
    }
    Some(Hint { name: attribute.name.text.to_owned(), args, span: attribute.span })
}
