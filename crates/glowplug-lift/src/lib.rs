//! From a database to schema.prisma.
//!
//! [`fresh`](fresh::fresh) writes a new file; [`merge`](merge::merge) edits the one that is there and touches
//! nothing but what differs. Both are pure: text and model in, text out. [`leftover`](check::leftover) says
//! whether the result, lowered again, is the database.

mod blocks;
pub mod check;
mod columns;
mod cx;
pub mod fresh;
mod identifiers;
mod joins;
mod keys;
pub mod left_alone;
pub mod merge;
mod names;
mod relations;
mod text;
mod words;

pub use cx::Style;
