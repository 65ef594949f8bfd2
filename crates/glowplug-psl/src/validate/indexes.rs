//! Indexes and uniques: options that the provider has, names in the client.

use super::{Context, generators, list};
use crate::codes;
use crate::diagnostics::Span;
use crate::resolve::{KeyKind, KeyNode, ModelNode, find_argument};
use crate::schema::{FieldType, Index, Model};
use crate::syntax::{Attribute, Expression};
use std::collections::BTreeMap;

pub(super) fn check(cx: &mut Context<'_, '_>) {
    let has_feature = generators::has_preview_feature(cx.nodes, "partialIndexes");
    for (_, model, node) in cx.models() {
        for (index, written) in model.indexes.iter().zip(&node.indexes) {
            check_options(cx, model, index, *written);
            check_types(cx, model, node, index);
            check_names(cx, model, index, *written);
        }
        check_taken_names(cx, model, node);
        check_partial(cx, node, &model.indexes, has_feature);
    }
}

fn check_options(cx: &mut Context<'_, '_>, model: &Model, index: &Index, written: KeyNode<'_>) {
    let Some(provider) = cx.provider else { return };
    let attribute = written.attribute;
    let label = written.kind.attribute();
    if index.fields.iter().any(|field| field.length.is_some()) {
        cx.sink
            .error(
                codes::INDEX_OPTION,
                attribute.span,
                format!("{} has no indexes over prefixes", provider.title),
            )
            .hint("remove `length`");
    }
    if let Some(algorithm) = &index.algorithm {
        if !provider.index_types.contains(&algorithm.as_str()) {
            let span = find_argument(attribute, "type").map_or(attribute.span, |argument| argument.span);
            cx.sink
                .error(
                    codes::INDEX_TYPE,
                    span,
                    format!("{} has no indexes of type `{algorithm}`", provider.title),
                )
                .hint(format!("it has {}", list(provider.index_types.iter().copied())));
        } else if algorithm == "Hash" && mentions_option(attribute, "sort") {
            cx.sink
                .error(codes::INDEX_OPTION, attribute.span, "an index of type `Hash` has no order")
                .hint("remove `sort`");
        } else if algorithm == "SpGist" && index.fields.len() > 1 {
            cx.sink
                .error(codes::INDEX_OPTION, attribute.span, "an index of type `SpGist` has one field")
                .hint("make an index for each field");
        }
    }
    if written.kind != KeyKind::ModelIndex && index.fields.iter().any(|field| field.ops.is_some()) {
        cx.sink
            .error(
                codes::OPERATOR_CLASS,
                attribute.span,
                format!("`{label}` of `{}` has an operator class", model.name),
            )
            .hint("only `@@index` takes `ops`");
    }
}

/// Prisma reads `where` only with a preview feature, and would reject the file without.
fn check_partial(cx: &mut Context<'_, '_>, node: &ModelNode<'_>, indexes: &[Index], has_feature: bool) {
    for (index, written) in indexes.iter().zip(&node.indexes) {
        if index.predicate.is_some() && !has_feature {
            let span =
                find_argument(written.attribute, "where").map_or(written.attribute.span, |found| found.span);
            cx.sink
                .error(codes::PREVIEW_FEATURE, span, "`where` needs the preview feature `partialIndexes`")
                .hint("add `previewFeatures = [\"partialIndexes\"]` to a generator");
        }
    }
}

/// Types that cannot be compared have no index.
fn check_types(cx: &mut Context<'_, '_>, model: &Model, node: &ModelNode<'_>, index: &Index) {
    let Some(provider) = cx.provider else { return };
    for field in &index.fields {
        let native = model.fields[field.field].native_type.as_ref();
        let rule = native.and_then(|native| provider.native_type(&native.name));
        if let Some(rule) = rule.filter(|rule| !rule.is_indexable) {
            let label = format!("{}.{}", model.name, model.fields[field.field].name);
            let span = node.fields[field.field].syntax.span;
            cx.sink
                .error(
                    codes::KEY_TYPE,
                    span,
                    format!("`{label}` is in an index, but its type `{}` has none", rule.name),
                )
                .hint("remove the field from the index");
        }
    }
}

