//! The forms that keep a table usable while it changes, for tables that existed before.
//!
//! Each needs transactions of its own after the first, because a lock is held until its transaction ends: an index
//! is built concurrently; a foreign key is added `NOT VALID` and validated later; a column becomes required by a
//! check that is validated first, so that `SET NOT NULL` need not scan. What they lock is in the PostgreSQL manual,
//! "ALTER TABLE" and "Building Indexes Concurrently", and was measured on PostgreSQL 15.

use std::collections::BTreeSet;

use glowplug_dialect::plan::{Lock, Stage, Step};
use glowplug_sql::change::{Change, ColumnDelta};
use glowplug_sql::ids::{ColumnId, IndexId, TableId};
use glowplug_sql::model::{ForeignKey, QualifiedName};
use glowplug_sql::pair::Pair;

use super::columns::Altered;
use super::context::{Cx, index_columns};
use super::{keys, locking, step};
use crate::ddl::{Clause, Statement};
use crate::names;

/// What is left for later stages, as the first one is planned.
#[derive(Default)]
pub(super) struct Later {
    /// Rows that get a value: the change, the table, the statement.
    fills: Vec<(usize, QualifiedName, Statement, Vec<String>)>,
    /// Constraints to be validated: the change, the table, the name.
    checks: Vec<(usize, QualifiedName, String, Vec<String>)>,
    /// Columns to become required: the change, the table, the column, the name of its check.
    required: Vec<(usize, QualifiedName, String, String, Vec<String>)>,
}

/// Whether the table existed and may be changed so: a partitioned one refuses most of it.
fn is_open(cx: &Cx<'_>, table: TableId) -> bool {
    let Some(prev) = cx.pairing.table_prev(table) else { return false };
    cx.online && !cx.foreign.is_partitioned(&cx.prev_name(prev), &cx.next_name(table))
}

/// Whether an index is built in a stage of its own.
pub(super) fn builds_later(cx: &Cx<'_>, id: IndexId) -> bool {
    let index = cx.schemas.next.index_at(id);
    let Some(prev) = cx.pairing.table_prev(id.table) else { return false };
    let gone = || {
        cx.changes_of_prev(prev).filter_map(|(_, change)| match change {
            Change::DropIndex(id) => Some(cx.schemas.prev.index_at(*id)),
            _ => None,
        })
    };
    let replaces = gone().any(|old| old.name == index.name || (old.unique && index.unique));
    let key_goes = cx.changes_of_prev(prev).any(|(_, change)| matches!(change, Change::DropPrimaryKey(_)));
    is_open(cx, id.table)
        && !index.is_constraint
        && index.definition.is_none()
        // Between two stages nothing would keep the rows apart.
        && !replaces
        && !(index.unique && (key_goes || is_referred(cx, id)))
}

/// Whether a foreign key of the same plan needs the index.
fn is_referred(cx: &Cx<'_>, id: IndexId) -> bool {
    let columns = index_columns(cx.schemas.next.index_at(id));
    let mut keys = cx.schemas.next.tables.iter().flat_map(|table| &table.foreign_keys);
    keys.any(|key| {
        let target: BTreeSet<&str> = key.target_columns.iter().map(String::as_str).collect();
        cx.next_target(key) == Some(id.table) && target == columns
    })
}

/// Whether a new foreign key is validated later.
pub(super) fn validates_later(cx: &Cx<'_>, table: TableId, key: &ForeignKey) -> bool {
    is_open(cx, table) && !key.extras.not_valid && !key.extras.not_enforced && !key.extras.period
}

impl Later {
    /// Notes a constraint that is to be validated.
    pub(super) fn validate(&mut self, at: usize, table: QualifiedName, name: String, locks: Vec<String>) {
        self.checks.push((at, table, name, locks));
    }

