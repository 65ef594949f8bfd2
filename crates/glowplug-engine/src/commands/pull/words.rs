//! What a pull changed, a line each.

use glowplug_lift::Style;
use glowplug_lift::check;
use glowplug_psl::diagnostics::Severity;
use glowplug_psl::schema::Schema;
use glowplug_sql::change::Change;
use glowplug_sql::invert::invert;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;

use super::plan::Plan;
use crate::ctx::Ctx;
use crate::summary::{Line, summarize};

/// What changed, in words: from what the file said to what the database has.
pub(super) fn described(ctx: &Ctx<'_>, live: &SqlSchema, plan: &Plan, schema: &Schema) -> Vec<Line> {
    let (old, diagnostics) = glowplug_psl::parse(&plan.before);
    let is_whole = !plan.before.is_empty() && diagnostics.iter().all(|d| d.severity != Severity::Error);
    let views = |of: &Schema| -> Vec<(String, usize)> {
        let views = of.models.iter().filter(|model| model.is_view);
        views.map(|view| (view.name.clone(), view.fields.len())).collect()
    };
    if !is_whole {
        return contents(schema);
    }
    let file = ctx.dialect.lower(&old);
    let changes = check::changes(Pair::new(live, &file), &Style::of(&old), ctx.dialect, &plan.hints);
    let mut changes = invert(&changes, ctx.dialect.compare());
    // A table stands before what refers from it.
    changes.changes.sort_by_key(|change| matches!(change, Change::AddForeignKey(_)));
    let mut lines = summarize(&changes);
    let (before, after) = (views(&old), views(schema));
    for (name, fields) in &after {
        match before.iter().find(|(known, _)| known == name) {
            None => lines.push(Line { sign: '+', depth: 0, text: format!("view {name}") }),
            Some((_, count)) if count != fields => {
                lines.push(Line { sign: '~', depth: 0, text: format!("view {name}") });
            }
            Some(_) => {}
        }
    }
    lines
}

/// Everything in a new file, a line each.
pub(super) fn contents(schema: &Schema) -> Vec<Line> {
    let line = |text: String| Line { sign: '+', depth: 0, text };
    let models = schema.models.iter().map(|model| {
        let kind = if model.is_view { "view " } else { "" };
        line(format!("{kind}{}", model.name))
    });
    let enums = schema.enums.iter().map(|enum_| {
        let values: Vec<&str> = enum_.values.iter().map(|value| value.name.as_str()).collect();
        line(format!("enum {} ({})", enum_.name, values.join(", ")))
    });
    models.chain(enums).collect()
}
