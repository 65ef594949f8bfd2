//! Names of constraints and indexes: not too long, and not there twice.

use super::Context;
use crate::codes;
use crate::diagnostics::Span;
use crate::providers::{NameScope, Provider};
use crate::resolve::{KeyNode, find_argument};
use crate::schema::{ForeignKeyRelation, IndexField, Model, ModelId};
use std::ops::Range;

/// A constraint's name, given or made up, and where it comes from.
struct Constraint<'n> {
    kind: Kind,
    model: ModelId,
    schema: Option<&'n str>,
    /// Where the name stands in [`Constraints::names`].
    name: Range<usize>,
    is_given: bool,
    span: Span,
    label: &'static str,
}

/// All constraints of a schema.
struct Constraints<'n> {
    provider: &'n Provider,
    items: Vec<Constraint<'n>>,
    /// Their names, one behind the other: as strings of their own they would take longer to make
    /// than everything else here.
    names: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    PrimaryKey,
    Index,
    ForeignKey,
}

pub(super) fn check(cx: &mut Context<'_, '_>) {
    let Some(provider) = cx.provider else { return };
    let constraints = Constraints::collect(cx, provider);
    for constraint in
        constraints.items.iter().filter(|c| c.is_given && c.name.len() > provider.max_identifier)
    {
        let message = format!(
            "the name `{}` has {} bytes, but {} allows {}",
            constraints.name(constraint),
            constraint.name.len(),
            provider.title,
            provider.max_identifier
        );
        cx.sink.error(codes::NAME_TOO_LONG, constraint.span, message).hint("choose a shorter name");
    }
    // Only those whose names are there twice at all are looked at in each scope.
    let mut by_name: Vec<(&str, &Constraint<'_>)> =
        constraints.items.iter().map(|constraint| (constraints.name(constraint), constraint)).collect();
    by_name.sort_by_key(|(name, _)| *name);
    for group in by_name.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
        for scope in provider.name_scopes {
            report_shared(cx, *scope, group);
        }
    }
}

/// Reports those of the constraints with one name that cannot share it in this scope.
fn report_shared(cx: &mut Context<'_, '_>, scope: NameScope, constraints: &[(&str, &Constraint<'_>)]) {
    let place = |constraint: &Constraint<'_>| match (scope, constraint.kind) {
        (NameScope::Indexes, Kind::Index) | (NameScope::KeysAndIndexes, Kind::PrimaryKey | Kind::Index) => {
            Some((None, constraint.schema.map(str::to_owned)))
        }
        (NameScope::AllOfTable, _) => Some((Some(constraint.model), None)),
        (NameScope::Indexes, Kind::PrimaryKey | Kind::ForeignKey)
        | (NameScope::KeysAndIndexes, Kind::ForeignKey) => None,
    };
    for (name, constraint) in constraints {
        let here = place(constraint);
        if here.is_none() || constraints.iter().filter(|(_, other)| place(other) == here).count() < 2 {
            continue;
        }
        cx.sink
            .error(
                codes::CONSTRAINT_NAME,
                constraint.span,
                format!("`{name}` is the name of several constraints or indexes"),
            )
            .hint(format!("give `{}` a name of its own with `map: \"...\"`", constraint.label));
    }
}

impl<'n> Constraints<'n> {
    fn collect(cx: &Context<'n, '_>, provider: &'n Provider) -> Constraints<'n> {
        let mut all = Constraints { provider, items: Vec::new(), names: String::new() };
        for (id, model, node) in cx.models() {
            if let (Some(key), Some(written), true) =
                (&model.primary_key, node.primary_key, provider.has_named_primary_keys)
            {
                all.push_key(Kind::PrimaryKey, (id, model), key.map.as_deref(), "pkey", &[], written);
            }
            for (index, written) in model.indexes.iter().zip(&node.indexes) {
                let suffix = if index.is_unique { "key" } else { "idx" };
                let given = index.map.as_deref();
                all.push_key(Kind::Index, (id, model), given, suffix, &index.fields, *written);
            }
        }
        if provider.has_named_foreign_keys {
            cx.foreign_keys().for_each(|key| all.push_foreign_key(cx, key));
        }
        all
    }

    fn push_key(
        &mut self,
        kind: Kind,
        (id, model): (ModelId, &'n Model),
        given: Option<&str>,
        suffix: &str,
        columns: &[IndexField],
        written: KeyNode<'_>,
    ) {
        let attribute = written.attribute;
        let argument = find_argument(attribute, "map").or_else(|| find_argument(attribute, "name"));
        let name = self.push_name(given, model, columns.iter().map(|column| column.field), suffix);
        self.items.push(Constraint {
            kind,
            model: id,
            schema: model.schema.as_deref(),
            name,
            is_given: given.is_some(),
            span: argument.map_or(attribute.span, |argument| argument.span),
            label: written.kind.attribute(),
        });
    }

    fn push_foreign_key(&mut self, cx: &Context<'n, '_>, key: &ForeignKeyRelation) {
        let model = cx.schema.model(key.forward.model);
        let attribute = cx.nodes.field(key.forward).attributes.relation;
        let argument = attribute.and_then(|attribute| find_argument(attribute, "map"));
        let name = self.push_name(key.map.as_deref(), model, key.fields.iter().copied(), "fkey");
        self.items.push(Constraint {
            kind: Kind::ForeignKey,
            model: key.forward.model,
            schema: model.schema.as_deref(),
            name,
            is_given: key.map.is_some(),
            span: argument.map_or(key.span, |argument| argument.span),
            label: "@relation",
        });
    }

    /// Adds the name that is given, or `table_columns_suffix`, cut so that the whole fits, as
    /// Prisma names them.
    fn push_name(
        &mut self,
        given: Option<&str>,
        model: &Model,
        columns: impl Iterator<Item = usize>,
        suffix: &str,
    ) -> Range<usize> {
        let start = self.names.len();
        if let Some(name) = given {
            self.names.push_str(name);
            return start..self.names.len();
        }
        self.names.push_str(model.db_name());
        for column in columns {
            self.names.push('_');
            self.names.push_str(model.fields[column].db_name());
        }
        let longest = self.provider.max_identifier - suffix.len() - 1;
        let mut end = self.names.len().min(start + longest);
        while !self.names.is_char_boundary(end) {
            end -= 1;
        }
        self.names.truncate(end);
        self.names.push('_');
        self.names.push_str(suffix);
        start..self.names.len()
    }

    fn name(&self, constraint: &Constraint<'_>) -> &str {
        &self.names[constraint.name.clone()]
    }
}
