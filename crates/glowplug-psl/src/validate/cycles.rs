//! Cycles of referential actions, where the client and not the database carries them out.

use super::Context;
use crate::codes;
use crate::schema::{Arity, ForeignKeyRelation, ModelId, ReferentialAction};
use std::collections::BTreeMap;

pub(super) fn check(cx: &mut Context<'_, '_>) {
    if !cx.is_relation_mode_prisma() {
        return;
    }
    let keys: Vec<&ForeignKeyRelation> = cx.foreign_keys().filter(|key| changes_rows(cx, key)).collect();
    let mut from: BTreeMap<ModelId, Vec<ModelId>> = BTreeMap::new();
    for key in &keys {
        from.entry(key.forward.model).or_default().push(key.target);
    }
    for key in &keys {
        let label = cx.label(key.forward);
        let span = cx.nodes.field(key.forward).syntax.span;
        if key.target == key.forward.model {
            cx.sink
                .error(
                    codes::REFERENTIAL_CYCLE,
                    span,
                    format!("the actions of `{label}` run in a circle, since it points at its own model"),
                )
                .hint("set `onDelete` and `onUpdate` to `NoAction`");
        } else if reaches(&from, key.target, key.forward.model) {
            cx.sink
                .error(
                    codes::REFERENTIAL_CYCLE,
                    span,
                    format!("the actions of `{label}` run in a circle back to its model"),
                )
                .hint("set `onDelete` and `onUpdate` of one relation in the circle to `NoAction`");
        }
    }
}

/// Whether a change of the referenced row changes the referring one.
fn changes_rows(cx: &Context<'_, '_>, key: &ForeignKeyRelation) -> bool {
    let model = cx.schema.model(key.forward.model);
    let is_required = key.fields.iter().any(|field| model.fields[*field].arity == Arity::Required);
    let default_delete = if is_required { ReferentialAction::Restrict } else { ReferentialAction::SetNull };
    let actions =
        [key.on_delete.unwrap_or(default_delete), key.on_update.unwrap_or(ReferentialAction::Cascade)];
    actions.iter().any(|action| match action {
        ReferentialAction::Cascade | ReferentialAction::SetNull | ReferentialAction::SetDefault => true,
        ReferentialAction::Restrict | ReferentialAction::NoAction => false,
    })
}

/// Whether one model leads to another.
fn reaches(from: &BTreeMap<ModelId, Vec<ModelId>>, start: ModelId, goal: ModelId) -> bool {
    let mut seen = vec![start];
    let mut next = 0;
    while let Some(model) = seen.get(next).copied() {
        if model == goal {
            return true;
        }
        next += 1;
        for target in from.get(&model).into_iter().flatten() {
            if !seen.contains(target) {
                seen.push(*target);
            }
        }
    }
    false
}
