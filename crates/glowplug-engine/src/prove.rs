//! Proves a migration before it is accepted: on a scratch database with a few rows it is run up, down, and up
//! again, and catalog and rows are compared. The verdict stands in down.sql and is told to whoever asked.

mod attempts;
mod losses;
mod verdict;

use glowplug_dialect::database::Database;
use glowplug_dialect::error::DatabaseError;
use glowplug_dialect::finding::{Facts, Level};
use glowplug_dialect::rows::{TableRows, rows};
use glowplug_dialect::script::MigrationScript;
use glowplug_migrations::folder::Migration;
use glowplug_sql::change::ChangeSet;
use glowplug_sql::model::SqlSchema;

pub use verdict::{Proof, Verdict};

use crate::ctx::Ctx;
use crate::failure::Result;
use crate::rows_kept::{self, Kept};
use crate::summary::summarize;
use crate::{dump, replay};
use attempts::{Attempt, attempts};
use losses::expected_losses;

/// What is to be proven.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// up.sql
    pub up: &'a str,
    /// down.sql
    pub down: &'a str,
    /// Whether it runs in a transaction.
    pub run_in_transaction: bool,
    /// What it changes.
    pub changes: &'a ChangeSet<'a>,
    /// The migrations before it.
    pub history: &'a [Migration],
}

/// A scratch database on its way out. Its server takes a while for that, so it happens beside other work; whoever
/// drops this waits for the rest.
#[derive(Debug, Default)]
pub struct Later(Option<std::thread::JoinHandle<()>>);

impl Later {
    fn drop(ctx: &Ctx<'_>, scratch: Box<dyn Database>) -> Self {
        // Where connections take turns, there is no beside.
        if ctx.connection.options.single_connection {
            return Self(None);
        }
        Self(Some(std::thread::spawn(move || std::mem::drop(scratch))))
    }
}

impl Drop for Later {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            // What stays behind is cleared away by a later run.
            let _ = thread.join();
        }
    }
}

/// The same, unless somebody does not want to wait for it.
pub fn unless_off(
    ctx: &Ctx<'_>,
    database: &mut dyn Database,
    subject: &Subject<'_>,
    wanted: bool,
) -> (Proof, Later) {
    if wanted && ctx.prove {
        prove(ctx, database, subject)
    } else {
        (Proof::none("switched off"), Later::default())
    }
}

/// Tries the migration. What cannot be tried is a verdict, too, never a failure.
pub fn prove(ctx: &Ctx<'_>, database: &mut dyn Database, subject: &Subject<'_>) -> (Proof, Later) {
    let mut scratch = match replay::open_scratch(ctx, database) {
        Ok(scratch) => scratch,
        Err(failure) => return (Proof::none(failure.message), Later::default()),
    };
    let trial = Trial { ctx, subject, looked: false };
    let proof = match trial.run(scratch.as_mut()) {
        Ok(proof) if proof.is_doubtful() && !subject.history.is_empty() => {
            // Perhaps the database was not made quite as it was: run the history, and look at what is really there.
            match (Trial { looked: true, ..trial }).run(scratch.as_mut()) {
                Ok(again) if again.verdict != Verdict::NotProven => again,
                Ok(_) | Err(_) => proof,
            }
        }
        Ok(proof) => proof,
        Err(failure) => Proof::none(failure.message),
    };
    (proof, Later::drop(ctx, scratch))
}

#[derive(Clone, Copy)]
struct Trial<'a, 'c> {
    ctx: &'a Ctx<'c>,
    subject: &'a Subject<'a>,
    /// Whether the catalog is read before anything is done, rather than known from the model.
    looked: bool,
}

impl Trial<'_, '_> {
    /// Tries it with fewer and plainer rows each time that up.sql fails on them.
    fn run(&self, scratch: &mut dyn Database) -> Result<Proof> {
        let mut stopped: Option<String> = None;
        for (at, attempt) in attempts(self.subject.changes).iter().enumerate() {
            if at > 0 {
                self.start_over(scratch)?;
            }
            self.set_up(scratch)?;
            let mut proof = Proof::of(Verdict::Exact);
            let mut filled = fill(scratch, self.subject.changes.schemas.prev, attempt, &mut proof);
            if self.looked {
                filled.before = Some(self.ctx.introspect(scratch)?);
            }
            match self.up(scratch) {
                Err(error) => {
                    stopped.get_or_insert(error.message);
                }
                Ok(()) => {
                    if let Some(said) = stopped {
                        proof.notes.push(self.what_stopped(&said));
                    }
                    return self.back_and_forth(scratch, &filled, proof);
                }
            }
        }
        Ok(Proof::none(format!("up.sql does not run: {}", stopped.unwrap_or_default())))
    }

    fn what_stopped(&self, said: &str) -> String {
        let findings = glowplug_checks::run(self.subject.changes, &Facts::default());
        let foretold = findings.iter().any(|finding| finding.level != Level::Notice);
        let word = if foretold { "as foretold, " } else { "" };
        format!("{word}up.sql does not run with every row: {said}")
    }

