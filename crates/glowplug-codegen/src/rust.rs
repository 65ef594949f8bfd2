//! Writing Rust text that rustfmt leaves as it is, with its defaults and with wider settings.
//!
//! What rustfmt would lay out differently under different widths (long lines, long attributes) is
//! marked `#[rustfmt::skip]`; everything else has one shape only.

/// rustfmt's default `max_width`.
const MAX_WIDTH: usize = 100;
/// rustfmt's default `attr_fn_like_width`.
const ATTRIBUTE_WIDTH: usize = 70;
/// Less than rustfmt's default `chain_width` and `fn_call_width`, which are 60.
const CALL_WIDTH: usize = 50;
/// The widest setting that unmarked text is stable under.
const WIDEST: usize = 120;

/// `/// ` lines, indented.
pub(crate) fn doc_lines(indent: &str, lines: &[String]) -> String {
    let mut res = String::new();
    for line in lines {
        let text = if line.is_empty() { String::new() } else { format!(" {line}") };
        res.push_str(&format!("{indent}///{text}\n"));
    }
    res
}

/// `// ` lines under a heading, for what was left out.
pub(crate) fn note_lines(indent: &str, heading: &str, lines: &[String]) -> String {
    let mut res = String::new();
    if !lines.is_empty() {
        res.push_str(&format!("{indent}// {heading}\n"));
    }
    for line in lines {
        res.push_str(&format!("{indent}// - {}\n", line.replace('\n', " ")));
    }
    res
}

/// The item (or field), marked for rustfmt to skip if its shape depends on the settings.
pub(crate) fn guarded(indent: &str, item: &str) -> String {
    if item.lines().any(depends_on_width) {
        format!("{indent}#[rustfmt::skip]\n{item}")
    } else {
        item.to_owned()
    }
}

fn depends_on_width(line: &str) -> bool {
    let text = line.trim_start();
    if text.starts_with("//") {
        return false;
    }
    let attribute = text.starts_with("#[") && text.chars().count() > ATTRIBUTE_WIDTH;
    // A list of derives follows `max_width`, whatever the width of attributes.
    let attribute = attribute && !text.starts_with("#[derive(");
    attribute || line.chars().count() > MAX_WIDTH
}

/// The function, marked for rustfmt to skip if one of the expressions in it is so long a chain of calls
/// that rustfmt's settings decide upon its shape, or if anything else in it is.
pub(crate) fn guarded_calls<'a>(
    indent: &str,
    item: &str,
    calls: impl IntoIterator<Item = &'a str>,
) -> String {
    if calls.into_iter().any(|it| it.chars().count() > CALL_WIDTH) {
        format!("{indent}#[rustfmt::skip]\n{item}")
    } else {
        guarded(indent, item)
    }
}

/// `pub fn name(a: A, b: B) -> Self {` on one line, or one parameter a line where it is too long.
/// The second value says whether the shape depends on the settings.
pub(crate) fn signature(indent: &str, name: &str, parameters: &[String]) -> (String, bool) {
    let one_line = format!("{indent}pub fn {name}({}) -> Self {{\n", parameters.join(", "));
    let width = one_line.trim_end().chars().count();
    if width <= MAX_WIDTH {
        return (one_line, false);
    }
    let mut res = format!("{indent}pub fn {name}(\n");
    for parameter in parameters {
        res.push_str(&format!("{indent}    {parameter},\n"));
    }
    res.push_str(&format!("{indent}) -> Self {{\n"));
    (res, width <= WIDEST)
}

/// A string literal.
pub(crate) fn literal(text: &str) -> String {
    format!("{text:?}")
}
