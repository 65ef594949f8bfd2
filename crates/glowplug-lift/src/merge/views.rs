//! Views: described in the file, made by nobody. Columns that come and go are followed; what a person said about
//! the others (which are required, which is unique) stays.

use glowplug_psl::schema::Schema;
use glowplug_sql::model::SqlSchema;

use super::edits::{Edits, Where};
use super::files::Files;
use super::known::Lowered;
use crate::blocks;
use crate::columns;
use crate::cx::Cx;
use crate::names::Known;

/// Brings the view blocks to what the database has.
pub(crate) fn make<'f, 'a>(
    cx: &Cx<'_>,
    lowered: &Lowered<'_>,
    known: &Known<'_>,
    files: &'f Files<'a>,
    edits: &mut Edits<'f, 'a>,
) {
    for (index, view) in cx.live.views.iter().enumerate() {
        let Some(model) = known.views.get(&index) else {
            edits.append(files.home(), blocks::view(cx, index, view));
            continue;
        };
        let model = lowered.schema.model(*model);
        let Some(block) = files.block_at(model.span) else { continue };
        for (_, field) in model.columns() {
            if !view.columns.iter().any(|column| column.name == field.db_name()) {
                files.entry_at(field.span).into_iter().for_each(|at| edits.remove(at));
            }
        }
        for (place, column) in view.columns.iter().enumerate() {
            if model.columns().any(|(_, field)| field.db_name() == column.name) {
                continue;
            }
            let before = view.columns[..place].iter().rev().find_map(|before| {
                let (_, field) = model.columns().find(|(_, field)| field.db_name() == before.name)?;
                files.entry_at(field.span)
            });
            let at = before.map_or(Where::First, |at| Where::After(at.entry));
            let line = columns::field(cx, &cx.names.views[index].fields[place], column).line();
            edits.insert(block, at, line);
        }
    }
}

/// What to tell about view blocks that the database has nothing for. They stay: nobody makes views from them, and
/// they may describe something else that can be read like one.
pub(crate) fn unknown(live: &SqlSchema, schema: &Schema) -> Vec<String> {
    let is_there = |name: &str| live.views.iter().any(|view| view.name == name);
    let views = schema.models.iter().filter(|model| model.is_view && !is_there(model.db_name()));
    views
        .map(|model| {
            format!("view `{}` of the file is not in the database: its block stays", model.db_name())
        })
        .collect()
}
