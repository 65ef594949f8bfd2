//! Turns tokens into a [`Document`], and goes on after every mistake.
//!
//! The language is made of lines: what cannot be understood ends with its line, and the next
//! line starts afresh.

mod blocks;
mod entries;
mod expressions;

use crate::codes::{self, Code};
use crate::diagnostics::Span;
use crate::lexer::{Token, TokenKind, lex_words};
use crate::sink::Sink;
use crate::syntax::{Comment, CommentKind, Document, Name};

/// Parses one file; `file` is its index, for the spans.
pub(crate) fn parse_document<'a>(text: &'a str, file: u32, sink: &mut Sink) -> Document<'a> {
    let tokens = lex_words(text);
    let mut parser = Parser { text, file, tokens: &tokens, at: 0, sink };
    let items = parser.items();
    Document { text, items }
}

/// A position in the tokens of a file.
struct Parser<'a, 't> {
    text: &'a str,
    file: u32,
    /// Without whitespace.
    tokens: &'t [Token],
    /// The next token.
    at: usize,
    sink: &'t mut Sink,
}

/// Why a line could not be understood; reported by whoever recovers.
struct Mistake {
    code: Code,
    span: Span,
    message: String,
    hint: Option<String>,
}

/// Mistakes are rare and large, so they are boxed.
type Parsed<T> = Result<T, Box<Mistake>>;

