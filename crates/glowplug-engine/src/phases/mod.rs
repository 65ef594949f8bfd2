//! Applies a migration that cannot be one transaction, unit by unit, each with a row in the journal; and takes one
//! up again that stopped, by looking at the journal and the database instead of asking a person.

mod parts;
mod words;

use std::collections::BTreeMap;
use std::time::Duration;

use glowplug_dialect::database::{Database, UnitRun};
use glowplug_dialect::error::{DatabaseError, ErrorKind};
use glowplug_dialect::script::MigrationScript;
use glowplug_dialect::unit::{Blocker, How, Landed, Unit};
use glowplug_migrations::diagnose::Failed;
use glowplug_migrations::folder::Migration;
use glowplug_migrations::steps::{self, Entry, Step};
use glowplug_migrations::{checksum, ledger};

pub use self::parts::Part;
use self::parts::found;
pub(crate) use self::parts::{forget, inspect};
use crate::ctx::Ctx;
use crate::failure::Result;
use crate::history::unfinished;
use crate::patience::patiently;
use crate::ui::Event;

/// Why nobody can tell how far a migration came.
pub(crate) const BY_APPLICATION: &str = "it was begun by an application, which keeps no journal";

/// Applies a migration that is not one transaction. `open` is its row, if it began before and did not end.
///
/// # Errors
/// The statement that failed, with what has landed and what has not; or a file that was changed where it has.
pub(crate) fn run(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    migration: &Migration,
    units: Vec<Unit>,
    open: Option<&Failed>,
) -> Result<()> {
    let mut phases = match open {
        Some(open) => Phases::take_up(ctx, database, migration, units, open)?,
        None => Phases::begin(ctx, database, migration, units)?,
    };
    for at in 0..phases.units.len() {
        phases.advance(ctx, database, at)?;
    }
    let bookkeeping = ledger::bookkeeping_sql(migration, &ctx.stamp(), false);
    Ok(database.apply(&phases.last_words(bookkeeping))?)
}

/// Takes a migration back whose `script` is not one transaction: with the same journal, and taken up again the same way.
///
/// # Errors
/// As [`run`].
pub(crate) fn take_back(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    migration: &Migration,
    script: MigrationScript,
    units: Vec<Unit>,
) -> Result<()> {
    let rows = ledger::read(database)?.rows;
    let row = rows.iter().find(|row| row.name == migration.name && row.is_applied());
    let run = steps::back_run(row.map_or("", |row| &row.id));
    let bookkeeping = script.bookkeeping.clone();
    database.execute(&steps::create_table_sql())?;
    let journal = steps::read(database, &run)?;
    let was_begun = !journal.is_empty();
    let begun = Begun { run, at: ctx.stamp().now };
    let mut phases = Phases::new(migration, script, units, begun, journal);
    phases.is_back = true;
    if was_begun {
        phases.go_on(ctx, database)?;
    }
    for at in 0..phases.units.len() {
        if let Err(failure) = phases.advance(ctx, database, at) {
            phases.forget_if_nothing_landed(database);
            return Err(failure);
        }
    }
    Ok(database.revert(&phases.last_words(bookkeeping))?)
}

/// A row of the ledger.
struct Begun {
    run: String,
    at: String,
}

/// A migration on its way.
struct Phases<'a> {
    migration: &'a Migration,
    script: MigrationScript,
    units: Vec<Unit>,
    begun: Begun,
    journal: BTreeMap<usize, Step>,
    /// Whether a unit has run in this session.
    has_session: bool,
    /// Whether it is taken back.
    is_back: bool,
}

impl<'a> Phases<'a> {
    fn begin(
        ctx: &Ctx<'_>,
        database: &mut dyn Database,
        migration: &'a Migration,
        units: Vec<Unit>,
    ) -> Result<Self> {
        let stamp = ctx.stamp();
        database.execute(&format!(
            "{};\n{}",
            steps::create_table_sql(),
            ledger::begin_sql(migration, &stamp)
        ))?;
        let run = ledger::row_id(migration, &stamp);
        let script = ledger::script(migration);
        Ok(Self::new(migration, script, units, Begun { run, at: stamp.now }, Vec::new()))
    }

    fn new(
        migration: &'a Migration,
        script: MigrationScript,
        units: Vec<Unit>,
        begun: Begun,
        journal: Vec<Step>,
    ) -> Self {
        let journal = journal.into_iter().map(|step| (step.ordinal, step)).collect();
        Self { migration, script, units, begun, journal, has_session: false, is_back: false }
    }

