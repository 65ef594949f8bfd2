//! `migrate rebase`: puts the migrations of one branch on top of those of the other.
//!
//! Where either order gives the same schema, the folders only get later names. Else they are planned anew from
//! the schema file, unless a person has edited them. What is replaced is kept.

use glowplug_dialect::database::Database;
use glowplug_dialect::plan::PlanOptions;
use glowplug_migrations::folder::Migration;
use glowplug_migrations::ledger;
use glowplug_migrations::name::folder_name;
use glowplug_migrations::write::{NewMigration, write_migration};
use glowplug_sql::diff::diff;
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::draft;
use crate::failure::{Failure, Result, io_failure};
use crate::forks::{self, Fork};
use crate::history::History;
use crate::prove::Proof;
use crate::renames::{self, Said};
use crate::replay::{self, Steps};
use crate::summary::{Line, summarize};
use crate::{apply, fingerprint, guard, marks, naming, review};

/// How.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// A migration of the branch that moves; the one that sorts last if nobody says.
    pub migration: Option<String>,
    /// Plan anew what a person has edited.
    pub force: bool,
    /// A column may be dropped and added again where no cast exists.
    pub allow_recreate: bool,
    /// Keep tables usable meanwhile, where the database has a way for that.
    pub online: bool,
    /// Do not run the new migration up, down and up again first.
    pub no_prove: bool,
    /// Also on another host.
    pub allow_remote: bool,
    /// What was said about renames.
    pub said: Said,
}

/// What it did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Folders that have another name now: before and after.
    pub moved: Vec<(String, String)>,
    /// Folders whose place was taken; their text is kept there.
    pub replaced: Vec<(String, String)>,
    /// The migration that was planned anew.
    pub written: Option<String>,
    /// Those that follow it, for what needs transactions of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<String>,
    /// What it changes.
    pub changes: Vec<Line>,
    /// How well its down.sql takes it back.
    pub proof: Option<Proof>,
}

/// Rebases one branch of one fork.
///
/// # Errors
/// No such branch, one that was edited by hand or is applied here, a question that nobody answers.
pub fn run(ctx: &mut Ctx<'_>, options: &Options) -> Result<Outcome> {
    let disk = ctx.disk()?;
    guard::refuse_remote(ctx, "migrate rebase", options.allow_remote)?;
    let found = forks::find(ctx, &disk)?;
    let Some((fork, names)) = choose(ctx, &found.forks, options.migration.as_deref())? else {
        return Ok(Outcome::default());
    };
    let (local, rest): (Vec<_>, Vec<_>) = disk.into_iter().partition(|it| names.contains(&it.name));
    let mut database = ctx.connect_or_create()?;
    let database = database.as_mut();
    guard::refuse_protected(ctx, database, "migrate rebase")?;
    apply::lock(ctx, database)?;
    let history = History::read(ctx, database)?;
    history.refuse_failed(&ctx.tool)?;
    let outcome = if fork.commutes {
        shift(ctx, database, &history, &local, &rest)?
    } else {
        refuse_edited(&local, options.force)?;
        refuse_applied(ctx, &history, &local)?;
        replan(ctx, database, &history, &local, &rest, options)?
    };
    database.unlock()?;
    Ok(outcome)
}

/// The fork and the branch of it that moves.
fn choose(ctx: &Ctx<'_>, forks: &[Fork], said: Option<&str>) -> Result<Option<(Fork, Vec<String>)>> {
    let Some(name) = said else {
        return Ok(forks.last().map(|fork| (fork.clone(), fork.second.clone())));
    };
    let sides = forks.iter().flat_map(|fork| [(fork, &fork.first), (fork, &fork.second)]);
    let found = sides.into_iter().find(|(_, names)| names.iter().any(|it| it == name));
    match found {
        Some((fork, names)) => Ok(Some((fork.clone(), names.clone()))),
        None => Err(Failure::new("GP3309", format!("migration `{name}` is on no branch of a fork"))
            .hint(format!("{} migrate check    shows the forks", ctx.tool))),
    }
}

