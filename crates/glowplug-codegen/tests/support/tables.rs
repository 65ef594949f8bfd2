//! The tables of a schema, as the planner makes them.

use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::plan::PlanOptions;
use glowplug_psl::schema::Schema;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;

/// The statements that make the tables of a schema.
pub(crate) fn statements(dialect: &dyn Dialect, schema: &Schema) -> Vec<String> {
    let (empty, next) = (SqlSchema::default(), dialect.lower(schema));
    let changes = diff(Pair::new(&empty, &next), dialect.compare(), &RenameHints::default());
    let plan = dialect.plan(&changes, &PlanOptions::default());
    plan.steps.into_iter().map(|step| step.sql).collect()
}
