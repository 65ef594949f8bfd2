//! Takes applied migrations back, newest first, each in its transaction with its rows in the ledger and in
//! Diesel's table. The SQL for that is kept by the ledger, so a branch can take back what only another one has.

use std::time::Instant;

use glowplug_dialect::database::Database;
use glowplug_dialect::error::{DatabaseError, ErrorKind};
use glowplug_dialect::finding::Level;
use glowplug_dialect::script::MigrationScript;
use glowplug_dialect::unit::How;
use glowplug_migrations::checksum;
use glowplug_migrations::folder::Migration;
use glowplug_migrations::ledger;
use glowplug_sql::diff::diff;
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::apply::{self, place_in};
use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::history::History;
use crate::patience::{blocked, patiently};
use crate::ui::{Answer, Event, Question};
use crate::{marks, phases, renames, replay, review};

/// A migration that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakenBack {
    /// The folder's name.
    pub name: String,
    /// How long it took.
    pub milliseconds: u64,
}

/// Takes `chosen` back; they are applied, and stand in the order in which they ran.
///
/// # Errors
/// One without SQL for that, rows that would be lost (exit code 3 where nobody can be asked), or a statement that
/// fails: what was taken back before it stays so.
pub fn run(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    history: &History,
    chosen: &[Migration],
    accepted: bool,
) -> Result<Vec<TakenBack>> {
    for migration in chosen {
        refuse_one_way(ctx, migration)?;
    }
    if !accepted {
        refuse_loss(ctx, database, history, chosen)?;
    }
    apply::prepare(ctx, database, history)?;
    let names: Vec<&str> = chosen.iter().rev().map(|migration| migration.name.as_str()).collect();
    if !names.is_empty() {
        ctx.ui.report(&Event::TakingBack { names: &names });
    }
    let mut done: Vec<TakenBack> = Vec::new();
    for migration in chosen.iter().rev() {
        let started = Instant::now();
        one(ctx, database, migration).map_err(|failure| match done.as_slice() {
            [] => failure,
            _ => {
                let names: Vec<String> = done.iter().map(|it| format!("`{}`", it.name)).collect();
                failure.fact(format!("taken back before it: {}", names.join(", ")))
            }
        })?;
        let took = started.elapsed();
        ctx.ui.report(&Event::TakenBack { name: &migration.name, took });
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        done.push(TakenBack { name: migration.name.clone(), milliseconds });
    }
    Ok(done)
}

fn one(ctx: &mut Ctx<'_>, database: &mut dyn Database, migration: &Migration) -> Result<()> {
    let script = script(ctx, database, migration);
    let whole = database.is_whole(&script);
    let units = if whole { Vec::new() } else { database.units(&script) };
    if !units.is_empty() {
        return phases::take_back(ctx, database, migration, script, units);
    }
    let mut revert = |_: &mut Ctx<'_>| database.revert(&script);
    let res = if whole { patiently(ctx, &migration.name, revert) } else { revert(ctx) };
    res.map_err(|error| {
        let name = &migration.name;
        if error.kind == ErrorKind::Blocked {
            let message = format!("migration `{name}` cannot get at what others use: {}", error.message);
            return blocked(message, &error, ctx.pace.tries).fact("nothing of this migration was changed");
        }
        let failure = statement_failure(ctx, migration, &script, &error);
        let failure = match error.kind {
            ErrorKind::Statement if whole => failure.fact("nothing of this migration was changed"),
            ErrorKind::Statement => {
                failure.fact("it does not run in a transaction, so some of its statements may have landed")
            }
            _ => return failure,
        };
        failure.hint("mend the rows or the SQL of down.sql, then run the same command again")
    })
}

/// Whether there is SQL that takes it back.
pub fn has_way_back(migration: &Migration) -> bool {
    let nothing = checksum::of("");
    // A part that only fills or validates has words alone in its down.sql: the one before it takes it back.
    let is_part = marks::follows(&migration.up) && migration.down.is_some();
    let down = migration.down.as_deref().unwrap_or_default();
    is_part || checksum::of(down) != nothing || migration.checksum == nothing
}

