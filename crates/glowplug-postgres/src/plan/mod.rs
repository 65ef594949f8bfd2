//! From changes to statements, in an order that always runs in one transaction, but for what is asked to keep
//! tables usable meanwhile (`online`).
//!
//! What is in the way goes first (foreign keys, tables, indexes), then names change, then types and
//! columns, then new things come, foreign keys last. So names are free when they are taken, and
//! whatever a statement needs is there. Around it all, views and other foreign objects that would be in the
//! way are dropped and made again.

mod columns;
mod context;
mod enums;
mod filler;
mod foreign;
mod generated;
mod keys;
mod online;
mod rebuilt;
mod renames;
mod tables;

use glowplug_dialect::plan::{Lock, Plan, PlanOptions, Stage, Step};
use glowplug_sql::change::{Change, ChangeSet};

use crate::ddl::Statement;
use context::Cx;
use online::Later;

/// The statements that make the changes.
pub(crate) fn plan(changes: &ChangeSet<'_>, options: &PlanOptions) -> Plan {
    let cx = Cx::new(changes, options);
    let mut steps = Vec::new();
    database_wide(&cx, &mut steps);
    foreign::drop(&cx, &mut steps);
    let doomed = tables::drop_order(&cx);
    keys::drop_foreign_keys(&cx, &doomed, &mut steps);
    // Tables before indexes: a foreign key of a dropped table may need an index of one that stays.
    tables::drop_tables(&cx, &doomed, &mut steps);
    keys::drop_indexes(&cx, &mut steps);
    generated::drop(&cx, &mut steps);
    tables::make_room(&cx, &mut steps);
    enums::make_room(&cx, &mut steps);
    renames::rename(&cx, &mut steps);
    enums::create(&cx, &mut steps);
    enums::alter(&cx, &mut steps);
    foreign::create_early(&cx, &mut steps);
    let mut later = Later::default();
    tables::alter(&cx, &mut later, &mut steps);
    generated::add(&cx, &mut steps);
    foreign::drop_early(&cx, &mut steps);
    enums::drop(&cx, &mut steps);
    tables::create(&cx, &mut steps);
    keys::create_indexes(&cx, &mut steps);
    keys::add_foreign_keys(&cx, &mut later, &mut steps);
    foreign::create(&cx, &mut steps);
    database_wide_drops(&cx, &mut steps);
    later.write(&cx, &mut steps);
    Plan { steps, filled: filler::filled(&cx), refused: cx.refused }
}

/// Which module plans a change. Nobody asks at run time: a new kind of change does not compile until
/// someone has said here who plans it.
#[expect(dead_code, reason = "it is there for the compiler")]
fn planned_in(change: &Change) -> &'static str {
    match change {
        Change::CreateNamespace(_)
        | Change::DropNamespace(_)
        | Change::CreateExtension(_)
        | Change::DropExtension(_)
        | Change::AlterExtension(_) => "here",
        Change::CreateEnum(_) | Change::DropEnum(_) | Change::AlterEnum(..) => "enums",
        Change::CreateTable(_)
        | Change::DropTable(_)
        | Change::AddColumn(_)
        | Change::DropColumn(_)
        | Change::AddPrimaryKey(_)
        | Change::DropPrimaryKey(_) => "tables",
        Change::AlterColumn(..) => "columns",
        Change::RenameEnum(_)
        | Change::RenameTable(_)
        | Change::RenameColumn(_)
        | Change::RenamePrimaryKey(_)
        | Change::RenameIndex(_)
        | Change::RenameForeignKey(_) => "renames",
        Change::CreateIndex(_)
        | Change::DropIndex(_)
        | Change::AddForeignKey(_)
        | Change::DropForeignKey(_) => "keys",
        Change::CreateForeign(_) | Change::DropForeign(_) | Change::AlterForeign(_) => "foreign",
    }
}

/// A step that locks nothing, to be refined by its maker.
fn step(title: String, statements: &[Statement], realises: Vec<usize>) -> Step {
    let sql: Vec<String> = statements.iter().map(Statement::to_string).collect();
    Step {
        title,
        sql: sql.join("\n"),
        realises,
        in_transaction: true,
        lock: Lock::None,
        locks: Vec::new(),
        rewrites: false,
        notes: Vec::new(),
        stage: Stage::default(),
        undo: None,
    }
}

/// The same step with its lock; without a table that existed before, there is none.
fn locking(mut step: Step, lock: Lock, tables: Vec<String>) -> Step {
    if !tables.is_empty() {
        step.lock = lock;
        step.locks = tables;
        step.locks.sort();
        step.locks.dedup();
    }
    step
}

fn database_wide(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        if let Change::CreateNamespace(id) = change {
            let name = cx.schemas.next.namespace(*id).to_string();
            let title = format!("create schema `{name}`");
            steps.push(step(title, &[Statement::CreateSchema(name)], vec![at]));
        }
    }
    for (at, change) in cx.changes.iter().enumerate() {
        if let Change::CreateExtension(id) = change {
            let extension = cx.schemas.next.extension(*id);
            let (name, schema) = (extension.name.clone(), extension.namespace.clone());
            let statement = Statement::CreateExtension { name, schema, version: extension.version.clone() };
            steps.push(step(format!("create extension `{}`", extension.name), &[statement], vec![at]));
        }
        if let Change::AlterExtension(ids) = change {
            let next = cx.schemas.next.extension(ids.next);
            let prev = cx.schemas.prev.extension(ids.prev);
            let name = next.name.clone();
            let mut statements = Vec::new();
            if let Some(schema) = next.namespace.clone().filter(|s| Some(s) != prev.namespace.as_ref()) {
                statements.push(Statement::MoveExtension { name: name.clone(), schema });
            }
            if let Some(version) = next.version.clone().filter(|v| Some(v) != prev.version.as_ref()) {
                statements.push(Statement::UpdateExtension { name: name.clone(), version });
            }
            // A way back to "any version" or "any schema" has nothing to say.
            if !statements.is_empty() {
                steps.push(step(format!("alter extension `{name}`"), &statements, vec![at]));
            }
        }
    }
}

fn database_wide_drops(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        if let Change::DropExtension(id) = change {
            let name = cx.schemas.prev.extension(*id).name.clone();
            steps.push(step(format!("drop extension `{name}`"), &[Statement::DropExtension(name)], vec![at]));
        }
    }
    for (at, change) in cx.changes.iter().enumerate() {
        if let Change::DropNamespace(id) = change {
            let name = cx.schemas.prev.namespace(*id).to_string();
            steps.push(step(format!("drop schema `{name}`"), &[Statement::DropSchema(name)], vec![at]));
        }
    }
}
