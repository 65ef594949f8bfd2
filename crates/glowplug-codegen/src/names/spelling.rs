//! Names in the spellings of Rust and GraphQL.

use std::iter::from_fn;

use smol_str::{SmolStr, format_smolstr};

/// Appends `createdAt`, `CreatedAt`, `created-at` as `created_at`, and `HTTPServer` as `http_server`.
/// A leading `_` stays, since names of join tables start with one.
pub(super) fn push_snake_case(out: &mut String, name: &str) {
    let start = out.len();
    if name.starts_with('_') {
        out.push('_');
    }
    for word in words(name) {
        if out.len() > start && !out.ends_with('_') {
            out.push('_');
        }
        push_lower(out, word);
    }
    // Names in a database may start with a digit or hold nothing that Rust takes.
    let is_valid = match out[start..].chars().next() {
        Some('_') => out.len() > start + 1,
        first => first.is_some_and(char::is_alphabetic),
    };
    if !is_valid {
        out.insert(start, 'x');
    }
}

/// Appends `IN_PROGRESS`, `inProgress` as `InProgress`, and `HTTPServer` as `HttpServer`.
pub(super) fn push_pascal_case(out: &mut String, name: &str) {
    let start = out.len();
    for word in words(name) {
        push_capitalised(out, word);
    }
    if !out[start..].starts_with(char::is_alphabetic) {
        out.insert(start, 'X');
    }
}

/// [`push_snake_case`] alone.
pub(crate) fn snake_case(name: &str) -> String {
    let mut res = String::with_capacity(name.len() + 2);
    push_snake_case(&mut res, name);
    res
}

/// [`push_pascal_case`] alone.
pub(crate) fn pascal_case(name: &str) -> String {
    let mut res = String::with_capacity(name.len());
    push_pascal_case(&mut res, name);
    res
}

/// `Course` -> `course`, `HTTPServer` -> `httpServer`, `user_account` -> `userAccount`.
pub(crate) fn camel_case(name: &str) -> String {
    let mut res = String::with_capacity(name.len());
    for (i, word) in words(name).enumerate() {
        if i == 0 { push_lower(&mut res, word) } else { push_capitalised(&mut res, word) }
    }
    res
}

/// The name as GraphQL takes it: letters of ASCII, digits and `_`. Source: the GraphQL specification,
/// "Names"; two `_` at the start belong to introspection.
pub(crate) fn graphql_name(name: &str) -> SmolStr {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_fine) {
        return SmolStr::new(name);
    }
    let res: SmolStr = name.chars().map(|c| if is_fine(c) { c } else { '_' }).collect();
    match res.chars().next() {
        Some(c) if c.is_ascii_alphabetic() => res,
        Some(_) | None => format_smolstr!("_{}", res.trim_start_matches('_')),
    }
}

/// Words of a name: separated by anything that is neither letter nor digit, and where the case rises.
fn words(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = name;
    from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let (word, after) = rest.split_at(word_end(rest));
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

/// Where the word at the start of `text` ends.
fn word_end(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let Some((_, mut before)) = chars.next() else { return 0 };
    while let Some((at, c)) = chars.next() {
        let after_small = before.is_lowercase() || before.is_numeric();
        let mut before_small = || chars.peek().is_some_and(|(_, next)| next.is_lowercase());
        if !c.is_alphanumeric() || (c.is_uppercase() && (after_small || before_small())) {
            return at;
        }
        before = c;
    }
    text.len()
}

fn push_lower(out: &mut String, text: &str) {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        out[start..].make_ascii_lowercase();
    } else {
        out.push_str(&text.to_lowercase());
    }
}

fn push_capitalised(out: &mut String, word: &str) {
    let mut chars = word.chars();
    out.extend(chars.next().into_iter().flat_map(char::to_uppercase));
    let rest = chars.as_str();
    if word.contains(char::is_lowercase) { out.push_str(rest) } else { push_lower(out, rest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        for (name, snake, pascal, camel) in [
            ("createdAt", "created_at", "CreatedAt", "createdAt"),
            ("User", "user", "User", "user"),
            ("HTTPServer", "http_server", "HttpServer", "httpServer"),
            ("IN_PROGRESS", "in_progress", "InProgress", "inProgress"),
            ("ADMIN", "admin", "Admin", "admin"),
            ("user_account2", "user_account2", "UserAccount2", "userAccount2"),
            ("address2Line", "address2_line", "Address2Line", "address2Line"),
            ("_CourseToTag", "_course_to_tag", "CourseToTag", "courseToTag"),
            ("my table", "my_table", "MyTable", "myTable"),
            ("2fa", "x2fa", "X2fa", "2fa"),
            ("größe", "größe", "Größe", "größe"),
            ("---", "x", "X", ""),
        ] {
            assert_eq!(snake_case(name), snake, "{name}");
            assert_eq!(pascal_case(name), pascal, "{name}");
            assert_eq!(camel_case(name), camel, "{name}");
        }
    }

    #[test]
    fn names_of_graphql() {
        for (name, expected) in
            [("Course", "Course"), ("größe", "gr__e"), ("öl", "_l"), ("2fa", "_2fa"), ("ßß", "_")]
        {
            assert_eq!(graphql_name(name), expected);
        }
    }
}
