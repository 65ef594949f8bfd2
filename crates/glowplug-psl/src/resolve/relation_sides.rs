//! The sides of a relation: which one holds the columns, and that each says only what it can.

use super::fields::Target;
use super::models::{Draft, DraftField};
use super::relations::{draft_of, model_name};
use crate::codes;
use crate::diagnostics::Span;
use crate::nearest::did_you_mean;
use crate::schema::{FieldId, ModelId};
use crate::sink::Sink;
use crate::syntax::Name;

/// A side of a many-to-many relation has neither columns nor actions.
pub(super) fn check_many_to_many(drafts: &[Draft<'_>], id: FieldId, sink: &mut Sink) -> bool {
    let field = draft_of(drafts, id);
    let relation = field.relation();
    let Some(attribute) = relation.attribute else { return true };
    let label = format!("{}.{}", model_name(drafts, id.model), field.syntax.name.text);
    if relation.fields.is_some() || relation.references.is_some() {
        sink.error(
            codes::MANY_TO_MANY,
            attribute.span,
            format!("many-to-many relation field `{label}` cannot have `fields` or `references`"),
        )
        .hint("remove them, or write the table between as a model of its own");
        return false;
    }
    if relation.on_delete.is_some() || relation.on_update.is_some() {
        sink.error(
            codes::MANY_TO_MANY,
            attribute.span,
            format!("many-to-many relation field `{label}` cannot have `onDelete` or `onUpdate`"),
        )
        .hint("remove them: rows of the table between always go with either side");
        return false;
    }
    true
}

/// Which side of a 1-1 relation holds the columns; `None` after a report.
pub(super) fn one_to_one_sides(
    drafts: &[Draft<'_>],
    one: FieldId,
    two: FieldId,
    sink: &mut Sink,
) -> Option<(FieldId, FieldId)> {
    let (a, b) = (draft_of(drafts, one), draft_of(drafts, two));
    let holds = |field: &DraftField<'_>| field.relation().fields.is_some();
    let names =
        |id: FieldId| format!("{}.{}", model_name(drafts, id.model), draft_of(drafts, id).syntax.name.text);
    match (holds(a), holds(b)) {
        (true, false) => Some((one, two)),
        (false, true) => Some((two, one)),
        (true, true) => {
            for field in [a, b] {
                sink.error(
                    codes::RELATION_BOTH_SIDES,
                    field.syntax.span,
                    format!(
                        "both `{}` and `{}` have `fields`, but one side of a relation holds the columns",
                        names(one),
                        names(two)
                    ),
                )
                .hint("remove `fields` and `references` from one of them");
            }
            None
        }
        (false, false) => {
            for field in [a, b] {
                sink.error(
                    codes::RELATION_NO_FIELDS,
                    field.syntax.span,
                    format!(
                        "neither `{}` nor `{}` has `fields`, so the relation has no columns",
                        names(one),
                        names(two)
                    ),
                )
                .hint("give one of them `@relation(fields: [...], references: [...])`");
            }
            None
        }
    }
}

/// The side without columns has neither `fields` nor `references` nor actions.
pub(super) fn check_back_side(
    drafts: &[Draft<'_>],
    forward: FieldId,
    back: FieldId,
    field: &DraftField<'_>,
    sink: &mut Sink,
) -> bool {
    let relation = field.relation();
    let Some(attribute) = relation.attribute else { return true };
    let mut report = |what: &str| {
        let name = field.syntax.name.text;
        let message = format!(
            "relation field `{}.{name}` holds no columns and cannot have {what}",
            model_name(drafts, back.model)
        );
        let other = draft_of(drafts, forward).syntax.name.text;
        sink.error(codes::RELATION_WRONG_SIDE, attribute.span, message)
            .hint(format!("move it to `{}.{other}`", model_name(drafts, forward.model)));
    };
    if relation.fields.is_some() || relation.references.is_some() {
        report("`fields` or `references`");
        return false;
    }
    if relation.on_delete.is_some() || relation.on_update.is_some() {
        report("`onDelete` or `onUpdate`");
        return false;
    }
    true
}

/// Whether the side that holds the columns names them, and all of them exist.
pub(super) fn is_whole(drafts: &[Draft<'_>], id: FieldId, target: ModelId, sink: &mut Sink) -> bool {
    let field = draft_of(drafts, id);
    let label = || format!("{}.{}", model_name(drafts, id.model), field.syntax.name.text);
    let span = field.relation().attribute.map_or(field.syntax.span, |attribute| attribute.span);
    let mut is_whole = true;
    for (argument, names) in
        [("fields", &field.relation().fields), ("references", &field.relation().references)]
    {
        if names.as_ref().is_none_or(Vec::is_empty) {
            sink.error(
                codes::RELATION_NO_FIELDS,
                span,
                format!("relation field `{}` needs the argument `{argument}`", label()),
            )
            .hint("write `@relation(fields: [...], references: [...])`");
            is_whole = false;
        }
    }
    let own = field.relation().fields.iter().flatten();
    let others = field.relation().references.iter().flatten();
    let sides =
        own.map(|name| (name, id.model, "fields")).chain(others.map(|name| (name, target, "references")));
    for (name, model, argument) in sides {
        is_whole &= is_column(drafts, model, *name, argument, &label, sink);
    }
    is_whole
}

fn is_column(
    drafts: &[Draft<'_>],
    model: ModelId,
    name: Name<'_>,
    argument: &str,
    label: &dyn Fn() -> String,
    sink: &mut Sink,
) -> bool {
    let fields = &drafts[model.0].fields;
    let model = model_name(drafts, model);
    let span: Span = name.span;
    match fields.iter().find(|field| field.syntax.name.text == name.text) {
        Some(field) if field.is_column() => true,
        Some(field) => {
            if let Target::Model(_) = field.target {
                sink.error(
                    codes::RELATION_FIELD_IN_KEY,
                    span,
                    format!(
                        "`{argument}` of relation field `{}` names `{model}.{}`, which is a relation field",
                        label(),
                        name.text
                    ),
                )
                .hint("name fields that are columns");
            }
            false
        }
        None => {
            let columns = fields.iter().filter(|field| field.is_column()).map(|field| field.syntax.name.text);
            sink.error(
                codes::UNKNOWN_FIELD,
                span,
                format!(
                    "`{argument}` of relation field `{}` names `{model}.{}`, which does not exist",
                    label(),
                    name.text
                ),
            )
            .maybe_hint(did_you_mean(name.text, columns));
            false
        }
    }
}
