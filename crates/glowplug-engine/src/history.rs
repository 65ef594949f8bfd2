//! The history as disk and database know it, and what stands in the way of going on.

use std::collections::BTreeSet;
use std::path::PathBuf;

use glowplug_dialect::database::Database;
use glowplug_dialect::script::MigrationScript;
use glowplug_dialect::unit::How;
use glowplug_migrations::diagnose::{Diagnosis, Failed, diagnose};
use glowplug_migrations::folder::{Migration, own_version_of, version_of};
use glowplug_migrations::ledger::{self, Ledger, Row};
use glowplug_migrations::{replaces, steps};

use crate::ctx::Ctx;
use crate::failure::{Failure, Result};

/// Both sides and their comparison.
#[derive(Debug, Clone)]
pub struct History {
    /// The folders, in order.
    pub disk: Vec<Migration>,
    /// What the database says.
    pub ledger: Ledger,
    /// How they stand to each other.
    pub diagnosis: Diagnosis,
    /// Applied, and on their way back: that began and did not end.
    pub half_back: Vec<String>,
    /// Migrations without a folder whose text must not be put into a transaction.
    own_transaction: BTreeSet<String>,
}

impl History {
    /// Reads both sides. Changes nothing.
    ///
    /// # Errors
    /// A broken folder, or whatever the database answers.
    pub fn read(ctx: &Ctx<'_>, database: &mut dyn Database) -> Result<Self> {
        let disk = ctx.disk()?;
        let ledger = ledger::read(database)?;
        let diagnosis = diagnose(&disk, &ledger);
        let wants_none = |row: &&Row| {
            let script = alone(row);
            diagnosis.missing.contains(&row.name)
                && (database.is_whole(&script)
                    || database.units(&script).iter().any(|unit| unit.how == How::Alone))
        };
        let own_transaction = ledger.rows.iter().filter(wants_none).map(|row| row.name.clone()).collect();
        let half_back = steps::half_back(database)?;
        Ok(Self { disk, ledger, diagnosis, half_back, own_transaction })
    }

    /// What has run on this database, in order, as the ledger knows it: of an edited migration the SQL that
    /// was applied, and those whose folders are missing as well.
    pub fn applied(&self) -> Vec<Migration> {
        let mut applied = self.as_applied(&self.diagnosis.applied);
        for name in &self.diagnosis.missing {
            if let Some(row) = self.ledger.rows.iter().find(|row| row.name == *name && row.is_applied()) {
                applied.push(self.of_row(row));
            }
        }
        applied.sort_by(|a, b| a.name.cmp(&b.name));
        applied
    }

    /// The same in the order in which they ran, each with the SQL that takes it back: that of its folder, unless
    /// the folder is gone or says something else now.
    pub fn applied_in_order(&self) -> Vec<Migration> {
        let mut applied = self.applied();
        for migration in &mut applied {
            let edited = self.diagnosis.edited.iter().any(|edited| edited.name == migration.name);
            let row = self.row(&migration.name);
            if (edited || migration.down.is_none())
                && let Some(row) = row
            {
                migration.down.clone_from(&row.down_sql);
            }
        }
        let mut place = None;
        let placed = applied.into_iter().map(|migration| {
            // What others ran has no row: it ran behind the one before it.
            place = self.place(&migration).or(place);
            (place, migration)
        });
        let mut in_order: Vec<(Option<usize>, Migration)> = placed.collect();
        in_order.sort_by_key(|(place, _)| *place);
        in_order.into_iter().map(|(_, migration)| migration).collect()
    }

    /// Which row says when it ran. One that stands for others ran when the last of them did, whenever that was
    /// written down.
    fn place(&self, migration: &Migration) -> Option<usize> {
        let stood_for = replaces::all(&migration.up);
        let rows = &self.ledger.rows;
        let others = rows.iter().rposition(|row| row.is_applied() && stood_for.contains(&row.name));
        others.or_else(|| rows.iter().position(|row| row.name == migration.name && row.is_applied()))
    }

    fn row(&self, name: &str) -> Option<&Row> {
        self.ledger.rows.iter().find(|row| row.name == name && row.is_applied())
    }

    /// What stands for a row in Diesel's table.
    fn version_of(&self, row: &Row) -> String {
        let own = own_version_of(&row.name);
        if self.ledger.diesel_versions.contains(&own) { own } else { version_of(&row.name) }
    }

