//! Cuts SQL into statements, for what the server must get one by one.
//!
//! Several statements in one message are one implicit transaction, in which `CREATE INDEX CONCURRENTLY`
//! and its like are refused. The rules are those of PostgreSQL's own `psql` (manual, "Lexical
//! Structure"), with `standard_conforming_strings` on, which is the default since 9.1.

use std::ops::Range;

/// One statement of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement<'a> {
    /// From its first word to before its `;`.
    pub text: &'a str,
    /// Where it begins, in bytes.
    pub start: usize,
}

/// The statements in order. Empty ones (nothing but blanks and comments) are left out. Never fails:
/// what is not closed (a quote, a comment) reaches to the end and is the server's to refuse.
pub fn split(sql: &str) -> Vec<Statement<'_>> {
    let mut statements = Vec::new();
    let mut current = Current::default();
    let mut rest = sql;
    while !rest.is_empty() {
        let at = sql.len() - rest.len();
        let token = next_token(rest, sql[..at].chars().next_back());
        let text = &rest[..token.length];
        if token.kind == Kind::Symbol && text == ";" && current.may_end() {
            statements.extend(current.take(sql));
        } else {
            current.see(token.kind, text, at);
        }
        rest = &rest[token.length..];
    }
    statements.extend(current.take(sql));
    statements
}

/// The places of the comments in order, with their marks.
pub fn comments(sql: &str) -> Vec<Range<usize>> {
    let mut comments = Vec::new();
    let mut at = 0;
    while at < sql.len() {
        let rest = &sql[at..];
        let end = at + next_token(rest, sql[..at].chars().next_back()).length;
        if rest.starts_with("--") || rest.starts_with("/*") {
            comments.push(at..end);
        }
        at = end;
    }
    comments
}

/// A word, a quoted text or a sign of a statement: blanks and comments are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word<'a> {
    /// As it is written.
    pub(crate) text: &'a str,
    /// Whether it is something between quotes or dollars.
    pub(crate) is_quoted: bool,
    /// Where it begins, in bytes.
    pub(crate) start: usize,
}

impl Word<'_> {
    /// Whether it is this keyword.
    pub(crate) fn is(&self, keyword: &str) -> bool {
        !self.is_quoted && is(self.text, keyword)
    }
}

/// The words of a text in order.
pub(crate) fn words(sql: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = sql;
    while !rest.is_empty() {
        let start = sql.len() - rest.len();
        let token = next_token(rest, sql[..start].chars().next_back());
        let (text, after) = rest.split_at(token.length);
        if token.kind != Kind::Blank {
            words.push(Word { text, is_quoted: token.kind == Kind::Quoted, start });
        }
        rest = after;
    }
    words
}

/// The statement that is being read.
#[derive(Default)]
struct Current<'a> {
    start: Option<usize>,
    /// Where its last token ended, so that trailing blanks and comments stay outside.
    end: usize,
    parentheses: usize,
    /// The first words: enough to know `CREATE OR REPLACE FUNCTION`.
    words: Vec<&'a str>,
    /// Open `BEGIN` and `CASE` in the body of an SQL function (`BEGIN ATOMIC ... END`).
    blocks: usize,
}

impl<'a> Current<'a> {
    fn may_end(&self) -> bool {
        self.parentheses == 0 && self.blocks == 0
    }

    fn see(&mut self, kind: Kind, text: &'a str, at: usize) {
        match kind {
            Kind::Blank => return,
            Kind::Word => self.see_word(text),
            Kind::Quoted => {}
            Kind::Symbol => match text {
                "(" => self.parentheses += 1,
                ")" => self.parentheses = self.parentheses.saturating_sub(1),
                _ => {}
            },
        }
        self.start.get_or_insert(at);
        self.end = at + text.len();
    }