/// Gives the folders later names, and says what they start from now.
fn shift(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    history: &History,
    local: &[Migration],
    rest: &[Migration],
) -> Result<Outcome> {
    let mut steps = Steps::begin(ctx)?;
    for migration in rest {
        steps.run(ctx, migration)?;
    }
    let mut versions: Vec<String> = rest.iter().map(|it| it.version.clone()).collect();
    let mut moved = Vec::new();
    let is_last = rest.last().zip(local.first()).is_some_and(|(rest, local)| rest.name < local.name);
    for old in local {
        let start = fingerprint::of(&steps.look(ctx)?);
        steps.run(ctx, old)?;
        let up = marks::with_other_start(&old.up, &start);
        if is_last {
            write_up(old, &up)?;
            continue;
        }
        let slug = old.name.split_once('_').map_or(old.name.as_str(), |(_, slug)| slug);
        let name = folder_name(&ctx.clock.folder_timestamp(), slug, &versions);
        let path = ctx.paths.migrations.join(&name);
        write_up(old, &up)?;
        std::fs::rename(&old.path, &path).map_err(|error| io_failure("rename", &old.path, &error))?;
        let new = Migration {
            version: glowplug_migrations::folder::version_of(&name),
            name,
            path,
            up,
            ..old.clone()
        };
        if history.diagnosis.applied.contains(&old.name) {
            apply::prepare(ctx, database, history)?;
            database.execute(&ledger::rename_sql(old, &new))?;
        }
        versions.push(new.version.clone());
        moved.push((old.name.clone(), new.name));
    }
    if is_last {
        moved = local.iter().map(|it| (it.name.clone(), it.name.clone())).collect();
    }
    Ok(Outcome { moved, ..Outcome::default() })
}

fn write_up(migration: &Migration, up: &str) -> Result<()> {
    let path = migration.path.join(&migration.up_file);
    std::fs::write(&path, up).map_err(|error| io_failure("write", &path, &error))
}

fn refuse_edited(local: &[Migration], force: bool) -> Result<()> {
    let Some(edited) = local.iter().find(|it| marks::is_as_written(&it.up) != Some(true)) else {
        return Ok(());
    };
    if force {
        return Ok(());
    }
    Err(Failure::refused("GP3310", format!("migration `{}` was written or edited by hand", edited.name))
        .fact("nothing was changed")
        .hint("--force    plans it anew from the schema file; the text as it is now is kept in .glowplug/replaced")
        .hint("or edit it so that it runs after the other branch, and give its folder a later name"))
}

fn refuse_applied(ctx: &Ctx<'_>, history: &History, local: &[Migration]) -> Result<()> {
    let Some(applied) = local.iter().find(|it| history.diagnosis.applied.contains(&it.name)) else {
        return Ok(());
    };
    let order = history.applied_in_order();
    let before = order.iter().position(|it| it.name == applied.name).and_then(|at| at.checked_sub(1));
    let back = match before {
        Some(at) => format!("{} migrate revert --to {}    takes it back", ctx.tool, order[at].name),
        None => format!("{} migrate revert --last {}    takes it back", ctx.tool, order.len()),
    };
    Err(Failure::refused("GP3311", format!("migration `{}` is applied to this database", applied.name))
        .fact("nothing was changed")
        .hint(back))
}

/// Plans what the schema file has beyond the rest of the history, and takes the place of the local migrations.
fn replan(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    history: &History,
    local: &[Migration],
    rest: &[Migration],
    options: &Options,
) -> Result<Outcome> {
    let loaded = ctx.schema.load()?;
    let end = replay::end_of(ctx, database, rest)?;
    let next = ctx.lower(&loaded.schema);
    let schemas = Pair::new(&end, &next);
    let hints = renames::known(Some(&loaded.schema), schemas, &options.said)?;
    let compare = ctx.dialect.compare();
    let changes =
        renames::settle(ctx, database, hints, &options.said, &|hints| diff(schemas, compare, hints))?;
    let mut outcome = Outcome { changes: summarize(&changes), ..Outcome::default() };
    let mut new: Vec<NewMigration> = Vec::new();
    if !changes.is_empty() {
        let facts = review::facts(database, &changes)?;
        let plan_options =
            PlanOptions { allow_recreate: options.allow_recreate, way_back: false, online: options.online };
        let mut draft = draft::draft(ctx.dialect, &changes, &facts, &plan_options);
        review::refuse_unplanned(&changes, &draft.plan)?;
        draft.prove(ctx, database, &changes, rest, !options.no_prove);
        outcome.proof.clone_from(&draft.proof);
        let slug = local.last().and_then(|it| it.name.split_once('_')).map_or("rebased", |(_, slug)| slug);
        new = draft.named(&naming::folder(ctx, history, slug)?);
    }
    for old in local {
        let kept = ctx.paths.state.join("replaced").join(&old.name);
        let parent = ctx.paths.state.join("replaced");
        std::fs::create_dir_all(&parent).map_err(|error| io_failure("create", &parent, &error))?;
        if kept.exists() {
            std::fs::remove_dir_all(&kept).map_err(|error| io_failure("remove", &kept, &error))?;
        }
        std::fs::rename(&old.path, &kept).map_err(|error| io_failure("move", &old.path, &error))?;
        outcome.replaced.push((old.name.clone(), ctx.paths.show(&kept)));
    }
    for new in &new {
        let written = write_migration(&ctx.paths.migrations, new)
            .map_err(|error| Failure::from_history(&error, &ctx.paths))?;
        let path = ctx.paths.show(&written.path);
        match outcome.written {
            None => outcome.written = Some(path),
            Some(_) => outcome.further.push(path),
        }
    }
    Ok(outcome)
}
