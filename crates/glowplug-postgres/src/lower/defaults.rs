//! What `@default(...)` asks of the database, and what it leaves to the application.

use glowplug_dialect::values::from_base64;
use glowplug_psl::schema::{DefaultValue, Enum, Field, FieldType, Schema};
use glowplug_sql::model::{AutoIncrement, ColumnType, Default, Literal, NativeType};

/// A field's default, split by who fills it in.
#[derive(std::default::Default)]
pub(super) struct Lowered {
    /// What stands in the database.
    pub(super) value: Option<Default>,
    /// Whether the database counts it up.
    pub(super) auto_increment: Option<AutoIncrement>,
    /// Whether the application fills it in.
    pub(super) by_application: bool,
}

/// The default of a field whose column has the type `ty`.
pub(super) fn lower(schema: &Schema, field: &Field, ty: &ColumnType) -> Lowered {
    let value = |value: Default| Lowered { value: Some(value), ..Lowered::default() };
    let Some(default) = &field.default else { return Lowered::default() };
    match default {
        DefaultValue::AutoIncrement => {
            Lowered { auto_increment: Some(AutoIncrement::Serial { sequence: None }), ..Lowered::default() }
        }
        // No provider of this crate has `sequence()`; it counts up all the same.
        DefaultValue::Sequence(_) => {
            Lowered { auto_increment: Some(AutoIncrement::Serial { sequence: None }), ..Lowered::default() }
        }
        DefaultValue::Now => value(Default::Now),
        DefaultValue::Uuid(_) | DefaultValue::Cuid(_) | DefaultValue::Ulid | DefaultValue::Nanoid(_) => {
            Lowered { by_application: true, ..Lowered::default() }
        }
        DefaultValue::DbGenerated(Some(text)) => value(Default::Expression(text.clone())),
        DefaultValue::DbGenerated(None) => value(Default::Unspecified),
        DefaultValue::List(items) => {
            let items =
                items.iter().filter_map(|item| literal(enum_of(schema, field), item, &ty.native)).collect();
            value(Default::List(items))
        }
        DefaultValue::String(_)
        | DefaultValue::Number(_)
        | DefaultValue::Boolean(_)
        | DefaultValue::EnumValue(_) => match literal(enum_of(schema, field), default, &ty.native) {
            Some(literal) => value(Default::Literal(literal)),
            None => Lowered::default(),
        },
    }
}

/// The enum of a field.
pub(crate) fn enum_of<'a>(schema: &'a Schema, field: &Field) -> Option<&'a Enum> {
    match field.ty {
        FieldType::Enum(id) => Some(schema.enum_(id)),
        FieldType::Scalar(_) | FieldType::Unsupported(_) | FieldType::Relation(_) => None,
    }
}

/// A constant as the database holds it; `None` for what is no constant.
pub(crate) fn literal(enum_: Option<&Enum>, value: &DefaultValue, native: &NativeType) -> Option<Literal> {
    match value {
        DefaultValue::String(text) => Some(text_literal(text, native)),
        DefaultValue::Number(number) if is_text(native) => Some(Literal::Text(number.clone())),
        DefaultValue::Number(number) => Some(Literal::Number(number.clone())),
        DefaultValue::Boolean(value) => Some(Literal::Boolean(*value)),
        DefaultValue::EnumValue(name) => {
            let found = enum_.and_then(|e| e.values.iter().find(|v| v.name == *name));
            Some(Literal::EnumLabel(found.map_or(name.as_str(), |v| v.db_name()).to_string()))
        }
        DefaultValue::List(_)
        | DefaultValue::AutoIncrement
        | DefaultValue::Sequence(_)
        | DefaultValue::Now
        | DefaultValue::Uuid(_)
        | DefaultValue::Cuid(_)
        | DefaultValue::Ulid
        | DefaultValue::Nanoid(_)
        | DefaultValue::DbGenerated(_) => None,
    }
}

/// A string of the schema file: for `Bytes` it is base64, for numbers it is the number.
fn text_literal(text: &str, native: &NativeType) -> Literal {
    let name = match native {
        NativeType::Named { name, .. } => name.as_str(),
        NativeType::Enum { .. } | NativeType::Unsupported(_) => "",
    };
    match name {
        "bytea" => match from_base64(text) {
            Some(bytes) => Literal::Bytes(bytes.iter().map(|b| format!("{b:02x}")).collect()),
            None => Literal::Text(text.to_string()),
        },
        "numeric" | "float4" | "float8" | "int2" | "int4" | "int8"
            if text.parse::<f64>().is_ok_and(f64::is_finite) =>
        {
            Literal::Number(text.to_string())
        }
        // The language writes a date before the time of day, which the server does not read there.
        "time" | "timetz" => {
            Literal::Text(text.split_once(['T', 't']).map_or(text, |(_, time)| time).to_string())
        }
        _ => Literal::Text(text.to_string()),
    }
}

fn is_text(native: &NativeType) -> bool {
    matches!(native, NativeType::Named { name, .. } if matches!(name.as_str(), "text" | "varchar" | "bpchar" | "citext"))
}
