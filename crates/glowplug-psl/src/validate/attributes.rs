//! Attributes that cannot stand where they stand.

use super::Context;
use crate::codes;
use crate::resolve::FieldNode;
use crate::schema::{Arity, Field, FieldType, Model, Scalar};
use crate::sink::Sink;

pub(super) fn check(cx: &mut Context<'_, '_>) {
    for (_, model, node) in cx.models() {
        for (field, written) in model.fields.iter().zip(&node.fields) {
            if field.is_column() {
                check_column(model, field, written, cx.sink);
            }
        }
    }
}

fn check_column(model: &Model, field: &Field, node: &FieldNode<'_>, sink: &mut Sink) {
    let attributes = &node.attributes;
    if attributes.relation.is_none() && attributes.updated_at.is_none() && attributes.ignore.is_none() {
        return;
    }
    let label = format!("{}.{}", model.name, field.name);
    if let Some(relation) = attributes.relation {
        sink.error(
            codes::ATTRIBUTE_PLACE,
            relation.span,
            format!("`{label}` is no relation and cannot have `@relation`"),
        )
        .hint("put `@relation` on the field whose type is the other model");
    }
    if let Some(updated_at) = attributes.updated_at
        && (field.ty != FieldType::Scalar(Scalar::DateTime) || field.arity == Arity::List)
    {
        sink.error(
            codes::ATTRIBUTE_PLACE,
            updated_at.span,
            format!("`{label}` cannot have `@updatedAt`: it is no `DateTime`"),
        )
        .hint("give the field the type `DateTime`, or remove `@updatedAt`");
    }
    if let Some(ignore) = attributes.ignore {
        if matches!(field.ty, FieldType::Unsupported(_)) {
            sink.error(
                codes::ATTRIBUTE_PLACE,
                ignore.span,
                format!("`{label}` is ignored already, since its type is `Unsupported`"),
            )
            .hint("remove `@ignore`");
        } else if model.is_ignored {
            sink.error(
                codes::ATTRIBUTE_PLACE,
                ignore.span,
                format!("`{label}` is ignored already, with all of `{}`", model.name),
            )
            .hint("remove `@ignore`");
        }
    }
}
