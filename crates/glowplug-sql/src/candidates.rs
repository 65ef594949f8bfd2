//! Guesses which drops and creations are renames that nobody has spoken about.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::change::{Cast, Change, ChangeSet};
use crate::diff::Compare;
use crate::ids::{ColumnId, EnumId, TableId};
use crate::model::{Column, Table};
use crate::pair::Pair;
use crate::pairing::Pairing;

/// A change that may be a rename: something is gone and something like it is new.
#[derive(Debug, Clone, PartialEq)]
pub struct RenameCandidate {
    /// The drop and the creation, as indexes into `ChangeSet::changes`
    /// (for enum values: twice the same `AlterEnum`).
    pub changes: Pair<usize>,
    /// What it is about.
    pub what: Renamed,
    /// 0 to 100: how much alike the two are.
    pub score: u8,
}

/// The kind and names of a possible rename. Names are those of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renamed {
    /// A table.
    Table(Pair<String>),
    /// A column, with its table.
    Column {
        /// The table's name after the change.
        table: String,
        /// The column's names.
        names: Pair<String>,
    },
    /// An enum.
    Enum(Pair<String>),
    /// A value, with its enum.
    EnumValue {
        /// The enum's name after the change.
        enum_name: String,
        /// The labels.
        labels: Pair<String>,
    },
}

/// Below this, two things are not alike enough to ask about.
const LEAST: u32 = 50;

/// Drops and creations that look like renames nobody has spoken about, best score first.
/// One object can stand in several candidates.
pub fn rename_candidates(changes: &ChangeSet<'_>, compare: &dyn Compare) -> Vec<RenameCandidate> {
    let pairing = Pairing::of(changes);
    let mut found = Vec::new();
    for (at, change) in changes.changes.iter().enumerate() {
        match change {
            Change::DropTable(id) => tables(changes, at, *id, &pairing, compare, &mut found),
            Change::DropEnum(id) => enums(changes, at, *id, &mut found),
            Change::DropColumn(id) => columns(changes, at, *id, &pairing, compare, &mut found),
            Change::AlterEnum(ids, delta) => {
                let enums = Pair::new(
                    changes.schemas.prev.enum_type(ids.prev),
                    changes.schemas.next.enum_type(ids.next),
                );
                for prev in &delta.removed {
                    for next in &delta.added {
                        let place = |values: &[crate::model::EnumVariant], label: &str| {
                            values.iter().position(|v| v.name == label)
                        };
                        let mut score = similarity(prev, next) * 60 / 100;
                        score += if delta.removed.len() == 1 && delta.added.len() == 1 { 20 } else { 0 };
                        score += if place(&enums.prev.values, prev) == place(&enums.next.values, next) {
                            20
                        } else {
                            0
                        };
                        let labels = Pair::new(prev.clone(), next.clone());
                        let what = Renamed::EnumValue { enum_name: enums.next.name.clone(), labels };
                        push(&mut found, Pair::new(at, at), what, score);
                    }
                }
            }
            Change::CreateNamespace(_)
            | Change::DropNamespace(_)
            | Change::CreateExtension(_)
            | Change::DropExtension(_)
            | Change::AlterExtension(_)
            | Change::CreateEnum(_)
            | Change::RenameEnum(_)
            | Change::CreateTable(_)
            | Change::RenameTable(_)
            | Change::AddColumn(_)
            | Change::RenameColumn(_)
            | Change::AlterColumn(..)
            | Change::AddPrimaryKey(_)
            | Change::DropPrimaryKey(_)
            | Change::RenamePrimaryKey(_)
            | Change::CreateIndex(_)
            | Change::DropIndex(_)
            | Change::RenameIndex(_)
            | Change::AddForeignKey(_)
            | Change::DropForeignKey(_)
            | Change::RenameForeignKey(_)
            | Change::CreateForeign(_)
            | Change::DropForeign(_)
            | Change::AlterForeign(_) => {}
        }
    }
    found.sort_by_key(|candidate| (std::cmp::Reverse(candidate.score), candidate.changes));
    found
}

fn push(found: &mut Vec<RenameCandidate>, changes: Pair<usize>, what: Renamed, score: u32) {
    if score >= LEAST {
        found.push(RenameCandidate { changes, what, score: score.min(100) as u8 });
    }
}