    fn set_up(&self, scratch: &mut dyn Database) -> Result<()> {
        let prev = self.subject.changes.schemas.prev;
        if prev.is_empty() && prev.foreign.is_empty() && self.subject.history.is_empty() {
            return Ok(());
        }
        // Much faster than the whole history, and the same where all of it can be said.
        if self.ctx.external.is_empty() && !self.looked && scratch.execute(&dump::sql(self.ctx, prev)).is_ok()
        {
            return Ok(());
        }
        self.start_over(scratch)?;
        replay::rebuild(self.ctx, scratch, self.subject.history)
    }

    fn start_over(&self, scratch: &mut dyn Database) -> Result<()> {
        Ok(scratch.wipe(&self.ctx.connection.namespaces)?)
    }

    fn up(&self, scratch: &mut dyn Database) -> std::result::Result<(), DatabaseError> {
        scratch.apply(&self.script(self.subject.up))
    }

    fn script(&self, sql: &str) -> MigrationScript {
        MigrationScript {
            version: "1".to_owned(),
            name: "1_proof".to_owned(),
            sql: sql.to_owned(),
            // The scratch database keeps no ledger.
            bookkeeping: "SELECT 1".to_owned(),
            run_in_transaction: self.subject.run_in_transaction,
        }
    }

    /// up.sql has run.
    fn back_and_forth(&self, scratch: &mut dyn Database, filled: &Filled, mut proof: Proof) -> Result<Proof> {
        let after = self.ctx.introspect(scratch)?;
        if let Err(error) = scratch.revert(&self.script(self.subject.down)) {
            let place = if proof.rows > 0 { "down.sql fails with rows: " } else { "down.sql fails: " };
            proof.why = Some(format!("{place}{}", error.message));
            proof.verdict = Verdict::Irreversible;
            return Ok(proof);
        }
        let back = self.ctx.introspect(scratch)?;
        let left = match &filled.before {
            Some(before) => self.differences(before, &back),
            None => self.differences(self.subject.changes.schemas.prev, &back),
        };
        proof.lost = expected_losses(self.subject.changes);
        for lost in rows_kept::lost(&filled.rows, scratch) {
            if !proof.lost.contains(&lost) {
                proof.lost.push(lost);
            }
        }
        if let Some(left) = left {
            proof.why = Some(format!("down.sql leaves the schema different: {left}"));
        } else if let Err(error) = self.up(scratch) {
            proof.why = Some(format!("up.sql does not run again after down.sql: {}", error.message));
        } else if let Some(left) = self.differences(&after, &self.ctx.introspect(scratch)?) {
            proof.why = Some(format!("up.sql after down.sql leaves the schema different: {left}"));
        }
        proof.verdict = match (&proof.why, proof.lost.is_empty()) {
            (Some(_), _) => Verdict::Irreversible,
            (None, false) => Verdict::SchemaOnly,
            (None, true) => Verdict::Exact,
        };
        Ok(proof)
    }

    fn differences(&self, wanted: &SqlSchema, there: &SqlSchema) -> Option<String> {
        use glowplug_sql::{diff::diff, hints::RenameHints, pair::Pair};
        let nothing =
            SqlSchema { default_namespace: there.default_namespace.clone(), ..SqlSchema::empty_database() };
        let wanted = if wanted.is_empty() && !wanted.owns_foreign { &nothing } else { wanted };
        // A scratch database that was emptied has all namespaces, whether or not there is something in them.
        let wanted = SqlSchema { namespaces: there.namespaces.clone(), ..wanted.clone() };
        let left = diff(Pair::new(&wanted, there), self.ctx.dialect.compare(), &RenameHints::default());
        let lines: Vec<String> =
            summarize(&left).iter().map(|line| format!("{} {}", line.sign, line.text)).collect();
        (!lines.is_empty()).then(|| lines.join("; "))
    }
}

/// Rows that are there before up.sql.
struct Filled {
    /// The catalog, where it was read.
    before: Option<SqlSchema>,
    rows: Vec<Kept>,
}

fn fill(scratch: &mut dyn Database, prev: &SqlSchema, attempt: &Attempt, proof: &mut Proof) -> Filled {
    let mut made = rows(prev, &attempt.tables, attempt.sample);
    let all: String = made.iter().map(|it| format!("{}\n", it.insert)).collect();
    if !all.is_empty() && scratch.execute(&all).is_err() {
        made.retain(|it| insert(scratch, prev, it, proof));
    }
    proof.rows = made.iter().map(|it| it.count).sum();
    proof.tables = made.len();
    let rows = made.iter().filter_map(|it| rows_kept::keep(scratch, prev.table(it.table))).collect();
    Filled { before: None, rows }
}

/// Inserts the rows of one table; what a check or a trigger refuses is a note.
fn insert(scratch: &mut dyn Database, prev: &SqlSchema, rows: &TableRows, proof: &mut Proof) -> bool {
    let Err(error) = scratch.execute(&rows.insert) else { return true };
    let name = prev.table(rows.table).qualified_name();
    proof.notes.push(format!("tried without rows in `{name}`: {}", error.message));
    false
}
