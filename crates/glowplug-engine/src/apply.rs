//! Applies migrations one by one, each with its rows in the ledger and in Diesel's table.

use std::time::{Duration, Instant};

use glowplug_dialect::database::{Database, LockHolder};
use glowplug_dialect::error::{DatabaseError, ErrorKind, ServerMessage};
use glowplug_migrations::diagnose::Failed;
use glowplug_migrations::folder::Migration;
use glowplug_migrations::{ledger, steps};
use serde::Serialize;

use crate::ctx::Ctx;
use crate::failure::{Failure, Place, Result};
use crate::history::{History, unfinished};
use crate::patience::{blocked, patiently};
use crate::phases;
use crate::ui::Event;

/// A migration that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// The folder's name.
    pub name: String,
    /// How long it took.
    pub milliseconds: u64,
}

/// Takes the migration lock, telling who holds it meanwhile. It ends with the session at the latest.
///
/// # Errors
/// Nobody gave it back in time.
pub fn lock(ctx: &mut Ctx<'_>, database: &mut dyn Database) -> Result<()> {
    let mut waited_at_all = false;
    let patience = ctx.pace.deploy_wait;
    let ui = &mut *ctx.ui;
    database.lock(&mut |holder: &LockHolder, waited: Duration| {
        waited_at_all = true;
        ui.report(&Event::WaitingForLock { holder, waited });
        waited < patience
    })?;
    if waited_at_all {
        ctx.ui.report(&Event::LockTaken);
    }
    Ok(())
}

/// Creates the ledger and Diesel's table, and writes down what Diesel or Prisma alone have run.
///
/// # Errors
/// Whatever the database answers.
pub fn prepare(ctx: &Ctx<'_>, database: &mut dyn Database, history: &History) -> Result<()> {
    if !history.ledger.exists {
        database.execute(&ledger::create_tables_sql())?;
    }
    let stamp = ctx.stamp();
    for migration in &history.disk {
        if history.diagnosis.unrecorded.contains(&migration.name) {
            database.execute(&ledger::mark_applied_sql(migration, &stamp))?;
        } else if history.diagnosis.restyled.contains(&migration.name) {
            database.execute(&ledger::restamp_sql(migration))?;
        }
    }
    Ok(())
}

/// Applies the given migrations in order and stops at the first that fails. One that stopped half-way earlier is
/// taken up where it stopped.
///
/// # Errors
/// The statement, its place in the file, what the server said, and what has landed.
pub fn apply_all(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    history: &History,
    pending: &[Migration],
) -> Result<Vec<Applied>> {
    if pending.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<&str> = pending.iter().map(|migration| migration.name.as_str()).collect();
    ctx.ui.report(&Event::Applying { names: &names });
    let mut done: Vec<Applied> = Vec::new();
    for migration in pending {
        let open = history.diagnosis.failed.iter().find(|failed| failed.name == migration.name);
        match apply_one(ctx, database, migration, open, &done) {
            Ok(applied) => {
                let took = Duration::from_millis(applied.milliseconds);
                ctx.ui.report(&Event::Applied { name: &migration.name, took });
                done.push(applied);
            }
            Err(failure) => {
                ctx.ui.report(&Event::ApplyFailed { name: &migration.name });
                return Err(failure);
            }
        }
    }
    Ok(done)
}

/// Applies one migration that was just written, without a word: its command speaks of it.
///
/// # Errors
/// As [`apply_all`].
pub fn apply_new(ctx: &mut Ctx<'_>, database: &mut dyn Database, migration: &Migration) -> Result<Applied> {
    apply_one(ctx, database, migration, None, &[])
}

fn apply_one(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    migration: &Migration,
    open: Option<&Failed>,
    before: &[Applied],
) -> Result<Applied> {
    let started = Instant::now();
    run_script(ctx, database, migration, open).map_err(|failure| match before {
        [] => failure,
        [_] => failure.fact("the migration before it stays applied"),
        _ => failure.fact("the migrations before it stay applied"),
    })?;
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Applied { name: migration.name.clone(), milliseconds })
}

/// Whether a migration is applied as a whole or not at all.
pub(crate) fn is_whole(database: &dyn Database, migration: &Migration) -> bool {
    database.is_whole(&ledger::script(migration))
}