fn check_names(cx: &mut Context<'_, '_>, model: &Model, index: &Index, written: KeyNode<'_>) {
    if let Some(name) = &index.name {
        let span =
            find_argument(written.attribute, "name").map_or(written.attribute.span, |argument| argument.span);
        check_client_name(cx, name, written, span);
    }
    if index.is_unique && index.fields.len() > 1 {
        let joined: Vec<&str> =
            index.fields.iter().map(|field| model.fields[field.field].name.as_str()).collect();
        check_joined_name(cx, model, &joined.join("_"), written);
    }
}

/// The client calls a key of several fields `a_b`: no field may have that name. Prisma says so
/// even of a key with a `name` of its own.
pub(super) fn check_joined_name(cx: &mut Context<'_, '_>, model: &Model, joined: &str, written: KeyNode<'_>) {
    let is_taken =
        model.fields.iter().any(|field| field.name == joined && !matches!(field.ty, FieldType::Relation(_)));
    if is_taken {
        let label = written.kind.attribute();
        cx.sink
            .error(
                codes::CLIENT_NAME,
                written.attribute.span,
                format!("`{label}` is called `{joined}` in the client, like a field of `{}`", model.name),
            )
            .hint("rename the field; `@map(\"...\")` keeps its name in the database");
    }
}

/// A name in the client is a word of programming languages.
pub(super) fn check_client_name(cx: &mut Context<'_, '_>, name: &str, written: KeyNode<'_>, span: Span) {
    let is_word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_word {
        cx.sink
            .error(
                codes::BAD_NAME,
                span,
                format!("`{name}` is no name that `{}` can have in the client", written.kind.attribute()),
            )
            .hint("use letters, digits and `_`; write `map` for the name in the database");
    }
}

/// Names in the client are unique among keys and fields of a model.
fn check_taken_names(cx: &mut Context<'_, '_>, model: &Model, node: &ModelNode<'_>) {
    let mut by_name: BTreeMap<&str, Vec<KeyNode<'_>>> = BTreeMap::new();
    let primary_key = model.primary_key.iter().map(|key| &key.name).zip(node.primary_key);
    let indexes = model.indexes.iter().map(|index| &index.name).zip(node.indexes.iter().copied());
    for (name, written) in primary_key.chain(indexes) {
        if let Some(name) = name {
            by_name.entry(name).or_default().push(written);
        }
    }
    for (name, keys) in by_name {
        if model.find_field(name).is_some() {
            cx.sink
                .error(
                    codes::CLIENT_NAME,
                    model.span,
                    format!(
                        "`{name}` is a field of `{}`, and the name of its `{}`",
                        model.name,
                        keys[0].kind.attribute()
                    ),
                )
                .hint("give the key another `name`");
        }
        for written in keys.iter().filter(|_| keys.len() > 1) {
            let span = find_argument(written.attribute, "name")
                .map_or(written.attribute.span, |argument| argument.span);
            cx.sink
                .error(
                    codes::CLIENT_NAME,
                    span,
                    format!("several keys of `{}` are called `{name}`", model.name),
                )
                .hint("give each a `name` of its own");
        }
    }
}

/// Whether the attribute, or a field in its list, has an option of that name.
pub(super) fn mentions_option(attribute: &Attribute<'_>, option: &str) -> bool {
    let arguments = attribute.arguments.iter().flat_map(|arguments| &arguments.items);
    let mut values = arguments.clone().filter_map(|argument| argument.value.as_ref());
    arguments.into_iter().any(|argument| argument.name.is_some_and(|name| name.text == option))
        || values.any(|value| match value {
            Expression::Array(items, _) => items.iter().any(|item| has_option(item, option)),
            single => has_option(single, option),
        })
}

fn has_option(item: &Expression<'_>, option: &str) -> bool {
    match item {
        Expression::Call(call) => {
            call.arguments.items.iter().any(|a| a.name.is_some_and(|name| name.text == option))
        }
        _ => false,
    }
}
