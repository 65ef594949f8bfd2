//! Relations with a foreign key: columns, types, arity, uniqueness.

use super::{Context, list};
use crate::codes;
use crate::schema::{Arity, ForeignKeyRelation, IndexField, Model};
use crate::syntax::Attribute;

pub(super) fn check(cx: &mut Context<'_, '_>) {
    check_relation_fields(cx);
    for key in cx.foreign_keys() {
        if check_counts(cx, key) {
            check_unique(cx, key);
            check_types(cx, key);
        }
        check_arity(cx, key);
        if key.is_one_to_one {
            check_one_to_one(cx, key);
        }
        check_map(cx, key);
    }
}

/// Attributes that relation fields cannot have, and relations to models that the client leaves out.
/// Goes over what is written: a relation field without its relation is judged as well.
fn check_relation_fields(cx: &mut Context<'_, '_>) {
    for (_, model, node) in cx.models() {
        for (written, target) in &node.relation_fields {
            let target = cx.schema.model(*target);
            let label = || format!("{}.{}", model.name, written.name.text);
            for attribute in &written.attributes {
                let Some(hint) = misplaced(attribute) else { continue };
                let name = attribute.name.text;
                cx.sink
                    .error(
                        codes::ATTRIBUTE_PLACE,
                        attribute.span,
                        format!("relation field `{}` cannot have `@{name}`", label()),
                    )
                    .hint(hint);
            }
            let is_ignored = model.is_ignored || written.attributes.iter().any(|a| a.name.text == "ignore");
            if target.is_ignored && !is_ignored {
                cx.sink
                    .error(
                        codes::IGNORED_RELATION,
                        written.span,
                        format!("`{}` points at `{}`, which is ignored", label(), target.name),
                    )
                    .hint("add `@ignore` to the field");
            }
        }
    }
}

/// Where an attribute belongs that a relation field cannot have.
fn misplaced(attribute: &Attribute<'_>) -> Option<&'static str> {
    match attribute.name.text {
        "id" | "unique" => Some("put it on the columns of the relation"),
        "default" | "updatedAt" => Some("put it on a column"),
        "map" => {
            Some("put it on the columns of the relation; `@relation(map: \"...\")` names the foreign key")
        }
        _ => None,
    }
}

fn names<'m>(model: &'m Model, fields: &[usize]) -> Vec<&'m str> {
    fields.iter().map(|field| model.fields[*field].name.as_str()).collect()
}

fn check_counts(cx: &mut Context<'_, '_>, key: &ForeignKeyRelation) -> bool {
    if key.fields.len() == key.references.len() {
        return true;
    }
    let label = cx.label(key.forward);
    let message = format!(
        "relation `{label}` has {} fields, but references {}",
        key.fields.len(),
        key.references.len()
    );
    cx.sink
        .error(codes::RELATION_COUNT, key.span, message)
        .hint("name as many fields in `fields` as in `references`");
    false
}

/// Whether a foreign key can refer to these columns: those of some key over all rows, in any order.
fn is_unique(model: &Model, fields: &[usize]) -> bool {
    // No column stands twice in a key.
    keys_of(model, false)
        .any(|key| key.len() == fields.len() && key.iter().all(|column| fields.contains(&column.field)))
}

/// The columns of the primary key and of every unique; of partial ones only where they are wanted.
fn keys_of(model: &Model, with_partial: bool) -> impl Iterator<Item = &[IndexField]> {
    let keys = model.primary_key.iter().map(|key| key.fields.as_slice());
    let uniques = model
        .indexes
        .iter()
        .filter(move |index| index.is_unique && (with_partial || index.predicate.is_none()));
    keys.chain(uniques.map(|index| index.fields.as_slice()))
}

fn check_unique(cx: &mut Context<'_, '_>, key: &ForeignKeyRelation) {
    let target = cx.schema.model(key.target);
    if is_unique(target, &key.references) || cx.nodes.model(key.target).is_incomplete {
        return;
    }
    let names = names(target, &key.references);
    let hint = match names.as_slice() {
        [only] => format!("add `@unique` to `{}.{only}`", target.name),
        several => format!("add `@@unique([{}])` to `{}`", several.join(", "), target.name),
    };
    let label = cx.label(key.forward);
    cx.sink
        .error(
            codes::REFERENCES_NOT_UNIQUE,
            key.span,
            format!(
                "relation `{label}` references {} of `{}`, which is not unique",
                list(names),
                target.name
            ),
        )
        .hint(hint);
}

