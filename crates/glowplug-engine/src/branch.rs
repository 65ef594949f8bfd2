//! The database holds migrations that this branch lacks: the way out is to take them back, never a reset first.

use glowplug_dialect::database::Database;
use glowplug_dialect::words::counted;
use glowplug_migrations::folder::Migration;

use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::history::History;
use crate::take_back;
use crate::ui::{Answer, Question};

/// Offers to take back what this folder lacks; gives the history as it is then.
///
/// # Errors
/// A no, nobody to ask (exit code 3, with the commands), or as [`take_back::run`].
pub fn settle(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    history: History,
    may_change: bool,
    accepted: bool,
) -> Result<History> {
    let missing = &history.diagnosis.missing;
    let Some(first) = missing.first() else { return Ok(history) };
    let message = match missing.len() {
        1 => format!("migration `{first}` is applied to the database, but its folder is missing"),
        n => {
            format!("{} are applied to the database, but their folders are missing", counted(n, "migration"))
        }
    };
    let back = way_back(&history);
    let possible = back.is_some();
    if let Some(back) = back.filter(|_| may_change) {
        let question = format!("{message}. The ledger keeps the SQL that takes it back: run that?");
        match ctx.ui.ask(&Question::Confirm { message: question }) {
            Some(Answer::Yes) => {
                take_back::run(ctx, database, &history, &back, accepted)?;
                return History::read(ctx, database);
            }
            Some(Answer::No | Answer::Text(_) | Answer::Way(_)) => {
                return Err(Failure::refused("GP3203", "nothing was changed"));
            }
            None => {}
        }
    }
    let mut failure = Failure::unanswered("GP3203", message);
    if missing.len() > 1 {
        failure.facts.extend(missing.iter().map(|name| format!("missing: {name}")));
    }
    Err(ways_out(&ctx.tool, possible).into_iter().fold(failure, Failure::hint))
}

/// The migrations that this folder lacks, in the order in which they ran; `None` if there is no SQL to take all of them
/// back.
fn way_back(history: &History) -> Option<Vec<Migration>> {
    let missing = &history.diagnosis.missing;
    let back: Vec<Migration> =
        history.applied_in_order().into_iter().filter(|it| missing.contains(&it.name)).collect();
    (back.len() == missing.len() && back.iter().all(take_back::has_way_back)).then_some(back)
}

/// Whether there is SQL to take back all that this folder lacks.
pub fn can_go_back(history: &History) -> bool {
    way_back(history).is_some()
}

/// The commands for a database that holds migrations of another branch, the gentlest first.
pub fn ways_out(tool: &str, possible: bool) -> Vec<String> {
    if !possible {
        return vec![
            "restore the folder, or switch to the branch that has it".to_owned(),
            format!("{tool} migrate reset    starts this database over, with loss of its rows"),
        ];
    }
    vec![
        format!(
            "{tool} migrate revert --missing    takes back what is missing, with the SQL that the ledger keeps"
        ),
        "or restore the folder, or switch to the branch that has it".to_owned(),
    ]
}
