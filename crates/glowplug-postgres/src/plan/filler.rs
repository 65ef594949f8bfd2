//! What stands in a required column that comes back without its values: a constant of its type that nobody
//! takes for a value.

use glowplug_sql::model::{Column, Default, Literal, NativeType};

use super::context::Cx;

/// The constant; `None` where rows need none, or where nobody knows one.
pub(super) fn filler(cx: &Cx<'_>, column: &Column) -> Option<Default> {
    let fills_itself =
        column.default.is_some() || column.auto_increment.is_some() || column.generated.is_some();
    if column.nullable || fills_itself {
        return None;
    }
    if column.ty.is_list {
        return Some(Default::List(Vec::new()));
    }
    let literal = match &column.ty.native {
        NativeType::Enum { namespace, name } => {
            let id = cx.schemas.next.find_enum(namespace.as_deref(), name)?;
            Literal::EnumLabel(cx.schemas.next.enum_type(id).values.first()?.name.clone())
        }
        NativeType::Named { name, args } => of_type(name, args)?,
        NativeType::Unsupported(_) => return None,
    };
    Some(Default::Literal(literal))
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
