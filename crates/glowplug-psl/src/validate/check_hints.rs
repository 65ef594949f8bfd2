//! `/// @check` of enums: it stands above the enum, alone.

use super::Context;
use crate::codes;
use crate::schema::Hint;

/// The hint's name.
const CHECK: &str = "check";

pub(super) fn check(cx: &mut Context<'_, '_>) {
    let is_check = |hint: &&Hint| hint.name == CHECK;
    for enum_ in &cx.schema.enums {
        for hint in enum_.hints.iter().filter(is_check).filter(|hint| !hint.args.is_empty()) {
            let message =
                format!("the hint `@check` of enum `{}` takes nothing: its values say it all", enum_.name);
            cx.sink.warning(codes::HINT_SYNTAX, hint.span, message).hint("write it as `/// @check`");
        }
        for value in &enum_.values {
            for hint in value.hints.iter().filter(is_check) {
                let message =
                    format!("the hint `@check` says nothing of value `{}.{}`", enum_.name, value.name);
                cx.sink.warning(codes::HINT_SYNTAX, hint.span, message).hint("write it above the enum");
            }
        }
    }
}