    /// Replaces the `SET NOT NULL` of a column by the first step of its longer way, if it can go that way. Gives
    /// the statement that takes the first step back.
    pub(super) fn require(
        &mut self,
        cx: &Cx<'_>,
        at: usize,
        ids: Pair<ColumnId>,
        delta: &ColumnDelta,
        altered: &mut Altered,
    ) -> Option<Statement> {
        let table = cx.next_name(ids.next.table);
        let column = cx.schemas.next.column(ids.next).name.clone();
        let in_key = cx.changes_of_next(ids.next.table).any(|(_, change)| {
            matches!(change, Change::AddPrimaryKey(_))
                && cx
                    .schemas
                    .next
                    .table(ids.next.table)
                    .primary_key
                    .as_ref()
                    .is_some_and(|it| it.columns.contains(&column))
        });
        let plain = ColumnDelta { nullable: true, default: delta.default, ..ColumnDelta::default() };
        let is_last = altered.clauses.last() == Some(&Clause::SetNotNull(column.clone()));
        if !is_open(cx, ids.next.table) || *delta != plain || !is_last || in_key || altered.rewrites {
            return None;
        }
        altered.clauses.pop();
        let name = names::with_suffix(&format!("{}_{column}", table.name), "_is_set");
        altered.clauses.push(Clause::AddIsSet { name: name.clone(), column: column.clone() });
        let locks = cx.existing(ids.next.table);
        if let Some((fill, _)) = altered.fill.take() {
            self.fills.push((at, table.clone(), fill, locks.clone()));
        }
        self.checks.push((at, table.clone(), name.clone(), locks.clone()));
        self.required.push((at, table.clone(), column, name.clone(), locks));
        Some(Statement::AlterTable { table, clauses: vec![Clause::DropConstraint(name)] })
    }

    /// The stages after the first.
    pub(super) fn write(self, cx: &Cx<'_>, steps: &mut Vec<Step>) {
        let mut number = 0;
        let mut stage = |name| {
            number += 1;
            Stage { number, name }
        };
        if !self.fills.is_empty() {
            let stage = stage("fill");
            for (at, table, fill, locks) in self.fills {
                let fill = step(format!("fill `{table}`"), &[fill], vec![at]);
                steps.push(Step { stage, ..locking(fill, Lock::SchemaChanges, locks) });
            }
        }
        for (at, change) in cx.changes.iter().enumerate() {
            if let Change::CreateIndex(id) = change
                && builds_later(cx, *id)
            {
                steps.push(Step { stage: stage("index"), ..build(cx, *id, at) });
            }
        }
        if !self.checks.is_empty() {
            let stage = stage("validate");
            for (at, table, name, locks) in self.checks {
                let title = format!("validate `{name}` of `{table}`");
                let statement = Statement::AlterTable { table, clauses: vec![Clause::Validate(name)] };
                let validate = step(title, &[statement], vec![at]);
                steps.push(Step { stage, ..locking(validate, Lock::SchemaChanges, locks) });
            }
        }
        if !self.required.is_empty() {
            let stage = stage("required");
            for (at, table, column, name, locks) in self.required {
                steps.push(Step { stage, ..require(&table, &column, name, at, locks) });
            }
        }
    }
}

fn build(cx: &Cx<'_>, id: IndexId, at: usize) -> Step {
    let table = cx.next_name(id.table);
    let index = cx.schemas.next.index_at(id);
    let gone = QualifiedName { namespace: table.namespace.clone(), name: index.name.clone() };
    let title = keys::title_of_index(index, &table);
    let statement = Statement::CreateIndex { table, index: index.clone(), concurrently: true };
    let mut build = locking(step(title, &[statement], vec![at]), Lock::SchemaChanges, cx.existing(id.table));
    build.in_transaction = false;
    build.undo = Some(Statement::DropIndex { index: gone, concurrently: true }.to_string());
    build
}

/// With the validated check the server need not look at the rows again. The check goes in a statement of its own:
/// within one, what is dropped goes first.
fn require(table: &QualifiedName, column: &str, name: String, at: usize, locks: Vec<String>) -> Step {
    let alter = |clause| Statement::AlterTable { table: table.clone(), clauses: vec![clause] };
    let way = [alter(Clause::SetNotNull(column.to_owned())), alter(Clause::DropConstraint(name.clone()))];
    let back = [
        alter(Clause::AddIsSet { name, column: column.to_owned() }),
        alter(Clause::DropNotNull(column.to_owned())),
    ];
    let title = format!("require `{column}` of `{table}`");
    let mut require = locking(step(title, &way, vec![at]), Lock::Everything, locks);
    require.undo = Some(back.map(|it| it.to_string()).join("\n"));
    require
}
