//! The syntax tree: what is written, entry by entry, with nothing left out.
//!
//! A [`Document`] holds the text of a file and, over it, its blocks, comments and empty lines in
//! file order. Lines that could not be understood are kept as they are ([`Item::Broken`],
//! [`Entry::Broken`]), so the text can always be given back.

mod expression;
mod one_or_many;
mod string;

pub use expression::{Argument, Arguments, Call, Expression, ObjectEntry};
pub use one_or_many::OneOrMany;
pub(crate) use string::unescape;

use crate::diagnostics::Span;

/// A parsed file.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    /// The file's text.
    pub text: &'a str,
    /// Blocks, comments, empty lines and what could not be understood, in file order.
    pub items: Vec<Item<'a>>,
}

/// What stands between blocks, and the blocks.
#[derive(Debug, Clone)]
pub enum Item<'a> {
    /// One or more empty lines.
    EmptyLines,
    /// A comment.
    Comment(Comment<'a>),
    /// A block.
    Block(Block<'a>),
    /// Text that is no block, up to the end of its last line.
    Broken(Span),
}

/// Which comment it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentKind {
    /// `// ...`
    Line,
    /// `/// ...`
    Doc,
    /// `/* ... */`
    Block,
}

/// A comment.
#[derive(Debug, Clone, Copy)]
pub struct Comment<'a> {
    /// Which comment it is.
    pub kind: CommentKind,
    /// All of it, slashes included, without the line's end.
    pub text: &'a str,
    /// Where it stands.
    pub span: Span,
}

/// The word that a block starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// `datasource`
    Datasource,
    /// `generator`
    Generator,
    /// `model`
    Model,
    /// `view`
    View,
    /// `type`
    Type,
    /// `enum`
    Enum,
}

impl BlockKind {
    /// All of them, for messages.
    pub const ALL: [BlockKind; 6] = [
        BlockKind::Datasource,
        BlockKind::Generator,
        BlockKind::Model,
        BlockKind::View,
        BlockKind::Type,
        BlockKind::Enum,
    ];

    /// The word as written.
    pub fn keyword(self) -> &'static str {
        match self {
            BlockKind::Datasource => "datasource",
            BlockKind::Generator => "generator",
            BlockKind::Model => "model",
            BlockKind::View => "view",
            BlockKind::Type => "type",
            BlockKind::Enum => "enum",
        }
    }

    /// The kind that starts with this word.
    pub fn from_keyword(word: &str) -> Option<BlockKind> {
        BlockKind::ALL.into_iter().find(|kind| kind.keyword() == word)
    }
}

/// A name with its place.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    /// The name.
    pub text: &'a str,
    /// Where it stands.
    pub span: Span,
}

/// `keyword Name { entries }`
#[derive(Debug, Clone)]
pub struct Block<'a> {
    /// Its first word.
    pub kind: BlockKind,
    /// Its name.
    pub name: Name<'a>,
    /// A comment behind the opening brace.
    pub opening_comment: Option<Comment<'a>>,
    /// Its contents, in file order.
    pub entries: Vec<Entry<'a>>,
    /// Whether the opening line and the closing brace are as they should be.
    pub is_whole: bool,
    /// From the keyword to the closing brace.
    pub span: Span,
}

/// A line of a block (or several: empty lines, comments).
#[derive(Debug, Clone)]
pub enum Entry<'a> {
    /// One or more empty lines.
    EmptyLines,
    /// A comment on its own line.
    Comment(Comment<'a>),
    /// A field of a model, view or type.
    Field(Field<'a>),
    /// A value of an enum.
    Value(EnumValue<'a>),
    /// A property of a datasource or generator.
    Property(Property<'a>),
    /// `@@name(...)`
    Attribute(BlockAttribute<'a>),
    /// A line that could not be understood.
    Broken {
        /// The line, without its end and the space before it.
        text: &'a str,
        /// Where it stands.
        span: Span,
        /// What of it could be saved, so that one mistake does not cause others.
        saved: Option<Field<'a>>,
    },
}

/// `name Type @attributes // comment`
#[derive(Debug, Clone)]
pub struct Field<'a> {
    /// Its name.
    pub name: Name<'a>,
    /// Its type; `None` where it was forgotten.
    pub ty: Option<TypeReference<'a>>,
    /// Its attributes in file order.
    pub attributes: Vec<Attribute<'a>>,
    /// A comment at the line's end.
    pub comment: Option<Comment<'a>>,
    /// From the name to the last attribute.
    pub span: Span,
}

/// A field's type as written.
#[derive(Debug, Clone, Copy)]
pub struct TypeReference<'a> {
    /// The name, or all of `Unsupported("...")`.
    pub name: Name<'a>,
    /// The string inside `Unsupported(...)`, quotes included.
    pub unsupported: Option<Name<'a>>,
    /// `?`, `[]`, ...
    pub suffix: TypeSuffix,
    /// Name and suffix.
    pub span: Span,
}

/// What stands behind a type's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeSuffix {
    /// Nothing.
    None,
    /// `?`
    Optional,
    /// `[]`
    List,
    /// `[]?`, which is not allowed.
    OptionalList,
    /// `!`, of an older language.
    Bang,
    /// `[Type]`, of an older language.
    Bracketed,
}

/// `NAME @attributes // comment`
#[derive(Debug, Clone)]
pub struct EnumValue<'a> {
    /// Its name.
    pub name: Name<'a>,
    /// Its attributes in file order.
    pub attributes: Vec<Attribute<'a>>,
    /// A comment at the line's end.
    pub comment: Option<Comment<'a>>,
}

/// `name = value // comment`
#[derive(Debug, Clone)]
pub struct Property<'a> {
    /// Its name.
    pub name: Name<'a>,
    /// Its value; `None` where it was forgotten.
    pub value: Option<Expression<'a>>,
    /// A comment at the line's end.
    pub comment: Option<Comment<'a>>,
    /// From the name to the value.
    pub span: Span,
}

/// `@name(arguments)`
#[derive(Debug, Clone)]
pub struct Attribute<'a> {
    /// The name without `@`, dots included: `db.VarChar`.
    pub name: Name<'a>,
    /// What stands in parentheses; `None` without any.
    pub arguments: Option<Arguments<'a>>,
    /// From `@` to the closing parenthesis.
    pub span: Span,
}

/// `@@name(arguments) // comment`
#[derive(Debug, Clone)]
pub struct BlockAttribute<'a> {
    /// The attribute; its name is without `@@`.
    pub attribute: Attribute<'a>,
    /// A comment at the line's end.
    pub comment: Option<Comment<'a>>,
}
