//! `drift adopt`, `revert` and `ignore`: three ways out of drift, for each object, none of which loses the database.

use glowplug_dialect::database::Database;
use glowplug_migrations::folder::Migration;
use glowplug_migrations::write::{NewMigration, write_migration};
use glowplug_migrations::{ledger, meta};
use glowplug_sql::change::ChangeSet;
use serde::Serialize;

use crate::apply;
use crate::ctx::Ctx;
use crate::drift::{self, Inspection};
use crate::failure::{Failure, Result};
use crate::history::History;
use crate::prove::{self, Later, Proof, Subject};
use crate::summary::Line;
use crate::{guard, ignored, marks, naming, patience, replay, selfcheck};

/// How to revert.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revert {
    /// The objects to take back; none means all.
    pub objects: Vec<String>,
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

/// What is ignored from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// The list, relative to the workspace.
    pub path: String,
    /// The objects that were added to it.
    pub objects: Vec<String>,
    /// How many differences are left.
    pub left: usize,
}

/// Writes a migration from the drift of the named objects (none: of all) and records it as applied here.
///
/// # Errors
/// No drift, a history that cannot go on, objects that need others, or whatever the database answers.
pub fn adopt(ctx: &mut Ctx<'_>, name: &str, objects: &[String]) -> Result<Adopted> {
    naming::check(name)?;
    let mut database = ctx.connect()?;
    let database = database.as_mut();
    apply::lock(ctx, database)?;
    let (history, inspection) = find(ctx, database)?;
    adopt_part(ctx, database, &history, &inspection, name, objects)
}

/// The same for a database that is locked and was looked at.
///
/// # Errors
/// As [`adopt`].
pub(crate) fn adopt_part(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    history: &History,
    inspection: &Inspection,
    name: &str,
    objects: &[String],
) -> Result<Adopted> {
    let drift = inspection.part(ctx, objects)?;
    if let Some(pending) = history.diagnosis.pending.first() {
        return Err(Failure::refused(
            "GP3208",
            format!("migration `{pending}` is pending: a new one would come after it"),
        )
        .hint(format!("{} migrate deploy    applies it first", ctx.tool)));
    }
    refuse_half("adopted", &drift.cannot_adopt)?;
    let mut migration = NewMigration {
        name: naming::folder(ctx, history, name)?,
        up: script("-- Adopted from a database that had these differences already.", &drift.adopt_sql),
        down: script("-- Takes up.sql back.", &drift.revert_sql),
        run_in_transaction: drift.in_transaction,
    };
    migration.up = marks::with_start(&migration.up, &inspection.expected);
    let changes = inspection.changes(ctx, objects);
    let (proof, _later) = prove_adopted(ctx, database, history, &migration, &changes);
    migration.down = marks::after_head(&migration.down, &proof.comment());
    let written = write_migration(&ctx.paths.migrations, &migration)
        .map_err(|error| Failure::from_history(&error, &ctx.paths))?;
    let whole: Vec<Migration> = history.applied().into_iter().chain([written.clone()]).collect();
    let end = replay::end_of(ctx, database, &whole).map_err(|failure| {
        // It is no part of anybody's history yet.
        let _ = std::fs::remove_dir_all(&written.path);
        not_by_itself(failure, objects)
    })?;
    apply::prepare(ctx, database, history)?;
    database.execute(&ledger::mark_applied_sql(&written, &ctx.stamp()))?;
    if objects.is_empty() {
        meta::forget_pushed(database)?;
        selfcheck::compare(ctx, &inspection.ignored, "`drift adopt`", &inspection.live, &end);
    }
    Ok(Adopted {
        path: ctx.paths.show(&written.path),
        changes: drift.changes,
        in_schema: drift.in_schema,
        proof,
    })
}

/// Runs the inverse of the drift of the named objects (none: of all), in one transaction.
///
/// # Errors
/// No drift, a protected or remote database, nobody to confirm, or a statement that fails.
pub fn revert(ctx: &mut Ctx<'_>, options: &Revert) -> Result<Reverted> {
    guard::refuse_remote(ctx, "drift revert", options.allow_remote)?;
    let mut database = ctx.connect()?;
    let database = database.as_mut();
    guard::refuse_protected(ctx, database, "drift revert")?;
    apply::lock(ctx, database)?;
    let (_, inspection) = find(ctx, database)?;
    revert_part(ctx, database, &inspection, &options.objects, options.force)
}

/// The same for a database that is locked and was looked at.
///
/// # Errors
/// As [`revert`].
pub(crate) fn revert_part(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    inspection: &Inspection,
    objects: &[String],
    force: bool,
) -> Result<Reverted> {
    let drift = inspection.part(ctx, objects)?;
    refuse_half("taken back", &drift.cannot_revert)?;
    let script = drift.revert_sql.join("\n");
    if !force {
        let message = format!("this is run on `{}`:\n{script}", database.target().database);
        guard::confirm(ctx, message)?;
    }
    patience::change(ctx, database, "drift revert", &script, Failure::from_database)?;
    if objects.is_empty() {
        meta::forget_pushed(database)?;
        let live = ctx.introspect(database)?;
        selfcheck::compare(ctx, &inspection.ignored, "`drift revert`", &live, &inspection.expected);
    }
    Ok(Reverted { statements: drift.revert_sql })
}

fn prove_adopted(
    ctx: &Ctx<'_>,
    database: &mut dyn Database,
    history: &History,
    migration: &NewMigration,
    changes: &ChangeSet<'_>,
) -> (Proof, Later) {
    let subject = Subject {
        up: &migration.up,
        down: &migration.down,
        run_in_transaction: migration.run_in_transaction,
        changes,
        history: &history.applied(),
    };
    prove::unless_off(ctx, database, &subject, true)
}

/// Writes the named objects into the list of drift that is meant to stay.
///
/// # Errors
/// No drift, a name that nothing of it has, or a list that cannot be written.
pub fn ignore(ctx: &mut Ctx<'_>, objects: &[String]) -> Result<Listed> {
    let mut database = ctx.connect()?;
    let (_, inspection) = find(ctx, database.as_mut())?;
    let part = inspection.part(ctx, objects)?;
    let path = ignored::add(ctx, objects)?;
    Ok(Listed { path, objects: objects.to_vec(), left: inspection.drift.count - part.count })
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

/// A migration of a part of the drift that does not run lacks something of the rest.
fn not_by_itself(failure: Box<Failure>, objects: &[String]) -> Box<Failure> {
    let names: Vec<String> = objects.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        return failure.fact("nothing was changed");
    }
    let what = names.join(", ");
    Failure::refused("GP3210", format!("a migration of {what} alone does not run"))
        .fact(failure.message)
        .fact("nothing was changed")
        .hint("name what it needs as well, or nothing: that means all of the drift")
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