    fn see_word(&mut self, word: &'a str) {
        const ENOUGH: usize = 4;
        if self.words.len() < ENOUGH {
            self.words.push(word);
        }
        if self.parentheses > 0 || !self.makes_routine() {
            return;
        }
        if is(word, "begin") || (is(word, "case") && self.blocks > 0) {
            self.blocks += 1;
        } else if is(word, "end") {
            self.blocks = self.blocks.saturating_sub(1);
        }
    }

    fn makes_routine(&self) -> bool {
        let kind = match self.words.as_slice() {
            [create, or, replace, kind, ..]
                if is(create, "create") && is(or, "or") && is(replace, "replace") =>
            {
                kind
            }
            [create, kind, ..] if is(create, "create") => kind,
            _ => return false,
        };
        is(kind, "function") || is(kind, "procedure")
    }

    fn take(&mut self, sql: &'a str) -> Option<Statement<'a>> {
        let current = std::mem::take(self);
        let start = current.start?;
        Some(Statement { text: &sql[start..current.end], start })
    }
}

fn is(word: &str, expected: &str) -> bool {
    word.eq_ignore_ascii_case(expected)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// White space or a comment.
    Blank,
    /// A keyword, name or number.
    Word,
    /// Anything between quotes or dollars.
    Quoted,
    /// A single character.
    Symbol,
}

struct Token {
    kind: Kind,
    /// In bytes, at least one character.
    length: usize,
}

fn next_token(text: &str, before: Option<char>) -> Token {
    let token = |kind, length| Token { kind, length };
    let first = text.chars().next().unwrap_or_default();
    match first {
        _ if first.is_whitespace() => token(Kind::Blank, run(text, char::is_whitespace)),
        '-' if text.starts_with("--") => token(Kind::Blank, run(text, |it| it != '\n')),
        '/' if text.starts_with("/*") => token(Kind::Blank, block_comment(text)),
        '\'' => token(Kind::Quoted, quoted(text, '\'', false)),
        '"' => token(Kind::Quoted, quoted(text, '"', false)),
        'e' | 'E' if text[1..].starts_with('\'') => token(Kind::Quoted, 1 + quoted(&text[1..], '\'', true)),
        // `a$1` is a name, not the beginning of a dollar quote.
        '$' if !before.is_some_and(is_name) => match dollar_quoted(text) {
            Some(length) => token(Kind::Quoted, length),
            None => token(Kind::Symbol, 1),
        },
        _ if is_name(first) => token(Kind::Word, run(text, is_name)),
        _ => token(Kind::Symbol, first.len_utf8()),
    }
}

fn is_name(it: char) -> bool {
    it.is_ascii_alphanumeric() || it == '_' || it == '$' || !it.is_ascii()
}

/// Bytes of the longest beginning whose characters all fit.
fn run(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|it| !fits(it)).unwrap_or(text.len())
}

/// Block comments nest.
fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// A doubled quote is two tokens here, side by side: the cut is the same.
fn quoted(text: &str, quote: char, backslashes: bool) -> usize {
    let mut escaped = false;
    for (at, it) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if backslashes && it == '\\' {
            escaped = true;
        } else if it == quote {
            if backslashes && text[at + 1..].starts_with(quote) {
                // The second half must not begin a plain string, in which `\'` would end it.
                escaped = true;
            } else {
                return at + 1;
            }
        }
    }
    text.len()
}

/// `$$ ... $$` or `$tag$ ... $tag$`; `None` for a parameter (`$1`) or a stray dollar.
fn dollar_quoted(text: &str) -> Option<usize> {
    let tag_length = text[1..].find('$')?;
    let tag = &text[1..=tag_length];
    let is_tag =
        tag.chars().all(|it| is_name(it) && it != '$') && !tag.starts_with(|it: char| it.is_ascii_digit());
    if !is_tag {
        return None;
    }
    let delimiter = &text[..tag_length + 2];
    let body = &text[delimiter.len()..];
    Some(body.find(delimiter).map_or(text.len(), |end| delimiter.len() * 2 + end))
}
