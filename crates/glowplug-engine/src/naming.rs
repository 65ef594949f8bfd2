//! What a new migration is called: the user's words, or an answer, or nothing is written.

use glowplug_migrations::name::{folder_name, slug};
use glowplug_sql::change::{Change, ChangeSet};

use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::history::History;
use crate::summary::{Line, summarize};
use crate::ui::{Answer, Question};

/// The folder's name, from what was said or from a person.
///
/// # Errors
/// Nobody to ask (exit code 3), or words that leave no name.
pub(crate) fn new_name(
    ctx: &mut Ctx<'_>,
    history: &History,
    changes: &ChangeSet<'_>,
    said: Option<&str>,
) -> Result<String> {
    let suggestion = suggest(changes);
    let words = match said {
        Some(name) => name.to_owned(),
        None => match ctx.ui.ask(&Question::MigrationName { suggestion: suggestion.clone() }) {
            Some(Answer::Text(text)) => text,
            Some(Answer::Yes) => suggestion,
            Some(Answer::No | Answer::Way(_)) => {
                return Err(Failure::refused("GP4008", "nothing was changed"));
            }
            None => {
                let mut failure =
                    Failure::unanswered("GP4008", "the schema has changes, and a migration needs a name");
                failure.facts = summarize(changes).iter().map(Line::indented).collect();
                return Err(failure.hint(format!("{} migrate --name {suggestion}", ctx.tool)));
            }
        },
    };
    folder(ctx, history, &words)
}

/// The folder's name for these words, after everything that is there.
///
/// # Errors
/// Words that leave no name.
pub(crate) fn folder(ctx: &Ctx<'_>, history: &History, words: &str) -> Result<String> {
    let slug = check(words)?;
    let versions: Vec<String> = history.disk.iter().map(|migration| migration.version.clone()).collect();
    Ok(folder_name(&ctx.clock.folder_timestamp(), &slug, &versions))
}

/// The words as a part of a folder's name.
///
/// # Errors
/// Words that leave no name.
pub(crate) fn check(words: &str) -> Result<String> {
    slug(words).ok_or_else(|| {
        Failure::new("GP4007", format!("`{words}` leaves no name for a migration"))
            .hint("--name add_publish_date")
    })
}

/// A name from the first change that has one.
fn suggest(changes: &ChangeSet<'_>) -> String {
    let (prev, next) = (changes.schemas.prev, changes.schemas.next);
    let words = changes.changes.iter().find_map(|change| match change {
        Change::CreateTable(id) => Some(format!("add {}", next.table(*id).name)),
        Change::DropTable(id) => Some(format!("drop {}", prev.table(*id).name)),
        Change::RenameTable(ids) => {
            Some(format!("rename {} to {}", prev.table(ids.prev).name, next.table(ids.next).name))
        }
        Change::AddColumn(id) => {
            Some(format!("add {} to {}", next.column(*id).name, next.table(id.table).name))
        }
        Change::DropColumn(id) => {
            Some(format!("drop {} of {}", prev.column(*id).name, prev.table(id.table).name))
        }
        Change::RenameColumn(ids) => {
            Some(format!("rename {} to {}", prev.column(ids.prev).name, next.column(ids.next).name))
        }
        Change::AlterColumn(ids, _) => {
            Some(format!("change {} of {}", next.column(ids.next).name, next.table(ids.next.table).name))
        }
        Change::CreateEnum(id) => Some(format!("add {}", next.enum_type(*id).name)),
        Change::AlterEnum(ids, _) => Some(format!("change {}", next.enum_type(ids.next).name)),
        Change::CreateIndex(id) => Some(format!("index {}", next.table(id.table).name)),
        Change::CreateForeign(id) => Some(format!("add {}", next.foreign_object(*id).name)),
        Change::DropForeign(id) => Some(format!("drop {}", prev.foreign_object(*id).name)),
        Change::AlterForeign(ids) => Some(format!("change {}", next.foreign_object(ids.next).name)),
        Change::CreateNamespace(_)
        | Change::DropNamespace(_)
        | Change::DropExtension(_)
        | Change::CreateExtension(_)
        | Change::AlterExtension(_)
        | Change::DropEnum(_)
        | Change::RenameEnum(_)
        | Change::AddPrimaryKey(_)
        | Change::DropPrimaryKey(_)
        | Change::RenamePrimaryKey(_)
        | Change::DropIndex(_)
        | Change::RenameIndex(_)
        | Change::AddForeignKey(_)
        | Change::DropForeignKey(_)
        | Change::RenameForeignKey(_) => None,
    });
    words.as_deref().and_then(slug).unwrap_or_else(|| "change_schema".to_owned())
}
