//! Tables: dropped, created, and altered in one statement each.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_dialect::plan::{Lock, Step};
use glowplug_sql::change::Change;
use glowplug_sql::ids::TableId;
use glowplug_sql::model::{Column, QualifiedName};
use glowplug_sql::pair::Pair;

use super::columns::{self, Altered, Fill};
use super::context::Cx;
use super::online::Later;
use super::{filler, locking, rebuilt, step};
use crate::ddl::{Clause, Statement};
use crate::defaults::default_sql;

/// Dropped tables in an order in which each goes before those it refers to.
pub(super) struct Doomed {
    /// The tables with their changes.
    pub(super) order: Vec<(usize, TableId)>,
    /// Tables that refer to each other: foreign keys to these must go first.
    pub(super) knotted: BTreeSet<TableId>,
    /// All of them.
    pub(super) tables: BTreeSet<TableId>,
}

/// Sorts the dropped tables.
pub(super) fn drop_order(cx: &Cx<'_>) -> Doomed {
    let mut left: Vec<(usize, TableId)> = cx
        .changes
        .iter()
        .enumerate()
        .filter_map(|(at, change)| if let Change::DropTable(id) = change { Some((at, *id)) } else { None })
        .filter(|(at, _)| !cx.is_refused(*at))
        .collect();
    let dropped: BTreeSet<TableId> = left.iter().map(|(_, id)| *id).collect();
    // How many other dropped tables refer to a table, each by all its keys.
    let targets = |id: TableId| {
        let keys = cx.schemas.prev.table(id).foreign_keys.iter();
        keys.filter_map(|key| cx.prev_target(key)).filter(move |target| *target != id)
    };
    let mut referring: BTreeMap<TableId, usize> = BTreeMap::new();
    for id in &dropped {
        targets(*id).for_each(|target| *referring.entry(target).or_default() += 1);
    }
    let mut res = Doomed { order: Vec::new(), knotted: BTreeSet::new(), tables: dropped };
    while !left.is_empty() {
        let free = left.iter().position(|(_, id)| referring.get(id).is_none_or(|count| *count == 0));
        let at = free.unwrap_or_else(|| {
            res.knotted.insert(left[0].1);
            0
        });
        let (change, id) = left.remove(at);
        targets(id).for_each(|target| {
            referring.entry(target).and_modify(|count| *count = count.saturating_sub(1));
        });
        res.order.push((change, id));
    }
    res
}

/// Drops tables, and with them their own foreign keys.
pub(super) fn drop_tables(cx: &Cx<'_>, doomed: &Doomed, steps: &mut Vec<Step>) {
    for (at, id) in &doomed.order {
        let name = cx.prev_name(*id);
        let mut realises = vec![*at];
        let mut locks = vec![name.to_string()];
        for (key_at, change) in cx.changes_of_prev(*id) {
            if let Change::DropForeignKey(key) = change
                && !super::keys::goes_first(cx, doomed, *key)
            {
                realises.push(key_at);
                let key = cx.schemas.prev.foreign_key(*key);
                let target =
                    QualifiedName { namespace: key.target_namespace.clone(), name: key.target_table.clone() };
                locks.push(target.to_string());
            }
        }
        realises.sort_unstable();
        let drop = step(format!("drop table `{name}`"), &[Statement::DropTable(name)], realises);
        steps.push(locking(drop, Lock::Everything, locks));
    }
}

/// Columns that are dropped from a table whose other columns get new names go first, so that their
/// names are free.
pub(super) fn make_room(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (prev, _) in cx.schemas.prev.walk_tables() {
        if !removals_go_first(cx, prev) {
            continue;
        }
        let (clauses, realises) = removals(cx, prev);
        if !clauses.is_empty() {
            let table = cx.prev_name(prev);
            let title = format!("alter table `{table}`");
            let locks = vec![table.to_string()];
            let mut removal = step(title, &[Statement::AlterTable { table, clauses }], realises);
            removal.notes = going_along(cx, prev);
            steps.push(locking(removal, Lock::Everything, locks));
        }
    }
}

/// Whether columns and key must go before anything gets a new name: columns of their table are renamed, or
/// something else takes the name of the key.
fn removals_go_first(cx: &Cx<'_>, prev: TableId) -> bool {
    cx.changes_of_prev(prev).any(|(_, change)| match change {
        Change::RenameColumn(_) => true,
        Change::DropPrimaryKey(_) => key_name_is_taken(cx, prev),
        _ => false,
    })
}

