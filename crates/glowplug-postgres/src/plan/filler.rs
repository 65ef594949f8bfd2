//! What stands in a required column that comes back without its values: a constant of its type that nobody
//! takes for a value.

use glowplug_sql::change::Change;
use glowplug_sql::ids::{ColumnId, EnumId};
use glowplug_sql::model::{Column, Default, Literal, NativeType};

use super::context::Cx;

/// The changes that add a column with one.
pub(super) fn filled(cx: &Cx<'_>) -> Vec<usize> {
    let is_filled = |change: &Change| match change {
        Change::AddColumn(id) => filler(cx, *id).is_some(),
        _ => false,
    };
    cx.changes.iter().enumerate().filter(|(_, change)| is_filled(change)).map(|(at, _)| at).collect()
}

/// The constant; `None` where rows need none, or where nobody knows one.
pub(super) fn filler(cx: &Cx<'_>, id: ColumnId) -> Option<Default> {
    let column = cx.schemas.next.column(id);
    let fills_itself =
        column.default.is_some() || column.auto_increment.is_some() || column.generated.is_some();
    if !cx.way_back || column.nullable || fills_itself {
        return None;
    }
    if column.ty.is_list {
        return Some(Default::List(Vec::new()));
    }
    if cx.schemas.next.table(id.table).is_in_unique(&column.name)
        && let Some(random) = random(column)
    {
        return Some(Default::Expression(random.to_owned()));
    }
    let literal = match &column.ty.native {
        NativeType::Enum { namespace, name } => {
            let id = cx.schemas.next.find_enum(namespace.as_deref(), name)?;
            Literal::EnumLabel(old_label(cx, id)?)
        }
        NativeType::Named { name, args } => of_type(name, args)?,
        NativeType::Unsupported(_) => return None,
    };
    Some(Default::Literal(literal))
}

/// A label that can be used at once: one that the same transaction adds cannot.
fn old_label(cx: &Cx<'_>, id: EnumId) -> Option<String> {
    let is_new = |label: &String| {
        cx.changes.iter().any(|change| match change {
            Change::AlterEnum(ids, delta) => ids.next == id && delta.added.contains(label),
            _ => false,
        })
    };
    let labels = cx.schemas.next.enum_type(id).values.iter().map(|value| &value.name);
    labels.into_iter().find(|label| !is_new(label)).cloned()
}

/// An expression that gives each row another value.
fn random(column: &Column) -> Option<&'static str> {
    let NativeType::Named { name, args } = &column.ty.native else { return None };
    let fits =
        args.first().and_then(|text| text.trim().parse::<usize>().ok()).is_none_or(|length| length >= 32);
    match name.as_str() {
        "text" | "varchar" | "citext" if fits => Some("md5(random()::text || clock_timestamp()::text)"),
        "uuid" => Some("md5(random()::text || clock_timestamp()::text)::uuid"),
        _ => None,
    }
}

fn of_type(name: &str, args: &[String]) -> Option<Literal> {
    let text = |text: &str| Some(Literal::Text(text.to_owned()));
    match name {
        "int2" | "int4" | "int8" | "oid" | "float4" | "float8" | "numeric" => {
            Some(Literal::Number("0".to_owned()))
        }
        "money" => text("0"),
        "bool" => Some(Literal::Boolean(false)),
        "text" | "varchar" | "bpchar" | "char" | "citext" | "varbit" => text(""),
        "bytea" => Some(Literal::Bytes(String::new())),
        "uuid" => text("00000000-0000-0000-0000-000000000000"),
        "timestamp" | "timestamptz" | "date" => text("1970-01-01"),
        "time" | "timetz" => text("00:00"),
        "interval" => text("0"),
        "json" | "jsonb" => text("{}"),
        "xml" => text("<empty/>"),
        "inet" => text("0.0.0.0"),
        "bit" => {
            let length = args.first().and_then(|text| text.trim().parse().ok()).unwrap_or(1);
            text(&"0".repeat(length))
        }
        _ => None,
    }
}
