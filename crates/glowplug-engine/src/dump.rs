//! A model as SQL that makes it in an empty database. The same model gives the same bytes.

use glowplug_dialect::plan::PlanOptions;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;

use crate::ctx::Workspace;

/// The statements, a blank line between them.
pub fn sql(workspace: &Workspace<'_>, model: &SqlSchema) -> String {
    let nothing = if model.owns_foreign { SqlSchema::empty_database() } else { SqlSchema::default() };
    let changes = diff(Pair::new(&nothing, model), workspace.dialect.compare(), &RenameHints::default());
    let steps = workspace.dialect.plan(&changes, &PlanOptions::default()).steps;
    steps.iter().map(|step| format!("{}\n", step.sql)).collect::<Vec<_>>().join("\n")
}
