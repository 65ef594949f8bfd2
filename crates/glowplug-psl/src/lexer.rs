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
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0 };
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let end = text.len().min(u32::MAX as usize);
    while lexer.at < end {
        let start = lexer.at;
        let kind = lexer.next_kind();
        tokens.push(Token { kind, start: start as u32, end: lexer.at as u32 });
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

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl Lexer<'_> {
    /// Moves past one token and says what it was.
    fn next_kind(&mut self) -> TokenKind {
        let byte = self.bytes[self.at];
        match byte {
            b' ' | b'\t' => self.whitespace(),
            b'\n' => self.take(1, TokenKind::Newline),
            b'\r' if self.peek(1) == Some(b'\n') => self.take(2, TokenKind::Newline),
            b'\r' => self.take(1, TokenKind::Newline),
            b'/' => self.comment_or_unknown(),
            b'"' => self.string(),
            b'{' => self.take(1, TokenKind::OpenBrace),
            b'}' => self.take(1, TokenKind::CloseBrace),
            b'(' => self.take(1, TokenKind::OpenParen),
            b')' => self.take(1, TokenKind::CloseParen),
            b'[' => self.take(1, TokenKind::OpenBracket),
            b']' => self.take(1, TokenKind::CloseBracket),
            b',' => self.take(1, TokenKind::Comma),
            b':' => self.take(1, TokenKind::Colon),
            b'.' => self.take(1, TokenKind::Dot),
            b'=' => self.take(1, TokenKind::Equals),
            b'?' => self.take(1, TokenKind::Question),
            b'!' => self.take(1, TokenKind::Bang),
            b'@' if self.peek(1) == Some(b'@') => self.take(2, TokenKind::AtAt),
            b'@' => self.take(1, TokenKind::At),
            b'-' if self.peek(1).is_some_and(|b| b.is_ascii_digit()) => {
                self.at += 1;
                self.word_or_number()
            }
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => self.word_or_number(),
            _ => self.other(),
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn take(&mut self, bytes: usize, kind: TokenKind) -> TokenKind {
        self.at += bytes;
        kind
    }

    fn whitespace(&mut self) -> TokenKind {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(rest.len());
        TokenKind::Whitespace
    }

    fn comment_or_unknown(&mut self) -> TokenKind {
        match (self.peek(1), self.peek(2)) {
            (Some(b'/'), Some(b'/')) => {
                self.rest_of_line();
                TokenKind::DocComment
            }
            (Some(b'/'), _) => {
                self.rest_of_line();
                TokenKind::Comment
            }
            (Some(b'*'), _) => match self.text[self.at + 2..].find("*/") {
                Some(length) => self.take(length + 4, TokenKind::BlockComment),
                None => self.take(1, TokenKind::Unknown),
            },
            _ => self.take(1, TokenKind::Unknown),
        }
    }

    fn rest_of_line(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
    }

    /// Strings follow JSON: a backslash escapes the next character, control characters end them.
    fn string(&mut self) -> TokenKind {
        self.at += 1;
        loop {
            match self.peek(0) {
                None | Some(0..=0x1f) => return TokenKind::OpenString,
                Some(b'"') => return self.take(1, TokenKind::String),
                Some(b'\\') if !matches!(self.peek(1), None | Some(0..=0x1f)) => {
                    let next = self.text[self.at + 1..].chars().next().map_or(0, char::len_utf8);
                    self.at += 1 + next;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn word_or_number(&mut self) -> TokenKind {
        let start = self.at;
        let is_negative = start > 0 && self.bytes[start - 1] == b'-';
        while self.peek(0).is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        let only_digits = self.at > start;
        if only_digits && (is_negative || !self.at_word_character()) {
            if self.peek(0) == Some(b'.') && self.peek(1).is_some_and(|b| b.is_ascii_digit()) {
                self.at += 1;
                while self.peek(0).is_some_and(|b| b.is_ascii_digit()) {
                    self.at += 1;
                }
            }
            return TokenKind::Number;
        }
        self.rest_of_word()
    }

    fn rest_of_word(&mut self) -> TokenKind {
        loop {
            let rest = &self.bytes[self.at..];
            self.at += rest.iter().position(|byte| !IS_WORD_BYTE[*byte as usize]).unwrap_or(rest.len());
            match self.wide_character() {
                Some(c) if c.is_alphanumeric() => self.at += c.len_utf8(),
                _ => return TokenKind::Word,
            }
        }
    }

    fn at_word_character(&self) -> bool {
        match self.peek(0) {
            Some(b) if b.is_ascii() => IS_WORD_BYTE[b as usize],
            Some(_) => self.wide_character().is_some_and(char::is_alphanumeric),
            None => false,
        }
    }

    /// The character here, if it is outside ASCII.
    fn wide_character(&self) -> Option<char> {
        if self.peek(0)?.is_ascii() {
            return None;
        }
        self.text[self.at..].chars().next()
    }

    /// Letters outside ASCII start words; other spaces are whitespace; the rest is unknown.
    fn other(&mut self) -> TokenKind {
        let Some(c) = self.text[self.at..].chars().next() else { return self.take(1, TokenKind::Unknown) };
        self.at += c.len_utf8();
        if c.is_alphanumeric() {
            self.rest_of_word()
        } else if !c.is_ascii() && c.is_whitespace() {
            TokenKind::Whitespace
        } else {
            TokenKind::Unknown
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
