//! What stands at the top of a file: blocks, comments, empty lines.

use super::{Mistake, Parser};
use crate::codes;
use crate::diagnostics::Span;
use crate::lexer::TokenKind;
use crate::nearest::did_you_mean;
use crate::syntax::{Block, BlockKind, Comment, Entry, Item};

/// What stands behind `{` on its line.
struct Opening<'a> {
    comment: Option<Comment<'a>>,
    is_closed: bool,
    is_broken: bool,
}

impl<'a> Parser<'a, '_> {
    /// Everything in the file.
    pub(super) fn items(&mut self) -> Vec<Item<'a>> {
        let mut items = Vec::new();
        loop {
            match self.peek() {
                None => return items,
                Some(TokenKind::Newline) => {
                    self.skip_empty_lines();
                    items.push(Item::EmptyLines);
                }
                Some(TokenKind::Comment | TokenKind::DocComment | TokenKind::BlockComment) => {
                    if let Some(comment) = self.eat_comment() {
                        self.eat_newline_here();
                        items.push(Item::Comment(comment));
                    }
                }
                Some(TokenKind::Word) if self.at_block_start() => items.push(self.block()),
                Some(_) => items.push(self.broken_item()),
            }
        }
    }

    /// The end of a comment's line belongs to the comment, unless there is space in between: then
    /// it counts as an empty line, as it does in Prisma's formatter.
    fn eat_newline_here(&mut self) {
        if self.peek_joined() == Some(TokenKind::Newline) {
            self.at += 1;
        }
    }

    fn skip_empty_lines(&mut self) {
        while self.eat(TokenKind::Newline).is_some() {}
    }

    /// Whether `keyword Name {` comes next.
    pub(super) fn at_block_start(&self) -> bool {
        self.peek_ahead(2) == Some(TokenKind::OpenBrace)
            && matches!(self.peek_ahead(1), Some(TokenKind::Word | TokenKind::Number))
            && self.peek() == Some(TokenKind::Word)
            && self.keyword_here().is_some()
    }

    fn keyword_here(&self) -> Option<BlockKind> {
        BlockKind::from_keyword(self.text_of(*self.tokens.get(self.at)?))
    }

    /// A block, once [`Parser::at_block_start`] has seen one.
    fn block(&mut self) -> Item<'a> {
        let start = self.at;
        let kind = self.keyword_here();
        let keyword = self.eat_word();
        let name = self.eat_word();
        let brace = self.eat(TokenKind::OpenBrace);
        let (Some(kind), Some(keyword), Some(name), Some(_)) = (kind, keyword, name, brace) else {
            return Item::Broken(self.skip_line(start));
        };
        let opening = self.after_opening_brace();
        let (entries, is_closed) = match opening.is_closed {
            true => (Vec::new(), true),
            false => self.entries(kind, name.text, keyword.span),
        };
        let span = self.span_since(keyword.span);
        let is_whole = is_closed && !opening.is_broken;
        Item::Block(Block { kind, name, opening_comment: opening.comment, entries, is_whole, span })
    }

    /// The rest of the line behind `{`: a comment at most.
    fn after_opening_brace(&mut self) -> Opening<'a> {
        let comment = self.eat_comment();
        if self.eat_line_end() {
            return Opening { comment, is_closed: false, is_broken: false };
        }
        let here = self.here();
        self.sink
            .error(codes::SYNTAX, here, "the contents of a block start on a line of their own")
            .hint("put a line break after `{`");
        let start = self.at;
        self.skip_line(start);
        let ends_with_brace =
            self.tokens[start..self.at].last().is_some_and(|t| t.kind == TokenKind::CloseBrace);
        self.eat(TokenKind::Newline);
        Opening { comment, is_closed: ends_with_brace, is_broken: true }
    }

    /// The lines of a block up to and including its `}`, and whether there was one.
    fn entries(&mut self, kind: BlockKind, name: &str, keyword: Span) -> (Vec<Entry<'a>>, bool) {
        let mut entries = Vec::with_capacity(16);
        loop {
            let line = self.at;
            match self.peek() {
                Some(TokenKind::CloseBrace) => {
                    self.at += 1;
                    return (entries, true);
                }
                Some(TokenKind::Newline) => {
                    self.skip_empty_lines();
                    entries.push(Entry::EmptyLines);
                }
                Some(TokenKind::Comment | TokenKind::DocComment | TokenKind::BlockComment) => {
                    if let Some(comment) = self.eat_comment() {
                        self.eat_newline_here();
                        entries.push(Entry::Comment(comment));
                    }
                }
                Some(_) if !self.at_block_start() => entries.push(self.entry(kind, line)),
                next => {
                    // At the end of the file, the block's own start says more than its last line.
                    let span = if next.is_none() { keyword } else { self.here() };
                    self.sink
                        .error(
                            codes::UNCLOSED_BLOCK,
                            span,
                            format!(
                                "the {} `{name}` is not closed before {}",
                                kind.keyword(),
                                match next {
                                    Some(_) => "the next block starts",
                                    None => "the file ends",
                                }
                            ),
                        )
                        .hint("add a line with `}` after its last line");
                    return (entries, false);
                }
            }
        }
    }

    /// A line (or a block of an unknown kind) that is nothing of the language.
    fn broken_item(&mut self) -> Item<'a> {
        let start = self.at;
        let mistake = self.explain_broken_item();
        self.report(*mistake);
        let mut span = self.skip_line(start);
        if self.line_opens_block(start) {
            span = self.skip_unknown_block(start);
        }
        self.eat(TokenKind::Newline);
        Item::Broken(span)
    }

    fn explain_broken_item(&mut self) -> Box<Mistake> {
        let word = self.tokens.get(self.at).map_or("", |t| self.text_of(*t));
        let keywords = BlockKind::ALL.map(BlockKind::keyword);
        if word == "type" && self.peek_ahead(2) == Some(TokenKind::Equals) {
            let message = "names for types (`type X = ...`) are not part of the language";
            return self.mistake(message.to_owned(), Some("write the type at each field"));
        }
        if let Some(kind) = BlockKind::from_keyword(word) {
            let message = format!("a {} needs a name and an opening brace", kind.keyword());
            return self.mistake(message, Some(&format!("write `{} Name {{`", kind.keyword())));
        }
        Box::new(Mistake {
            code: codes::UNKNOWN_BLOCK,
            span: self.here(),
            message: format!("`{word}` does not start a block"),
            hint: did_you_mean(word, keywords).or_else(|| {
                Some("blocks start with `datasource`, `generator`, `model`, `view` or `enum`".to_owned())
            }),
        })
    }

    /// Whether the line from `start` to here ends with `{`.
    fn line_opens_block(&self, start: usize) -> bool {
        let line = &self.tokens[start..self.at];
        line.iter()
            .rfind(|t| !matches!(t.kind, TokenKind::Comment | TokenKind::DocComment))
            .is_some_and(|t| t.kind == TokenKind::OpenBrace)
    }

    /// Skips to the line that starts with `}`, or to the next block if there is none before it.
    fn skip_unknown_block(&mut self, start: usize) -> Span {
        let opening_line_end = self.at;
        while self.eat(TokenKind::Newline).is_some() {
            let line = self.at;
            match self.peek() {
                Some(TokenKind::CloseBrace) => return self.skip_line(start),
                _ if self.at_block_start() => break,
                _ => {
                    self.skip_line(line);
                }
            }
        }
        self.at = opening_line_end;
        self.skip_line(start)
    }
}
