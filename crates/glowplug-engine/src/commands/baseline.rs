//! `migrate baseline`: the first migration of a database that exists already, marked as applied there.

use glowplug_dialect::finding::Facts;
use glowplug_dialect::plan::PlanOptions;
use glowplug_migrations::ledger;
use glowplug_migrations::write::write_migration;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::history::History;
use crate::ignored::Ignored;
use crate::prove::Proof;
use crate::summary::{Line, summarize};
use crate::{apply, draft, naming, replay, selfcheck};

/// The new migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The folder, relative to the workspace.
    pub path: String,
    /// What it holds.
    pub changes: Vec<Line>,
    /// How well its down.sql takes it back.
    pub proof: Option<Proof>,
}

/// Writes a migration that makes the database as it is, and records it as applied there. Nothing else is changed.
///
/// # Errors
/// A folder with migrations, a database that has a history or nothing at all, objects that no statement makes.
pub fn run(ctx: &mut Ctx<'_>, words: &str) -> Result<Outcome> {
    naming::check(words)?;
    let disk = ctx.disk()?;
    if let Some(first) = disk.first() {
        let message =
            format!("there are migrations already, from `{}` on: a baseline is the first one", first.name);
        return Err(Failure::refused("GP3313", message).hint(format!(
            "{} migrate resolve --applied {}    if the database is already as that migration leaves it",
            ctx.tool, first.name
        )));
    }
    let mut database = ctx.connect()?;
    let database = database.as_mut();
    apply::lock(ctx, database)?;
    let history = History::read(ctx, database)?;
    history.refuse_failed(&ctx.tool)?;
    if let Some(missing) = history.diagnosis.missing.first() {
        let message = format!("the database has a history already: migration `{missing}` is applied to it");
        return Err(Failure::refused("GP3313", message).hint("restore the folders of its migrations"));
    }
    let live = ctx.introspect(database)?;
    let nothing =
        SqlSchema { default_namespace: live.default_namespace.clone(), ..SqlSchema::empty_database() };
    let changes = diff(Pair::new(&nothing, &live), ctx.dialect.compare(), &RenameHints::default());
    if changes.is_empty() {
        return Err(Failure::new("GP3313", "the database is empty: there is nothing to begin with")
            .hint(format!("{} migrate    writes the first migration from the schema file", ctx.tool)));
    }
    let mut draft = draft::draft(ctx.dialect, &changes, &Facts::default(), &PlanOptions::default());
    draft.up = draft.up.replacen("from the schema", "from the database", 1);
    draft.prove(ctx, database, &changes, &[], true);
    let new = draft.alone(&naming::folder(ctx, &history, words)?);
    let written = write_migration(&ctx.paths.migrations, &new)
        .map_err(|error| Failure::from_history(&error, &ctx.paths))?;
    // What cannot be made from the file would be drift for ever: it must end where the database is.
    match replay::end_of(ctx, database, std::slice::from_ref(&written)) {
        Ok(end) => {
            let ignored = Ignored::read(ctx)?;
            selfcheck::compare(ctx, &ignored, "`migrate baseline`", &live, &end);
        }
        Err(failure) => {
            let _ = std::fs::remove_dir_all(&written.path);
            return Err(failure);
        }
    }
    apply::prepare(ctx, database, &history)?;
    database.execute(&ledger::mark_applied_sql(&written, &ctx.stamp()))?;
    database.unlock()?;
    Ok(Outcome { path: ctx.paths.show(&written.path), changes: summarize(&changes), proof: draft.proof })
}
