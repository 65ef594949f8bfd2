//! Primary keys: every model has something unique, and keys are made of required columns.

use super::{Context, list};
use crate::codes;
use crate::resolve::{KeyKind, KeyNode, find_argument};
use crate::schema::{Arity, FieldType, IndexField, Model, PrimaryKey};

pub(super) fn check(cx: &mut Context<'_, '_>) {
    for (_, model, node) in cx.models() {
        if model.is_view {
            continue;
        }
        if !model.is_ignored
            && !node.is_incomplete
            && node.primary_key.is_some() == model.primary_key.is_some()
        {
            check_unique_criteria(cx, model);
        }
        if let (Some(key), Some(written)) = (&model.primary_key, node.primary_key) {
            check_arity(cx, model, key, written);
            check_options(cx, model, key, written);
        }
    }
}

/// Without something unique, rows cannot be told apart.
fn check_unique_criteria(cx: &mut Context<'_, '_>, model: &Model) {
    let keys = model.primary_key.iter().map(|key| &key.fields);
    // A partial unique counts, as it does in Prisma: whoever has one knows which rows it covers.
    let uniques = model.indexes.iter().filter(|index| index.is_unique);
    let mut candidates = keys.chain(uniques.map(|index| &index.fields));
    let is_strict = |fields: &Vec<IndexField>| {
        fields.iter().all(|field| {
            let field = &model.fields[field.field];
            field.arity != Arity::Optional && !matches!(field.ty, FieldType::Unsupported(_))
        })
    };
    if candidates.any(is_strict) {
        return;
    }
    cx.sink
        .error(codes::NO_UNIQUE_CRITERIA, model.span, format!("model `{}` has no key of required fields", model.name))
        .hint("mark a field with `@id` or `@unique`, or add `@@id([...])` or `@@unique([...])`; `@@ignore` leaves the model out");
}

fn check_arity(cx: &mut Context<'_, '_>, model: &Model, key: &PrimaryKey, written: KeyNode<'_>) {
    if model.is_ignored {
        return;
    }
    let loose = key
        .fields
        .iter()
        .map(|field| &model.fields[field.field])
        .filter(|field| field.arity != Arity::Required);
    let names: Vec<&str> = loose.map(|field| field.name.as_str()).collect();
    if !names.is_empty() {
        cx.sink
            .error(
                codes::OPTIONAL_KEY,
                written.attribute.span,
                format!(
                    "the primary key of `{}` has fields that are not required: {}",
                    model.name,
                    list(names)
                ),
            )
            .hint("make them required, or use `@unique` instead");
    }
}

fn check_options(cx: &mut Context<'_, '_>, model: &Model, key: &PrimaryKey, written: KeyNode<'_>) {
    let Some(provider) = cx.provider else { return };
    if key.map.is_some() && !provider.has_named_primary_keys {
        cx.sink
            .error(
                codes::INDEX_OPTION,
                model.span,
                format!(
                    "the primary key of `{}` has a name, but {} does not name primary keys",
                    model.name, provider.title
                ),
            )
            .hint(format!("remove `map` from `{}`", written.kind.attribute()));
    }
    if key.fields.iter().any(|field| field.length.is_some()) {
        cx.sink
            .error(
                codes::INDEX_OPTION,
                written.attribute.span,
                format!("{} has no keys over prefixes", provider.title),
            )
            .hint("remove `length`");
    }
    if super::indexes::mentions_option(written.attribute, "sort") {
        cx.sink
            .error(
                codes::INDEX_OPTION,
                written.attribute.span,
                format!("{} has no order in primary keys", provider.title),
            )
            .hint("remove `sort`");
    }
    if written.kind == KeyKind::ModelId && key.fields.len() > 1 {
        let joined: Vec<&str> =
            key.fields.iter().map(|field| model.fields[field.field].name.as_str()).collect();
        super::indexes::check_joined_name(cx, model, &joined.join("_"), written);
    }
    if let Some(name) = &key.name {
        let span =
            find_argument(written.attribute, "name").map_or(written.attribute.span, |argument| argument.span);
        super::indexes::check_client_name(cx, name, written, span);
    }
}
