//! What is dangerous about a change set: one file a check, one table that says which checks look at which
//! change.
//!
//! A check never runs a query: it names [`Probe`]s, somebody asks a live database, and [`run`] speaks with
//! the answers. Without them it speaks in the conditional.

mod add_foreign_key;
mod add_required_column;
mod add_unique;
mod cast_column;
mod change_primary_key;
mod check;
mod drop_column;
mod drop_table;
mod make_required;
mod recreate_column;
mod remove_enum_values;

use glowplug_dialect::finding::{Facts, Finding, Probe};
use glowplug_sql::change::{Cast, Change, ChangeSet};

pub use check::{Check, Cx};

/// Every check, in the order of codes: for the reference pages.
pub const ALL: &[&Check] = &[
    &drop_table::CHECK,
    &drop_column::CHECK,
    &add_required_column::CHECK,
    &make_required::CHECK,
    &cast_column::CHECK,
    &recreate_column::CHECK,
    &add_unique::CHECK,
    &change_primary_key::CHECK,
    &remove_enum_values::CHECK,
    &add_foreign_key::CHECK,
];

/// The questions that a live database should answer before [`run`], without repetition.
pub fn probes(changes: &ChangeSet<'_>) -> Vec<Probe> {
    let facts = Facts::default();
    let cx = Cx { changes, facts: &facts };
    let mut probes: Vec<Probe> = Vec::new();
    for change in &changes.changes {
        for check in checks_for(change) {
            probes.extend((check.probes)(&cx, change));
        }
    }
    probes.sort();
    probes.dedup();
    probes
}

/// All findings, in the order of the changes.
pub fn run(changes: &ChangeSet<'_>, facts: &Facts) -> Vec<Finding> {
    let cx = Cx { changes, facts };
    let mut findings = Vec::new();
    for (index, change) in changes.changes.iter().enumerate() {
        for check in checks_for(change) {
            if let Some(found) = (check.run)(&cx, change) {
                findings.push(Finding {
                    code: check.code,
                    name: check.name,
                    level: found.level,
                    change: index,
                    message: found.message,
                    hint: found.hint,
                });
            }
        }
    }
    findings
}

/// Which checks look at a change. A new kind of change does not compile until someone has said so here.
fn checks_for(change: &Change) -> Vec<&'static Check> {
    match change {
        Change::DropTable(_) => vec![&drop_table::CHECK],
        Change::DropColumn(_) => vec![&drop_column::CHECK],
        Change::AddColumn(_) => vec![&add_required_column::CHECK],
        Change::AlterColumn(_, delta) => match delta.ty {
            Some(Cast::None) => vec![&recreate_column::CHECK],
            Some(Cast::Risky) => vec![&cast_column::CHECK, &make_required::CHECK],
            Some(Cast::Safe) | None => vec![&make_required::CHECK],
        },
        Change::CreateIndex(_) => vec![&add_unique::CHECK],
        Change::AddPrimaryKey(_) | Change::DropPrimaryKey(_) => vec![&change_primary_key::CHECK],
        Change::AddForeignKey(_) => vec![&add_foreign_key::CHECK],
        Change::AlterEnum(..) => vec![&remove_enum_values::CHECK],
        Change::CreateNamespace(_)
        | Change::DropNamespace(_)
        | Change::DropExtension(_)
        | Change::CreateExtension(_)
        | Change::AlterExtension(_)
        | Change::CreateEnum(_)
        | Change::DropEnum(_)
        | Change::RenameEnum(_)
        | Change::CreateTable(_)
        | Change::RenameTable(_)
        | Change::RenameColumn(_)
        | Change::RenamePrimaryKey(_)
        | Change::DropIndex(_)
        | Change::RenameIndex(_)
        | Change::DropForeignKey(_)
        | Change::RenameForeignKey(_)
        | Change::CreateForeign(_)
        | Change::DropForeign(_)
        | Change::AlterForeign(_) => Vec::new(),
    }
}
