//! Views: no keys and indexes, since the database has none for them.

use super::{Context, generators};
use crate::codes;
use crate::resolve::{KeyKind, KeyNode, find_argument};
use crate::schema::Model;

pub(super) fn check(cx: &mut Context<'_, '_>) {
    let has_feature = generators::has_preview_feature(cx.nodes, "views");
    for (_, view, node) in cx.models().filter(|(_, model, _)| model.is_view) {
        if !has_feature {
            cx.sink
                .error(
                    codes::PREVIEW_FEATURE,
                    view.span,
                    format!("view `{}` needs the preview feature `views`", view.name),
                )
                .hint("add `previewFeatures = [\"views\"]` to a generator");
        }
        if let Some(key) = node.primary_key {
            check_key(cx, view, key);
        }
        for (index, written) in view.indexes.iter().zip(&node.indexes) {
            let span = written.attribute.span;
            if written.kind == KeyKind::ModelIndex {
                cx.sink
                    .error(codes::VIEW, span, format!("view `{}` cannot have indexes", view.name))
                    .hint("remove it");
                continue;
            }
            if index.map.is_some() {
                let span = find_argument(written.attribute, "map").map_or(span, |argument| argument.span);
                cx.sink
                    .error(
                        codes::VIEW,
                        span,
                        format!("view `{}` has no unique index that could have a name", view.name),
                    )
                    .hint("remove `map`");
            }
            if index.fields.iter().any(|field| field.length.is_some() || field.ops.is_some())
                || super::indexes::mentions_option(written.attribute, "sort")
            {
                cx.sink
                    .error(
                        codes::VIEW,
                        span,
                        format!("fields in a unique of view `{}` cannot have options", view.name),
                    )
                    .hint("name only the fields");
            }
        }
    }
}

/// `@@id` is only warned of: Prisma took it in views for years, and projects still have it.
fn check_key(cx: &mut Context<'_, '_>, view: &Model, key: KeyNode<'_>) {
    let message = format!("view `{}` cannot have a primary key", view.name);
    let reported = match key.kind {
        KeyKind::ModelId => cx.sink.warning(codes::VIEW, key.attribute.span, message),
        KeyKind::FieldId | KeyKind::FieldUnique | KeyKind::ModelUnique | KeyKind::ModelIndex => {
            cx.sink.error(codes::VIEW, key.attribute.span, message)
        }
    };
    reported.hint("use `@unique` or `@@unique` to say which fields tell the rows apart");
}
