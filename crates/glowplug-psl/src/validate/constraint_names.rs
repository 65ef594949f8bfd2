//! Names of constraints and indexes: not too long, and not there twice.

use super::Context;
use crate::codes;
use crate::diagnostics::Span;
use crate::providers::{NameScope, Provider};
use crate::resolve::{KeyNode, find_argument};
use crate::schema::{ForeignKeyRelation, IndexField, Model, ModelId};

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
    // Only those whose names are there twice at all are looked at in each scope.
    let mut by_name: Vec<&Constraint<'_>> = constraints.iter().collect();
    by_name.sort_by(|a, b| a.name.cmp(&b.name));
    for group in by_name.chunk_by(|a, b| a.name == b.name).filter(|group| group.len() > 1) {
        for scope in provider.name_scopes {
            report_shared(cx, *scope, group);
        }
    }
}

/// Reports those of the constraints with one name that cannot share it in this scope.
fn report_shared(cx: &mut Context<'_, '_>, scope: NameScope, constraints: &[&Constraint<'_>]) {
    let place = |constraint: &Constraint<'_>| match (scope, constraint.kind) {
        (NameScope::Indexes, Kind::Index) | (NameScope::KeysAndIndexes, Kind::PrimaryKey | Kind::Index) => {
            Some((None, constraint.schema.map(str::to_owned)))
        }
        (NameScope::AllOfTable, _) => Some((Some(constraint.model), None)),
        (NameScope::Indexes, Kind::PrimaryKey | Kind::ForeignKey)
        | (NameScope::KeysAndIndexes, Kind::ForeignKey) => None,
    };
    for constraint in constraints {
        let here = place(constraint);
        if here.is_none() || constraints.iter().filter(|other| place(other) == here).count() < 2 {
            continue;
        }
        cx.sink
            .error(
                codes::CONSTRAINT_NAME,
                constraint.span,
                format!("`{}` is the name of several constraints or indexes", constraint.name),
            )
            .hint(format!("give `{}` a name of its own with `map: \"...\"`", constraint.label));
    }
}

fn collect<'r>(cx: &Context<'r, '_>, provider: &Provider) -> Vec<Constraint<'r>> {
    let mut constraints = Vec::new();
    for (id, model, node) in cx.models() {
        let mut push =
            |kind: Kind, given: Option<&str>, suffix: &str, columns: &[IndexField], key: KeyNode<'_>| {
                let argument =
                    find_argument(key.attribute, "map").or_else(|| find_argument(key.attribute, "name"));
                constraints.push(Constraint {
                    kind,
                    model: id,
                    schema: model.schema.as_deref(),
                    name: given.map_or_else(
                        || default_name(model, columns.iter().map(|column| column.field), suffix, provider),
                        str::to_owned,
                    ),
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
            let suffix = if index.is_unique { "key" } else { "idx" };
            push(Kind::Index, index.map.as_deref(), suffix, &index.fields, *written);
        }
    }
    if provider.has_named_foreign_keys {
        constraints.extend(cx.foreign_keys().map(|key| foreign_key(cx, key, provider)));
    }
    constraints
}

fn foreign_key<'r>(cx: &Context<'r, '_>, key: &ForeignKeyRelation, provider: &Provider) -> Constraint<'r> {
    let model = cx.schema.model(key.forward.model);
    let attribute = cx.nodes.field(key.forward).attributes.relation;
    let argument = attribute.and_then(|attribute| find_argument(attribute, "map"));
    Constraint {
        kind: Kind::ForeignKey,
        model: key.forward.model,
        schema: model.schema.as_deref(),
        name: key
            .map
            .clone()
            .unwrap_or_else(|| default_name(model, key.fields.iter().copied(), "fkey", provider)),
        is_given: key.map.is_some(),
        span: argument.map_or(key.span, |argument| argument.span),
        label: "@relation",
    }
}

/// `table_columns_suffix`, cut so that the whole fits, as Prisma names them.
fn default_name(
    model: &Model,
    columns: impl Iterator<Item = usize>,
    suffix: &str,
    provider: &Provider,
) -> String {
    let mut name = String::with_capacity(64);
    name.push_str(model.db_name());
    for column in columns {
        name.push('_');
        name.push_str(model.fields[column].db_name());
    }
    let mut end = name.len().min(provider.max_identifier - suffix.len() - 1);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.truncate(end);
    name.push('_');
    name.push_str(suffix);
    name
}
