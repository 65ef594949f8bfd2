//! `autoincrement()` where the provider has it only for the one key of a table.

use super::Context;
use crate::codes;
use crate::schema::DefaultValue;

pub(super) fn check(cx: &mut Context<'_, '_>) {
    let Some(provider) = cx.provider else { return };
    for (_, model, node) in cx.models() {
        for (index, field) in model.fields.iter().enumerate() {
            let Some(attribute) = node.fields[index].attributes.default else { continue };
            match &field.default {
                Some(DefaultValue::Sequence(_)) => {
                    cx.sink
                        .error(
                            codes::UNKNOWN_FUNCTION,
                            attribute.span,
                            format!("{} has no `sequence()`", provider.title),
                        )
                        .hint("use `autoincrement()`, or `dbgenerated(\"...\")`");
                }
                Some(DefaultValue::AutoIncrement) if !provider.has_free_autoincrement => {
                    let key = model.primary_key.as_ref().map(|key| key.fields.as_slice());
                    if !matches!(key, Some([only]) if only.field == index) {
                        let message = format!(
                            "{} counts only the primary key of a table, and `{}.{}` is not it",
                            provider.title, model.name, field.name
                        );
                        cx.sink
                            .error(codes::AUTOINCREMENT, attribute.span, message)
                            .hint("make the field the `@id`, or remove `autoincrement()`");
                    }
                }
                _ => {}
            }
        }
        let is_counted = |field: &&crate::schema::Field| field.default == Some(DefaultValue::AutoIncrement);
        if !provider.has_free_autoincrement && model.fields.iter().filter(is_counted).count() > 1 {
            cx.sink
                .error(
                    codes::AUTOINCREMENT,
                    node.block.name.span,
                    format!(
                        "`{}` has several fields with `autoincrement()`, but {} counts one a table",
                        model.name, provider.title
                    ),
                )
                .hint("keep it only on the primary key");
        }
    }
}
