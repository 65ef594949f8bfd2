//! Where in a file a change is made: the statement that speaks of the object, as well as words can tell.

use std::ops::Range;

use glowplug_dialect::lint::Linted;
use glowplug_sql::change::{Change, ChangeSet};

use crate::objects::named;

/// The place of a change: the name of its object in the statement that seems to make it, else the first statement.
pub(super) fn of(changes: &ChangeSet<'_>, change: &Change, sql: &str, linted: &Linted) -> Range<usize> {
    let object = named(changes, change);
    let own = last_part(&object.name);
    let table = object.table.as_deref().map(last_part);
    let score = |text: &str| {
        let own = u8::from(find_name(text, own).is_some());
        let table = u8::from(table.is_some_and(|it| find_name(text, it).is_some()));
        let verb = u8::from(verbs(change).iter().any(|it| find_word(text, it)));
        // A verb alone says nothing.
        if own + table == 0 { 0 } else { own * 4 + table * 2 + verb }
    };
    let mut best: Option<(u8, &Range<usize>)> = None;
    for statement in &linted.statements {
        let score = score(&sql[statement.clone()]);
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, statement));
        }
    }
    let Some((_, statement)) = best else { return 0..0 };
    let text = &sql[statement.clone()];
    let name = find_name(text, own).or_else(|| find_name(text, table?));
    match name {
        Some(name) => statement.start + name.start..statement.start + name.end,
        None => statement.clone(),
    }
}

/// The statement in which an offset lies.
pub(super) fn statement(linted: &Linted, offset: usize) -> Option<usize> {
    linted.statements.iter().position(|it| it.contains(&offset))
}

/// Where a text has a name that stands for itself, with its quotes.
pub(super) fn find_name(text: &str, name: &str) -> Option<Range<usize>> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    if name.is_empty() {
        return None;
    }
    text.match_indices(name).find_map(|(start, _)| {
        let end = start + name.len();
        let (before, after) = (text[..start].chars().next_back(), text[end..].chars().next());
        if before.is_some_and(is_part) || after.is_some_and(is_part) {
            return None;
        }
        let is_quoted = before == after && matches!(before, Some('"' | '`'));
        Some(if is_quoted { start - 1..end + 1 } else { start..end })
    })
}

/// Whether a text has a keyword.
pub(super) fn find_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|it| it.eq_ignore_ascii_case(word))
}

fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The words with which a change of this kind is written.
fn verbs(change: &Change) -> &'static [&'static str] {
    match change {
        Change::CreateNamespace(_)
        | Change::CreateExtension(_)
        | Change::CreateEnum(_)
        | Change::CreateTable(_)
        | Change::CreateIndex(_)
        | Change::CreateForeign(_) => &["CREATE"],
        Change::DropNamespace(_)
        | Change::DropExtension(_)
        | Change::DropEnum(_)
        | Change::DropTable(_)
        | Change::DropColumn(_)
        | Change::DropPrimaryKey(_)
        | Change::DropIndex(_)
        | Change::DropForeignKey(_)
        | Change::DropForeign(_) => &["DROP"],
        Change::AddColumn(_) | Change::AddPrimaryKey(_) | Change::AddForeignKey(_) => &["ADD", "REFERENCES"],
        Change::AlterExtension(_)
        | Change::AlterEnum(..)
        | Change::AlterColumn(..)
        | Change::AlterForeign(_) => &["ALTER"],
        Change::RenameEnum(_)
        | Change::RenameTable(_)
        | Change::RenameColumn(_)
        | Change::RenamePrimaryKey(_)
        | Change::RenameIndex(_)
        | Change::RenameForeignKey(_) => &["RENAME"],
    }
}
