//! Expressions compared as texts: the same whatever blanks, quotes, case of keywords and outer parentheses.

use glowplug_sql::pair::Pair;

use crate::lexer::{Kind, Token, tokens};
use crate::names::quoted;

/// A text that is the same for expressions that read the same, with columns under their next names.
pub(crate) fn canonical(text: &str, renamed: &[Pair<String>]) -> String {
    let tokens = tokens(text);
    let parts: Vec<String> = without_parentheses(&tokens).iter().map(|token| word(token, renamed)).collect();
    parts.join(" ")
}

fn word(token: &Token<'_>, renamed: &[Pair<String>]) -> String {
    match token.kind {
        Kind::Word | Kind::Name => {
            let name = token.name();
            let next = renamed.iter().find(|pair| pair.prev.eq_ignore_ascii_case(&name));
            next.map_or(name, |pair| pair.next.clone()).to_lowercase()
        }
        Kind::Symbol if token.text == "!=" => "<>".to_owned(),
        Kind::Symbol if token.text == "==" => "=".to_owned(),
        Kind::Blob | Kind::Number => token.text.to_lowercase(),
        Kind::Text | Kind::Symbol => token.text.to_owned(),
    }
}

/// The text with columns under their next names, otherwise as it is.
pub(crate) fn with_renamed_columns(text: &str, renamed: &[Pair<String>]) -> String {
    let mut res = String::with_capacity(text.len());
    let mut at = 0;
    for token in tokens(text).iter().filter(|token| matches!(token.kind, Kind::Word | Kind::Name)) {
        let name = token.name();
        if let Some(pair) = renamed.iter().find(|pair| pair.prev.eq_ignore_ascii_case(&name)) {
            res.push_str(&text[at..token.start]);
            res.push_str(&quoted(&pair.next));
            at = token.end();
        }
    }
    res.push_str(&text[at..]);
    res
}

/// The tokens without parentheses around all of them.
fn without_parentheses<'t, 'a>(mut tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    while let [first, inner @ .., last] = tokens
        && first.is_symbol("(")
        && last.is_symbol(")")
        && is_closed(inner)
    {
        tokens = inner;
    }
    tokens
}

/// Whether every parenthesis inside is closed inside.
fn is_closed(tokens: &[Token<'_>]) -> bool {
    let mut depth = 0_i32;
    for token in tokens {
        depth += i32::from(token.is_symbol("(")) - i32::from(token.is_symbol(")"));
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// Whether the text is one pair of parentheses with something in it.
pub(crate) fn is_parenthesised(text: &str) -> bool {
    matches!(tokens(text).as_slice(), [first, inner @ .., last]
        if first.is_symbol("(") && last.is_symbol(")") && is_closed(inner))
}

/// Whether a name occurs in a text of SQL, as a name or as a word.
pub(crate) fn mentions(text: &str, name: &str) -> bool {
    tokens(text)
        .iter()
        .any(|token| matches!(token.kind, Kind::Word | Kind::Name) && token.name().eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accidents_of_spelling_do_not_count() {
        let same = |a: &str, b: &str| assert_eq!(canonical(a, &[]), canonical(b, &[]));
        same("((\"a\" IS NOT NULL))", "a is  not null");
        same("a != 'X'", "`A` <> 'X'");
        same("(a) AND (b)", "( (a) and (b) )");
        assert_ne!(canonical("a = 'X'", &[]), canonical("a = 'x'", &[]));
        let renamed = [Pair::new("a".to_owned(), "b c".to_owned())];
        assert_eq!(canonical("a = 1", &renamed), canonical("\"b c\" = 1", &[]));
    }

    #[test]
    fn parentheses_around_all_of_it() {
        assert!(is_parenthesised("(datetime('now'))"));
        assert!(!is_parenthesised("(1) + (2)"));
        assert!(!is_parenthesised("datetime('now')"));
        assert!(mentions("SELECT \"New\".x", "new"));
        assert!(!mentions("'new'", "new"));
    }
}
