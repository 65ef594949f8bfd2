//! Methods that give the value of a column.

use glowplug_psl::schema::Arity;

use crate::graphql::scalars::ValueType;
use crate::layout::{Column, Layout};
use crate::rust::put;

/// The method of a column's field.
pub(super) fn column(out: &mut String, layout: &Layout<'_>, method: &str, column: &Column, ty: &ValueType) {
    if *ty == ValueType::TypedJson {
        return typed_json(out, method, column);
    }
    let field = &column.rust_field;
    let value = ty.resolver_type(layout, column);
    put!(out, "    async fn {method}(&self) -> ");
    match (ty.to_resolver(layout, "it"), column.arity) {
        (None, Arity::Required) => put!(out, "&{value} {{\n        &self.row().{field}\n"),
        (None, Arity::Optional) => put!(out, "&Option<{value}> {{\n        &self.row().{field}\n"),
        (None, Arity::List) => {
            put!(out, "&[{value}] {{\n        self.row().{field}.as_deref().unwrap_or_default()\n");
        }
        (Some(conversion), Arity::Required) => {
            put!(out, "{value} {{\n        let it = self.row().{field}.clone();\n        {conversion}\n");
        }
        (Some(conversion), Arity::Optional) => {
            put!(out, "Option<{value}> {{\n        self.row().{field}.clone().map(|it| {conversion})\n");
        }
        (Some(conversion), Arity::List) => put!(
            out,
            "Vec<{value}> {{\n        \
                 self.row().{field}.iter().flatten().cloned().map(|it| {conversion}).collect()\n"
        ),
    }
    out.push_str("    }\n");
}

/// What serde makes of a type, which it may refuse.
fn typed_json(out: &mut String, method: &str, column: &Column) {
    let field = &column.rust_field;
    let (ty, body) = match column.arity {
        Arity::Required => ("serde_json::Value", format!("serde_json::to_value(&self.row().{field})?")),
        Arity::Optional => (
            "Option<serde_json::Value>",
            format!("self.row().{field}.as_ref().map(serde_json::to_value).transpose()?"),
        ),
        Arity::List => (
            "Vec<serde_json::Value>",
            format!(
                "self.row().{field}.iter().flatten().map(serde_json::to_value).collect::<Result<_, _>>()?"
            ),
        ),
    };
    put!(out, "    async fn {method}(&self) -> async_graphql::Result<{ty}> {{\n        Ok({body})\n    }}\n");
}