    /// A migration whose folder is gone, from what the ledger keeps of it.
    fn of_row(&self, row: &Row) -> Migration {
        Migration {
            name: row.name.clone(),
            version: self.version_of(row),
            path: PathBuf::from(&row.name),
            up_file: "up.sql".to_owned(),
            up: row.up_sql.clone(),
            down: row.down_sql.clone(),
            run_in_transaction: !self.own_transaction.contains(&row.name),
            checksum: row.checksum.clone(),
        }
    }

    /// The whole folder, edited migrations as they were applied.
    pub fn all(&self) -> Vec<Migration> {
        let names: Vec<String> = self.disk.iter().map(|migration| migration.name.clone()).collect();
        self.as_applied(&names)
    }

    fn as_applied(&self, names: &[String]) -> Vec<Migration> {
        let mut migrations = self.select(names);
        for edited in &self.diagnosis.edited {
            for migration in migrations.iter_mut().filter(|migration| migration.name == edited.name) {
                if let Some(applied) = &edited.applied_sql {
                    migration.up.clone_from(applied);
                }
            }
        }
        migrations
    }

    /// The folders that are to be applied, in order: those that are pending, and those that began and stopped.
    pub fn pending(&self) -> Vec<Migration> {
        let stopped = self.diagnosis.failed.iter().map(|failed| failed.name.clone());
        let names: Vec<String> = self.diagnosis.pending.iter().cloned().chain(stopped).collect();
        self.select(&names)
    }

    /// The folders that began and stopped, in order.
    pub fn stopped(&self) -> Vec<Migration> {
        let names: Vec<String> = self.diagnosis.failed.iter().map(|failed| failed.name.clone()).collect();
        self.select(&names)
    }

    fn select(&self, names: &[String]) -> Vec<Migration> {
        self.disk.iter().filter(|migration| names.contains(&migration.name)).cloned().collect()
    }

    /// Refuses to go on over a migration that failed half-way, forward or back.
    ///
    /// # Errors
    /// Names it, what the server said, and the two ways out.
    pub fn refuse_failed(&self, tool: &str) -> Result<()> {
        self.refuse_half_back(tool)?;
        self.refuse_begun(tool)
    }

    /// Refuses to go on over a migration whose way back stopped half-way.
    ///
    /// # Errors
    /// Names it, and the command that goes on with it.
    pub fn refuse_half_back(&self, tool: &str) -> Result<()> {
        match self.half_back.first() {
            Some(name) => Err(half_back(tool, name, Vec::new())),
            None => Ok(()),
        }
    }

    /// Refuses to go on over a migration that failed half-way.
    ///
    /// # Errors
    /// As [`Self::refuse_failed`].
    pub fn refuse_begun(&self, tool: &str) -> Result<()> {
        let Some(failed) = self.diagnosis.failed.first() else { return Ok(()) };
        Err(unfinished(tool, failed, Vec::new()).hint(format!("{tool} migrate deploy    goes on with it")))
    }

    /// Refuses to go on over a migration that stopped half-way, and whose folder is gone.
    ///
    /// # Errors
    /// As [`Self::refuse_failed`].
    pub fn refuse_orphans(&self, tool: &str) -> Result<()> {
        self.refuse_half_back(tool)?;
        let orphan = |name: &str| !self.disk.iter().any(|migration| migration.name == name);
        let Some(failed) = self.diagnosis.failed.iter().find(|failed| orphan(&failed.name)) else {
            return Ok(());
        };
        Err(unfinished(tool, failed, vec!["its folder is missing".to_owned()])
            .hint("restore the folder, or switch to the branch that has it"))
    }

    /// How many of the last applied migrations must be taken back so that the first edited one can run anew.
    pub fn back_to_edited(&self) -> Option<usize> {
        let applied = self.applied_in_order();
        let is_edited = |name: &str| self.diagnosis.edited.iter().any(|edited| edited.name == name);
        applied.iter().position(|it| is_edited(&it.name)).map(|place| applied.len() - place)
    }

