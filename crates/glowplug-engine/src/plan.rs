//! What a deploy would do, before it does: each pending statement with what it keeps waiting, how heavy its tables
//! are, and what it destroys.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_dialect::database::Database;
use glowplug_dialect::effects::{Effect, Weight, Weights, Work};
use glowplug_dialect::plan::Lock;
use glowplug_dialect::words::counted;
use glowplug_migrations::checksum;
use glowplug_migrations::folder::Migration;
use glowplug_migrations::meta;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::data::DataPlan;
use crate::failure::Result;
use crate::report;

/// A table of fewer rows is read or written anew in a moment.
const FEW_ROWS: u64 = 10_000;

/// The pending migrations and what they do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeployPlan {
    /// The database's name.
    pub database: String,
    /// Where it is.
    pub host: String,
    /// The pending migrations, in order.
    pub migrations: Vec<PlannedMigration>,
    /// What leads to the reference data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<DataPlan>,
    /// The oldest transaction that is open there: locks may have to wait for it.
    pub oldest_transaction: Option<Waiting>,
    /// Whether a statement destroys tables, columns or rows.
    pub destructive: bool,
    /// Whether the database is protected, so that it takes what destroys something only with `--confirm`.
    pub needs_confirm: bool,
    /// Whether a statement keeps reads or writes of a table waiting while it goes through many rows.
    pub blocking: bool,
    /// What `--confirm` takes: it stands for exactly these migrations on exactly this database.
    pub hash: String,
}

/// One pending migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedMigration {
    /// The folder's name.
    pub name: String,
    /// Whether it is applied as a whole or not at all.
    pub whole: bool,
    /// Its statements, in order.
    pub statements: Vec<PlannedStatement>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedStatement {
    /// Where it stands in up.sql, from 1.
    pub line: usize,
    /// The SQL.
    pub sql: String,
    /// What it keeps from others, for each table that existed before.
    pub locks: Vec<TableLock>,
    /// `instant`, `reads` every row of them, or `rewrites` them.
    pub work: &'static str,
    /// What is gone afterwards, in words.
    pub destroys: Vec<String>,
    /// Whether it keeps reads or writes waiting while it goes through many rows.
    pub blocking: bool,
    /// Whether the text tells all that it does.
    pub is_known: bool,
}

/// A lock on a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableLock {
    /// The table (or an index of it), as the statement names it.
    pub table: String,
    /// `none`, `schema_changes`, `writes` or `everything`: what waits.
    pub keeps: &'static str,
    /// Its rows, as the statistics estimate them.
    pub rows: Option<u64>,
    /// Its bytes, with indexes.
    pub bytes: Option<u64>,
}

/// An open transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The server's process.
    pub pid: Option<i64>,
    /// The application.
    pub application: Option<String>,
    /// What it does.
    pub state: Option<String>,
    /// For how many seconds it has been open.
    pub seconds: u64,
}

impl DeployPlan {
    /// What is destroyed, a line each with its place.
    pub fn losses(&self) -> Vec<String> {
        let each = |migration: &PlannedMigration| {
            let name = migration.name.clone();
            migration
                .statements
                .iter()
                .flat_map(|it| it.destroys.iter().map(|what| (it.line, what.clone())))
                .map(move |(line, what)| format!("{name}, line {line}: destroys {what}"))
                .collect::<Vec<_>>()
        };
        let rows = self.data.iter().flat_map(DataPlan::removals);
        self.migrations.iter().flat_map(each).chain(rows).collect()
    }

    /// What keeps others waiting while it goes through many rows, a line each with its place.
    pub fn blockers(&self) -> Vec<String> {
        let statements =
            self.migrations.iter().flat_map(|it| it.statements.iter().map(move |one| (&it.name, one)));
        statements
            .filter(|(_, statement)| statement.blocking)
            .map(|(name, statement)| format!("{name}, line {}: {}", statement.line, statement.words()))
            .collect()
    }
}

impl PlannedStatement {
    /// What it keeps waiting and for how long, in a line; empty if nothing.
    pub fn words(&self) -> String {
        let table = |lock: &TableLock| match lock.rows {
            Some(rows) => format!("`{}` (about {})", lock.table, counted(rows as usize, "row")),
            None => format!("`{}`", lock.table),
        };
        let meanwhile = match self.work {
            "rewrites" => " while its rows are written anew",
            "reads" => " while its rows are read",
            _ => "",
        };
        let mut words = Vec::new();
        for (keeps, what) in [
            ("everything", "reads and writes"),
            ("writes", "writes"),
            ("schema_changes", "other schema changes"),
        ] {
            let names: Vec<String> =
                self.locks.iter().filter(|lock| lock.keeps == keeps).map(table).collect();
            if !names.is_empty() {
                words.push(format!("keeps {what} of {} waiting{meanwhile}", names.join(", ")));
            }
        }
        words.join("; ")
    }
}