/// Tables, indexes and keys of a namespace share their names.
fn key_name_is_taken(cx: &Cx<'_>, prev: TableId) -> bool {
    let name = cx.schemas.prev.table(prev).primary_key.as_ref().and_then(|key| key.name.as_ref());
    let own = cx.pairing.table_next(prev);
    let namespaces = [Some(cx.prev_name(prev).namespace), own.map(|next| cx.next_name(next).namespace)];
    name.is_some_and(|name| {
        cx.schemas.next.walk_tables().any(|(id, table)| {
            namespaces.iter().flatten().any(|namespace| *namespace == table.namespace)
                && (table.name == *name
                    || table.indexes.iter().any(|index| index.name == *name)
                    || (Some(id) != own
                        && table.primary_key.as_ref().is_some_and(|key| key.name.as_ref() == Some(name))))
        })
    })
}

/// The clauses that take a primary key and columns away.
fn removals(cx: &Cx<'_>, prev: TableId) -> (Vec<Clause>, Vec<usize>) {
    let (mut clauses, mut realises) = (Vec::new(), Vec::new());
    for (at, change) in cx.changes_of_prev(prev) {
        if let Change::DropPrimaryKey(_) = change
            && !cx.is_refused(at)
        {
            let table = cx.schemas.prev.table(prev);
            let name = table.primary_key.as_ref().and_then(|key| key.name.clone());
            clauses
                .push(Clause::DropConstraint(name.unwrap_or_else(|| crate::names::primary_key(&table.name))));
            realises.push(at);
        }
    }
    let dropped = cx.changes_of_prev(prev).filter_map(|(at, change)| match change {
        Change::DropColumn(id) if !cx.is_refused(at) => Some((at, cx.schemas.prev.column(*id))),
        _ => None,
    });
    let mut dropped: Vec<_> = dropped.collect();
    // A generated column hangs on those that it uses.
    dropped.sort_by_key(|(_, column)| column.generated.is_none());
    for (at, column) in dropped {
        clauses.push(Clause::DropColumn(column.name.clone()));
        realises.push(at);
    }
    (clauses, realises)
}

/// What goes with dropped columns without a word of its own.
fn going_along(cx: &Cx<'_>, prev: TableId) -> Vec<String> {
    let mut res = Vec::new();
    for (at, change) in cx.changes_of_prev(prev) {
        let Change::DropColumn(id) = change else { continue };
        let column = &cx.schemas.prev.column(*id).name;
        let objects = cx.foreign.going_with(at).map(|it| format!("{} `{}`", it.kind, it.name));
        let indexes = cx.schemas.prev.table(prev).indexes.iter();
        let indexes = indexes.filter(|index| !index.expressible && rebuilt::mentions(index, column));
        let indexes = indexes.map(|index| format!("index `{}`", index.name));
        res.extend(objects.chain(indexes).map(|what| format!("{what} goes with column `{column}`")));
    }
    res
}

/// Alters the tables that stay: one `ALTER TABLE` each, unless an `UPDATE` must stand between.
pub(super) fn alter(cx: &Cx<'_>, later: &mut Later, steps: &mut Vec<Step>) {
    for (next, _) in cx.schemas.next.walk_tables() {
        if let Some(prev) = cx.pairing.table_prev(next) {
            alter_table(cx, Pair::new(prev, next), later, steps);
        }
    }
}

/// The pieces of one table's alteration.
struct Parts {
    table: QualifiedName,
    locks: Vec<String>,
    realises: Vec<usize>,
    before: Vec<Statement>,
    fills: Vec<(usize, Statement, Fill)>,
    clauses: Vec<Clause>,
    /// `SET NOT NULL` of columns that are filled after their type changed.
    late_clauses: Vec<Clause>,
    after: Vec<Statement>,
    rewrites: bool,
    notes: Vec<String>,
    undo: Vec<String>,
}

fn alter_table(cx: &Cx<'_>, ids: Pair<TableId>, later: &mut Later, steps: &mut Vec<Step>) {
    let table = cx.next_name(ids.next);
    let mut parts = Parts {
        table,
        locks: cx.existing(ids.next),
        realises: Vec::new(),
        before: Vec::new(),
        fills: Vec::new(),
        clauses: Vec::new(),
        late_clauses: Vec::new(),
        after: Vec::new(),
        rewrites: false,
        notes: Vec::new(),
        undo: Vec::new(),
    };
    if !removals_go_first(cx, ids.prev) {
        (parts.clauses, parts.realises) = removals(cx, ids.prev);
        parts.notes = going_along(cx, ids.prev);
    }
    add_columns(cx, ids.next, &mut parts);
    for (at, change) in cx.changes_of_next(ids.next) {
        if let Change::AlterColumn(columns, delta) = change
            && !cx.is_refused(at)
        {
            let mut altered = columns::alter(cx, &parts.table, *columns, delta);
            let undo = later.require(cx, at, *columns, delta, &mut altered);
            parts.undo.extend(undo.map(|it| it.to_string()));
            parts.take(at, altered);
        }
    }
    add_primary_key(cx, ids.next, &mut parts);
    parts.write(steps);
}

