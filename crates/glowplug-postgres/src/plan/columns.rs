//! The clauses of `ALTER TABLE` for columns that stay.

use glowplug_sql::change::{Cast, ColumnDelta};
use glowplug_sql::ids::ColumnId;
use glowplug_sql::model::{AutoIncrement, Column, Default, NativeType, QualifiedName, Use};
use glowplug_sql::pair::Pair;

use super::context::Cx;
use super::filler;
use crate::casts::{self, Using};
use crate::ddl::{Clause, Statement};
use crate::defaults::default_sql;
use crate::names;
use crate::types;

/// What altering one column takes.
#[derive(std::default::Default)]
pub(super) struct Altered {
    /// Statements before the `ALTER TABLE`.
    pub(super) before: Vec<Statement>,
    /// Its clauses.
    pub(super) clauses: Vec<Clause>,
    /// Statements after it.
    pub(super) after: Vec<Statement>,
    /// An `UPDATE` for rows that have no value, and where it stands.
    pub(super) fill: Option<(Statement, Fill)>,
    /// Whether the rows are written anew.
    pub(super) rewrites: bool,
    /// What a reader should know.
    pub(super) notes: Vec<String>,
}

/// When rows without a value get one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fill {
    /// Before the `ALTER TABLE`.
    Before,
    /// After it, because only then the column has its new type; NOT NULL follows in a second one.
    After,
}

/// What an altered column takes.
pub(super) fn alter(cx: &Cx<'_>, table: &QualifiedName, ids: Pair<ColumnId>, delta: &ColumnDelta) -> Altered {
    let next = cx.schemas.next.column(ids.next);
    if cx.recreated.contains_key(&ids.next) {
        return recreate(cx, table, ids.next);
    }
    let mut res = Altered::default();
    // It is dropped and added again as it is to be.
    if cx.regenerated.iter().any(|it| it.ids == ids) {
        return res;
    }
    if delta.generated && next.generated.is_none() {
        // Nothing is kept of a virtual column that a plain one could begin with.
        if cx.schemas.prev.column(ids.prev).generated.as_ref().is_some_and(|it| it.is_virtual) {
            let clauses = vec![Clause::DropColumn(next.name.clone()), Clause::AddColumn(next.clone())];
            return Altered { clauses, ..Altered::default() };
        }
        res.clauses.push(Clause::DropExpression(next.name.clone()));
    }
    // An enum whose type is replaced takes its columns' defaults along.
    let swapped = cx.swapped.values().any(|swap| swap.columns.contains(&ids));
    stop_counting(cx, ids, delta, &mut res);
    if !swapped {
        let prev = cx.pairing.column_as_next(cx.schemas, ids.prev);
        change_type_and_default(cx, ids, Pair::new(&prev, next), delta, &mut res);
    }
    start_counting(cx, table, ids, delta, &mut res);
    if delta.nullable {
        nullability(cx, table, next, delta, swapped, &mut res);
    }
    res
}

fn recreate(cx: &Cx<'_>, table: &QualifiedName, id: ColumnId) -> Altered {
    let next = cx.schemas.next.column(id);
    let filler = filler::filler(cx, id);
    let drop_default =
        Statement::AlterTable { table: table.clone(), clauses: vec![Clause::DropDefault(next.name.clone())] };
    let after = filler.iter().map(|_| drop_default.clone()).collect();
    let added = Column { default: filler.or_else(|| next.default.clone()), ..next.clone() };
    Altered {
        clauses: vec![Clause::DropColumn(next.name.clone()), Clause::AddColumn(added)],
        after,
        notes: vec![format!("the values of column `{}` are lost: no cast leads to its new type", next.name)],
        rewrites: next.auto_increment.is_some(),
        ..Altered::default()
    }
}