/// Looks at the pending migrations. Changes nothing, and takes no lock.
///
/// # Errors
/// Whatever the database answers.
pub fn look(
    ctx: &Ctx<'_>,
    database: &mut dyn Database,
    pending: &[Migration],
    data: Option<DataPlan>,
) -> Result<DeployPlan> {
    let mut created = BTreeSet::new();
    let effects: Vec<Vec<Effect>> = pending
        .iter()
        .map(|migration| old_tables_only(ctx.dialect.effects(&migration.up), &mut created))
        .collect();
    let names: BTreeSet<&String> = effects.iter().flatten().flat_map(|effect| effect.locks.keys()).collect();
    let weights = database.weigh(&names.into_iter().cloned().collect::<Vec<_>>())?;
    let migrations: Vec<PlannedMigration> = pending
        .iter()
        .zip(effects)
        .map(|(migration, effects)| PlannedMigration {
            name: migration.name.clone(),
            whole: crate::apply::is_whole(database, migration),
            statements: effects.iter().map(|effect| statement(migration, effect, &weights)).collect(),
        })
        .collect();
    let statements = || migrations.iter().flat_map(|migration| &migration.statements);
    let destructive = statements().any(|it| !it.destroys.is_empty())
        || data.as_ref().is_some_and(|data| !data.removals().is_empty());
    let needs_confirm = destructive && meta::read(database)?.protected;
    let target = database.target();
    Ok(DeployPlan {
        destructive,
        needs_confirm,
        blocking: statements().any(|it| it.blocking),
        hash: hash(&target.host, &target.database, pending, data.as_ref()),
        database: target.database.clone(),
        host: target.host.clone(),
        oldest_transaction: weights.oldest.map(|it| Waiting {
            pid: it.pid,
            application: it.application,
            state: it.state,
            seconds: it.seconds,
        }),
        migrations,
        data,
    })
}

/// Stands for these migrations, word for word, and these rows, on this database.
fn hash(host: &str, database: &str, pending: &[Migration], data: Option<&DataPlan>) -> String {
    let mut parts = vec!["deploy".to_owned(), host.to_owned(), database.to_owned()];
    parts.extend(pending.iter().flat_map(|migration| [migration.name.clone(), migration.checksum.clone()]));
    parts.extend(data.iter().flat_map(|data| data.parts()));
    checksum::short(&parts)
}

/// The effects without what happens to tables that these very migrations create: nobody waits for those.
fn old_tables_only(effects: Vec<Effect>, created: &mut BTreeSet<String>) -> Vec<Effect> {
    let mut res = Vec::new();
    for mut effect in effects {
        effect.locks.retain(|table, lock| !created.contains(table) && *lock != Lock::None);
        if effect.locks.is_empty() {
            effect.work = Work::Instant;
        }
        created.extend(effect.creates.clone());
        res.push(effect);
    }
    res
}

fn statement(migration: &Migration, effect: &Effect, weights: &Weights) -> PlannedStatement {
    let weight = |table: &String| weights.tables.get(table).copied().unwrap_or_default();
    PlannedStatement {
        line: migration.up[..effect.start].matches('\n').count() + 1,
        sql: migration.up[effect.start..effect.end].to_owned(),
        locks: effect
            .locks
            .iter()
            .map(|(table, lock)| {
                let Weight { rows, bytes } = weight(table);
                TableLock { table: table.clone(), keeps: report::lock(*lock), rows, bytes }
            })
            .collect(),
        work: match effect.work {
            Work::Instant => "instant",
            Work::Reads => "reads",
            Work::Rewrites => "rewrites",
        },
        destroys: effect.destroys.clone(),
        blocking: effect.work != Work::Instant && is_felt(&effect.locks, weights),
        is_known: effect.is_known,
    }
}

/// Whether a table is kept from readers or writers that has many rows, or nobody knows how many.
fn is_felt(locks: &BTreeMap<String, Lock>, weights: &Weights) -> bool {
    locks.iter().any(|(table, lock)| {
        let rows = weights.tables.get(table).and_then(|weight| weight.rows);
        *lock >= Lock::Writes && rows.is_none_or(|rows| rows >= FEW_ROWS)
    })
}
