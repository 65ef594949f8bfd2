//! What stands in a required column that comes back without its values: a constant of its type that nobody
//! takes for a value.

use glowplug_psl::schema::Scalar;
use glowplug_sql::ids::ColumnId;

use super::context::Cx;
use crate::{defaults, types};

/// The constant, as SQL; `None` where rows need none.
pub(super) fn filler(cx: &Cx<'_>, id: ColumnId) -> Option<&'static str> {
    let column = cx.schemas.next.column(id);
    let has_default = column.default.as_ref().is_some_and(|it| defaults::default_sql(it).is_some());
    let fills_itself = has_default || column.auto_increment.is_some() || column.generated.is_some();
    if !cx.way_back || column.nullable || fills_itself {
        return None;
    }
    Some(match types::family(&column.ty.native) {
        Some(Scalar::Int | Scalar::BigInt | Scalar::Float | Scalar::Decimal | Scalar::Boolean) => "0",
        Some(Scalar::DateTime) => "'1970-01-01 00:00:00'",
        Some(Scalar::Json) => "'{}'",
        Some(Scalar::Bytes) => "X''",
        Some(Scalar::String) | None => "''",
    })
}
