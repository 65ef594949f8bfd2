//! Enums whose columns are checked. SQLite has no type for them: an enum is what the `CHECK`s of its columns say,
//! and every table with such a column is built anew when the enum changes.

use glowplug_sql::change::{Change, EnumDelta};
use glowplug_sql::ids::{ColumnId, EnumId, TableId};
use glowplug_sql::model::{Column, EnumType, NativeType, SqlSchema, Table};
use glowplug_sql::pair::Pair;

use super::context::Cx;
use super::rebuild;
use crate::ddl::Extras;
use crate::names::{enum_check, literal, quoted};

/// The enum of a column.
fn of_column(schema: &SqlSchema, column: &Column) -> Option<EnumId> {
    match &column.ty.native {
        NativeType::Enum { namespace, name } => schema.find_enum(namespace.as_deref(), name),
        NativeType::Named { .. } | NativeType::Unsupported(_) => None,
    }
}

/// What keeps a column to the values of its enum.
pub(super) fn check(schema: &SqlSchema, column: &Column) -> Option<String> {
    let enum_ = schema.enum_type(of_column(schema, column)?);
    let name = quoted(&enum_check(&enum_.name));
    Some(format!("CONSTRAINT {name} CHECK ({} IN ({}))", quoted(&column.name), labels(enum_)))
}

/// A value that a column of an enum takes.
pub(super) fn first_label<'a>(schema: &'a SqlSchema, column: &Column) -> Option<&'a str> {
    let enum_ = schema.enum_type(of_column(schema, column)?);
    enum_.values.first().map(|value| value.name.as_str())
}

fn labels(enum_: &EnumType) -> String {
    enum_.values.iter().map(|value| literal(&value.name)).collect::<Vec<_>>().join(", ")
}

/// The same for all columns of a table, behind what they have besides.
pub(super) fn with_checks(mut extras: Extras, schema: &SqlSchema, table: &Table) -> Extras {
    let checks =
        table.columns.iter().filter_map(|column| Some((column.name.clone(), check(schema, column)?)));
    extras.columns.extend(checks);
    extras
}

/// Whether a column that stays gets another check with its enum.
pub(super) fn changes_check(cx: &Cx<'_>, ids: Pair<TableId>) -> bool {
    let columns = cx.schemas.next.table(ids.next).columns.iter().enumerate();
    columns.filter(|(index, _)| cx.prev_column(ColumnId { table: ids.next, index: *index }).is_some()).any(
        |(_, column)| {
            let own = of_column(cx.schemas.next, column);
            own.is_some() && cx.changes.iter().any(|change| changed(change).is_some_and(|it| Some(it) == own))
        },
    )
}

/// The enum (next) whose columns get another check.
fn changed(change: &Change) -> Option<EnumId> {
    match change {
        Change::RenameEnum(ids) | Change::AlterEnum(ids, _) => Some(ids.next),
        _ => None,
    }
}

/// The changes of enums that writing columns (next) brings about.
pub(super) fn made_with(cx: &Cx<'_>, columns: &[Column]) -> Vec<usize> {
    let used: Vec<EnumId> = columns.iter().filter_map(|column| of_column(cx.schemas.next, column)).collect();
    places(cx, |change| match change {
        Change::CreateEnum(id) => used.contains(id),
        other => changed(other).is_some_and(|id| used.contains(&id)),
    })
}

/// The enums that go when columns (previous) do, or are written anew.
pub(super) fn gone_with(cx: &Cx<'_>, columns: &[Column]) -> Vec<usize> {
    let used: Vec<EnumId> = columns.iter().filter_map(|column| of_column(cx.schemas.prev, column)).collect();
    places(cx, |change| matches!(change, Change::DropEnum(id) if used.contains(id)))
}

fn places(cx: &Cx<'_>, is_meant: impl Fn(&Change) -> bool) -> Vec<usize> {
    (0..cx.changes.len()).filter(|at| is_meant(&cx.changes[*at])).collect()
}

/// A column's value with the labels that its enum has next. One that is gone while another takes its name must
/// not be taken for that one.
pub(super) fn with_next_labels(cx: &Cx<'_>, id: ColumnId, value: String) -> String {
    let Some(enums) = same_enum(cx, id) else { return value };
    let renamed = cx.pairing.labels(enums.prev);
    if renamed.is_empty() {
        return value;
    }
    let taken = removed(cx, enums.next).iter().filter(|label| renamed.iter().any(|it| it.next == **label));
    let gone = taken.map(|label| Pair::new(label.clone(), format!("{label} (gone)")));
    let cases: String = renamed
        .iter()
        .cloned()
        .chain(gone)
        .map(|it| format!(" WHEN {} THEN {}", literal(&it.prev), literal(&it.next)))
        .collect();
    format!("CASE {value}{cases} ELSE {value} END")
}

/// The enum of a column (next) that was of the same one before.
fn same_enum(cx: &Cx<'_>, id: ColumnId) -> Option<Pair<EnumId>> {
    let prev = of_column(cx.schemas.prev, cx.prev_column(id)?)?;
    let next = of_column(cx.schemas.next, cx.schemas.next.column(id))?;
    (cx.pairing.enum_next(prev) == Some(next)).then_some(Pair::new(prev, next))
}

/// The labels that an enum (next) has lost.
fn removed<'a>(cx: &Cx<'a>, next: EnumId) -> &'a [String] {
    let found = cx.changes.iter().find_map(|change| match change {
        Change::AlterEnum(ids, EnumDelta { removed, .. }) if ids.next == next => Some(removed.as_slice()),
        _ => None,
    });
    found.unwrap_or_default()
}

/// What must be true of the rows of columns whose enum takes less than the column did: a sentence for the user
/// if it is not, and the question.
pub(super) fn narrowed<'c>(cx: &'c Cx<'_>) -> impl Iterator<Item = (String, String)> + 'c {
    let stays = cx.staying().into_iter();
    stays.flat_map(move |ids| {
        let columns = 0..cx.schemas.next.table(ids.next).columns.len();
        columns.filter_map(move |index| narrows(cx, ids, ColumnId { table: ids.next, index }))
    })
}

fn narrows(cx: &Cx<'_>, ids: Pair<TableId>, id: ColumnId) -> Option<(String, String)> {
    let next = of_column(cx.schemas.next, cx.schemas.next.column(id))?;
    let prev = cx.prev_column(id)?;
    let table = cx.schemas.prev.table(ids.prev);
    let value = rebuild::old_column(table, &prev.name);
    let enum_ = cx.schemas.next.enum_type(next);
    let stray = match same_enum(cx, id) {
        Some(_) if removed(cx, next).is_empty() => return None,
        Some(_) => {
            let gone: Vec<String> = removed(cx, next).iter().map(|label| literal(label)).collect();
            format!("{value} IN ({})", gone.join(", "))
        }
        None => format!("{value} NOT IN ({})", labels(enum_)),
    };
    let sentence =
        format!("some rows of `{}` have a `{}` that is no value of `{}`", table.name, prev.name, enum_.name);
    Some((sentence, format!("NOT EXISTS (SELECT 1 FROM {} WHERE {stray})", quoted(&table.name))))
}
