//! A model as SQL that makes it in an empty database. The same model gives the same bytes.

use glowplug_dialect::plan::PlanOptions;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;

use crate::ctx::Workspace;

/// The model of an empty database, or what a schema file says that asks for nothing.
pub fn nothing(of_a_database: bool) -> SqlSchema {
    SqlSchema { owns_foreign: of_a_database, owns_partial_indexes: of_a_database, ..SqlSchema::default() }
}

/// The statements, a blank line between them.
pub fn sql(workspace: &Workspace<'_>, model: &SqlSchema) -> String {
    let nothing = nothing(model.owns_foreign);
    let changes = diff(Pair::new(&nothing, model), workspace.dialect.compare(), &RenameHints::default());
    let steps = workspace.dialect.plan(&changes, &PlanOptions::default()).steps;
    steps.iter().map(|step| format!("{}\n", step.sql)).collect::<Vec<_>>().join("\n")
}
