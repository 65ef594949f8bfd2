//! Columns of a model: their names, their types, and who fills them.

use glowplug_dialect::code::ColumnCode;
use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::{Arity, DefaultValue, Field, Model, Schema};

use super::{Column, ColumnKind, docs, is_shown};
use crate::names::{Names, Place};

/// The columns of a model that generated code can show, and sentences about the others.
/// `table` is the name of the table's module, which no column may have.
pub(super) fn columns(
    schema: &Schema,
    model: &Model,
    dialect: &dyn Dialect,
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
            ColumnCode::Known { sql_type, rust_type } => ColumnKind::Plain { sql_type, rust_type },
            ColumnCode::Enum(id) => ColumnKind::Enum(id),
            ColumnCode::Unsupported(name) => {
                let column = field.db_name();
                left_out.push(format!("column `{column}`: Diesel has no type for `{name}`"));
                continue;
            }
        };
        res.push(Column {
            field: Some(index),
            db_name: field.db_name().to_owned(),
            ident: idents.give(field.db_name()),
            rust_field: fields.give(&field.name),
            database_default: has_database_default(field),
            app_default: app_default(field, &kind),
            on_update: field.is_updated_at.then(|| now(&kind)).flatten(),
            kind,
            arity: field.arity,
            docs: docs(field.docs.as_deref()),
        });
    }
    (res, left_out)
}

/// Whether the database itself fills the column of a row that leaves it out.
fn has_database_default(field: &Field) -> bool {
    match &field.default {
        None => false,
        Some(
            DefaultValue::String(_)
            | DefaultValue::Number(_)
            | DefaultValue::Boolean(_)
            | DefaultValue::EnumValue(_)
            | DefaultValue::List(_)
            | DefaultValue::AutoIncrement
            | DefaultValue::Sequence(_)
            | DefaultValue::Now
            | DefaultValue::DbGenerated(_),
        ) => true,
        Some(
            DefaultValue::Uuid(_) | DefaultValue::Cuid(_) | DefaultValue::Ulid | DefaultValue::Nanoid(_),
        ) => false,
    }
}

/// The expression that fills a new row's column in the application, where we know how.
/// Cuid, ulid and nanoid would each need a library of its own: the caller gives those.
fn app_default(field: &Field, kind: &ColumnKind) -> Option<String> {
    if field.arity == Arity::List {
        return None;
    }
    match &field.default {
        Some(DefaultValue::Uuid(version)) => uuid(*version, kind),
        Some(
            DefaultValue::String(_)
            | DefaultValue::Number(_)
            | DefaultValue::Boolean(_)
            | DefaultValue::EnumValue(_)
            | DefaultValue::List(_)
            | DefaultValue::AutoIncrement
            | DefaultValue::Sequence(_)
            | DefaultValue::Now
            | DefaultValue::Cuid(_)
            | DefaultValue::Ulid
            | DefaultValue::Nanoid(_)
            | DefaultValue::DbGenerated(_),
        )
        | None => field.is_updated_at.then(|| now(kind)).flatten(),
    }
}

fn uuid(version: u8, kind: &ColumnKind) -> Option<String> {
    let call = if version == 7 { "uuid::Uuid::now_v7()" } else { "uuid::Uuid::new_v4()" };
    match rust_type(kind)? {
        "uuid::Uuid" => Some(call.to_owned()),
        "String" => Some(format!("{call}.to_string()")),
        _ => None,
    }
}

fn now(kind: &ColumnKind) -> Option<String> {
    let call = match rust_type(kind)? {
        "chrono::NaiveDateTime" => "chrono::Utc::now().naive_utc()",
        "chrono::DateTime<chrono::Utc>" => "chrono::Utc::now()",
        "chrono::NaiveDate" => "chrono::Utc::now().date_naive()",
        "chrono::NaiveTime" => "chrono::Utc::now().time()",
        _ => return None,
    };
    Some(call.to_owned())
}

fn rust_type(kind: &ColumnKind) -> Option<&str> {
    match kind {
        ColumnKind::Plain { rust_type, .. } => Some(rust_type),
        ColumnKind::Enum(_) => None,
    }
}
