//! What the application fills columns with, as Rust.

use smol_str::SmolStr;

use crate::layout::{Column, ColumnKind, Filler};
use crate::rust::put;
use crate::types::Types;

/// The variable that holds the moment.
pub(super) const NOW: &str = "now";

/// Writes `let now = ...;` if a filler needs it: columns of one row get one moment, so that a row
/// that nobody has changed says so.
pub(super) fn moment<'a>(out: &mut String, variable: &str, mut fillers: impl Iterator<Item = &'a Filler>) {
    if fillers.any(|it| *it == Filler::Now) {
        // A parameter may be called `now`, too.
        put!(out, "        let {variable} = self::now();\n");
    }
}

/// The value for a column, where `variable` holds the moment.
pub(super) fn expression(filler: &Filler, column: &Column, types: Types, variable: &str) -> Option<SmolStr> {
    match (filler, &column.kind) {
        (Filler::Key(expression), _) => Some(expression.clone()),
        (Filler::Now, ColumnKind::Plain { rust_type, .. }) => types.of_moment(rust_type, variable),
        (Filler::Now, ColumnKind::Enum(_)) => None,
    }
}
