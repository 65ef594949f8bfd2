//! Cuts schema text into tokens; every byte belongs to exactly one token.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Spaces and tabs.
    Whitespace,
    /// `\n`, `\r\n` or a lone `\r`.
    Newline,
    /// `// ...`, without the line's end.
    Comment,
    /// `/// ...`, without the line's end.
    DocComment,
    /// `/* ... */`, possibly over several lines.
    BlockComment,
    /// A letter or digit, then letters, digits, `_` and `-`.
    Word,
    /// `12`, `-3`, `1.5`
    Number,
    /// `"..."`, quotes included.
    String,
    /// A string whose closing quote is missing on its line.
    OpenString,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `.`
    Dot,
    /// `=`
    Equals,
    /// `?`
    Question,
    /// `!`
    Bang,
    /// `@`
    At,
    /// `@@`
    AtAt,
    /// Anything that the language has no word for.
    Unknown,
}

/// A token: its kind and the bytes it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// The tokens of a text, in order and without gaps.
///
/// Texts are indexed with 32 bits: what lies beyond 4 GiB is not read.
pub fn lex(text: &str) -> Vec<Token> {
    lex_where(text, |_| true)
}

/// The tokens of a text without the spaces between them, which are the gaps that are left.
pub(crate) fn lex_words(text: &str) -> Vec<Token> {
    lex_where(text, |kind| kind != TokenKind::Whitespace)
}

fn lex_where(text: &str, is_wanted: impl Fn(TokenKind) -> bool) -> Vec<Token> {
    let lexer = Lexer { text, bytes: text.as_bytes() };
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let text_end = text.len().min(u32::MAX as usize);
    let mut at = 0;
    while at < text_end {
        let (kind, end) = lexer.token(at);
        if is_wanted(kind) {
            tokens.push(Token { kind, start: at as u32, end: end as u32 });
        }
        at = end;
    }
    tokens
}

/// Which bytes go on a word; those outside ASCII are looked at as characters.
const IS_WORD_BYTE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let b = byte as u8;
        table[byte] = b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        byte += 1;
    }
    table
};

/// The text, and its bytes for everything that is ASCII.
///
/// The functions take the place where something starts, and give the one where it ends.
struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
}

