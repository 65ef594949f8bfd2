//! Columns of a model: their names, their types, and who fills them.

use glowplug_dialect::code::{ColumnCode, RustType};
use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::{Arity, DefaultValue, Field, FieldType, Model, Scalar, Schema};
use smol_str::{SmolStr, format_smolstr};

use super::hints::{diesel_name, diesel_type};
use super::{Column, ColumnKind, Custom, EnumLayout, Filler, docs, is_shown};
use crate::names::{Names, Place};
use crate::types::Types;

/// The columns of a model that generated code can show, and sentences about the others.
/// `table` is the name of the table's module, which no column may have.
pub(super) fn columns(
    (schema, enums): (&Schema, &[EnumLayout]),
    model: &Model,
    (dialect, types): (&dyn Dialect, Types),
    table: &str,
) -> (Vec<Column>, Vec<String>) {
    let mut idents = Names::new(Place::Column);
    idents.reserve(table);
    let mut fields = Names::new(Place::Field);
    let mut res = Vec::new();
    let mut left_out = Vec::new();
    for (index, field) in model.columns() {
        if !is_shown(field) {
            left_out.push(format!("column `{}` is marked `@ignore`", field.db_name()));
            continue;
        }
        let kind = match dialect.column_code(schema, field) {
            ColumnCode::Known { rust_type, .. } if !types.can_hold(&rust_type) => {
                let column = field.db_name();
                left_out.push(format!(
                    "column `{column}`: `{}` cannot stand in ranges",
                    types.element(&rust_type)
                ));
                continue;
            }
            ColumnCode::Known { sql_type, rust_type } => ColumnKind::Plain { sql_type, rust_type },
            ColumnCode::Enum(id) => ColumnKind::Enum(id),
            ColumnCode::Unsupported(name) => {
                let column = field.db_name();
                left_out.push(format!("column `{column}`: Diesel has no type for `{name}`"));
                continue;
            }
        };
        let (value_type, custom) = value_type(field, &kind, enums, types);
        let (database_default, app_default) = defaults(field, &kind, custom, types);
        res.push(Column {
            field: Some(index),
            db_name: SmolStr::new(field.db_name()),
            ident: idents.give(field.db_name()),
            rust_field: fields.give(diesel_name(&field.hints).unwrap_or(&field.name)),
            database_default,
            app_default,
            on_update: field.is_updated_at.then(|| now(&kind, custom, types)).flatten(),
            kind,
            value_type,
            custom,
            arity: field.arity,
            docs: docs(field.docs.as_deref()),
        });
    }
    (res, left_out)
}

/// The Rust type of one value, and whether a hint names it.
fn value_type(
    field: &Field,
    kind: &ColumnKind,
    enums: &[EnumLayout],
    types: Types,
) -> (SmolStr, Option<Custom>) {
    if let Some(path) = diesel_type(&field.hints, "type") {
        return (SmolStr::new(path), Some(Custom::Type));
    }
    match (kind, diesel_type(&field.hints, "json")) {
        (ColumnKind::Plain { .. }, Some(path)) if field.ty == FieldType::Scalar(Scalar::Json) => {
            (format_smolstr!("glowplug::json::Json<{path}>"), Some(Custom::Json))
        }
        (ColumnKind::Plain { rust_type, .. }, _) => (types.path(rust_type), None),
        (ColumnKind::Enum(id), _) => (enums[id.0].name.clone(), None),
    }
}

/// Whether the database itself fills the column of a row that leaves it out, and what fills it in the
/// application, as Prisma's client does.
fn defaults(
    field: &Field,
    kind: &ColumnKind,
    custom: Option<Custom>,
    types: Types,
) -> (bool, Option<Filler>) {
    let updated = || field.is_updated_at.then(|| now(kind, custom, types)).flatten();
    let (by_database, filler) = match &field.default {
        None => (false, updated()),
        Some(DefaultValue::Uuid(version)) => (false, uuid(*version, kind, custom)),
        Some(DefaultValue::Cuid(2)) => (false, id("cuid2()", kind, custom)),
        Some(DefaultValue::Cuid(_)) => (false, id("cuid()", kind, custom)),
        Some(DefaultValue::Ulid) => (false, id("ulid()", kind, custom)),
        Some(DefaultValue::Nanoid(length)) => {
            let call = format!("nanoid({})", length.unwrap_or(NANOID_LENGTH));
            (false, id(&call, kind, custom))
        }
        Some(DefaultValue::Now) => (true, now(kind, custom, types)),
        Some(
            DefaultValue::String(_)
            | DefaultValue::Number(_)
            | DefaultValue::Boolean(_)
            | DefaultValue::EnumValue(_)
            | DefaultValue::List(_)
            | DefaultValue::AutoIncrement
            | DefaultValue::Sequence(_)
            | DefaultValue::DbGenerated(_),
        ) => (true, updated()),
    };
    (by_database, filler.filter(|_| field.arity != Arity::List))
}

/// How long a Nano ID is when the schema does not say. Source: Prisma's documentation, `nanoid()`.
const NANOID_LENGTH: u32 = 21;

fn uuid(version: u8, kind: &ColumnKind, custom: Option<Custom>) -> Option<Filler> {
    let expression = match (path(kind, custom)?, version) {
        ("uuid::Uuid", 7) => "uuid::Uuid::now_v7()",
        ("uuid::Uuid", _) => "uuid::Uuid::new_v4()",
        ("String", 7) => "uuid::Uuid::now_v7().to_string()",
        ("String", _) => "uuid::Uuid::new_v4().to_string()",
        _ => return None,
    };
    Some(Filler::Key(SmolStr::new_static(expression)))
}

/// A function of the runtime crate.
fn id(call: &str, kind: &ColumnKind, custom: Option<Custom>) -> Option<Filler> {
    (path(kind, custom)? == "String").then(|| Filler::Key(format_smolstr!("glowplug::id::{call}")))
}

fn now(kind: &ColumnKind, custom: Option<Custom>, types: Types) -> Option<Filler> {
    match (kind, custom) {
        (ColumnKind::Plain { rust_type, .. }, None) => types.of_moment(rust_type, "now").map(|_| Filler::Now),
        (ColumnKind::Plain { .. } | ColumnKind::Enum(_), _) => None,
    }
}

/// The path of a type that no hint has replaced.
fn path(kind: &ColumnKind, custom: Option<Custom>) -> Option<&'static str> {
    match (kind, custom) {
        (ColumnKind::Plain { rust_type: RustType::Path(path), .. }, None) => Some(path),
        (ColumnKind::Plain { .. } | ColumnKind::Enum(_), _) => None,
    }
}