fn add_columns(cx: &Cx<'_>, next: TableId, parts: &mut Parts) {
    for (at, change) in cx.changes_of_next(next) {
        if let Change::AddColumn(id) = change {
            let column = cx.schemas.next.column(*id);
            let filler = filler::filler(cx, *id);
            let value = filler.as_ref().and_then(|filler| default_sql(filler, &column.ty));
            let default = filler.or_else(|| column.default.clone());
            parts.clauses.push(Clause::AddColumn(Column { default, ..column.clone() }));
            if cx.way_back {
                parts.notes.push(format!("the values that column `{}` had do not come back", column.name));
            }
            if let Some(value) = value {
                let clauses = vec![Clause::DropDefault(column.name.clone())];
                parts.after.push(Statement::AlterTable { table: parts.table.clone(), clauses });
                parts
                    .notes
                    .push(format!("rows get {value} in `{}`, so that it can be required again", column.name));
            }
            parts.realises.push(at);
            parts.rewrites |= columns::adding_rewrites(column);
        }
    }
}

fn add_primary_key(cx: &Cx<'_>, next: TableId, parts: &mut Parts) {
    let added =
        cx.changes.iter().position(|change| matches!(change, Change::AddPrimaryKey(id) if *id == next));
    if added.is_some_and(|at| cx.is_refused(at)) {
        return;
    }
    // Dropping a column of the key has dropped the key.
    let Some(at) = added.or_else(|| cx.key_goes_with_column(next)) else { return };
    if let Some(key) = &cx.schemas.next.table(next).primary_key {
        parts.clauses.push(Clause::AddPrimaryKey(key.clone()));
        parts.realises.push(at);
    }
}

impl Parts {
    fn take(&mut self, at: usize, mut altered: Altered) {
        let filled_later = altered.fill.as_ref().is_some_and(|(_, when)| *when == Fill::After);
        if filled_later && let Some(Clause::SetNotNull(_)) = altered.clauses.last() {
            self.late_clauses.extend(altered.clauses.pop());
        }
        self.before.extend(altered.before);
        self.clauses.extend(altered.clauses);
        self.after.extend(altered.after);
        self.fills.extend(altered.fill.map(|(fill, when)| (at, fill, when)));
        self.rewrites |= altered.rewrites;
        self.notes.extend(altered.notes);
        self.realises.push(at);
    }

    fn write(mut self, steps: &mut Vec<Step>) {
        let title = format!("alter table `{}`", self.table);
        self.fill(Fill::Before, steps);
        let mut statements = std::mem::take(&mut self.before);
        if !self.clauses.is_empty() {
            statements.push(Statement::AlterTable {
                table: self.table.clone(),
                clauses: std::mem::take(&mut self.clauses),
            });
        }
        statements.append(&mut self.after);
        if !statements.is_empty() {
            self.realises.sort_unstable();
            self.realises.dedup();
            let mut altered = locking(
                step(title.clone(), &statements, self.realises.clone()),
                Lock::Everything,
                self.locks.clone(),
            );
            altered.rewrites = self.rewrites;
            altered.notes = std::mem::take(&mut self.notes);
            altered.undo = (!self.undo.is_empty()).then(|| self.undo.join("\n"));
            steps.push(altered);
        }
        self.fill(Fill::After, steps);
        if !self.late_clauses.is_empty() {
            let realises =
                self.fills.iter().filter(|(_, _, when)| *when == Fill::After).map(|(at, _, _)| *at).collect();
            let clauses = std::mem::take(&mut self.late_clauses);
            let statement = Statement::AlterTable { table: self.table.clone(), clauses };
            steps.push(locking(step(title, &[statement], realises), Lock::Everything, self.locks));
        }
    }

    fn fill(&self, when: Fill, steps: &mut Vec<Step>) {
        for (at, statement, _) in self.fills.iter().filter(|(_, _, w)| *w == when) {
            let title = format!("fill `{}`", self.table);
            let fill = step(title, std::slice::from_ref(statement), vec![*at]);
            steps.push(locking(fill, Lock::SchemaChanges, self.locks.clone()));
        }
    }
}

/// Creates the new tables; their indexes and foreign keys follow.
pub(super) fn create(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    for (at, change) in cx.changes.iter().enumerate() {
        let Change::CreateTable(id) = change else { continue };
        let table = cx.schemas.next.table(*id);
        let name = table.qualified_name();
        let statement = Statement::CreateTable {
            name: name.clone(),
            columns: table.columns.clone(),
            primary_key: table.primary_key.clone(),
            partition_by: cx.foreign.partition_key(cx, *id),
        };
        let mut create = step(format!("create table `{name}`"), &[statement], vec![at]);
        if cx.way_back {
            create.notes.push(format!("the rows that table `{name}` had do not come back"));
        }
        steps.push(create);
    }
}
