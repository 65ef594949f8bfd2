//! Columns as fields: type, arity, attributes.

use glowplug_dialect::lift::LiftedType;
use glowplug_psl::schema::DefaultValue;
use glowplug_sql::model::Column;

use crate::cx::Cx;
use crate::text;

/// A field as it is written, attributes by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldText {
    pub(crate) name: String,
    /// With `?` or `[]`.
    pub(crate) ty: String,
    /// Name (without `@`) and text (with it).
    pub(crate) attributes: Vec<(String, String)>,
}

impl FieldText {
    /// The line, without indentation and end.
    pub(crate) fn line(&self) -> String {
        let mut line = format!("{} {}", self.name, self.ty);
        for (_, text) in &self.attributes {
            line.push(' ');
            line.push_str(text);
        }
        line
    }
}

/// The field of a column, without what keys say about it.
pub(crate) fn field(cx: &Cx<'_>, name: &str, column: &Column) -> FieldText {
    let mut attributes = Vec::new();
    attributes.extend(default(cx, column).map(|text| ("default".to_owned(), text)));
    attributes.extend(map(name, &column.name).map(|text| ("map".to_owned(), text)));
    attributes.extend(native(cx, column));
    FieldText { name: name.to_owned(), ty: ty(cx, column), attributes }
}

/// `@map("...")`, where the names differ.
pub(crate) fn map(name: &str, db_name: &str) -> Option<String> {
    (name != db_name).then(|| format!("@map({})", text::string(db_name)))
}

/// The type with its suffix.
pub(crate) fn ty(cx: &Cx<'_>, column: &Column) -> String {
    format!("{}{}", element(cx, column), suffix(column))
}

/// `?`, `[]` or nothing.
pub(crate) fn suffix(column: &Column) -> &'static str {
    match (column.ty.is_list, column.nullable) {
        (true, _) => "[]",
        (false, true) => "?",
        (false, false) => "",
    }
}

fn element(cx: &Cx<'_>, column: &Column) -> String {
    let unsupported = |name: &str| format!("Unsupported({})", text::string(name));
    match cx.lift().field_type(&column.ty) {
        LiftedType::Scalar(scalar, _) => text::scalar(scalar).to_owned(),
        LiftedType::Enum { name, .. } => match cx.enum_of(&column.ty) {
            Some(id) => cx.names.enums[id.0].name.clone(),
            // Of a schema that is not looked at.
            None => unsupported(&name),
        },
        LiftedType::Unsupported(name) => unsupported(&name),
    }
}

/// `@db.X(...)` with its name, where the type is not the scalar's usual one.
pub(crate) fn native(cx: &Cx<'_>, column: &Column) -> Option<(String, String)> {
    match cx.lift().field_type(&column.ty) {
        LiftedType::Scalar(_, Some(native)) => {
            let prefix = &cx.style.datasource;
            Some((format!("{prefix}.{}", native.name), text::native(prefix, &native)))
        }
        LiftedType::Scalar(_, None) | LiftedType::Enum { .. } | LiftedType::Unsupported(_) => None,
    }
}

/// `@default(...)`
pub(crate) fn default(cx: &Cx<'_>, column: &Column) -> Option<String> {
    let value = cx.lift().default_value(column)?;
    let enum_ = cx.enum_of(&column.ty);
    let value_name = |label: &str| {
        let id = enum_?;
        let place = cx.live.enum_type(id).values.iter().position(|value| value.name == label)?;
        cx.names.enums[id.0].values.get(place).cloned()
    };
    let inner = text::default(&value, &value_name)
        .or_else(|| text::default(&DefaultValue::DbGenerated(None), &value_name))?;
    Some(format!("@default({inner})"))
}
