//! Cycles of referential actions, where the client and not the database carries them out.

use super::Context;
use crate::codes;
use crate::schema::{Arity, ForeignKeyRelation, ReferentialAction};

pub(super) fn check(cx: &mut Context<'_, '_>) {
    if !cx.is_relation_mode_prisma() {
        return;
    }
    let keys: Vec<&ForeignKeyRelation> = cx.foreign_keys().filter(|key| changes_rows(cx, key)).collect();
    let circles = circles(cx.schema.models.len(), &keys);
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
                .hint("set `onDelete` and `onUpdate` to `Restrict`");
        } else if circles[key.target.0] == circles[key.forward.model.0] {
            cx.sink
                .error(
                    codes::REFERENTIAL_CYCLE,
                    span,
                    format!("the actions of `{label}` run in a circle back to its model"),
                )
                .hint("set `onDelete` and `onUpdate` of one relation in the circle to `Restrict`");
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

/// For every model a number; models have the same one if each leads to the other.
///
/// Kosaraju's algorithm: models in the order in which a walk leaves them, then, from the last
/// one, everything that leads to it. Both walks keep their own stack, so long chains are no danger.
fn circles(models: usize, keys: &[&ForeignKeyRelation]) -> Vec<usize> {
    let mut targets: Vec<Vec<usize>> = vec![Vec::new(); models];
    let mut sources: Vec<Vec<usize>> = vec![Vec::new(); models];
    for key in keys {
        targets[key.forward.model.0].push(key.target.0);
        sources[key.target.0].push(key.forward.model.0);
    }
    let mut left = Vec::with_capacity(models);
    let mut is_seen = vec![false; models];
    for start in 0..models {
        let mut path = vec![(start, 0)];
        while let Some((model, next)) = path.pop() {
            if next == 0 && std::mem::replace(&mut is_seen[model], true) {
                continue;
            }
            match targets[model].get(next) {
                Some(target) => path.extend([(model, next + 1), (*target, 0)]),
                None => left.push(model),
            }
        }
    }
    let mut circles = vec![usize::MAX; models];
    for start in left.into_iter().rev() {
        let mut open = vec![start];
        while let Some(model) = open.pop() {
            if circles[model] == usize::MAX {
                circles[model] = start;
                open.extend(&sources[model]);
            }
        }
    }
    circles
}