    fn take_up(
        ctx: &mut Ctx<'_>,
        database: &mut dyn Database,
        migration: &'a Migration,
        units: Vec<Unit>,
        open: &Failed,
    ) -> Result<Self> {
        let begun = Begun { run: open.id.clone(), at: open.started_at.clone() };
        if open.by_application {
            let phases = Self::new(migration, ledger::script(migration), units, begun, Vec::new());
            return phases.take_over(ctx, database, open);
        }
        if !database.has_table(steps::TABLE)? {
            return Err(unfinished(&ctx.tool, open, vec!["it was begun without a journal".to_owned()]));
        }
        let journal = steps::read(database, &open.id)?;
        let mut phases = Self::new(migration, ledger::script(migration), units, begun, journal);
        phases.go_on(ctx, database)?;
        database.execute(&ledger::restamp_sql(migration))?;
        Ok(phases)
    }

    /// An application began it and kept no journal. It sends a file at once: where that is a single statement
    /// that cannot be in a transaction, the database tells what became of it; of any other nobody knows.
    fn take_over(mut self, ctx: &mut Ctx<'_>, database: &mut dyn Database, open: &Failed) -> Result<Self> {
        let is_single = self.units.len() == 1 && self.units[0].how == How::Alone;
        if !is_single || found(database, self.text(0))? == "unknown" {
            return Err(unfinished(&ctx.tool, open, vec![BY_APPLICATION.to_owned()]));
        }
        let begin = self.entry(0, self.text(0)).begin_sql(&ctx.stamp().now);
        database.execute(&format!("{};\n{begin}", steps::create_table_sql()))?;
        database.execute(&ledger::adopt_sql(self.migration, &self.begun.run))?;
        let journal = steps::read(database, &open.id)?;
        self.journal = journal.into_iter().map(|step| (step.ordinal, step)).collect();
        ctx.ui.report(&Event::TakenUp { name: &self.migration.name, from: 1, of: self.statements() });
        Ok(self)
    }

    /// Says where it goes on, if it may.
    fn go_on(&mut self, ctx: &mut Ctx<'_>, database: &mut dyn Database) -> Result<()> {
        self.refuse_changed(ctx, database)?;
        let from = (0..self.units.len()).find(|at| !self.is_finished(*at));
        let from = from.map_or(self.statements(), |at| self.number(at));
        let of = self.statements();
        ctx.ui.report(&Event::TakenUp { name: &self.migration.name, from, of });
        Ok(())
    }

    /// The bookkeeping alone: what is left when all units have landed.
    fn last_words(&self, bookkeeping: String) -> MigrationScript {
        MigrationScript { sql: String::new(), run_in_transaction: true, bookkeeping, ..self.script.clone() }
    }

    /// A way back of which nothing has landed never began. If this fails the next run finds out the same.
    fn forget_if_nothing_landed(&self, database: &mut dyn Database) {
        let Ok(journal) = steps::read(database, &self.begun.run) else { return };
        let is_clean = journal.iter().all(|step| {
            let nothing = |landed: Landed| matches!(landed, Landed::No | Landed::RunAgain);
            !step.is_finished && database.landed(&step.sql).is_ok_and(nothing)
        });
        if is_clean {
            let _ = database.execute(&steps::forget_run_sql(&self.begun.run));
        }
    }

    /// What has landed must stand in the file as it was; what has not may have been mended.
    fn refuse_changed(&mut self, ctx: &Ctx<'_>, database: &mut dyn Database) -> Result<()> {
        let journal: Vec<Step> = self.journal.values().cloned().collect();
        for step in journal {
            let unit = self.units.get(step.ordinal);
            let now = unit.map(|unit| &self.script.sql[unit.start..unit.end]);
            if now.is_some_and(|text| checksum::of(text) == step.checksum) {
                continue;
            }
            // What changes the session alone has left nothing behind.
            let is_lasting = unit.is_none_or(|unit| unit.how != How::Session);
            let landed =
                is_lasting && (step.is_finished || self.settle(ctx, database, &step)? == Settled::Landed);
            if landed {
                return Err(self.changed(ctx, &step, now));
            }
            database.execute(&self.entry(step.ordinal, &step.sql).forget_sql())?;
            self.journal.remove(&step.ordinal);
        }
        Ok(())
    }