    /// Refuses to go on over applied migrations whose files have another meaning now.
    ///
    /// # Errors
    /// Names them and shows the first line that differs.
    pub fn refuse_edited(&self, ctx: &Ctx<'_>, way_out: &str) -> Result<()> {
        let Some(edited) = self.diagnosis.edited.first() else { return Ok(()) };
        let mut failure =
            Failure::new("GP3202", format!("migration `{}` was changed after it was applied", edited.name));
        if let Some(migration) = self.disk.iter().find(|m| m.name == edited.name) {
            let path = ctx.paths.show(&migration.path.join(&migration.up_file));
            let difference = edited.applied_sql.as_ref().map(|sql| first_difference(sql, &migration.up));
            failure.facts.push(match difference {
                Some(Some((line, was, is))) => format!("{path}:{line}  applied: `{was}`  now: `{is}`"),
                Some(None) => format!("{path} differs from what was applied"),
                None => format!("{path} is not the file that Prisma applied: its checksum is another"),
            });
        }
        let more = self.diagnosis.edited.len() - 1;
        if more > 0 {
            failure.facts.push(format!("{more} more were changed as well"));
        }
        Err(failure.hint("take the edit back, and write it as a new migration").hint(way_out))
    }

    /// Refuses to go on where a squashed migration meets a database that has only some of what it stands for.
    ///
    /// # Errors
    /// Names those that are lacking.
    pub fn refuse_half(&self) -> Result<()> {
        let Some(half) = self.diagnosis.half.first() else { return Ok(()) };
        let message =
            format!("migration `{}` stands for others, of which this database has only some", half.name);
        let mut failure = Failure::refused("GP3312", message);
        failure.facts = half.lacks.iter().map(|name| format!("lacking: {name}")).collect();
        Err(failure.hint("deploy a version of the folder from before the squash first, then this one"))
    }

    /// Refuses a database that has tables but no history.
    ///
    /// # Errors
    /// With the way to a baseline.
    pub fn refuse_foreign_database(&self, database: &mut dyn Database, ctx: &Ctx<'_>) -> Result<()> {
        let known = self.ledger.exists || !self.diagnosis.applied.is_empty();
        if known || self.disk.is_empty() {
            return Ok(());
        }
        let live = ctx.introspect(database)?;
        if live.tables.is_empty() {
            return Ok(());
        }
        let names: Vec<String> =
            live.tables.iter().take(3).map(|t| format!("`{}`", t.qualified_name())).collect();
        let more = if live.tables.len() > 3 { ", ..." } else { "" };
        Err(Failure::new(
            "GP3204",
            format!("the database holds tables ({}{more}) but no history of migrations", names.join(", ")),
        )
        .prisma("P3005")
        .hint(format!(
            "{} migrate resolve --applied {}    if the database is already as that migration leaves it",
            ctx.tool, self.disk[0].name
        ))
        .hint("or name an empty database with --database-url"))
    }
}

/// A migration began, and only a person can say how far it came.
pub(crate) fn unfinished(tool: &str, failed: &Failed, facts: Vec<String>) -> Box<Failure> {
    let message = format!("migration `{}` began at {} and never finished", failed.name, failed.started_at);
    let mut failure = Failure::new("GP3201", message).prisma("P3009");
    failure.facts.extend(failed.log.as_ref().map(|log| format!("the server said: {log}")));
    failure
        .facts
        .push("it does not run in a transaction, so some of its statements may have landed".to_owned());
    failure.facts.extend(facts);
    failure
        .hint(format!("{tool} migrate resolve --rolled-back {}    after undoing what landed", failed.name))
        .hint(format!(
            "{tool} migrate resolve --applied {}    after doing by hand what did not land",
            failed.name
        ))
}

/// A migration was being taken back, and that stopped.
pub(crate) fn half_back(tool: &str, name: &str, facts: Vec<String>) -> Box<Failure> {
    let message = format!("taking migration `{name}` back began and never finished");
    let mut failure = Failure::new("GP3221", message);
    failure.facts = facts;
    failure
        .hint(format!("{tool} migrate revert    goes on with it"))
        .hint(format!("{tool} migrate resolve --rolled-back {name}    after doing by hand what did not land"))
        .hint(format!("{tool} migrate resolve --applied {name}    after undoing by hand what landed"))
}

/// The text of a row, run without a transaction around it.
fn alone(row: &Row) -> MigrationScript {
    MigrationScript { sql: row.up_sql.clone(), run_in_transaction: false, ..MigrationScript::default() }
}

/// The first line that differs: its number in `now`, and both texts.
fn first_difference(applied: &str, now: &str) -> Option<(usize, String, String)> {
    let mut before = applied.lines();
    for (number, line) in now.lines().enumerate() {
        let was = before.next().unwrap_or("");
        if was != line {
            return Some((number + 1, was.trim().to_owned(), line.trim().to_owned()));
        }
    }
    before.next().map(|was| (now.lines().count() + 1, was.trim().to_owned(), String::new()))
}