fn change_type_and_default(
    cx: &Cx<'_>,
    ids: Pair<ColumnId>,
    columns: Pair<&Column>,
    delta: &ColumnDelta,
    res: &mut Altered,
) {
    let Pair { prev, next } = columns;
    let name = &next.name;
    let next_default = next.default.as_ref().and_then(|default| default_sql(default, &next.ty));
    // The server cannot cast every default along with the column, so it steps aside.
    let had_default = prev.default.is_some();
    let steps_aside = delta.ty.is_some() && had_default;
    if steps_aside || (delta.default && next_default.is_none() && had_default) {
        res.clauses.push(Clause::DropDefault(name.clone()));
    }
    if let Some(cast) = delta.ty {
        let conversion = casts::conversion(&prev.ty, &next.ty);
        // What became a list on the way there comes back as the list's first item.
        let unwrap =
            cx.way_back && casts::conversion(&next.ty, &prev.ty).is_some_and(|c| c.using == Using::Wrap);
        let using = conversion.map(|c| if unwrap { Using::First } else { c.using });
        let mut using = using.and_then(|using| casts::using_sql(using, name, &next.ty));
        // A list of an enum, or an item of one, may still be of the type that is being replaced.
        let same_enum = prev.ty.is_list != next.ty.is_list;
        let replaced = cx.enum_of(&next.ty.native).is_some_and(|id| cx.swapped.contains_key(&id));
        if let (Some(using), true) = (&mut using, same_enum && replaced) {
            let text = if next.ty.is_list { "text[]" } else { "text" };
            *using = format!("({using})::{text}::{}", types::type_sql(&next.ty));
        }
        let ty = types::type_sql(&next.ty);
        let ty = collation(cx, ids).map(|name| format!("{ty} COLLATE {name}")).unwrap_or(ty);
        res.clauses.push(Clause::SetType { column: name.clone(), ty, using });
        res.rewrites |= casts::rewrites(&prev.ty, &next.ty);
        if prev.auto_increment.is_some() && next.auto_increment.is_some() && cast == Cast::Safe {
            res.notes.push(format!(
                "the sequence of `{name}` still ends where its old type ends: `ALTER SEQUENCE ... AS {}` lifts that",
                types::type_sql(&next.ty).to_lowercase()
            ));
        }
        if cast == Cast::Risky {
            let ty = |column: &Column| types::type_sql(&column.ty).to_lowercase();
            res.notes.push(format!(
                "values of column `{name}` that do not fit are changed, or stop the migration: {} to {}",
                ty(prev),
                ty(next)
            ));
        }
        if cx.way_back && casts::conversion(&next.ty, &prev.ty).is_some_and(|c| c.cast == Cast::Risky) {
            res.notes.push(format!("what the way there changed in column `{name}` does not come back"));
        }
    }
    if let Some(value) = next_default.filter(|_| delta.default || steps_aside) {
        res.clauses.push(Clause::SetDefault { column: name.clone(), value });
    }
}

/// The collation that a column keeps when its type changes: without a word it would lose it.
fn collation<'a>(cx: &Cx<'a>, ids: Pair<ColumnId>) -> Option<&'a str> {
    let next = cx.schemas.next.column(ids.next);
    let sorts = matches!(&next.ty.native, NativeType::Named { name, .. } if matches!(name.as_str(), "text" | "varchar" | "bpchar" | "char"));
    let used = if cx.known_after() {
        Use::Column(cx.next_name(ids.next.table), next.name.clone())
    } else {
        Use::Column(cx.prev_name(ids.prev.table), cx.schemas.prev.column(ids.prev).name.clone())
    };
    cx.foreign.collation(&used).filter(|_| sorts)
}

fn stop_counting(cx: &Cx<'_>, ids: Pair<ColumnId>, delta: &ColumnDelta, res: &mut Altered) {
    let prev = cx.schemas.prev.column(ids.prev);
    let next = cx.schemas.next.column(ids.next);
    if !delta.auto_increment || next.auto_increment.is_some() {
        return;
    }
    let table = cx.schemas.prev.table(ids.prev.table);
    match &prev.auto_increment {
        Some(AutoIncrement::Identity { .. }) => res.clauses.push(Clause::DropIdentity(next.name.clone())),
        Some(AutoIncrement::Serial { sequence }) => {
            let name = sequence.clone().unwrap_or_else(|| names::sequence(&table.name, &prev.name));
            // Sequences follow their table into another namespace.
            let namespace = cx.pairing.table_next(ids.prev.table).and_then(|id| cx.next_name(id).namespace);
            res.clauses.push(Clause::DropDefault(next.name.clone()));
            res.after.push(Statement::DropSequence(QualifiedName { namespace, name }));
        }
        Some(AutoIncrement::RowId { .. }) | None => {}
    }
}

