//! `migrate squash`: several migrations of the past become one.
//!
//! Databases that have all of them are marked, those that have none run the one, and those in between are told to
//! finish first. Nothing is written unless both ways end in the same schema.

use glowplug_dialect::database::Database;
use glowplug_dialect::finding::Facts;
use glowplug_dialect::plan::PlanOptions;
use glowplug_migrations::checksum;
use glowplug_migrations::folder::{Migration, version_of};
use glowplug_migrations::replaces;
use glowplug_migrations::write::{NewMigration, write_migration};
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::failure::{Failure, Result, io_failure};
use crate::history::History;
use crate::summary::summarize;
use crate::{draft, marks, naming, replay};

/// Which migrations, and what the new one is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The first one.
    pub from: String,
    /// The last one.
    pub to: String,
    /// Words for the new one.
    pub name: String,
}

/// What it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The new folder, relative to the workspace.
    pub path: String,
    /// The migrations that it stands for.
    pub replaces: Vec<String>,
    /// Where their folders are kept.
    pub kept: String,
    /// Whether the statements were planned anew; else they are those of the old files, one after the other.
    pub planned: bool,
}

/// Squashes.
///
/// # Errors
/// No such migrations, a history that does not run, or ways that do not end in the same schema.
pub fn run(ctx: &mut Ctx<'_>, options: &Options) -> Result<Outcome> {
    let slug = naming::check(&options.name)?;
    let disk = ctx.disk()?;
    let place = |name: &str| match disk.iter().position(|it| it.name == name) {
        Some(at) => Ok(at),
        None => Err(Failure::new("GP3301", format!("there is no migration `{name}`"))
            .prisma("P3017")
            .hint("give the folder's whole name, with its timestamp")),
    };
    let (first, last) = (place(&options.from)?, place(&options.to)?);
    let last = marks::group_end(&disk, last);
    if first >= last {
        return Err(Failure::new(
            "GP3314",
            "there is nothing to squash: name two migrations, the earlier one first",
        ));
    }
    let chosen = &disk[first..=last];
    let mut database = ctx.connect_or_create()?;
    let database = database.as_mut();
    // What stopped goes on by the name of its folder, which is about to go.
    History::read(ctx, database)?.refuse_failed(&ctx.tool)?;
    let prev = match &disk[..first] {
        [] => SqlSchema::empty_database(),
        before => replay::end_of(ctx, database, before)?,
    };
    let next = replay::end_of(ctx, database, &disk[..=last])?;
    let names: Vec<String> = chosen.iter().map(|it| it.name.clone()).collect();
    let older: Vec<String> = chosen.iter().flat_map(|it| replaces::all(&it.up)).collect();
    let planned = chosen.iter().all(|it| marks::is_as_written(&it.up) == Some(true));
    // Diesel's version stays that of the last one, so that plain Diesel does not run it again either.
    let name = format!("{}_{slug}", version_of(&disk[last].name));
    let mut new = if planned {
        plan(ctx, database, Pair::new(&prev, &next), &disk[..first], &name)
    } else {
        join(chosen, &name, &prev)?
    };
    new.up = marks::after_head(&new.up, &replaces::lines(&names, &older));
    refuse_difference(ctx, database, &disk[..first], &new, &next)?;
    let kept = keep(ctx, chosen)?;
    let written = write_migration(&ctx.paths.migrations, &new)
        .map_err(|error| Failure::from_history(&error, &ctx.paths))?;
    Ok(Outcome { path: ctx.paths.show(&written.path), replaces: names, kept, planned })
}

fn plan(
    ctx: &Ctx<'_>,
    database: &mut dyn Database,
    schemas: Pair<&SqlSchema>,
    before: &[Migration],
    name: &str,
) -> NewMigration {
    let changes = diff(schemas, ctx.dialect.compare(), &RenameHints::default());
    let options = PlanOptions { allow_recreate: true, ..PlanOptions::default() };
    let mut draft = draft::draft(ctx.dialect, &changes, &Facts::default(), &options);
    draft.prove(ctx, database, &changes, before, true);
    draft.alone(name)
}

/// Statements that a person wrote may move rows, which no plan knows of: they are kept as they are.
fn join(chosen: &[Migration], name: &str, prev: &SqlSchema) -> Result<NewMigration> {
    if let Some(alone) = chosen.iter().find(|it| !it.run_in_transaction) {
        let message =
            format!("migration `{}` does not run in a transaction and cannot be joined", alone.name);
        return Err(Failure::refused("GP3314", message).hint("squash those before it, and those after it"));
    }
    let part =
        |migration: &Migration, sql: &str| format!("\n-- from {}\n{}\n", migration.name, sql.trim_end());
    let up: String =
        chosen.iter().map(|it| part(it, &replaces::without(&marks::without_start(&it.up)))).collect();
    let back = chosen.iter().rev().map(|it| part(it, it.down.as_deref().unwrap_or_default()));
    let down = if chosen.iter().all(crate::take_back::has_way_back) {
        format!("-- Takes up.sql back.\n{}", back.collect::<String>())
    } else {
        "-- Not all of the squashed migrations could be taken back.\n".to_owned()
    };
    let up = marks::with_start(&format!("-- Squashed from several migrations.\n{up}"), prev);
    Ok(NewMigration { name: name.to_owned(), up, down, run_in_transaction: true })
}

/// The proof: the one migration ends where the several end.
fn refuse_difference(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    before: &[Migration],
    new: &NewMigration,
    wanted: &SqlSchema,
) -> Result<()> {
    let one = Migration {
        name: new.name.clone(),
        version: version_of(&new.name),
        path: ctx.paths.migrations.join(&new.name),
        up_file: "up.sql".to_owned(),
        up: new.up.clone(),
        down: Some(new.down.clone()),
        run_in_transaction: new.run_in_transaction,
        checksum: checksum::of(&new.up),
    };
    let whole: Vec<Migration> = before.iter().cloned().chain([one]).collect();
    let end = replay::end_of(ctx, database, &whole)?;
    let left = diff(Pair::new(&end, wanted), ctx.dialect.compare(), &RenameHints::default());
    if left.is_empty() {
        return Ok(());
    }
    let mut failure =
        Failure::new("GP3315", "the one migration does not end in the schema that the several end in");
    failure.facts = summarize(&left).iter().map(|line| line.indented()).collect();
    Err(failure.fact("nothing was changed"))
}

/// The old folders are kept out of the way: version control has them, too.
fn keep(ctx: &Ctx<'_>, chosen: &[Migration]) -> Result<String> {
    let folder = ctx.paths.state.join("replaced");
    std::fs::create_dir_all(&folder).map_err(|error| io_failure("create", &folder, &error))?;
    for migration in chosen {
        let target = folder.join(&migration.name);
        if target.exists() {
            std::fs::remove_dir_all(&target).map_err(|error| io_failure("remove", &target, &error))?;
        }
        std::fs::rename(&migration.path, &target)
            .map_err(|error| io_failure("move", &migration.path, &error))?;
    }
    Ok(ctx.paths.show(&folder))
}
