//! Proves a migration before it is accepted: on a scratch database with a few rows it is run up, down, and up
//! again, and catalog and rows are compared. The verdict stands in down.sql and is told to whoever asked.

use std::collections::BTreeSet;

use glowplug_dialect::database::Database;
use glowplug_dialect::error::DatabaseError;
use glowplug_dialect::finding::{Facts, Level};
use glowplug_dialect::rows::{Sample, TableRows, rows, target, with_targets};
use glowplug_dialect::script::MigrationScript;
use glowplug_dialect::words::counted;
use glowplug_migrations::folder::Migration;
use glowplug_sql::change::{Cast, Change, ChangeSet};
use glowplug_sql::ids::{EnumId, TableId};
use glowplug_sql::model::{NativeType, SqlSchema};
use serde::Serialize;

use crate::ctx::Ctx;
use crate::failure::Result;
use crate::rows_kept::{self, Kept};
use crate::summary::summarize;
use crate::{dump, replay};

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

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// How well down.sql takes up.sql back.
    pub verdict: Verdict,
    /// What does not come back.
    pub lost: Vec<String>,
    /// Why it is irreversible, or not proven.
    pub why: Option<String>,
    /// With how many rows it was tried.
    pub rows: usize,
    /// In how many tables.
    pub tables: usize,
    /// What else was seen.
    pub notes: Vec<String>,
}

/// How well down.sql takes up.sql back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The catalog and every row are as they were.
    Exact,
    /// The catalog is as it was, some values are not.
    SchemaOnly,
    /// It fails, or leaves something else behind.
    Irreversible,
    /// Nobody tried.
    NotProven,
}

impl Proof {
    /// A proof that could not be made, or was not wanted.
    pub fn none(why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..Self::of(Verdict::NotProven) }
    }

    fn of(verdict: Verdict) -> Self {
        Self { verdict, lost: Vec::new(), why: None, rows: 0, tables: 0, notes: Vec::new() }
    }

    /// The verdict in words.
    pub fn words(&self) -> String {
        let why = self.why.as_deref().unwrap_or_default();
        match self.verdict {
            Verdict::Exact => "proven: exact".to_owned(),
            Verdict::SchemaOnly => format!("proven: schema only, without {}", self.lost.join("; ")),
            Verdict::Irreversible => format!("irreversible: {why}"),
            Verdict::NotProven => format!("not proven: {why}"),
        }
    }

    /// The lines for the head of down.sql.
    pub fn comment(&self) -> String {
        let tried = match (self.verdict, self.rows) {
            (Verdict::NotProven, _) => String::new(),
            (_, 0) => " (up, down and up again on a scratch database)".to_owned(),
            (_, rows) => {
                let place = counted(self.tables, "table");
                format!(
                    " (up, down and up again on a scratch database, with {} in {place})",
                    counted(rows, "row")
                )
            }
        };
        let one_line = |text: &str| text.replace(['\n', '\r'], " ");
        let mut text = format!("-- {}{tried}\n", one_line(&self.words()));
        for note in &self.notes {
            text.push_str(&format!("-- note: {}\n", one_line(note)));
        }
        text
    }
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

impl Proof {
    fn is_doubtful(&self) -> bool {
        matches!(self.verdict, Verdict::Irreversible | Verdict::NotProven)
    }
}

