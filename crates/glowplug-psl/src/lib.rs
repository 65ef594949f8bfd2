//! schema.prisma: lexer, lossless syntax, parser with recovery, resolve, validate, format.
//!
//! [`parse`] never fails: it gives the part of the [`Schema`] that could be understood, and every
//! finding. It knows nothing of SQL, databases or the file system.

pub mod codes;
pub mod diagnostics;
pub mod english;
mod format;
pub mod hints;
pub mod lexer;
pub mod nearest;
mod parser;
mod providers;
mod resolve;
pub mod schema;
mod sink;
pub mod syntax;
mod validate;

pub use format::format;
pub use validate::{is_reserved_name, takes_operator_class};

use diagnostics::{Diagnostic, SourceFile};
use schema::Schema;
use sink::Sink;
use syntax::Document;

/// Reads the syntax of one file, without a word about mistakes; `file` is its index, for the spans.
pub fn parse_syntax(text: &str, file: u32) -> Document<'_> {
    parser::parse_document(text, file, &mut Sink::default())
}

/// Reads the files as one schema: parses, resolves and validates.
///
/// The schema holds what could be resolved; it is whole if no finding is an
/// [`Error`](diagnostics::Severity::Error). The findings come in the order of the files.
pub fn parse(sources: &[SourceFile]) -> (Schema, Vec<Diagnostic>) {
    let mut sink = Sink::default();
    let documents: Vec<Document<'_>> = sources
        .iter()
        .enumerate()
        .map(|(file, source)| parser::parse_document(&source.text, file as u32, &mut sink))
        .collect();
    let resolved = resolve::resolve(&documents, &mut sink);
    validate::validate(&resolved, &mut sink);
    (resolved.schema, sink.into_diagnostics())
}
