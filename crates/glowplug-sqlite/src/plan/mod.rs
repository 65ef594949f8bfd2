//! From changes to statements.
//!
//! SQLite can add, drop and rename columns and rename tables in place; for every other change of a table it
//! wants a new one into which the rows are copied ([`rebuild`]). Foreign keys must be off while that happens,
//! and they can only be switched outside of a transaction, so such a plan brings a transaction of its own
//! ([`frame`]). Everything else runs in the transaction of whoever applies it.
//!
//! What is in the way goes first (indexes, tables, columns), then names change, then new things come.

mod context;
mod enums;
pub(crate) mod extras;
mod filler;
mod foreign;
mod frame;
mod indexes;
mod needs;
mod rebuild;
mod renames;
mod tables;

use glowplug_dialect::plan::{Lock, Plan, PlanOptions, Stage, Step};
use glowplug_sql::change::{Change, ChangeSet};

use crate::ddl::Statement;
use context::Cx;

/// The statements that make the changes.
pub(crate) fn plan(changes: &ChangeSet<'_>, options: &PlanOptions) -> Plan {
    let cx = Cx::new(changes, options);
    let mut steps = Vec::new();
    foreign::drop(&cx, &mut steps);
    indexes::drop(&cx, &mut steps);
    tables::drop(&cx, &mut steps);
    tables::drop_columns(&cx, &mut steps);
    renames::rename(&cx, &mut steps);
    tables::add_columns(&cx, &mut steps);
    tables::create(&cx, &mut steps);
    rebuild::rebuild(&cx, &mut steps);
    indexes::create(&cx, &mut steps);
    foreign::create(&cx, &mut steps);
    if cx.framed {
        steps = frame::frame(&cx, steps);
    }
    Plan { steps, refused: Vec::new(), filled: filler::filled(&cx) }
}

/// Which module plans a change. Nobody asks at run time: a new kind of change does not compile until
/// someone has said here who plans it.
#[expect(dead_code, reason = "it is there for the compiler")]
fn planned_in(change: &Change) -> &'static str {
    match change {
        // The model of SQLite has none of these.
        Change::CreateNamespace(_)
        | Change::DropNamespace(_)
        | Change::CreateExtension(_)
        | Change::DropExtension(_)
        | Change::AlterExtension(_)
        | Change::RenamePrimaryKey(_)
        | Change::RenameForeignKey(_) => "nowhere",
        // An enum is what the checks of its columns say, so it comes and goes with them.
        Change::CreateEnum(_) | Change::DropEnum(_) | Change::RenameEnum(_) | Change::AlterEnum(..) => {
            "enums"
        }
        Change::CreateTable(_) | Change::DropTable(_) => "tables",
        Change::AddColumn(_) | Change::DropColumn(_) => "tables, else rebuild",
        Change::AlterColumn(..) | Change::AddPrimaryKey(_) | Change::DropPrimaryKey(_) => "rebuild",
        Change::RenameTable(_) | Change::RenameColumn(_) => "renames",
        Change::CreateIndex(_) | Change::DropIndex(_) | Change::RenameIndex(_) => "indexes, else rebuild",
        Change::AddForeignKey(_) | Change::DropForeignKey(_) => "tables, else rebuild",
        Change::CreateForeign(_) | Change::DropForeign(_) | Change::AlterForeign(_) => {
            "foreign, else rebuild"
        }
    }
}

/// A step that keeps nobody waiting worth a word.
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
