//! Applies migrations one by one, each with its rows in the ledger and in Diesel's table.

use std::time::{Duration, Instant};

use glowplug_dialect::database::{Database, LockHolder};
use glowplug_dialect::error::{DatabaseError, ErrorKind, ServerMessage};
use glowplug_migrations::folder::Migration;
use glowplug_migrations::ledger;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::failure::{Failure, Place, Result};
use crate::history::History;
use crate::ui::Event;

/// How long to wait for somebody else's migration lock before giving up.
const LOCK_PATIENCE: Duration = Duration::from_secs(60);

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
    let ui = &mut *ctx.ui;
    database.lock(&mut |holder: &LockHolder, waited: Duration| {
        waited_at_all = true;
        ui.report(&Event::WaitingForLock { holder, waited });
        waited < LOCK_PATIENCE
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

/// Applies the given migrations in order and stops at the first that fails.
///
/// # Errors
/// The statement, its place in the file, what the server said, and what has landed.
pub fn apply_all(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    pending: &[Migration],
) -> Result<Vec<Applied>> {
    if pending.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<&str> = pending.iter().map(|migration| migration.name.as_str()).collect();
    ctx.ui.report(&Event::Applying { names: &names });
    let mut done: Vec<Applied> = Vec::new();
    for migration in pending {
        match apply_one(ctx, database, migration, &done) {
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
pub fn apply_new(ctx: &Ctx<'_>, database: &mut dyn Database, migration: &Migration) -> Result<Applied> {
    apply_one(ctx, database, migration, &[])
}

fn apply_one(
    ctx: &Ctx<'_>,
    database: &mut dyn Database,
    migration: &Migration,
    before: &[Applied],
) -> Result<Applied> {
    let started = Instant::now();
    let whole = is_whole(database, migration);
    run_script(ctx, database, migration, whole).map_err(|error| {
        let mut failure = statement_failure(ctx, migration, whole, &error);
        failure.facts.push(what_landed(whole, before));
        failure
    })?;
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Applied { name: migration.name.clone(), milliseconds })
}

/// Whether a migration is applied as a whole or not at all.
pub(crate) fn is_whole(database: &dyn Database, migration: &Migration) -> bool {
    database.is_whole(&ledger::script(migration))
}

fn run_script(
    ctx: &Ctx<'_>,
    database: &mut dyn Database,
    migration: &Migration,
    whole: bool,
) -> std::result::Result<(), DatabaseError> {
    let stamp = ctx.stamp();
    let mut script = ledger::script(migration);
    script.bookkeeping = ledger::bookkeeping_sql(migration, &stamp, whole);
    if whole {
        return database.apply(&script);
    }
    database.execute(&ledger::begin_sql(migration, &stamp))?;
    database.apply(&script).inspect_err(|error| {
        // If this fails as well, the open row alone says that the migration did not finish.
        let _ = database.execute(&ledger::fail_sql(&migration.name, &error.message));
    })
}

fn what_landed(whole: bool, done: &[Applied]) -> String {
    let before = match done {
        [] => "",
        [_] => "; the one before it stays",
        _ => "; the ones before it stay",
    };
    if whole {
        format!("landed: nothing of this migration (its transaction was rolled back){before}")
    } else {
        format!("landed: perhaps a part of this migration (it does not run in a transaction){before}")
    }
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
    failure.hint(if whole {
        "mend the SQL or the rows, then run the same command again"
    } else {
        "look at what landed, then use `migrate resolve`"
    })
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
