//! Generated columns: the server changes the type of no column that one of them uses, and not their
//! expressions. They are dropped and added again, which loses nothing.

use glowplug_dialect::plan::{Lock, Step};
use glowplug_sql::change::{Change, ColumnDelta};
use glowplug_sql::ids::{ColumnId, TableId};
use glowplug_sql::model::{Column, Generated};
use glowplug_sql::pair::Pair;

use super::context::{Cx, Retyped};
use super::{locking, step};
use crate::ddl::{Clause, Statement};
use crate::expression;

/// A generated column that is dropped and added again.
pub(super) struct Regenerated {
    pub(super) ids: Pair<ColumnId>,
    /// As it is to be.
    pub(super) column: Column,
    pub(super) causes: Vec<usize>,
}

/// Finds them. A column that one of them uses cannot be dropped.
pub(super) fn find(cx: &mut Cx<'_>) -> Vec<Regenerated> {
    let (mut res, mut refused) = (Vec::new(), Vec::new());
    let retyped = cx.retyped();
    for (prev, table) in cx.schemas.prev.walk_tables() {
        let Some(next) = cx.pairing.table_next(prev) else { continue };
        if cx.changes_of_prev(prev).next().is_none() && retyped.keys().all(|id| id.table != prev) {
            continue;
        }
        for index in 0..table.columns.len() {
            let Some(next_id) = cx.pairing.column_next(ColumnId { table: prev, index }) else { continue };
            let ids = Pair::new(ColumnId { table: prev, index }, next_id);
            let Some(generated) = expression_of(cx, ids) else { continue };
            let causes = causes(cx, prev, ids, &generated, &retyped);
            refused.extend(obstacles(cx, Pair::new(prev, next), ids, &generated, &causes));
            if !causes.is_empty() {
                let column = Column { generated: Some(generated), ..cx.schemas.next.column(next_id).clone() };
                res.push(Regenerated { ids, column, causes });
            }
        }
    }
    for (change, why) in refused {
        res.retain(|it: &Regenerated| !it.causes.contains(&change));
        if !cx.is_refused(change) {
            cx.refuse(change, why);
        }
    }
    res
}

/// How a column is to be computed; the schema file has no say in it.
fn expression_of(cx: &Cx<'_>, ids: Pair<ColumnId>) -> Option<Generated> {
    let (prev, next) = (cx.schemas.prev.column(ids.prev), cx.schemas.next.column(ids.next));
    let known = if cx.schemas.next.owns_foreign { next } else { prev };
    known.generated.clone()
}

fn causes(
    cx: &Cx<'_>,
    table: TableId,
    ids: Pair<ColumnId>,
    generated: &Generated,
    retyped: &std::collections::BTreeMap<ColumnId, Retyped>,
) -> Vec<usize> {
    let name = |id: ColumnId| match cx.pairing.column_next(id).filter(|_| cx.schemas.next.owns_foreign) {
        Some(next) => cx.schemas.next.column(next).name.as_str(),
        None => cx.schemas.prev.column(id).name.as_str(),
    };
    let used = retyped
        .iter()
        .filter(|(id, _)| id.table == table && expression::mentions(&generated.expression, name(**id)))
        .map(|(_, it)| it.change);
    let own = cx.changes.iter().enumerate().filter_map(|(at, change)| match change {
        Change::AlterColumn(altered, ColumnDelta { ty, generated, .. }) if *altered == ids => {
            (ty.is_some() || *generated).then_some(at)
        }
        _ => None,
    });
    let mut res: Vec<usize> = used.chain(own.filter(|at| !cx.is_refused(*at))).collect();
    res.sort_unstable();
    res.dedup();
    res
}

/// What makes it impossible: a column that it uses goes or, while it is made anew, gets another name.
fn obstacles(
    cx: &Cx<'_>,
    tables: Pair<TableId>,
    ids: Pair<ColumnId>,
    generated: &Generated,
    causes: &[usize],
) -> Vec<(usize, String)> {
    let table = cx.prev_name(tables.prev);
    let told = format!("generated column `{}` of `{table}`", cx.schemas.prev.column(ids.prev).name);
    let mut res = Vec::new();
    // With a new expression it may well do without.
    let same = cx.schemas.prev.column(ids.prev).generated.as_ref().is_none_or(|it| it == generated);
    for (at, change) in cx.changes_of_prev(tables.prev) {
        if let Change::DropColumn(id) = change
            && same
            && expression::mentions(&generated.expression, &cx.schemas.prev.column(*id).name)
        {
            let column = &cx.schemas.prev.column(*id).name;
            res.push((at, format!("{told} uses column `{column}`: drop it first")));
        }
    }
    let renamed = cx.pairing.renamed_columns(cx.schemas, tables.prev).into_iter().find(|names| {
        let known = if cx.schemas.next.owns_foreign { &names.next } else { &names.prev };
        same && expression::mentions(&generated.expression, known) && !cx.schemas.next.owns_foreign
    });
    if let Some(names) = renamed {
        let why = format!(
            "{told} would have to be made anew, while column `{}` gets another name: rename in a migration of its own first",
            names.prev
        );
        res.extend(causes.iter().map(|at| (*at, why.clone())));
    }
    res
}

/// Drops them, before what they use changes.
pub(super) fn drop(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for it in &cx.regenerated {
        let table = cx.prev_name(it.ids.prev.table);
        let name = cx.schemas.prev.column(it.ids.prev).name.clone();
        let title = format!("drop generated column `{name}` of `{table}`");
        let locks = vec![table.to_string()];
        let statement = Statement::AlterTable { table, clauses: vec![Clause::DropColumn(name)] };
        let mut drop = locking(step(title, &[statement], it.causes.clone()), Lock::Everything, locks);
        let computed = cx.schemas.prev.column(it.ids.prev).generated.is_some();
        drop.notes.push(if computed || cx.known_after() {
            "it is computed anew below".to_owned()
        } else {
            format!("computed values take the place of those that `{}` has", it.column.name)
        });
        steps.push(drop);
    }
}

/// Adds them again.
pub(super) fn add(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for it in &cx.regenerated {
        let table = cx.next_name(it.ids.next.table);
        let title = format!("add generated column `{}` to `{table}` again", it.column.name);
        let statement = Statement::AlterTable { table, clauses: vec![Clause::AddColumn(it.column.clone())] };
        let locks = cx.existing(it.ids.next.table);
        let mut add = locking(step(title, &[statement], it.causes.clone()), Lock::Everything, locks);
        add.rewrites = it.column.generated.as_ref().is_some_and(|it| !it.is_virtual);
        steps.push(add);
    }
}
