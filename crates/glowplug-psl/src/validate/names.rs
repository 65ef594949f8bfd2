//! Names: how they are spelt, and which are taken by the language.

use super::Context;
use crate::codes;
use crate::resolve::SCALARS;
use crate::sink::Sink;
use crate::syntax::{Block, BlockKind, Entry, Name};

/// Names that a model or enum cannot have, since Prisma's client would not compile.
const RESERVED: &[&str] = &[
    "PrismaClient",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "using",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Whether the language keeps this name from models, views and enums: a scalar's, or a word of Prisma's client.
pub fn is_reserved_name(name: &str) -> bool {
    RESERVED.contains(&name) || SCALARS.iter().any(|(scalar, _)| *scalar == name)
}

pub(super) fn check(cx: &mut Context<'_, '_>) {
    for block in &cx.nodes.blocks {
        check_block(block, cx.sink);
    }
    for block in &cx.nodes.types {
        check_scalar_name(block, cx.sink);
    }
}

fn check_block(block: &Block<'_>, sink: &mut Sink) {
    let kind = block.kind.keyword();
    let name = block.name;
    check_spelling(name, kind, sink);
    check_scalar_name(block, sink);
    if RESERVED.contains(&name.text) {
        sink.error(
            codes::RESERVED_NAME,
            name.span,
            format!("`{}` is a reserved name and no name of a {kind}", name.text),
        )
        .hint("choose another name; `@@map(\"...\")` keeps the name in the database");
    }
    for entry in &block.entries {
        match entry {
            Entry::Field(field) => check_spelling(field.name, "field", sink),
            Entry::Value(value) => check_spelling(value.name, "value", sink),
            Entry::EmptyLines
            | Entry::Comment(_)
            | Entry::Property(_)
            | Entry::Attribute(_)
            | Entry::Broken { .. } => {}
        }
    }
    if block.kind == BlockKind::Enum && !block.entries.iter().any(|entry| matches!(entry, Entry::Value(_))) {
        sink.error(codes::EMPTY_ENUM, name.span, format!("enum `{}` has no value", name.text))
            .hint("add a value, or remove the enum");
    }
}

fn check_scalar_name(block: &Block<'_>, sink: &mut Sink) {
    let name = block.name;
    if SCALARS.iter().any(|(scalar, _)| *scalar == name.text) {
        let message =
            format!("`{}` is a type of the language and no name of a {}", name.text, block.kind.keyword());
        sink.error(codes::RESERVED_NAME, name.span, message)
            .hint("choose another name; `@@map(\"...\")` keeps the name in the database");
    }
}

fn check_spelling(name: Name<'_>, kind: &str, sink: &mut Sink) {
    if name.text.starts_with(char::is_numeric) {
        sink.error(
            codes::BAD_NAME,
            name.span,
            format!("the {kind} `{}` cannot start with a digit", name.text),
        )
        .hint("start with a letter; `@map(\"...\")` keeps the name in the database");
    } else if name.text.contains('-') {
        let better = name.text.replace('-', "_");
        sink.error(
            codes::BAD_NAME,
            name.span,
            format!("the {kind} `{}` cannot have a `-` in its name", name.text),
        )
        .hint(format!("call it `{better}`; `@map(\"{}\")` keeps the name in the database", name.text));
    }
}
