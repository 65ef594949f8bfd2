//! Names of constraints and indexes: not too long, and not there twice.

use super::Context;
use crate::codes;
use crate::diagnostics::Span;
use crate::providers::{NameScope, Provider};
use crate::resolve::{KeyNode, find_argument};
use crate::schema::{ForeignKeyRelation, Model, ModelId};
use std::collections::BTreeMap;

/// A constraint's name, given or made up.
struct Constraint<'n> {
    kind: Kind,
    model: ModelId,
    schema: Option<&'n str>,
    name: String,
    is_given: bool,
    span: Span,
    label: &'static str,
}

/// The table (where the scope is one), the schema, and the name.
type Place<'c> = (Option<ModelId>, Option<&'c str>, &'c str);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    PrimaryKey,
    Index,
    ForeignKey,
}

pub(super) fn check(cx: &mut Context<'_, '_>) {
    let Some(provider) = cx.provider else { return };
    let constraints = collect(cx, provider);
    for constraint in constraints.iter().filter(|c| c.is_given && c.name.len() > provider.max_identifier) {
        let message = format!(
            "the name `{}` has {} bytes, but {} allows {}",
            constraint.name,
            constraint.name.len(),
            provider.title,
            provider.max_identifier
        );
        cx.sink.error(codes::NAME_TOO_LONG, constraint.span, message).hint("choose a shorter name");
    }
    for scope in provider.name_scopes {
        report_shared(cx, *scope, &constraints);
    }
}

fn report_shared(cx: &mut Context<'_, '_>, scope: NameScope, constraints: &[Constraint<'_>]) {
    let mut by_name: BTreeMap<Place<'_>, Vec<&Constraint<'_>>> = BTreeMap::new();
    for constraint in constraints {
        let place = match (scope, constraint.kind) {
            (NameScope::Indexes, Kind::Index)
            | (NameScope::KeysAndIndexes, Kind::PrimaryKey | Kind::Index) => None,
            (NameScope::AllOfTable, _) => Some(constraint.model),
            (NameScope::Indexes, Kind::PrimaryKey | Kind::ForeignKey)
            | (NameScope::KeysAndIndexes, Kind::ForeignKey) => continue,
        };
        by_name.entry((place, constraint.schema, &constraint.name)).or_default().push(constraint);
    }
    for ((_, _, name), places) in by_name.into_iter().filter(|(_, places)| places.len() > 1) {
        for place in places {
            cx.sink
                .error(
                    codes::CONSTRAINT_NAME,
                    place.span,
                    format!("`{name}` is the name of several constraints or indexes"),
                )
                .hint(format!("give `{}` a name of its own with `map: \"...\"`", place.label));
        }
    }
}

fn collect<'r>(cx: &Context<'r, '_>, provider: &Provider) -> Vec<Constraint<'r>> {
    let mut constraints = Vec::new();
    for (id, model, node) in cx.models() {
        let mut push = |kind: Kind, given: Option<&str>, suffix: &str, columns: &[&str], key: KeyNode<'_>| {
            let argument =
                find_argument(key.attribute, "map").or_else(|| find_argument(key.attribute, "name"));
            constraints.push(Constraint {
                kind,
                model: id,
                schema: model.schema.as_deref(),
                name: given.map_or_else(|| default_name(model, columns, suffix, provider), str::to_owned),
                is_given: given.is_some(),
                span: argument.map_or(key.attribute.span, |argument| argument.span),
                label: key.kind.attribute(),
            });
        };
        if let (Some(key), Some(written), true) =
            (&model.primary_key, node.primary_key, provider.has_named_primary_keys)
        {
            push(Kind::PrimaryKey, key.map.as_deref(), "pkey", &[], written);
        }
        for (index, written) in model.indexes.iter().zip(&node.indexes) {
            let columns: Vec<&str> =
                index.fields.iter().map(|field| model.fields[field.field].db_name()).collect();
            let suffix = if index.is_unique { "key" } else { "idx" };
            push(Kind::Index, index.map.as_deref(), suffix, &columns, *written);
        }
    }
    if provider.has_named_foreign_keys {
        constraints.extend(cx.foreign_keys().map(|key| foreign_key(cx, key, provider)));
    }
    constraints
}

fn foreign_key<'r>(cx: &Context<'r, '_>, key: &ForeignKeyRelation, provider: &Provider) -> Constraint<'r> {
    let model = cx.schema.model(key.forward.model);
    let columns: Vec<&str> = key.fields.iter().map(|field| model.fields[*field].db_name()).collect();
    let attribute = cx.nodes.field(key.forward).attributes.relation;
    let argument = attribute.and_then(|attribute| find_argument(attribute, "map"));
    Constraint {
        kind: Kind::ForeignKey,
        model: key.forward.model,
        schema: model.schema.as_deref(),
        name: key.map.clone().unwrap_or_else(|| default_name(model, &columns, "fkey", provider)),
        is_given: key.map.is_some(),
        span: argument.map_or(key.span, |argument| argument.span),
        label: "@relation",
    }
}

/// `table_columns_suffix`, cut so that the whole fits, as Prisma names them.
fn default_name(model: &Model, columns: &[&str], suffix: &str, provider: &Provider) -> String {
    let mut name = model.db_name().to_owned();
    for column in columns {
        name.push('_');
        name.push_str(column);
    }
    let mut end = name.len().min(provider.max_identifier - suffix.len() - 1);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.truncate(end);
    format!("{name}_{suffix}")
}