fn start_counting(
    cx: &Cx<'_>,
    table: &QualifiedName,
    ids: Pair<ColumnId>,
    delta: &ColumnDelta,
    res: &mut Altered,
) {
    let next = cx.schemas.next.column(ids.next);
    if !delta.auto_increment || next.auto_increment.is_none() {
        return;
    }
    let prev = cx.schemas.prev.column(ids.prev);
    if let Some(AutoIncrement::Identity { always, options }) = &next.auto_increment {
        start_identity(table, Pair::new(prev, next), *always, options, res);
        return;
    }
    let name =
        QualifiedName { namespace: table.namespace.clone(), name: names::sequence(&table.name, &next.name) };
    let ty = match &next.ty.native {
        NativeType::Named { name, .. } if name == "int4" => Some("integer".to_string()),
        NativeType::Named { name, .. } if name == "int2" => Some("smallint".to_string()),
        NativeType::Named { .. } | NativeType::Enum { .. } | NativeType::Unsupported(_) => None,
    };
    res.before.push(Statement::CreateSequence { name: name.clone(), ty });
    let value = format!("nextval({})", names::literal(&names::qualified_name(&name)));
    res.clauses.push(Clause::SetDefault { column: next.name.clone(), value });
    let (table, column) = (table.clone(), next.name.clone());
    res.after.push(Statement::OwnSequence {
        name: name.clone(),
        table: table.clone(),
        column: column.clone(),
    });
    res.after.push(Statement::CatchUpSequence { name, table, column });
}

/// Only between two databases: the schema language has no word for identity columns.
fn start_identity(
    table: &QualifiedName,
    columns: Pair<&Column>,
    always: bool,
    options: &[String],
    res: &mut Altered,
) {
    let column = columns.next.name.clone();
    if columns.prev.auto_increment.is_some() {
        res.clauses.push(Clause::SetIdentity { column, always, options: options.to_vec() });
        return;
    }
    if columns.prev.default.is_some() {
        res.clauses.push(Clause::DropDefault(column.clone()));
    }
    let name =
        QualifiedName { namespace: table.namespace.clone(), name: names::sequence(&table.name, &column) };
    let clauses = vec![Clause::AddIdentity { column: column.clone(), always, options: options.to_vec() }];
    res.after.push(Statement::AlterTable { table: table.clone(), clauses });
    res.after.push(Statement::CatchUpSequence { name, table: table.clone(), column });
}

fn nullability(
    cx: &Cx<'_>,
    table: &QualifiedName,
    next: &Column,
    delta: &ColumnDelta,
    swapped: bool,
    res: &mut Altered,
) {
    let column = next.name.clone();
    if next.nullable {
        res.clauses.push(Clause::DropNotNull(column));
        if cx.way_back && fill_value(next).is_some() {
            res.notes.push(format!("rows whose `{}` was filled with the default keep it", next.name));
        }
        return;
    }
    // Rows without a value get the default instead of stopping the migration.
    if let Some(value) = fill_value(next) {
        let fill = Statement::FillNulls { table: table.clone(), column: column.clone(), value };
        let when = if delta.ty.is_some() && !swapped { Fill::After } else { Fill::Before };
        res.notes.push(format!("rows without `{column}` get its default"));
        res.fill = Some((fill, when));
    }
    res.clauses.push(Clause::SetNotNull(column));
}

/// A default that is the same for all rows, as SQL.
fn fill_value(column: &Column) -> Option<String> {
    match column.default.as_ref()? {
        default @ (Default::Literal(_) | Default::List(_) | Default::Now) => default_sql(default, &column.ty),
        Default::Expression(_) | Default::Unspecified => None,
    }
}

/// Whether adding the column writes all rows anew: a constant or the current time does not.
pub(super) fn adding_rewrites(column: &Column) -> bool {
    let volatile = matches!(column.default, Some(Default::Expression(_)));
    volatile || column.auto_increment.is_some() || column.generated.as_ref().is_some_and(|it| !it.is_virtual)
}