fn tables(
    changes: &ChangeSet<'_>,
    at: usize,
    id: TableId,
    pairing: &Pairing,
    compare: &dyn Compare,
    found: &mut Vec<RenameCandidate>,
) {
    let prev = changes.schemas.prev.table(id);
    // Its enums may have got other names as well.
    let columns: Vec<Cow<'_, Column>> = (0..prev.columns.len())
        .map(|index| pairing.column_as_next(changes.schemas, ColumnId { table: id, index }))
        .collect();
    for (next_at, change) in changes.changes.iter().enumerate() {
        if let Change::CreateTable(next_id) = change {
            let next = changes.schemas.next.table(*next_id);
            // The table of a many-to-many relation follows its models.
            if next.is_join_table || prev.is_join_table {
                continue;
            }
            let score = table_likeness(&columns, next, compare) * 70 / 100
                + similarity(&prev.name, &next.name) * 30 / 100;
            let what = Renamed::Table(Pair::new(prev.name.clone(), next.name.clone()));
            push(found, Pair::new(at, next_at), what, score);
        }
    }
}

/// How many of all columns both tables have, by name and type, in percent.
fn table_likeness(prev: &[Cow<'_, Column>], next: &Table, compare: &dyn Compare) -> u32 {
    let same = prev.iter().filter(|prev| {
        next.find_column(&prev.name)
            .is_some_and(|(_, next)| compare.type_change(Pair::new(prev.as_ref(), next)).is_none())
    });
    let same = same.count() as u32;
    let all = (prev.len() + next.columns.len()) as u32 - same;
    (same * 100).checked_div(all).unwrap_or(0)
}

fn enums(changes: &ChangeSet<'_>, at: usize, id: EnumId, found: &mut Vec<RenameCandidate>) {
    let prev = changes.schemas.prev.enum_type(id);
    let labels: BTreeSet<&str> = prev.values.iter().map(|v| v.name.as_str()).collect();
    for (next_at, change) in changes.changes.iter().enumerate() {
        if let Change::CreateEnum(next_id) = change {
            let next = changes.schemas.next.enum_type(*next_id);
            let same = next.values.iter().filter(|v| labels.contains(v.name.as_str())).count() as u32;
            let all = (prev.values.len() + next.values.len()) as u32 - same;
            let likeness = (same * 100).checked_div(all).unwrap_or(0);
            let score = likeness * 70 / 100 + similarity(&prev.name, &next.name) * 30 / 100;
            let what = Renamed::Enum(Pair::new(prev.name.clone(), next.name.clone()));
            push(found, Pair::new(at, next_at), what, score);
        }
    }
}

fn columns(
    changes: &ChangeSet<'_>,
    at: usize,
    id: ColumnId,
    pairing: &Pairing,
    compare: &dyn Compare,
    found: &mut Vec<RenameCandidate>,
) {
    let Some(table) = pairing.table_next(id.table) else { return };
    let prev = pairing.column_as_next(changes.schemas, id);
    for (next_at, change) in changes.changes.iter().enumerate() {
        let Change::AddColumn(next_id) = change else { continue };
        if next_id.table != table {
            continue;
        }
        let next = changes.schemas.next.column(*next_id);
        let columns = Pair::new(prev.as_ref(), next);
        let ty = match compare.type_change(columns) {
            None => 40,
            Some(Cast::Safe) => 15,
            Some(Cast::Risky) => 0,
            Some(Cast::None) => continue,
        };
        let mut score = ty + similarity(&prev.name, &next.name) * 40 / 100;
        score += if prev.nullable == next.nullable { 10 } else { 0 };
        score += if compare.same_default(columns) { 10 } else { 0 };
        let table = changes.schemas.next.table(table).name.clone();
        let what = Renamed::Column { table, names: Pair::new(prev.name.clone(), next.name.clone()) };
        push(found, Pair::new(at, next_at), what, score);
    }
}

/// How alike two names are, in percent: the edit distance without case and separators.
fn similarity(a: &str, b: &str) -> u32 {
    let plain =
        |s: &str| s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<Vec<_>>();
    let (a, b) = (plain(a), plain(b));
    let longest = a.len().max(b.len());
    if longest == 0 {
        return 0;
    }
    let shared = if a.len().min(b.len()) >= 3 && (contains(&a, &b) || contains(&b, &a)) { 75 } else { 0 };
    shared.max(100 - (distance(&a, &b) * 100 / longest) as u32)
}

fn contains(long: &[char], short: &[char]) -> bool {
    long.windows(short.len()).any(|window| window == short)
}

fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (above + 1).min(row[j] + 1).min(diagonal + usize::from(x != y));
            diagonal = above;
        }
    }
    row[b.len()]
}
