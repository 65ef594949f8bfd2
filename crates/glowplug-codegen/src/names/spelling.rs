//! Names in the spellings of Rust and GraphQL.

/// `createdAt`, `CreatedAt`, `created-at` -> `created_at`; `HTTPServer` -> `http_server`.
/// A leading `_` stays, since names of join tables start with one.
pub(crate) fn snake_case(name: &str) -> String {
    let mut res = String::with_capacity(name.len() + 2);
    if name.starts_with('_') {
        res.push('_');
    }
    for word in words(name) {
        if !res.is_empty() && !res.ends_with('_') {
            res.push('_');
        }
        push_lower(&mut res, word);
    }
    valid_start(res)
}

/// `IN_PROGRESS`, `inProgress` -> `InProgress`; `HTTPServer` -> `HttpServer`.
pub(crate) fn pascal_case(name: &str) -> String {
    let mut res = String::with_capacity(name.len());
    for word in words(name) {
        push_capitalised(&mut res, word);
    }
    if res.starts_with(char::is_alphabetic) { res } else { format!("X{res}") }
}

/// `Course` -> `course`, `HTTPServer` -> `httpServer`, `user_account` -> `userAccount`.
pub(crate) fn camel_case(name: &str) -> String {
    let mut res = String::with_capacity(name.len());
    for (i, word) in words(name).into_iter().enumerate() {
        if i == 0 { push_lower(&mut res, word) } else { push_capitalised(&mut res, word) }
    }
    res
}

/// The English plural of a camel-case word, by rule; the same word where the rule finds none.
pub(crate) fn plural(word: &str) -> String {
    let lower = word.to_lowercase();
    let before_last = lower.chars().rev().nth(1);
    let consonant = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && !"aeiou".contains(c));
    if ["news", "series", "species", "media", "data"].iter().any(|it| lower.ends_with(it)) {
        word.to_owned()
    } else if lower.ends_with("person") {
        format!("{}eople", &word[..word.len() - 5])
    } else if lower.ends_with("child") {
        format!("{word}ren")
    } else if lower.ends_with('y') && consonant(before_last) {
        format!("{}ies", &word[..word.len() - 1])
    } else if ["s", "x", "z", "ch", "sh"].iter().any(|it| lower.ends_with(it)) {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

/// The name as GraphQL takes it: letters of ASCII, digits and `_`. Source: the GraphQL specification,
/// "Names"; two `_` at the start belong to introspection.
pub(crate) fn graphql_name(name: &str) -> String {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let res: String = name.chars().map(|c| if is_fine(c) { c } else { '_' }).collect();
    match res.chars().next() {
        Some(c) if c.is_ascii_alphabetic() => res,
        Some(_) | None => format!("_{}", res.trim_start_matches('_')),
    }
}

/// Words of a name: separated by anything that is neither letter nor digit, and where the case rises.
fn words(name: &str) -> Vec<&str> {
    let mut res = Vec::new();
    let mut start: Option<usize> = None;
    let mut before = ' ';
    let mut chars = name.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after_small = before.is_lowercase() || before.is_numeric();
        let before_small = chars.peek().is_some_and(|(_, next)| next.is_lowercase());
        let is_in_word = c.is_alphanumeric();
        let ends = !is_in_word || (c.is_uppercase() && (after_small || before_small));
        if ends && let Some(start) = start.take() {
            res.push(&name[start..at]);
        }
        if is_in_word {
            start.get_or_insert(at);
        }
        before = c;
    }
    res.extend(start.map(|start| &name[start..]));
    res
}

fn push_lower(out: &mut String, text: &str) {
    if text.is_ascii() {
        out.extend(text.chars().map(|c| c.to_ascii_lowercase()));
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

/// Names in a database may start with a digit or hold nothing that Rust takes.
fn valid_start(ident: String) -> String {
    match ident.chars().next() {
        Some(c) if c.is_alphabetic() => ident,
        Some('_') if ident.len() > 1 && ident != "_" => ident,
        Some(_) | None => format!("x{ident}"),
    }
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

    #[test]
    fn plurals() {
        for (one, many) in [
            ("course", "courses"),
            ("category", "categories"),
            ("day", "days"),
            ("address", "addresses"),
            ("branch", "branches"),
            ("news", "news"),
            ("salesPerson", "salesPeople"),
        ] {
            assert_eq!(plural(one), many);
        }
    }
}
