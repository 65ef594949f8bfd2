//! `@@schema`: listed in the datasource, and there for everything once schemas are listed.

use super::{Context, kind_of};
use crate::codes;
use crate::diagnostics::Span;
use crate::nearest::did_you_mean;
use crate::resolve::property;
use crate::syntax::Attribute;

pub(super) fn check(cx: &mut Context<'_, '_>) {
    for (_, model, node) in cx.models() {
        let label = || format!("{} `{}`", kind_of(model), model.name);
        check_one(cx, label, model.span, model.schema.as_deref(), node.schema);
    }
    for (enum_, node) in cx.schema.enums.iter().zip(&cx.nodes.enums) {
        let label = || format!("enum `{}`", enum_.name);
        check_one(cx, label, enum_.span, enum_.schema.as_deref(), node.schema);
    }
}

fn check_one(
    cx: &mut Context<'_, '_>,
    label: impl Fn() -> String,
    span: Span,
    schema: Option<&str>,
    attribute: Option<&Attribute<'_>>,
) {
    let (Some(datasource), Some(provider)) = (&cx.schema.datasource, cx.provider) else { return };
    let lists_schemas = cx.nodes.datasource.is_some_and(|block| property(block, "schemas").is_some());
    match (schema, attribute) {
        (_, Some(attribute)) if !provider.has_schemas => {
            cx.sink
                .error(
                    codes::UNSUPPORTED_PROPERTY,
                    attribute.span,
                    format!("{} has no `@@schema`", provider.title),
                )
                .hint("remove it");
        }
        (Some(name), Some(attribute)) if !datasource.schemas.iter().any(|listed| listed == name) => {
            let hint = did_you_mean(name, datasource.schemas.iter().map(String::as_str));
            cx.sink
                .error(
                    codes::UNKNOWN_SCHEMA,
                    attribute.span,
                    format!("schema `{name}` of {} is not listed in the datasource", label()),
                )
                .hint(
                    hint.unwrap_or_else(|| format!("add it to `schemas = [\"{name}\"]` of the datasource")),
                );
        }
        (None, None) if lists_schemas && provider.has_schemas => {
            cx.sink
                .error(
                    codes::MISSING_SCHEMA,
                    span,
                    format!("{} has no `@@schema`, but the datasource lists schemas", label()),
                )
                .hint(format!(
                    "add `@@schema(\"{}\")`",
                    datasource.schemas.first().map_or("public", String::as_str)
                ));
        }
        _ => {}
    }
}
