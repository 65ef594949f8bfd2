//! What the strings in `/// @diesel(...)` hold: names, paths, types and attributes of Rust.
//!
//! This is a look at their shape, so that a slip is told where it stands; the compiler of the
//! generated code has the last word.

/// Whether a text is an identifier of Rust, raw ones aside.
pub fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    let starts = chars.next().is_some_and(|c| c.is_alphabetic() || (c == '_' && text.len() > 1));
    starts && chars.all(|c| c.is_alphanumeric() || c == '_')
}

/// Whether a text is a path: `Hash`, `crate::course::Settings`, `::std::hash::Hash`.
pub fn is_path(text: &str) -> bool {
    text.strip_prefix("::").unwrap_or(text).split("::").all(is_name)
}

/// Whether a text looks like a type: a path, with or without arguments, a tuple, an array.
pub fn is_type(text: &str) -> bool {
    let is_known = |c: char| c.is_alphanumeric() || "_:<>()[],;&' ".contains(c);
    let starts = text.starts_with(|c: char| c.is_alphabetic() || "_:([".contains(c));
    let ends = text.ends_with(|c: char| c.is_alphanumeric() || ">)]".contains(c));
    starts && ends && text.chars().all(is_known) && is_balanced(text)
}

/// Whether a text can stand between `#[` and `]`: `serde(rename_all = "camelCase")`.
pub fn is_attribute(text: &str) -> bool {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
    let rest = text[end..].trim_start();
    is_path(&text[..end])
        && (rest.is_empty() || rest.starts_with(['(', '[', '{', '=']))
        && !text.contains('\n')
        && is_balanced(text)
}

/// Whether brackets close in the order in which they open. What stands in a string does not count.
fn is_balanced(text: &str) -> bool {
    let mut open = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let closes = match c {
            '"' => {
                if !skip_string(&mut chars) {
                    return false;
                }
                continue;
            }
            '(' | '[' | '{' | '<' => {
                open.push(c);
                continue;
            }
            ')' => '(',
            ']' => '[',
            '}' => '{',
            // `=` before it: an arrow or a comparison inside of an attribute.
            '>' if open.last() == Some(&'<') => '<',
            _ => continue,
        };
        if open.pop() != Some(closes) {
            return false;
        }
    }
    open.is_empty()
}

/// Reads to the end of a string; false where it has none.
fn skip_string(chars: &mut std::str::Chars<'_>) -> bool {
    while let Some(c) = chars.next() {
        match c {
            '"' => return true,
            '\\' => drop(chars.next()),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (text, name, path, ty, attribute) in [
            ("Settings", true, true, true, true),
            ("größe", true, true, true, true),
            ("crate::course::Settings", false, true, true, true),
            ("::std::hash::Hash", false, true, true, true),
            ("Vec<(crate::A, [u8; 4])>", false, false, true, false),
            ("Vec<crate::A", false, false, false, false),
            ("a::", false, false, false, false),
            ("2fa", false, false, false, false),
            ("", false, false, false, false),
            ("_", false, false, false, false),
            ("serde(rename = \"a)b\")", false, false, false, true),
            ("serde(rename = \"a\"", false, false, false, false),
            ("#[serde]", false, false, false, false),
            ("doc = \"x\"", false, false, false, true),
            ("serde] struct X;", false, false, false, false),
            ("allow(x))(", false, false, false, false),
        ] {
            let found = (is_name(text), is_path(text), is_type(text), is_attribute(text));
            assert_eq!(found, (name, path, ty, attribute), "{text:?}");
        }
    }
}