fn run_script(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    migration: &Migration,
    open: Option<&Failed>,
) -> Result<()> {
    let script = ledger::script(migration);
    let whole = database.is_whole(&script);
    let units = if whole { Vec::new() } else { database.units(&script) };
    if !units.is_empty() {
        if migration.run_in_transaction && migration.up_file == "up.sql" {
            let message = format!(
                "migration `{}` cannot be one transaction; plain Diesel needs `run_in_transaction = false` in its \
                 metadata.toml",
                migration.name
            );
            ctx.ui.report(&Event::Warning { message: &message });
        }
        return phases::run(ctx, database, migration, units, open);
    }
    match open {
        Some(open) if open.by_application => {
            return Err(unfinished(&ctx.tool, open, vec![phases::BY_APPLICATION.to_owned()]));
        }
        // Mended: what failed is now applied as a whole, or not at all.
        Some(open) if whole => {
            if !database.has_table(steps::TABLE)? || !steps::read(database, &open.id)?.is_empty() {
                let facts = vec!["it is one transaction now, and was not when it began".to_owned()];
                return Err(unfinished(&ctx.tool, open, facts));
            }
            database.execute(&ledger::rolled_back_sql(&migration.name, &ctx.stamp().now))?;
        }
        Some(open) => return Err(unfinished(&ctx.tool, open, Vec::new())),
        None => {}
    }
    if whole { run_whole(ctx, database, migration) } else { run_loose(ctx, database, migration) }
}

/// All of it or nothing, tried again while others keep it from a table.
fn run_whole(ctx: &mut Ctx<'_>, database: &mut dyn Database, migration: &Migration) -> Result<()> {
    let mut script = ledger::script(migration);
    script.bookkeeping = ledger::bookkeeping_sql(migration, &ctx.stamp(), true);
    let res = patiently(ctx, &migration.name, |_| database.apply(&script));
    res.map_err(|error| {
        let failure = if error.kind == ErrorKind::Blocked {
            let message =
                format!("migration `{}` cannot get at what others use: {}", migration.name, error.message);
            blocked(message, &error, ctx.pace.tries)
        } else {
            statement_failure(ctx, migration, true, &error)
        };
        failure.fact("landed: nothing of this migration (its transaction was rolled back)")
    })
}

/// As it is written, by a database that cannot tell afterwards how far it came.
fn run_loose(ctx: &mut Ctx<'_>, database: &mut dyn Database, migration: &Migration) -> Result<()> {
    let stamp = ctx.stamp();
    let mut script = ledger::script(migration);
    script.bookkeeping = ledger::bookkeeping_sql(migration, &stamp, false);
    database.execute(&ledger::begin_sql(migration, &stamp))?;
    database.apply(&script).map_err(|error| {
        // If this fails as well, the open row alone says that the migration did not finish.
        let _ = database.execute(&ledger::fail_sql(&migration.name, &error.message));
        statement_failure(ctx, migration, false, &error)
            .hint("look at what landed, then use `migrate resolve`")
            .fact("landed: perhaps a part of this migration (it does not run in a transaction)")
    })
}

/// A failing statement as a failure with its place in the file.
pub(crate) fn statement_failure(
    ctx: &Ctx<'_>,
    migration: &Migration,
    whole: bool,
    error: &DatabaseError,
) -> Box<Failure> {
    if error.kind != ErrorKind::Statement {
        return Failure::from_database(error.clone());
    }
    let message = format!("migration `{}` failed: {}", migration.name, error.message);
    let mut failure = Failure::new("GP3018", message).prisma("P3018");
    if let Some(server) = &error.server {
        failure.facts.extend(server.detail.as_ref().map(|detail| format!("detail: {detail}")));
        let path = ctx.paths.show(&migration.path.join(&migration.up_file));
        failure.place = place_in(&path, &migration.up, server);
        failure.hints.extend(server.hint.clone());
    }
    if whole { failure.hint("mend the SQL or the rows, then run the same command again") } else { failure }
}

/// The place that the server names, in the text that was sent.
pub(crate) fn place_in(path: &str, text: &str, server: &ServerMessage) -> Option<Place> {
    let (start, end) = word_at(text, server.position?);
    let label = match &server.sqlstate {
        Some(code) => format!("{code}: {}", server.message),
        None => server.message.clone(),
    };
    Some(Place { path: path.to_owned(), text: text.to_owned(), start, end, label })
}

/// The bytes of the word at a character offset.
fn word_at(text: &str, characters: usize) -> (usize, usize) {
    let start = text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at);
    let rest = &text[start..];
    let quoted = rest.starts_with('"').then(|| rest[1..].find('"').map(|end| end + 2)).flatten();
    let length = quoted.unwrap_or_else(|| {
        rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len()).max(1)
    });
    (start, (start + length).min(text.len()))
}

#[cfg(test)]
mod tests {
    use super::word_at;

    #[test]
    fn the_word_under_an_offset() {
        assert_eq!(word_at("SELECT nope FROM", 7), (7, 11));
        assert_eq!(word_at("é \"a b\" x", 2), (3, 8));
        assert_eq!(word_at("x", 9), (1, 1));
        assert_eq!(word_at("a ;", 2), (2, 3));
    }
}
