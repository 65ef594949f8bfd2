//! Implicit many-to-many relations: both models have a key of one field.

use super::Context;
use crate::codes;
use crate::schema::{FieldId, RelationKind};

pub(super) fn check(cx: &mut Context<'_, '_>) {
    for relation in &cx.schema.relations {
        let RelationKind::ManyToMany { a, b } = relation.kind else { continue };
        check_side(cx, a, b);
        check_side(cx, b, a);
    }
}

/// `side` points at the model of `other`, which needs a key for the table between to refer to.
fn check_side(cx: &mut Context<'_, '_>, side: FieldId, other: FieldId) {
    let target = cx.schema.model(other.model);
    let has_single_id = target.primary_key.as_ref().is_some_and(|key| key.fields.len() == 1);
    if has_single_id || cx.nodes.model(other.model).is_incomplete {
        return;
    }
    let label = cx.label(side);
    let span = cx.nodes.field(side).syntax.span;
    cx.sink
        .error(
            codes::MANY_TO_MANY,
            span,
            format!(
                "many-to-many relation `{label}` points at `{}`, which has no `@id` of one field",
                target.name
            ),
        )
        .hint("write the table between as a model of its own");
}
