//! Words, names, strings and symbols of a text of SQL, as SQLite reads it.
//!
//! Source: SQLite's tokenizer (`tokenize.c`). Never fails: what is not closed reaches to the end.

/// A token of a text. Blanks and comments are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    /// Where it begins, in bytes.
    pub(crate) start: usize,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword or a plain name.
    Word,
    /// A name in double quotes, backticks or brackets.
    Name,
    /// A text in single quotes.
    Text,
    /// `x'...'`
    Blob,
    /// A number.
    Number,
    /// An operator or a single character.
    Symbol,
}

impl<'a> Token<'a> {
    /// Where it ends, in bytes.
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is this keyword.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this symbol.
    pub(crate) fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.text == symbol
    }

    /// The name that it stands for; a text in single quotes is one where a name is expected.
    pub(crate) fn name(&self) -> String {
        let inner = || self.text.get(1..self.text.len().saturating_sub(1)).unwrap_or_default();
        match self.kind {
            Kind::Name if self.text.starts_with('[') => inner().to_owned(),
            Kind::Name | Kind::Text => {
                let quote = &self.text[..1];
                inner().replace(&quote.repeat(2), quote)
            }
            Kind::Word | Kind::Blob | Kind::Number | Kind::Symbol => self.text.to_owned(),
        }
    }
}

/// The tokens in order.
pub(crate) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < sql.len() {
        let rest = &sql[at..];
        let (kind, length) = next(rest);
        if let Some(kind) = kind {
            tokens.push(Token { kind, text: &rest[..length], start: at });
        }
        at += length;
    }
    tokens
}

/// Kind (none for blanks and comments) and length in bytes, at least one character.
fn next(text: &str) -> (Option<Kind>, usize) {
    let first = text.chars().next().unwrap_or_default();
    let second = text.as_bytes().get(1).copied().unwrap_or_default();
    match first {
        _ if first.is_whitespace() => (None, run(text, char::is_whitespace)),
        '-' if second == b'-' => (None, run(text, |it| it != '\n')),
        '/' if second == b'*' => (None, text[2..].find("*/").map_or(text.len(), |end| end + 4)),
        '\'' => (Some(Kind::Text), quoted(text, '\'')),
        '"' => (Some(Kind::Name), quoted(text, '"')),
        '`' => (Some(Kind::Name), quoted(text, '`')),
        '[' => (Some(Kind::Name), text.find(']').map_or(text.len(), |end| end + 1)),
        'x' | 'X' if second == b'\'' => (Some(Kind::Blob), 1 + quoted(&text[1..], '\'')),
        _ if first.is_ascii_digit() || (first == '.' && second.is_ascii_digit()) => {
            (Some(Kind::Number), number(text))
        }
        _ if is_name(first) => (Some(Kind::Word), run(text, is_name)),
        _ => (Some(Kind::Symbol), symbol(text, first)),
    }
}

fn is_name(it: char) -> bool {
    it.is_ascii_alphanumeric() || it == '_' || it == '$' || !it.is_ascii()
}

/// Bytes of the longest beginning whose characters all fit.
fn run(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|it| !fits(it)).unwrap_or(text.len())
}

/// A doubled quote is a quote.
fn quoted(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, it)) = chars.next() {
        if it == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + quote.len_utf8();
        }
    }
    text.len()
}

fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let sign = matches!(byte, b'+' | b'-')
            && at > 0
            && matches!(bytes[at - 1], b'e' | b'E')
            && !text.starts_with("0x");
        if !(byte.is_ascii_alphanumeric() || *byte == b'.' || *byte == b'_' || sign) {
            break;
        }
        at += 1;
    }
    at.max(1)
}

fn symbol(text: &str, first: char) -> usize {
    const LONG: &[&str] = &["->>", "||", "<>", "!=", "<=", ">=", "==", "<<", ">>", "->"];
    LONG.iter().find(|symbol| text.starts_with(**symbol)).map_or(first.len_utf8(), |symbol| symbol.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<&str> {
        tokens(sql).iter().map(|token| token.text).collect()
    }

    #[test]
    fn every_kind_of_token() {
        let sql = "SELECT \"a\"\"b\", `c`, [d e], 'it''s', x'0f', 1.5e-3, .5, 0x1F -- end\n FROM t /* ; */ WHERE a<>b";
        let expected = [
            "SELECT",
            "\"a\"\"b\"",
            ",",
            "`c`",
            ",",
            "[d e]",
            ",",
            "'it''s'",
            ",",
            "x'0f'",
            ",",
            "1.5e-3",
            ",",
            ".5",
            ",",
            "0x1F",
            "FROM",
            "t",
            "WHERE",
            "a",
            "<>",
            "b",
        ];
        assert_eq!(texts(sql), expected);
    }

    #[test]
    fn what_is_not_closed_reaches_to_the_end() {
        for sql in ["'abc", "\"ä", "[x", "/* y", "x'0"] {
            assert!(texts(sql).len() <= 1, "{sql}");
        }
        assert_eq!(texts("ünïcode ⛽"), ["ünïcode", "⛽"]);
    }

    #[test]
    fn names_lose_their_quotes() {
        let names: Vec<String> = tokens("\"a\"\"b\" `c``d` [e\"f] g 'h'").iter().map(Token::name).collect();
        assert_eq!(names, ["a\"b", "c`d", "e\"f", "g", "h"]);
    }
}
