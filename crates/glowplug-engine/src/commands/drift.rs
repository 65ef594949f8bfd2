//! `drift adopt` and `drift revert`: both ways out of drift, neither of which loses the database.

use glowplug_dialect::database::Database;
use glowplug_migrations::folder::Migration;
use glowplug_migrations::write::{NewMigration, write_migration};
use glowplug_migrations::{ledger, meta};
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::apply;
use crate::ctx::Ctx;
use crate::drift::{self, Inspection};
use crate::failure::{Failure, Result};
use crate::history::History;
use crate::prove::{self, Proof, Subject};
use crate::summary::Line;
use crate::ui::Event;
use crate::{guard, marks, naming, replay, selfcheck};

/// How to revert.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Revert {
    /// Do not ask.
    pub force: bool,
    /// Also on another host.
    pub allow_remote: bool,
}

/// A migration written from drift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Adopted {
    /// The folder, relative to the workspace.
    pub path: String,
    /// What it holds.
    pub changes: Vec<Line>,
    /// Whether any of it can be said in the schema file.
    pub in_schema: bool,
    /// How well down.sql takes it back.
    pub proof: Proof,
}

/// What was run to take drift back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reverted {
    /// The statements.
    pub statements: Vec<String>,
}

/// Writes a migration from the drift and records it as applied here.
///
/// # Errors
/// No drift, a history that cannot go on, or whatever the database answers.
pub fn adopt(ctx: &mut Ctx<'_>, name: &str) -> Result<Adopted> {
    naming::check(name)?;
    let mut database = ctx.connect()?;
    let database = database.as_mut();
    apply::lock(ctx, database)?;
    let (history, inspection) = find(ctx, database)?;
    let drift = inspection.drift;
    if let Some(pending) = history.diagnosis.pending.first() {
        return Err(Failure::refused(
            "GP3208",
            format!("migration `{pending}` is pending: a new one would come after it"),
        )
        .hint(format!("{} migrate deploy    applies it first", ctx.tool)));
    }
    refuse_half("adopted", &drift.cannot_adopt)?;
    let mut migration = NewMigration {
        name: naming::folder(ctx, &history, name)?,
        up: script("-- Adopted from a database that had these differences already.", &drift.adopt_sql),
        down: script("-- Takes up.sql back.", &drift.revert_sql),
        run_in_transaction: drift.in_transaction,
    };
    migration.up = marks::with_start(&migration.up, &inspection.expected);
    let schemas = Pair::new(&inspection.expected, &inspection.live);
    let proof = prove_adopted(ctx, database, &history, &migration, schemas);
    migration.down = marks::after_head(&migration.down, &proof.comment());
    let written = write_migration(&ctx.paths.migrations, &migration)
        .map_err(|error| Failure::from_history(&error, &ctx.paths))?;
    apply::prepare(ctx, database, &history)?;
    database.execute(&ledger::mark_applied_sql(&written, &ctx.stamp()))?;
    meta::forget_pushed(database)?;
    check_adopted(ctx, database, &history, &written, &inspection.live);
    Ok(Adopted {
        path: ctx.paths.show(&written.path),
        changes: drift.changes,
        in_schema: drift.in_schema,
        proof,
    })
}

/// Runs the inverse of the drift, in one transaction.
///
/// # Errors
/// No drift, a protected or remote database, nobody to confirm, or a statement that fails.
pub fn revert(ctx: &mut Ctx<'_>, options: Revert) -> Result<Reverted> {
    guard::refuse_remote(ctx, "drift revert", options.allow_remote)?;
    let mut database = ctx.connect()?;
    let database = database.as_mut();
    guard::refuse_protected(ctx, database, "drift revert")?;
    apply::lock(ctx, database)?;
    let (_, inspection) = find(ctx, database)?;
    let drift = inspection.drift;
    refuse_half("taken back", &drift.cannot_revert)?;
    let script = drift.revert_sql.join("\n");
    if !options.force {
        let message = format!("this is run on `{}`:\n{script}", database.target().database);
        guard::confirm(ctx, message)?;
    }
    database.execute(&script)?;
    meta::forget_pushed(database)?;
    let live = ctx.introspect(database)?;
    selfcheck::compare(ctx, "`drift revert`", &live, &inspection.expected);
    Ok(Reverted { statements: drift.revert_sql })
}

fn prove_adopted(
    ctx: &Ctx<'_>,
    database: &mut dyn Database,
    history: &History,
    migration: &NewMigration,
    schemas: Pair<&SqlSchema>,
) -> Proof {
    let changes = diff(schemas, ctx.dialect.compare(), &RenameHints::default());
    let subject = Subject {
        up: &migration.up,
        down: &migration.down,
        run_in_transaction: migration.run_in_transaction,
        changes: &changes,
        history: &history.applied(),
    };
    prove::unless_off(ctx, database, &subject, true)
}

/// The history with the new migration must end where the database is. It is written and recorded by now, so what
/// is wrong with it is a warning.
fn check_adopted(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    history: &History,
    written: &Migration,
    live: &SqlSchema,
) {
    let whole: Vec<Migration> = history.applied().into_iter().chain([written.clone()]).collect();
    match replay::end_of(ctx, database, &whole) {
        Ok(end) => selfcheck::compare(ctx, "`drift adopt`", live, &end),
        Err(failure) => ctx.ui.report(&Event::Warning { message: &failure.message }),
    }
}

fn find(ctx: &mut Ctx<'_>, database: &mut dyn Database) -> Result<(History, Inspection)> {
    let history = History::read(ctx, database)?;
    history.refuse_failed(&ctx.tool)?;
    history.refuse_edited(ctx, "or restore the file from version control")?;
    let inspection = drift::inspect(ctx, database, &history)?;
    if inspection.drift.is_none() {
        return Err(Failure::new("GP3209", "there is no drift: the database is as its history says"));
    }
    Ok((history, inspection))
}

/// Half of it would leave the other half as drift.
fn refuse_half(what: &str, obstacles: &[String]) -> Result<()> {
    let Some(first) = obstacles.first() else { return Ok(()) };
    let mut failure = Failure::refused("GP3210", format!("the drift cannot be {what} by itself: {first}"));
    failure.facts = obstacles[1..].to_vec();
    Err(failure.hint("run the SQL for that object by hand first, with `execute`"))
}

fn script(head: &str, statements: &[String]) -> String {
    format!("{head}\n\n{}\n", statements.join("\n\n"))
}
