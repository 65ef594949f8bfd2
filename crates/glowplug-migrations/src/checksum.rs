//! Checksums over what SQL means, not how it is laid out.
//!
//! The sum is taken over the tokens: comments, white space and line ends do not count, so a licence
//! header or a formatter never makes an applied migration look edited. Quoted text counts byte for byte.

use sha2::{Digest, Sha256};

/// SHA-256 over the token stream, as 64 lower-case hexadecimal digits.
pub fn of(sql: &str) -> String {
    let mut hasher = Sha256::new();
    for token in (Tokens { rest: sql }) {
        hasher.update(token.as_bytes());
        // A byte that no UTF-8 text holds keeps `a b` apart from `ab`.
        hasher.update([0xff]);
    }
    hex(&hasher.finalize())
}

/// Twelve hexadecimal digits that stand for these texts, for a person to copy.
pub fn short(parts: &[String]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0xff]);
    }
    hex(&hasher.finalize())[..12].to_owned()
}

/// Prisma's checksum: SHA-256 of the file's bytes. Line ends are Prisma's own exception: the sums of the text
/// with `\n` and with `\r\n` count as well.
pub fn matches_prisma(sql: &str, stored: &str) -> bool {
    let unix = sql.replace("\r\n", "\n");
    let windows = unix.replace('\n', "\r\n");
    [sql, &unix, &windows].iter().any(|text| hex(&Sha256::digest(text.as_bytes())) == stored)
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Cuts SQL into words, quoted texts and single signs. It never fails: what is not closed ends with the text.
/// Lexical rules: PostgreSQL manual 4.1; `$tag$` texts exist there only and cannot start a token elsewhere.
struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.rest = skip_blanks(self.rest);
        let first = self.rest.chars().next()?;
        let length = match first {
            '\'' | '"' | '`' => quoted_length(self.rest, first),
            '$' => dollar_length(self.rest).unwrap_or(1),
            c if is_word(c) => self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len()),
            c => c.len_utf8(),
        };
        let (token, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(token)
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn skip_blanks(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        if text.starts_with("--") {
            text = text.find('\n').map_or("", |end| &text[end..]);
        } else if text.starts_with("/*") {
            text = &text[comment_length(text)..];
        } else {
            return text;
        }
    }
}

/// Length of a `/* */` comment; they nest in PostgreSQL.
fn comment_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0usize, 0usize);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => {
                depth += 1;
                at += 2;
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    text.len()
}

/// Length of a quoted text; a doubled quote is part of it. (A backslash escape before a quote, as in
/// `E'\''`, ends the token early and starts another: still the same tokens for the same text.)
fn quoted_length(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            match chars.peek() {
                Some((_, next)) if *next == quote => {
                    chars.next();
                }
                _ => return at + 1,
            }
        }
    }
    text.len()
}

/// Length of `$tag$ ... $tag$`, if the text starts with one.
fn dollar_length(text: &str) -> Option<usize> {
    let tag_end = text[1..].find('$')? + 2;
    let tag = &text[..tag_end];
    if !tag[1..tag_end - 1].chars().all(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    Some(text[tag_end..].find(tag).map_or(text.len(), |end| tag_end + end + tag_end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_and_comments_do_not_count() {
        let plain = of("CREATE TABLE \"a\" (\"b\" TEXT);");
        assert_eq!(
            plain,
            of("-- why\r\nCREATE   TABLE \"a\"\n(\n\t\"b\" TEXT\n) /* x /* nested */ y */ ;\n")
        );
    }

    #[test]
    fn meaning_counts() {
        assert_ne!(of("a b"), of("ab"));
        assert_ne!(of("SELECT 'a  b'"), of("SELECT 'a b'"));
        assert_ne!(of("SELECT '-- x'"), of("SELECT '-- y'"));
        assert_ne!(of("DO $$ a -- b\n$$"), of("DO $$ a\n$$"));
        assert_ne!(of("DO $f$ a $$ b $f$;"), of("DO $f$ a $$  b $f$;"));
    }

    #[test]
    fn unfinished_text_is_no_panic() {
        for text in ["'", "\"x", "/*", "$a$ b", "$", "--", "/* /* */", "'é"] {
            assert_eq!(of(text).len(), 64);
        }
    }

    #[test]
    fn prisma_sums_are_understood() {
        // Value from Prisma's own tests of its migrations table.
        let stored = "822db1ee793d76eaa1319eb2c453a7ec92ab6ec235268b4d27ac395c6c5a6e0f";
        assert!(matches_prisma("DROP ENUM MyBoolean", stored));
        assert!(!matches_prisma("DROP ENUM MyBoolean;", stored));
    }
}
