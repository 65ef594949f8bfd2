//! Values and argument lists.

use super::{Parsed, Parser};
use crate::codes;
use crate::diagnostics::Span;
use crate::lexer::TokenKind;
use crate::syntax::{Argument, Arguments, Call, Expression, ObjectEntry, OneOrMany};

/// Values inside values inside values: more is no schema, and would only exhaust the stack.
const MAX_DEPTH: usize = 64;

impl<'a> Parser<'a, '_> {
    /// A value.
    pub(super) fn expression(&mut self) -> Parsed<Expression<'a>> {
        self.nested_expression(0)
    }

    /// `(a, name: b)`
    pub(super) fn arguments(&mut self) -> Parsed<Arguments<'a>> {
        self.nested_arguments(0)
    }

    fn nested_expression(&mut self, depth: usize) -> Parsed<Expression<'a>> {
        if depth > MAX_DEPTH {
            return Err(self.mistake(format!("values are nested more than {MAX_DEPTH} deep"), None));
        }
        match self.peek() {
            Some(TokenKind::String) => {
                let span = self.expect(TokenKind::String, "a string")?;
                Ok(Expression::String(self.name_at(span)))
            }
            Some(TokenKind::Number) => {
                let span = self.expect(TokenKind::Number, "a number")?;
                Ok(Expression::Number(self.name_at(span)))
            }
            Some(TokenKind::OpenBracket) => self.array(depth),
            Some(TokenKind::OpenBrace) => self.object(depth),
            Some(TokenKind::Word) => self.constant_or_call(depth),
            Some(TokenKind::OpenString) => {
                let message = "the string is not closed on its line".to_owned();
                Err(self.mistake(message, Some("end it with `\"`")))
            }
            _ => Err(self.unexpected("a value")),
        }
    }

    fn constant_or_call(&mut self, depth: usize) -> Parsed<Expression<'a>> {
        let Some(name) = self.eat_path() else { return Err(self.unexpected("a value")) };
        if self.peek() != Some(TokenKind::OpenParen) {
            return Ok(Expression::Constant(name));
        }
        let arguments = self.nested_arguments(depth + 1)?;
        Ok(Expression::Call(Box::new(Call { name, arguments, span: self.span_since(name.span) })))
    }

    fn array(&mut self, depth: usize) -> Parsed<Expression<'a>> {
        let open = self.expect(TokenKind::OpenBracket, "`[`")?;
        let mut values = Vec::with_capacity(2);
        if self.eat(TokenKind::CloseBracket).is_some() {
            return Ok(Expression::Array(values, self.span_since(open)));
        }
        loop {
            values.push(self.nested_expression(depth + 1)?);
            if self.eat(TokenKind::Comma).is_none() {
                self.expect(TokenKind::CloseBracket, "`,` or `]`")?;
                return Ok(Expression::Array(values, self.span_since(open)));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Parsed<Expression<'a>> {
        let open = self.expect(TokenKind::OpenBrace, "`{`")?;
        let mut entries = Vec::new();
        while self.eat(TokenKind::CloseBrace).is_none() {
            let Some(name) = self.eat_word() else { return Err(self.unexpected("a field's name or `}`")) };
            self.expect(TokenKind::Colon, "`:`")?;
            let value = self.nested_expression(depth + 1)?;
            entries.push(ObjectEntry { name, value });
            let Some(comma) = self.eat(TokenKind::Comma) else {
                self.expect(TokenKind::CloseBrace, "`,` or `}`")?;
                break;
            };
            if self.peek() == Some(TokenKind::CloseBrace) {
                self.report_last_comma(comma, "entry");
            }
        }
        Ok(Expression::Object(entries, self.span_since(open)))
    }

    fn nested_arguments(&mut self, depth: usize) -> Parsed<Arguments<'a>> {
        let open = self.expect(TokenKind::OpenParen, "`(`")?;
        let mut items = OneOrMany::default();
        while self.eat(TokenKind::CloseParen).is_none() {
            items.push(self.argument(depth)?);
            let Some(comma) = self.eat(TokenKind::Comma) else {
                self.expect(TokenKind::CloseParen, "`,` or `)`")?;
                break;
            };
            if self.peek() == Some(TokenKind::CloseParen) {
                self.report_last_comma(comma, "argument");
            }
        }
        Ok(Arguments { items, span: self.span_since(open) })
    }

    /// Understood, but not part of the language.
    fn report_last_comma(&mut self, comma: Span, last: &str) {
        self.sink
            .error(codes::SYNTAX, comma, format!("no comma stands behind the last {last}"))
            .hint("remove the comma");
    }

    fn argument(&mut self, depth: usize) -> Parsed<Argument<'a>> {
        let start: Span = self.here();
        if self.peek() != Some(TokenKind::Word) || self.peek_ahead(1) != Some(TokenKind::Colon) {
            let value = Some(self.nested_expression(depth)?);
            return Ok(Argument { name: None, value, span: self.span_since(start) });
        }
        let name = self.eat_word();
        self.expect(TokenKind::Colon, "`:`")?;
        let is_empty = matches!(self.peek(), Some(TokenKind::Comma | TokenKind::CloseParen));
        let value = if is_empty { None } else { Some(self.nested_expression(depth)?) };
        Ok(Argument { name, value, span: self.span_since(start) })
    }
}