    /// Brings one unit to its end.
    fn advance(&mut self, ctx: &mut Ctx<'_>, database: &mut dyn Database, at: usize) -> Result<()> {
        let unit = self.units[at];
        let is_finished = self.is_finished(at);
        match unit.how {
            How::Session => {}
            How::Transaction | How::Alone if is_finished => return Ok(()),
            How::Transaction => {}
            How::Alone => {
                if let Some(step) = self.journal.get(&at).cloned()
                    && self.settle(ctx, database, &step)? == Settled::Landed
                {
                    let log = "found in the database";
                    return Ok(database.execute(&self.entry(at, &step.sql).end_sql(Some(log)))?);
                }
                return self.run_alone(ctx, database, at);
            }
        }
        let books = self.entry(at, self.text(at)).landed_sql(&ctx.stamp().now);
        let name = self.migration.name.clone();
        let res = patiently(ctx, &name, |_| self.send(database, at, &books, &mut |_, _| {}));
        res.map_err(|error| self.failed(ctx, at, &error, None))
    }

    fn run_alone(&mut self, ctx: &mut Ctx<'_>, database: &mut dyn Database, at: usize) -> Result<()> {
        let text = self.text(at).to_owned();
        let name = self.migration.name.clone();
        let books = self.entry(at, &text).end_sql(None);
        database.execute(&self.entry(at, &text).begin_sql(&ctx.stamp().now))?;
        // A second time, if a leftover of somebody else was taken for the work (`IF NOT EXISTS`).
        for last in [false, true] {
            let sent = self.send(database, at, &books, &mut |blockers, waited| {
                ctx.ui.report(&Event::Held { name: &name, blockers, waited });
            });
            if let Err(error) = sent {
                // If this fails as well, the open row alone says that the statement did not end.
                let _ = database.execute(&self.entry(at, &text).fail_sql(&error.message));
                let leftover = clear(database, &text);
                return Err(self.failed(ctx, at, &error, leftover));
            }
            match database.landed(&text)? {
                Landed::Yes | Landed::RunAgain | Landed::Unknown => return Ok(()),
                Landed::No | Landed::Partly(_) if last => break,
                Landed::No => {}
                Landed::Partly(undo) => undo.iter().try_for_each(|sql| database.execute(sql))?,
            }
        }
        let error = DatabaseError::new(ErrorKind::Statement, "the statement ran, and its work is not there");
        let _ = database.execute(&self.entry(at, &text).begin_sql(&ctx.stamp().now));
        Err(self.failed(ctx, at, &error, None))
    }

    fn send(
        &mut self,
        database: &mut dyn Database,
        at: usize,
        bookkeeping: &str,
        on_wait: &mut dyn FnMut(&[Blocker], Duration),
    ) -> std::result::Result<(), DatabaseError> {
        let is_first = !std::mem::replace(&mut self.has_session, true);
        let run = UnitRun { script: &self.script, unit: &self.units[at], bookkeeping, is_first };
        database.run_unit(&run, on_wait)
    }

    /// Whether a statement that was begun has landed. What it left half done is taken away, or finished.
    fn settle(&self, ctx: &Ctx<'_>, database: &mut dyn Database, step: &Step) -> Result<Settled> {
        let mut found = database.landed(&step.sql)?;
        if let Landed::Partly(statements) = &found {
            statements.iter().try_for_each(|sql| database.execute(sql))?;
            found = database.landed(&step.sql)?;
        }
        match found {
            Landed::Yes => Ok(Settled::Landed),
            Landed::No | Landed::RunAgain => Ok(Settled::NotLanded),
            Landed::Partly(_) | Landed::Unknown => Err(self.unknown(ctx, step)),
        }
    }

    /// The number of a unit's first statement, from 1.
    fn number(&self, at: usize) -> usize {
        1 + self.units.iter().take(at).map(|unit| unit.statements).sum::<usize>()
    }

    fn statements(&self) -> usize {
        self.units.iter().map(|unit| unit.statements).sum()
    }

    fn is_finished(&self, at: usize) -> bool {
        self.journal.get(&at).is_some_and(|step| step.is_finished)
    }

    fn text(&self, at: usize) -> &str {
        &self.script.sql[self.units[at].start..self.units[at].end]
    }

    fn entry<'e>(&'e self, at: usize, sql: &'e str) -> Entry<'e> {
        Entry { run: &self.begun.run, migration: &self.migration.name, ordinal: at, sql }
    }
}

/// What became of a statement that was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settled {
    Landed,
    NotLanded,
}

/// Takes away at once what a failed statement left: half an index costs every write, and serves nobody.
fn clear(database: &mut dyn Database, text: &str) -> Option<&'static str> {
    match database.landed(text) {
        Ok(Landed::Partly(undo)) => Some(match undo.iter().try_for_each(|sql| database.execute(sql)) {
            Ok(()) => "what it left half done was taken away",
            Err(_) => "what it left half done is taken away by the next run",
        }),
        Ok(Landed::Yes | Landed::No | Landed::RunAgain | Landed::Unknown) | Err(_) => None,
    }
}
