//! What stands in a required column that comes back without its values: a constant of its type that nobody
//! takes for a value.

use glowplug_psl::schema::Scalar;
use glowplug_sql::change::Change;
use glowplug_sql::ids::ColumnId;

use super::context::Cx;
use super::enums;
use crate::names::literal;
use crate::{defaults, types};

/// The changes that add a column with one.
pub(super) fn filled(cx: &Cx<'_>) -> Vec<usize> {
    let is_filled = |change: &Change| match change {
        Change::AddColumn(id) => filler(cx, *id).is_some(),
        _ => false,
    };
    cx.changes.iter().enumerate().filter(|(_, change)| is_filled(change)).map(|(at, _)| at).collect()
}

/// The constant, as SQL; `None` where rows need none.
pub(super) fn filler(cx: &Cx<'_>, id: ColumnId) -> Option<String> {
    let column = cx.schemas.next.column(id);
    let has_default = column.default.as_ref().is_some_and(|it| defaults::default_sql(it).is_some());
    let fills_itself = has_default || column.auto_increment.is_some() || column.generated.is_some();
    if !cx.way_back || column.nullable || fills_itself {
        return None;
    }
    if let Some(label) = enums::first_label(cx.schemas.next, column) {
        return Some(literal(label));
    }
    let constant = match types::family(&column.ty.native) {
        Some(Scalar::Int | Scalar::BigInt | Scalar::Float | Scalar::Decimal | Scalar::Boolean) => "0",
        Some(Scalar::DateTime) => "'1970-01-01 00:00:00'",
        Some(Scalar::Json) => "'{}'",
        Some(Scalar::Bytes) => "X''",
        Some(Scalar::String) if cx.schemas.next.table(id.table).is_in_unique(&column.name) => {
            "lower(hex(randomblob(16)))"
        }
        Some(Scalar::String) | None => "''",
    };
    Some(constant.to_owned())
}
