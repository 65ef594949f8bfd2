//! The pure half of the dialect: one value that answers for PostgreSQL.

use glowplug_dialect::code::ColumnCode;
use glowplug_dialect::data::DataSql;
use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::effects::Effect;
use glowplug_dialect::lift::Lift;
use glowplug_dialect::lint::{Linted, Rule, Subject};
use glowplug_dialect::plan::{Plan, PlanOptions};
use glowplug_psl::schema::{Enum, Field, Schema};
use glowplug_sql::change::ChangeSet;
use glowplug_sql::diff::Compare;
use glowplug_sql::model::SqlSchema;

use crate::code;
use crate::effects;
use crate::lint;
use crate::lower;
use crate::plan;

/// PostgreSQL, without a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PostgresDialect;

impl Dialect for PostgresDialect {
    fn provider(&self) -> &'static str {
        "postgresql"
    }

    fn lower(&self, schema: &Schema) -> SqlSchema {
        lower::lower(schema)
    }

    fn lift(&self) -> &dyn Lift {
        self
    }

    fn compare(&self) -> &dyn Compare {
        self
    }

    fn plan(&self, changes: &ChangeSet<'_>, options: &PlanOptions) -> Plan {
        plan::plan(changes, options)
    }

    fn effects(&self, sql: &str) -> Vec<Effect> {
        effects::effects(sql)
    }

    fn data(&self) -> &dyn DataSql {
        self
    }

    fn column_code(&self, schema: &Schema, field: &Field) -> ColumnCode {
        code::column_code(schema, field)
    }

    fn enum_code(&self, enum_: &Enum) -> String {
        code::enum_code(enum_)
    }

    fn backend_code(&self) -> &'static str {
        "diesel::pg::Pg"
    }

    fn lint_rules(&self) -> Vec<Rule> {
        lint::rules()
    }

    fn lint(&self, subject: &Subject<'_>) -> Linted {
        lint::lint(subject)
    }
}
