//! New names. SQLite passes them on to indexes, views, triggers and the foreign keys of other tables.

use glowplug_dialect::plan::Step;
use glowplug_sql::change::Change;
use glowplug_sql::pair::Pair;

use super::context::Cx;
use super::step;
use crate::ddl::Statement;

/// Renames tables, then columns.
pub(super) fn rename(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    tables(cx, steps);
    for ids in cx.staying() {
        columns(cx, ids, steps);
    }
}

/// Puts renames into an order in which every name is free when it is taken. A circle is opened by a
/// temporary name. The number tells which rename it is.
fn ordered(mut left: Vec<(usize, Pair<String>)>) -> Vec<(usize, Pair<String>)> {
    let mut res = Vec::new();
    while !left.is_empty() {
        let free = left.iter().position(|(this, names)| {
            !left.iter().any(|(other, taken)| other != this && taken.prev.eq_ignore_ascii_case(&names.next))
        });
        match free {
            Some(at) => res.push(left.remove(at)),
            None => {
                let (this, names) = left[0].clone();
                let between = format!("{}_tmp", names.prev);
                res.push((this, Pair::new(names.prev, between.clone())));
                left[0].1.prev = between;
            }
        }
    }
    res
}

fn tables(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    let renames = cx.changes.iter().enumerate().filter_map(|(at, change)| match change {
        Change::RenameTable(ids) => Some((at, cx.tables(*ids).map(|table| table.name.clone()))),
        _ => None,
    });
    for (at, names) in ordered(renames.collect()) {
        let title = format!("rename table `{}` to `{}`", names.prev, names.next);
        let statement = Statement::RenameTable { from: names.prev, to: names.next };
        steps.push(step(title, &[statement], vec![at]));
    }
}

fn columns(cx: &Cx<'_>, ids: Pair<glowplug_sql::ids::TableId>, steps: &mut Vec<Step>) {
    let table = cx.schemas.next.table(ids.next).name.clone();
    let mut renames: Vec<(usize, Pair<String>)> = Vec::new();
    let mut leaving: Vec<(usize, String)> = Vec::new();
    for (at, change) in cx.changes_of(ids) {
        match change {
            Change::RenameColumn(columns) => {
                let prev = cx.schemas.prev.column(columns.prev).name.clone();
                renames.push((at, Pair::new(prev, cx.schemas.next.column(columns.next).name.clone())));
            }
            // Elsewhere they are gone by now.
            Change::DropColumn(id) if cx.rebuilt.contains(&ids.next) => {
                leaving.push((at, cx.schemas.prev.column(*id).name.clone()));
            }
            _ => {}
        }
    }
    // A column that goes when the table is built anew makes room for one that takes its name now.
    for (at, name) in leaving {
        if renames.iter().any(|(_, names)| names.next.eq_ignore_ascii_case(&name)) {
            renames.push((at, Pair::new(name.clone(), gone(&name))));
        }
    }
    for (at, names) in ordered(renames) {
        let title = format!("rename column `{}` of `{table}` to `{}`", names.prev, names.next);
        let statement = Statement::RenameColumn { table: table.clone(), from: names.prev, to: names.next };
        steps.push(step(title, &[statement], vec![at]));
    }
}

/// The name of a column that is about to go.
fn gone(name: &str) -> String {
    format!("{name}_gone")
}
