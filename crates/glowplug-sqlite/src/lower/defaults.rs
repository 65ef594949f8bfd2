//! What `@default(...)` asks of the database, and what it leaves to the application.

use glowplug_dialect::values::from_base64;
use glowplug_psl::schema::{DefaultValue, Enum, Field, FieldType, Scalar, Schema};
use glowplug_sql::model::{ColumnType, Default, Literal};

use crate::types;

/// A field's default, split by who fills it in.
#[derive(std::default::Default)]
pub(super) struct Lowered {
    /// What stands in the database.
    pub(super) value: Option<Default>,
    /// Whether the application fills it in.
    pub(super) by_application: bool,
}

/// The default of a field whose column has the type `ty`.
pub(super) fn lower(schema: &Schema, field: &Field, ty: &ColumnType) -> Lowered {
    let value = |value: Default| Lowered { value: Some(value), ..Lowered::default() };
    let Some(default) = &field.default else { return Lowered::default() };
    match default {
        // Only an integer that is the key alone is counted up, and that one is so without being told.
        DefaultValue::AutoIncrement | DefaultValue::Sequence(_) => Lowered::default(),
        DefaultValue::Now => value(Default::Now),
        DefaultValue::Uuid(_) | DefaultValue::Cuid(_) | DefaultValue::Ulid | DefaultValue::Nanoid(_) => {
            Lowered { by_application: true, ..Lowered::default() }
        }
        DefaultValue::DbGenerated(Some(text)) => value(Default::Expression(text.clone())),
        DefaultValue::DbGenerated(None) => value(Default::Unspecified),
        // Validation does not let lists through.
        DefaultValue::List(_) => Lowered::default(),
        DefaultValue::String(_)
        | DefaultValue::Number(_)
        | DefaultValue::Boolean(_)
        | DefaultValue::EnumValue(_) => match literal(enum_of(schema, field), default, ty) {
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
pub(crate) fn literal(enum_: Option<&Enum>, value: &DefaultValue, ty: &ColumnType) -> Option<Literal> {
    match value {
        DefaultValue::String(text) => Some(text_literal(text, ty)),
        DefaultValue::Number(number) if is_text(ty) => Some(Literal::Text(number.clone())),
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
fn text_literal(text: &str, ty: &ColumnType) -> Literal {
    match types::family(&ty.native) {
        Some(Scalar::Bytes) => match from_base64(text) {
            Some(bytes) => Literal::Bytes(bytes.iter().map(|b| format!("{b:02x}")).collect()),
            None => Literal::Text(text.to_string()),
        },
        Some(Scalar::Decimal | Scalar::Float | Scalar::Int | Scalar::BigInt)
            if text.parse::<f64>().is_ok_and(f64::is_finite) =>
        {
            Literal::Number(text.to_string())
        }
        _ => Literal::Text(text.to_string()),
    }
}

fn is_text(ty: &ColumnType) -> bool {
    types::is_text(&ty.native)
}