impl<'a> Parser<'a, '_> {
    /// The kind of the next token; `None` at the end of the file.
    fn peek(&self) -> Option<TokenKind> {
        self.peek_ahead(0)
    }

    /// The kind of the token behind so many others.
    fn peek_ahead(&self, others: usize) -> Option<TokenKind> {
        self.tokens.get(self.at + others).map(|t| t.kind)
    }

    /// The kind of the next token if nothing stands between it and the last one.
    fn peek_joined(&self) -> Option<TokenKind> {
        let token = self.tokens.get(self.at)?;
        let last_end = self.at.checked_sub(1).map_or(0, |last| self.tokens[last].end);
        (token.start == last_end).then_some(token.kind)
    }

    /// Takes the next token if it is of this kind.
    fn eat(&mut self, kind: TokenKind) -> Option<Span> {
        let token = *self.tokens.get(self.at)?;
        if token.kind != kind {
            return None;
        }
        self.at += 1;
        Some(self.span_of(token))
    }

    /// Takes the next token, which has to be of this kind.
    fn expect(&mut self, kind: TokenKind, what: &str) -> Parsed<Span> {
        match self.eat(kind) {
            Some(span) => Ok(span),
            None => Err(self.unexpected(what)),
        }
    }

    /// A mistake at the next token: something else was expected.
    #[cold]
    fn unexpected(&self, expected: &str) -> Box<Mistake> {
        let found = match self.peek() {
            None => "the file ends here".to_owned(),
            Some(TokenKind::Newline) => "the line ends here".to_owned(),
            Some(TokenKind::Comment | TokenKind::DocComment | TokenKind::BlockComment) => {
                "a comment stands here".to_owned()
            }
            Some(TokenKind::OpenString) => "the string is not closed on its line".to_owned(),
            Some(_) => format!("found `{}`", self.text_of(self.tokens[self.at])),
        };
        self.mistake(format!("expected {expected}, but {found}"), None)
    }

    /// A mistake at the next token.
    #[cold]
    fn mistake(&self, message: String, hint: Option<&str>) -> Box<Mistake> {
        let hint = hint.map(str::to_owned);
        Box::new(Mistake { code: codes::SYNTAX, span: self.here(), message, hint })
    }

    /// The span of the next token; empty where the line or the file ends.
    fn here(&self) -> Span {
        match self.tokens.get(self.at) {
            Some(token) if token.kind == TokenKind::Newline => {
                Span { file: self.file, start: token.start, end: token.start }
            }
            Some(token) => self.span_of(*token),
            None => {
                let end = self.text.len().min(u32::MAX as usize) as u32;
                Span { file: self.file, start: end, end }
            }
        }
    }

    fn span_of(&self, token: Token) -> Span {
        Span { file: self.file, start: token.start, end: token.end }
    }

    fn text_of(&self, token: Token) -> &'a str {
        &self.text[token.start as usize..token.end as usize]
    }

    /// From the start of one span to the end of the last token taken.
    fn span_since(&self, start: Span) -> Span {
        let end = self.at.checked_sub(1).map_or(start.end, |last| self.tokens[last].end);
        Span { file: self.file, start: start.start, end: end.max(start.end) }
    }

    fn name_at(&self, span: Span) -> Name<'a> {
        Name { text: &self.text[span.start as usize..span.end as usize], span }
    }

    /// Takes a word (or a number, which may stand where a name is wanted and is judged later).
    fn eat_word(&mut self) -> Option<Name<'a>> {
        let token = *self.tokens.get(self.at)?;
        let is_wanted = match token.kind {
            TokenKind::Word => true,
            TokenKind::Number => !self.text_of(token).starts_with('-'),
            _ => false,
        };
        if !is_wanted {
            return None;
        }
        self.at += 1;
        Some(Name { text: self.text_of(token), span: self.span_of(token) })
    }

    /// Takes a word with dots in it, without spaces: `db.VarChar`.
    fn eat_path(&mut self) -> Option<Name<'a>> {
        let first = self.eat_word()?;
        if self.peek_joined() != Some(TokenKind::Dot) {
            return Some(first);
        }
        let mut end = first.span.end;
        while self.peek_joined() == Some(TokenKind::Dot) {
            end = self.tokens[self.at].end;
            self.at += 1;
            if matches!(self.peek_joined(), Some(TokenKind::Word | TokenKind::Number)) {
                end = self.tokens[self.at].end;
                self.at += 1;
            }
        }
        Some(self.name_at(Span { end, ..first.span }))
    }

    /// Takes a comment, but not the end of its line.
    fn eat_comment(&mut self) -> Option<Comment<'a>> {
        let kind = match self.peek()? {
            TokenKind::Comment => CommentKind::Line,
            TokenKind::DocComment => CommentKind::Doc,
            TokenKind::BlockComment => CommentKind::Block,
            _ => return None,
        };
        let token = self.tokens[self.at];
        self.at += 1;
        Some(Comment { kind, text: self.text_of(token), span: self.span_of(token) })
    }

    /// Takes the end of the line; the end of the file counts as one.
    fn eat_line_end(&mut self) -> bool {
        match self.peek() {
            None => true,
            Some(_) => self.eat(TokenKind::Newline).is_some(),
        }
    }

    /// Moves to the end of this line (not past it) and gives the span from `start` to there, with
    /// the spaces at the end.
    fn skip_line(&mut self, start: usize) -> Span {
        while !matches!(self.peek(), None | Some(TokenKind::Newline)) {
            self.at += 1;
        }
        let text_end = self.text.len().min(u32::MAX as usize) as u32;
        let start_of = |token: usize| self.tokens.get(token).map_or(text_end, |t| t.start);
        Span { file: self.file, start: start_of(start), end: start_of(self.at) }
    }

    fn report(&mut self, mistake: Mistake) {
        self.sink.error(mistake.code, mistake.span, mistake.message).maybe_hint(mistake.hint);
    }
}

/// What is wrong with a hint in a doc comment.
pub(crate) struct HintProblem {
    pub(crate) span: Span,
    pub(crate) message: String,
}

/// Parses `@name(arguments)` out of a doc comment: `span` is the part of `text` that has to be it.
pub(crate) fn parse_hint(text: &str, span: Span) -> Result<crate::syntax::Attribute<'_>, HintProblem> {
    let part = &text[span.start as usize..span.end as usize];
    let mut tokens = lex_words(part);
    for token in &mut tokens {
        token.start += span.start;
        token.end += span.start;
    }
    let mut sink = Sink::default();
    let whole = &text[..span.end as usize];
    let mut parser = Parser { text: whole, file: span.file, tokens: &tokens, at: 0, sink: &mut sink };
    let result = parser.hint();
    result.map_err(|mistake| HintProblem { span: mistake.span, message: mistake.message })
}
