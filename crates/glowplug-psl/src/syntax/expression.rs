//! Values as written: literals, lists, calls, objects.

use super::{Name, OneOrMany};
use crate::diagnostics::Span;

/// A value.
#[derive(Debug, Clone)]
pub enum Expression<'a> {
    /// `"text"`; the text is raw, quotes included.
    String(Name<'a>),
    /// `12`
    Number(Name<'a>),
    /// A bare word, dots included: `Cascade`.
    Constant(Name<'a>),
    /// `name(arguments)`
    Call(Box<Call<'a>>),
    /// `[a, b]`
    Array(Vec<Expression<'a>>, Span),
    /// `{ a: 1, b: null }`
    Object(Vec<ObjectEntry<'a>>, Span),
}

impl Expression<'_> {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Expression::String(name) | Expression::Number(name) | Expression::Constant(name) => name.span,
            Expression::Call(call) => call.span,
            Expression::Array(_, span) | Expression::Object(_, span) => *span,
        }
    }

    /// What it is, for messages: `string`, `number`, ...
    pub fn describe(&self) -> &'static str {
        match self {
            Expression::String(_) => "a string",
            Expression::Number(_) => "a number",
            Expression::Constant(_) => "a name",
            Expression::Call(_) => "a function",
            Expression::Array(..) => "a list",
            Expression::Object(..) => "an object",
        }
    }
}

/// `name(arguments)`
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// The function's name.
    pub name: Name<'a>,
    /// Its arguments.
    pub arguments: Arguments<'a>,
    /// All of it.
    pub span: Span,
}

/// What stands in parentheses.
#[derive(Debug, Clone)]
pub struct Arguments<'a> {
    /// The arguments in file order.
    pub items: OneOrMany<Argument<'a>>,
    /// Parentheses included.
    pub span: Span,
}

/// `value` or `name: value`
#[derive(Debug, Clone)]
pub struct Argument<'a> {
    /// The name before the colon.
    pub name: Option<Name<'a>>,
    /// The value; `None` where only `name:` is written.
    pub value: Option<Expression<'a>>,
    /// All of it.
    pub span: Span,
}

/// `name: value` inside an object.
#[derive(Debug, Clone)]
pub struct ObjectEntry<'a> {
    /// The name.
    pub name: Name<'a>,
    /// The value.
    pub value: Expression<'a>,
}
