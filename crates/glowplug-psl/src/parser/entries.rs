//! The lines of a block: fields, enum values, properties, block attributes.

use super::{Parsed, Parser};
use crate::codes;
use crate::diagnostics::Span;
use crate::lexer::TokenKind;
use crate::syntax::{
    Attribute, BlockAttribute, BlockKind, Comment, Entry, EnumValue, Field, Name, Property, TypeReference,
    TypeSuffix,
};

impl<'a> Parser<'a, '_> {
    /// One line of a block; `line` is the first token of the line.
    pub(super) fn entry(&mut self, kind: BlockKind, line: usize) -> Entry<'a> {
        let mut saved = None;
        let parsed = match kind {
            BlockKind::Datasource | BlockKind::Generator => self.property(kind).map(Entry::Property),
            _ if self.peek() == Some(TokenKind::AtAt) => self.block_attribute().map(Entry::Attribute),
            BlockKind::Enum => self.enum_value().map(Entry::Value),
            BlockKind::Model | BlockKind::View | BlockKind::Type => self.field(&mut saved).map(Entry::Field),
        };
        match parsed {
            Ok(entry) => entry,
            Err(mistake) => {
                self.report(*mistake);
                let span = self.skip_line(line);
                self.eat(TokenKind::Newline);
                let text = self.name_at(span).text.trim_start();
                Entry::Broken { text, span, saved }
            }
        }
    }

    /// `name = value`
    fn property(&mut self, kind: BlockKind) -> Parsed<Property<'a>> {
        let Some(name) = self.eat_word() else {
            return Err(self.unexpected(&format!("a property of the {}", kind.keyword())));
        };
        self.expect(TokenKind::Equals, &format!("`=` after `{}`", name.text))?;
        let ends_here = matches!(
            self.peek(),
            None | Some(
                TokenKind::Newline | TokenKind::Comment | TokenKind::DocComment | TokenKind::BlockComment
            )
        );
        let value = if ends_here { None } else { Some(self.expression()?) };
        let span = self.span_since(name.span);
        let comment = self.end_of_entry()?;
        Ok(Property { name, value, comment, span })
    }

    /// `NAME @attributes`
    fn enum_value(&mut self) -> Parsed<EnumValue<'a>> {
        let Some(name) = self.eat_word() else { return Err(self.unexpected("the name of a value")) };
        let mut attributes = Vec::new();
        self.attributes(&mut attributes)?;
        let comment = self.end_of_entry()?;
        Ok(EnumValue { name, attributes, comment })
    }

    /// `name Type @attributes`; what was read before a mistake is left in `saved`.
    fn field(&mut self, saved: &mut Option<Field<'a>>) -> Parsed<Field<'a>> {
        let Some(name) = self.eat_word() else { return Err(self.unexpected("the name of a field")) };
        let mut field = Field { name, ty: None, attributes: Vec::new(), comment: None, span: name.span };
        if let Some(span) = self.eat(TokenKind::Colon) {
            self.sink
                .error(
                    codes::SYNTAX,
                    span,
                    format!("no `:` stands between field `{}` and its type", name.text),
                )
                .hint("remove the `:`");
        }
        let result = self.rest_of_field(&mut field);
        field.span = self.span_since(name.span);
        match result {
            Ok(comment) => {
                field.comment = comment;
                Ok(field)
            }
            Err(mistake) => {
                if field.ty.is_some() {
                    *saved = Some(field);
                }
                Err(mistake)
            }
        }
    }

    fn rest_of_field(&mut self, field: &mut Field<'a>) -> Parsed<Option<Comment<'a>>> {
        field.ty = self.type_reference()?;
        self.attributes(&mut field.attributes)?;
        self.end_of_entry()
    }

    /// A field's type, or nothing where it is missing.
    fn type_reference(&mut self) -> Parsed<Option<TypeReference<'a>>> {
        if let Some(open) = self.eat(TokenKind::OpenBracket) {
            let Some(name) = self.eat_word() else { return Err(self.unexpected("the name of a type")) };
            self.expect(TokenKind::CloseBracket, "`]`")?;
            let span = self.span_since(open);
            let suffix = TypeSuffix::Bracketed;
            return Ok(Some(TypeReference { name, unsupported: None, suffix, span }));
        }
        let Some(mut name) = self.eat_word() else { return Ok(None) };
        let mut unsupported = None;
        if name.text == "Unsupported" && self.peek_joined() == Some(TokenKind::OpenParen) {
            let (whole, string) = self.unsupported_type(name)?;
            name = whole;
            unsupported = Some(string);
        }
        let suffix = self.type_suffix()?;
        let span = self.span_since(name.span);
        Ok(Some(TypeReference { name, unsupported, suffix, span }))
    }

    /// `("...")` behind `Unsupported`.
    fn unsupported_type(&mut self, name: Name<'a>) -> Parsed<(Name<'a>, Name<'a>)> {
        self.expect(TokenKind::OpenParen, "`(`")?;
        let string = self.expect(TokenKind::String, "the database's name of the type as a string")?;
        let close = self.expect(TokenKind::CloseParen, "`)`")?;
        let mut whole = name.span;
        whole.end = close.end;
        Ok((self.name_at(whole), self.name_at(string)))
    }

    fn type_suffix(&mut self) -> Parsed<TypeSuffix> {
        if self.eat(TokenKind::Question).is_some() {
            return Ok(TypeSuffix::Optional);
        }
        if self.eat(TokenKind::Bang).is_some() {
            return Ok(TypeSuffix::Bang);
        }
        if self.eat(TokenKind::OpenBracket).is_none() {
            return Ok(TypeSuffix::None);
        }
        if self.peek_joined() != Some(TokenKind::CloseBracket) {
            return Err(self.unexpected("`]` right after `[`"));
        }
        self.at += 1;
        let is_optional = self.eat(TokenKind::Question).is_some();
        Ok(if is_optional { TypeSuffix::OptionalList } else { TypeSuffix::List })
    }

    /// All `@name(...)` that follow.
    fn attributes(&mut self, attributes: &mut Vec<Attribute<'a>>) -> Parsed<()> {
        while let Some(at) = self.eat(TokenKind::At) {
            if attributes.is_empty() {
                attributes.reserve_exact(3);
            }
            attributes.push(self.attribute_after(at)?);
        }
        Ok(())
    }

    fn attribute_after(&mut self, at: Span) -> Parsed<Attribute<'a>> {
        let Some(name) = self.eat_path() else { return Err(self.unexpected("the name of an attribute")) };
        let arguments =
            if self.peek() == Some(TokenKind::OpenParen) { Some(self.arguments()?) } else { None };
        Ok(Attribute { name, arguments, span: self.span_since(at) })
    }

    /// `@name(...)` and nothing else.
    pub(super) fn hint(&mut self) -> Parsed<Attribute<'a>> {
        let at = self.expect(TokenKind::At, "`@`")?;
        let attribute = self.attribute_after(at)?;
        if self.peek().is_some() {
            return Err(self.unexpected("the end of the line"));
        }
        Ok(attribute)
    }

    /// `@@name(...)`
    fn block_attribute(&mut self) -> Parsed<BlockAttribute<'a>> {
        let at = self.expect(TokenKind::AtAt, "`@@`")?;
        let attribute = self.attribute_after(at)?;
        let comment = self.end_of_entry()?;
        Ok(BlockAttribute { attribute, comment })
    }

    /// The end of the line, with or without a comment before it.
    fn end_of_entry(&mut self) -> Parsed<Option<Comment<'a>>> {
        let comment = self.eat_comment();
        if self.eat_line_end() {
            return Ok(comment);
        }
        if self.peek() == Some(TokenKind::CloseBrace) {
            let message = "the closing brace of a block stands on a line of its own";
            return Err(self.mistake(message.to_owned(), Some("put a line break before `}`")));
        }
        Err(self.unexpected("the end of the line"))
    }
}
