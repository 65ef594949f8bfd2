//! Writing Rust text that rustfmt leaves as it is, with its defaults and with wider settings.
//!
//! What rustfmt would lay out differently under different widths (long lines, long attributes) is
//! marked `#[rustfmt::skip]`; everything else has one shape only.

use std::fmt::{self, Write};

/// rustfmt's default `max_width`.
const MAX_WIDTH: usize = 100;
/// rustfmt's default `attr_fn_like_width`.
const ATTRIBUTE_WIDTH: usize = 70;
/// Less than rustfmt's default `chain_width` and `fn_call_width`, which are 60.
const CALL_WIDTH: usize = 50;
/// The widest setting that unmarked text is stable under.
const WIDEST: usize = 120;

/// Appends formatted text: everything that is generated grows at the end of one string.
macro_rules! put {
    ($out:expr, $($text:tt)*) => {
        $crate::rust::append($out, format_args!($($text)*))
    };
}
pub(crate) use put;

/// What [`put!`] calls.
pub(crate) fn append(out: &mut String, text: fmt::Arguments<'_>) {
    // A string takes whatever is written to it.
    let _ = out.write_fmt(text);
}

/// `/// ` lines, indented.
pub(crate) fn doc_lines(out: &mut String, indent: &str, lines: &[impl AsRef<str>]) {
    for line in lines {
        let line = line.as_ref();
        let space = if line.is_empty() { "" } else { " " };
        put!(out, "{indent}///{space}{line}\n");
    }
}

/// `// ` lines under a heading, for what was left out.
pub(crate) fn note_lines(out: &mut String, indent: &str, heading: &str, lines: &[String]) {
    if !lines.is_empty() {
        put!(out, "{indent}// {heading}\n");
    }
    for line in lines {
        put!(out, "{indent}// - {}\n", line.replace('\n', " "));
    }
}

/// The item (or field) that `item` appends, marked for rustfmt to skip if its shape depends on the settings.
pub(crate) fn guarded(out: &mut String, indent: &str, item: impl FnOnce(&mut String)) {
    guarded_if(out, indent, |out| {
        item(out);
        false
    });
}

/// As [`guarded`], and marked as well where `item` says so.
pub(crate) fn guarded_if(out: &mut String, indent: &str, item: impl FnOnce(&mut String) -> bool) {
    let start = out.len();
    if item(out) || out[start..].lines().any(depends_on_width) {
        out.insert_str(start, &format!("{indent}#[rustfmt::skip]\n"));
    }
}

fn depends_on_width(line: &str) -> bool {
    // Few lines are that long even in bytes, and counting letters is slower.
    if line.len() <= ATTRIBUTE_WIDTH {
        return false;
    }
    let text = line.trim_start();
    if text.starts_with("//") {
        return false;
    }
    // A list of derives follows `max_width`, whatever the width of attributes.
    let is_attribute = text.starts_with("#[") && !text.starts_with("#[derive(");
    (is_attribute && text.chars().count() > ATTRIBUTE_WIDTH) || line.chars().count() > MAX_WIDTH
}

/// Whether an expression is so long a chain of calls that rustfmt's settings decide upon its shape.
pub(crate) fn is_long_call(expression: &str) -> bool {
    expression.chars().count() > CALL_WIDTH
}

/// `pub fn name(a: A, b: B) -> Self {` on one line, or one parameter a line where it is too long.
/// Whether the shape depends on the settings comes back.
pub(crate) fn signature(out: &mut String, indent: &str, name: &str, parameters: &[String]) -> bool {
    let start = out.len();
    put!(out, "{indent}pub fn {name}({}) -> Self {{", parameters.join(", "));
    let width = out[start..].chars().count();
    if width <= MAX_WIDTH {
        out.push('\n');
        return false;
    }
    out.truncate(start);
    put!(out, "{indent}pub fn {name}(\n");
    for parameter in parameters {
        put!(out, "{indent}    {parameter},\n");
    }
    put!(out, "{indent}) -> Self {{\n");
    width <= WIDEST
}
