//! The pure half of a dialect: types, comparison, lowering, lifting, planning. No IO, no default bodies.

use glowplug_psl::schema::{Enum, Field, Schema};
use glowplug_sql::change::ChangeSet;
use glowplug_sql::diff::Compare;
use glowplug_sql::model::SqlSchema;

use crate::code::ColumnCode;
use crate::data::DataSql;
use crate::effects::Effect;
use crate::lift::Lift;
use crate::lint::{Linted, Rule, Subject};
use crate::plan::{Plan, PlanOptions};

/// One database's answers.
pub trait Dialect: Send + Sync {
    /// The word in the datasource block: `postgresql`.
    fn provider(&self) -> &'static str;

    /// The physical model that a schema file asks for, names of keys and indexes included.
    /// `schema` must be free of errors.
    fn lower(&self, schema: &Schema) -> SqlSchema;

    /// The answers that the way back to a schema file needs.
    fn lift(&self) -> &dyn Lift;

    /// The answers that the generic diff needs.
    fn compare(&self) -> &dyn Compare;

    /// The statements that make the changes, in an order that runs.
    fn plan(&self, changes: &ChangeSet<'_>, options: &PlanOptions) -> Plan;

    /// What the statements of a migration do to a running database, in order, as far as their text tells.
    fn effects(&self, sql: &str) -> Vec<Effect>;

    /// The answers that rows of files and scripts need.
    fn data(&self) -> &dyn DataSql;

    /// How a column looks in Rust code, for a field that is a column (`Field::is_column`).
    fn column_code(&self, schema: &Schema, field: &Field) -> ColumnCode;

    /// How Diesel's `SqlType` derive is told of an enum: the text between the parentheses of
    /// `#[diesel(...)]`, e.g. `postgres_type(name = "Role")`.
    fn enum_code(&self, enum_: &Enum) -> String;

    /// Path of Diesel's backend type, e.g. `diesel::pg::Pg`.
    fn backend_code(&self) -> &'static str;

    /// The rules that [`Dialect::lint`] knows in this build.
    fn lint_rules(&self) -> Vec<Rule>;

    /// Reads the text of a migration. Never fails: what cannot be understood is a finding, or the server's to refuse.
    fn lint(&self, subject: &Subject<'_>) -> Linted;
}