fn check_types(cx: &mut Context<'_, '_>, key: &ForeignKeyRelation) {
    let model = cx.schema.model(key.forward.model);
    let target = cx.schema.model(key.target);
    for (from, to) in key.fields.iter().zip(&key.references) {
        let (from, to) = (&model.fields[*from], &target.fields[*to]);
        if from.ty != to.ty {
            let message = format!(
                "`{}.{}` and `{}.{}`, which a relation joins, have different types",
                model.name, from.name, target.name, to.name
            );
            let span = cx.nodes.field(key.forward).syntax.span;
            cx.sink.error(codes::RELATION_TYPES, span, message).hint("give both the same type");
        }
    }
}

fn check_arity(cx: &mut Context<'_, '_>, key: &ForeignKeyRelation) {
    let model = cx.schema.model(key.forward.model);
    let field = cx.schema.field(key.forward);
    let is_optional = |index: &&usize| model.fields[**index].arity == Arity::Optional;
    let optional: Vec<usize> = key.fields.iter().filter(is_optional).copied().collect();
    if field.arity == Arity::Required && !optional.is_empty() {
        let ty = &cx.schema.model(key.target).name;
        let message = format!(
            "relation `{}.{}` is required, but {} is optional",
            model.name,
            field.name,
            list(names(model, &optional))
        );
        let span = cx.nodes.field(key.forward).syntax.span;
        cx.sink
            .error(codes::RELATION_ARITY, span, message)
            .hint(format!("write `{} {ty}?`, or make the columns required", field.name));
    }
}

fn check_one_to_one(cx: &mut Context<'_, '_>, key: &ForeignKeyRelation) {
    let Some(back) = key.back else { return };
    let (forward_field, back_field) = (cx.schema.field(key.forward), cx.schema.field(back));
    let (forward_label, back_label) = (cx.label(key.forward), cx.label(back));
    let forward_span = cx.nodes.field(key.forward).syntax.span;
    let back_span = cx.nodes.field(back).syntax.span;
    if back_field.arity == Arity::Required && forward_field.arity == Arity::Required {
        for (span, label) in [(back_span, &back_label), (forward_span, &forward_label)] {
            cx.sink
                .error(
                    codes::RELATION_ARITY,
                    span,
                    format!(
                        "`{label}` is one of two required sides of a 1-1 relation, which no database can keep"
                    ),
                )
                .hint(format!("make `{back_label}`, the side without columns, optional"));
        }
    } else if back_field.arity == Arity::Required {
        cx.sink
            .error(
                codes::RELATION_ARITY,
                forward_span,
                format!("`{forward_label}` has the columns of the relation, but `{back_label}` is its required side"),
            )
            .hint(format!("make `{back_label}` optional, or move `fields` and `references` there"));
    }
    let model = cx.schema.model(key.forward.model);
    // Prisma wants the unique in the order of `fields`.
    let is_key =
        |unique: &[IndexField]| unique.iter().map(|column| column.field).eq(key.fields.iter().copied());
    if !keys_of(model, true).any(is_key) && !cx.nodes.model(key.forward.model).is_incomplete {
        let names = names(model, &key.fields);
        let hint = match names.as_slice() {
            [only] => format!("add `@unique` to `{only}`, or make `{back_label}` a list"),
            several => format!("add `@@unique([{}])`, or make `{back_label}` a list", several.join(", ")),
        };
        cx.sink
            .error(
                codes::ONE_TO_ONE_NOT_UNIQUE,
                forward_span,
                format!("`{forward_label}` is a side of a 1-1 relation, but {} is not unique", list(names)),
            )
            .hint(hint);
    }
}

fn check_map(cx: &mut Context<'_, '_>, key: &ForeignKeyRelation) {
    let Some(provider) = cx.provider else { return };
    if key.map.is_some() && !provider.has_named_foreign_keys {
        cx.sink
            .error(codes::INDEX_OPTION, key.span, format!("{} does not name foreign keys", provider.title))
            .hint("remove `map` from `@relation`");
    }
}