/// With which rows it is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Attempt {
    sample: Sample,
    tables: BTreeSet<TableId>,
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
        for (at, attempt) in attempts(self.subject).iter().enumerate() {
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

/// From every table with awkward values to no row at all.
fn attempts(subject: &Subject<'_>) -> Vec<Attempt> {
    let changes = subject.changes;
    let all = concerned(changes);
    let possible: BTreeSet<TableId> = all.difference(&must_be_empty(changes)).copied().collect();
    let calm: BTreeSet<TableId> = possible.difference(&warned(changes)).copied().collect();
    let attempt = |sample, tables: &BTreeSet<TableId>| Attempt { sample, tables: tables.clone() };
    let mut res = vec![
        attempt(Sample::Rich, &all),
        attempt(Sample::Plain, &all),
        attempt(Sample::Rich, &possible),
        attempt(Sample::Plain, &possible),
        attempt(Sample::Plain, &calm),
        attempt(Sample::Plain, &BTreeSet::new()),
    ];
    // Where rows are known to stop it, plainer ones do, too.
    if possible.len() < all.len() {
        res.remove(1);
    }
    res.dedup_by(|next, prev| next.tables == prev.tables && (next.tables.is_empty() || next == prev));
    res
}

/// The tables (previous) that can have no rows: a column is added that has no value for them.
fn must_be_empty(changes: &ChangeSet<'_>) -> BTreeSet<TableId> {
    let schemas = changes.schemas;
    let found = changes.changes.iter().filter_map(|change| {
        let Change::AddColumn(id) = change else { return None };
        let (column, table) = (schemas.next.column(*id), schemas.next.table(id.table));
        let fills_itself =
            column.default.is_some() || column.auto_increment.is_some() || column.generated.is_some();
        let prev = schemas.prev.find_table(table.namespace.as_deref(), &table.name);
        prev.filter(|_| !column.nullable && !fills_itself)
    });
    found.collect()
}

/// The tables (previous) about which something was said that may stop up.sql.
fn warned(changes: &ChangeSet<'_>) -> BTreeSet<TableId> {
    let findings = glowplug_checks::run(changes, &Facts::default());
    let warnings = findings.iter().filter(|finding| finding.level != Level::Notice);
    warnings.filter_map(|finding| changes.changes.get(finding.change)?.tables().0).collect()
}

/// The tables (previous) that the changes are about, those that refer to them, and what all of these refer to.
fn concerned(changes: &ChangeSet<'_>) -> BTreeSet<TableId> {
    let (prev, next) = (changes.schemas.prev, changes.schemas.next);
    let same_name = |id: TableId| {
        let table = next.table(id);
        prev.find_table(table.namespace.as_deref(), &table.name)
    };
    let mut tables = BTreeSet::new();
    for change in &changes.changes {
        let (before, after) = change.tables();
        tables.extend(before.or_else(|| after.and_then(same_name)));
        if let Change::AddForeignKey(id) = change {
            let key = next.foreign_key(*id);
            tables.extend(prev.find_table(key.target_namespace.as_deref(), &key.target_table));
        }
        match change {
            Change::AlterEnum(ids, _) | Change::RenameEnum(ids) => tables.extend(holding(prev, ids.prev)),
            Change::DropEnum(id) => tables.extend(holding(prev, *id)),
            _ => {}
        }
    }
    let refers = |(id, table): (TableId, &glowplug_sql::model::Table)| {
        let hits =
            table.foreign_keys.iter().any(|key| target(prev, key).is_some_and(|it| tables.contains(&it)));
        hits.then_some(id)
    };
    let referring: Vec<TableId> = prev.walk_tables().filter_map(refers).collect();
    tables.extend(referring);
    with_targets(prev, &tables)
}

/// The tables with a column of an enum.
fn holding(schema: &SqlSchema, id: EnumId) -> Vec<TableId> {
    let ty = schema.enum_type(id);
    let is_it = |native: &NativeType| matches!(native, NativeType::Enum { namespace, name } if *namespace == ty.namespace && *name == ty.name);
    let holds =
        |table: &glowplug_sql::model::Table| table.columns.iter().any(|column| is_it(&column.ty.native));
    schema.walk_tables().filter(|(_, table)| holds(table)).map(|(id, _)| id).collect()
}

/// What nobody can bring back, whatever the rows.
fn expected_losses(changes: &ChangeSet<'_>) -> Vec<String> {
    let prev = changes.schemas.prev;
    let column = |id: glowplug_sql::ids::ColumnId| {
        rows_kept::column_words(&prev.column(id).name, &prev.table(id.table).qualified_name())
    };
    let words = |change: &Change| match change {
        Change::DropTable(id) => Some(rows_kept::table_words(&prev.table(*id).qualified_name())),
        Change::DropColumn(id) => Some(column(*id)),
        Change::AlterColumn(ids, delta) => {
            matches!(delta.ty, Some(Cast::Risky | Cast::None)).then(|| column(ids.prev))
        }
        Change::AlterEnum(ids, delta) if !delta.removed.is_empty() => {
            let labels: Vec<String> = delta.removed.iter().map(|label| format!("`{label}`")).collect();
            let name = prev.enum_type(ids.prev).qualified_name();
            Some(format!("the value {} of enum `{name}` in rows", labels.join(", ")))
        }
        Change::CreateNamespace(_)
        | Change::DropNamespace(_)
        | Change::CreateExtension(_)
        | Change::DropExtension(_)
        | Change::AlterExtension(_)
        | Change::CreateEnum(_)
        | Change::DropEnum(_)
        | Change::RenameEnum(_)
        | Change::AlterEnum(..)
        | Change::CreateTable(_)
        | Change::RenameTable(_)
        | Change::AddColumn(_)
        | Change::RenameColumn(_)
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
        | Change::AlterForeign(_) => None,
    };
    changes.changes.iter().filter_map(words).collect()
}
