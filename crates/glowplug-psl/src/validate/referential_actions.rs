//! `onDelete` and `onUpdate`: actions that the relation mode has and the columns allow.

use super::{Context, list};
use crate::codes;
use crate::resolve::find_argument;
use crate::schema::{Arity, ForeignKeyRelation, ReferentialAction};

pub(super) fn check(cx: &mut Context<'_, '_>) {
    for key in cx.foreign_keys() {
        for (argument, action) in [("onDelete", key.on_delete), ("onUpdate", key.on_update)] {
            let Some(action) = action else { continue };
            check_mode(cx, key, argument, action);
            if action == ReferentialAction::SetNull {
                check_set_null(cx, key, argument);
            }
        }
    }
}

/// Without foreign keys, the client has to do it, and does not do all.
fn check_mode(cx: &mut Context<'_, '_>, key: &ForeignKeyRelation, argument: &str, action: ReferentialAction) {
    if !cx.is_relation_mode_prisma() || cx.provider.is_none() {
        return;
    }
    let name = match action {
        ReferentialAction::SetDefault => "SetDefault",
        ReferentialAction::NoAction => "NoAction",
        ReferentialAction::Cascade | ReferentialAction::Restrict | ReferentialAction::SetNull => return,
    };
    let attribute = cx.nodes.field(key.forward).attributes.relation;
    let span = attribute
        .and_then(|attribute| find_argument(attribute, argument))
        .map_or(key.span, |found| found.span);
    cx.sink
        .error(
            codes::REFERENTIAL_ACTION,
            span,
            format!("`{name}` does not exist with `relationMode = \"prisma\"`"),
        )
        .hint("choose `Cascade`, `Restrict` or `SetNull`");
}

/// A required column cannot become null.
fn check_set_null(cx: &mut Context<'_, '_>, key: &ForeignKeyRelation, argument: &str) {
    let model = cx.schema.model(key.forward.model);
    let required =
        key.fields.iter().map(|field| &model.fields[*field]).filter(|field| field.arity == Arity::Required);
    let names: Vec<&str> = required.map(|field| field.name.as_str()).collect();
    if names.is_empty() {
        return;
    }
    let message = format!(
        "`{argument}: SetNull` of `{}` cannot work, since {} is required",
        cx.label(key.forward),
        list(names)
    );
    let hint = "make the columns optional, or choose another action";
    // The whole field, as the mistake may be in the columns as well as in the action.
    let span = cx.nodes.field(key.forward).syntax.span;
    let is_accepted = cx.provider.is_some_and(|provider| provider.accepts_set_null_on_required);
    if is_accepted && !cx.is_relation_mode_prisma() {
        cx.sink.warning(codes::REFERENTIAL_ACTION, span, message).hint(hint);
    } else {
        cx.sink.error(codes::REFERENTIAL_ACTION, span, message).hint(hint);
    }
}