fn refuse_one_way(ctx: &Ctx<'_>, migration: &Migration) -> Result<()> {
    if has_way_back(migration) {
        return Ok(());
    }
    let name = &migration.name;
    let failure = Failure::refused("GP3305", format!("migration `{name}` has no SQL that takes it back"))
        .fact("nothing was changed");
    Err(match migration.path.is_absolute() {
        true => failure.hint(format!("write it into {}", ctx.paths.show(&migration.path.join("down.sql")))),
        false => failure.hint("switch to the branch that has its folder, and write its down.sql there"),
    })
}

fn script(ctx: &Ctx<'_>, database: &dyn Database, migration: &Migration) -> MigrationScript {
    let mut script = MigrationScript {
        sql: migration.down.clone().unwrap_or_default(),
        bookkeeping: ledger::taken_back_sql(&migration.name, &ctx.stamp().now),
        run_in_transaction: false,
        ..ledger::script(migration)
    };
    // Of one whose folder is gone nobody knows what metadata.toml said: its text brings a transaction or gets one.
    script.run_in_transaction = match migration.path.is_absolute() {
        true => migration.run_in_transaction,
        false => {
            let alone = database.units(&script).iter().any(|unit| unit.how == How::Alone);
            !alone && !database.is_whole(&script)
        }
    };
    script
}

/// Asks before rows go: those that have come since, and those that cannot come back.
fn refuse_loss(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    history: &History,
    chosen: &[Migration],
) -> Result<()> {
    let lost = losses(ctx, database, history, chosen)?;
    if lost.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = chosen.iter().map(|it| format!("`{}`", it.name)).collect();
    let message = format!("taking {} back loses something: {}", names.join(", "), lost.join("; "));
    match ctx.ui.ask(&Question::Confirm { message: message.clone() }) {
        Some(Answer::Yes) => Ok(()),
        Some(Answer::No | Answer::Text(_) | Answer::Way(_)) => {
            Err(Failure::refused("GP3306", "nothing was changed"))
        }
        None => Err(Failure::unanswered("GP3306", message)
            .fact("nothing was changed")
            .hint("--accept-data-loss    if that is meant")),
    }
}

/// What goes, in words.
fn losses(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    history: &History,
    chosen: &[Migration],
) -> Result<Vec<String>> {
    let mut lost: Vec<String> = chosen.iter().filter_map(doubts).collect();
    let stays = |migration: &Migration| !chosen.iter().any(|it| it.name == migration.name);
    let rest: Vec<Migration> = history.applied().into_iter().filter(stays).collect();
    let target = match replay::end_of(ctx, database, &rest) {
        Ok(target) => target,
        Err(failure) => {
            lost.push(format!("nobody can say which rows ({})", failure.message));
            return Ok(lost);
        }
    };
    let live = ctx.introspect(database)?;
    let compare = ctx.dialect.compare();
    let renames =
        chosen.iter().any(|it| it.down.as_ref().is_some_and(|sql| sql.to_lowercase().contains("rename")));
    let all = |hints: &_| diff(Pair::new(&live, &target), compare, hints);
    let changes = if renames { renames::assumed(ctx, &all) } else { all(&Default::default()) };
    let facts = review::facts(database, &changes)?;
    let findings = glowplug_checks::run(&changes, &facts);
    lost.extend(findings.into_iter().filter(|it| it.level == Level::Warning).map(|it| it.message));
    Ok(lost)
}

/// What was found when the migration was written: it does not come back as it was.
fn doubts(migration: &Migration) -> Option<String> {
    let verdict = marks::verdict(migration.down.as_deref()?)?;
    verdict.starts_with("irreversible").then(|| format!("`{}` is {verdict}", migration.name))
}

/// A failing statement as a failure with its place in the file.
pub(crate) fn statement_failure(
    ctx: &Ctx<'_>,
    migration: &Migration,
    script: &MigrationScript,
    error: &DatabaseError,
) -> Box<Failure> {
    if error.kind != ErrorKind::Statement {
        return Failure::from_database(error.clone());
    }
    let name = &migration.name;
    let message = format!("migration `{name}` could not be taken back: {}", error.message);
    let mut failure = Failure::new("GP3307", message);
    if let Some(server) = &error.server {
        failure.facts.extend(server.detail.as_ref().map(|detail| format!("detail: {detail}")));
        let path = match migration.path.is_absolute() {
            true => ctx.paths.show(&migration.path.join("down.sql")),
            false => format!("the ledger's down.sql of {name}"),
        };
        failure.place = place_in(&path, &script.sql, server);
        failure.hints.extend(server.hint.clone());
    }
    failure
}