impl Lexer<'_> {
    /// The token that starts here, and where it ends.
    #[inline(always)]
    fn token(&self, at: usize) -> (TokenKind, usize) {
        let one = |kind| (kind, at + 1);
        match self.bytes[at] {
            b' ' | b'\t' => (TokenKind::Whitespace, self.skip(at + 1, |byte| matches!(byte, b' ' | b'\t'))),
            b'a'..=b'z' | b'A'..=b'Z' => (TokenKind::Word, self.word(at + 1)),
            b'0'..=b'9' => self.number_or_word(at),
            b'\n' => one(TokenKind::Newline),
            b'\r' if self.byte(at + 1) == Some(b'\n') => (TokenKind::Newline, at + 2),
            b'\r' => one(TokenKind::Newline),
            b'/' => self.comment_or_unknown(at),
            b'"' => self.string(at),
            b'{' => one(TokenKind::OpenBrace),
            b'}' => one(TokenKind::CloseBrace),
            b'(' => one(TokenKind::OpenParen),
            b')' => one(TokenKind::CloseParen),
            b'[' => one(TokenKind::OpenBracket),
            b']' => one(TokenKind::CloseBracket),
            b',' => one(TokenKind::Comma),
            b':' => one(TokenKind::Colon),
            b'.' => one(TokenKind::Dot),
            b'=' => one(TokenKind::Equals),
            b'?' => one(TokenKind::Question),
            b'!' => one(TokenKind::Bang),
            b'@' if self.byte(at + 1) == Some(b'@') => (TokenKind::AtAt, at + 2),
            b'@' => one(TokenKind::At),
            b'-' if self.byte(at + 1).is_some_and(|b| b.is_ascii_digit()) => self.negative_number(at),
            _ => self.other(at),
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// The end of the bytes that are wanted.
    #[inline]
    fn skip(&self, mut at: usize, is_wanted: impl Fn(u8) -> bool) -> usize {
        while at < self.bytes.len() && is_wanted(self.bytes[at]) {
            at += 1;
        }
        at
    }

    fn comment_or_unknown(&self, at: usize) -> (TokenKind, usize) {
        match (self.byte(at + 1), self.byte(at + 2)) {
            (Some(b'/'), Some(b'/')) => (TokenKind::DocComment, self.line(at)),
            (Some(b'/'), _) => (TokenKind::Comment, self.line(at)),
            (Some(b'*'), _) => match self.text[at + 2..].find("*/") {
                Some(length) => (TokenKind::BlockComment, at + length + 4),
                None => (TokenKind::Unknown, at + 1),
            },
            _ => (TokenKind::Unknown, at + 1),
        }
    }

    fn line(&self, at: usize) -> usize {
        self.skip(at, |byte| !matches!(byte, b'\n' | b'\r'))
    }

    /// Strings follow JSON: a backslash escapes the next character, control characters end them.
    fn string(&self, quote: usize) -> (TokenKind, usize) {
        let mut at = quote + 1;
        loop {
            at = self.skip(at, |byte| !matches!(byte, 0..=0x1f | b'"' | b'\\'));
            match (self.byte(at), self.byte(at + 1)) {
                (Some(b'"'), _) => return (TokenKind::String, at + 1),
                (Some(b'\\'), None | Some(0..=0x1f)) => at += 1,
                (Some(b'\\'), _) => at += 1 + self.character(at + 1).map_or(0, char::len_utf8),
                _ => return (TokenKind::OpenString, at),
            }
        }
    }

    fn negative_number(&self, minus: usize) -> (TokenKind, usize) {
        (TokenKind::Number, self.number(minus + 1))
    }

    fn number_or_word(&self, at: usize) -> (TokenKind, usize) {
        let digits_end = self.skip(at, |byte| byte.is_ascii_digit());
        let word_end = self.word(digits_end);
        if word_end > digits_end {
            return (TokenKind::Word, word_end);
        }
        (TokenKind::Number, self.number(at))
    }

    /// The end of `12` or `1.5`.
    fn number(&self, at: usize) -> usize {
        let is_digit = |byte: u8| byte.is_ascii_digit();
        let end = self.skip(at, is_digit);
        let has_fraction = self.byte(end) == Some(b'.') && self.byte(end + 1).is_some_and(is_digit);
        if has_fraction { self.skip(end + 1, is_digit) } else { end }
    }

    /// The end of a word's characters.
    #[inline]
    fn word(&self, mut at: usize) -> usize {
        loop {
            at = self.skip(at, |byte| IS_WORD_BYTE[byte as usize]);
            match self.wide_letter(at) {
                Some(c) => at += c.len_utf8(),
                None => return at,
            }
        }
    }

    /// A letter or digit outside ASCII.
    #[inline]
    fn wide_letter(&self, at: usize) -> Option<char> {
        if self.byte(at)?.is_ascii() {
            return None;
        }
        self.character(at).filter(|c| c.is_alphanumeric())
    }

    fn character(&self, at: usize) -> Option<char> {
        self.text[at..].chars().next()
    }

    /// Letters outside ASCII start words; other spaces are whitespace; the rest is unknown.
    fn other(&self, at: usize) -> (TokenKind, usize) {
        let Some(c) = self.character(at) else { return (TokenKind::Unknown, at + 1) };
        let end = at + c.len_utf8();
        if c.is_alphanumeric() {
            (TokenKind::Word, self.word(end))
        } else if !c.is_ascii() && c.is_whitespace() {
            (TokenKind::Whitespace, end)
        } else {
            (TokenKind::Unknown, end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
        lex(text).iter().map(|t| (t.kind, &text[t.start as usize..t.end as usize])).collect()
    }

    #[test]
    fn words_numbers_and_dashes() {
        use TokenKind::*;
        assert_eq!(
            kinds("a-1 1a 12 -1.5 1.x"),
            [
                (Word, "a-1"),
                (Whitespace, " "),
                (Word, "1a"),
                (Whitespace, " "),
                (Number, "12"),
                (Whitespace, " "),
                (Number, "-1.5"),
                (Whitespace, " "),
                (Number, "1"),
                (Dot, "."),
                (Word, "x"),
            ]
        );
    }

    #[test]
    fn strings_end_at_their_line() {
        use TokenKind::*;
        assert_eq!(
            kinds("\"a\\\"b\"\"c\r\n"),
            [(String, "\"a\\\"b\""), (OpenString, "\"c"), (Newline, "\r\n")]
        );
    }

    #[test]
    fn every_byte_is_in_a_token() {
        for text in ["/* open", "é\u{a0}日本 ~\\", "\"\\", "\"\\é", "-", "--1", "/", "//x\r/*\n*/"] {
            let joined: std::string::String = kinds(text).iter().map(|(_, t)| *t).collect();
            assert_eq!(joined, text);
        }
    }
}
