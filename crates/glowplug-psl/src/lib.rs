//! schema.prisma: lexer, lossless syntax, parser with recovery, resolve, validate, format.
//!
//! [`parse`] never fails: it gives the part of the [`Schema`](schema::Schema) that could be
//! understood, and every finding. It knows nothing of SQL, databases or the file system.

pub mod diagnostics;
pub mod schema;
