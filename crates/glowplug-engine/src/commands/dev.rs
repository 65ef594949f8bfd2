//! `migrate dev`: brings a development database and the history to what the schema file says.

use glowplug_dialect::database::Database;
use glowplug_dialect::plan::PlanOptions;
use glowplug_migrations::folder::Migration;
use glowplug_migrations::write::{NewMigration, write_migration};
use glowplug_psl::schema::Schema;
use glowplug_sql::change::ChangeSet;
use glowplug_sql::diff::diff;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::apply::{self, Applied};
use crate::commands::drift::Adopted;
use crate::commands::generate;
use crate::ctx::Ctx;
use crate::data::{self, DataPlan};
use crate::draft::{self, Draft};
use crate::drift::Inspection;
use crate::drift_menu::{self, Settled};
use crate::failure::{Failure, Result};
use crate::history::History;
use crate::ignored::Ignored;
use crate::prove::Proof;
use crate::renames::{self, Said};
use crate::report::Found;
use crate::summary::{Line, summarize};
use crate::ui::Event;
use crate::{branch, copies, guard, naming, phases, replay, report, review, selfcheck};

/// What to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Name of a new migration.
    pub name: Option<String>,
    /// Write the migration, apply nothing. An empty one, if there is no difference.
    pub create_only: bool,
    /// Leave generated code as it is.
    pub skip_generate: bool,
    /// Also on another host.
    pub allow_remote: bool,
    /// Data may be lost.
    pub accept_data_loss: bool,
    /// A column may be dropped and added again where no cast exists.
    pub allow_recreate: bool,
    /// Keep tables usable meanwhile, where the database has a way for that.
    pub online: bool,
    /// Do not run the new migration up, down and up again first.
    pub no_prove: bool,
    /// What was said about renames.
    pub said: Said,
}

/// What it did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The database's name.
    pub database: String,
    /// Migrations of the folder that were pending and are applied now.
    pub applied: Vec<Applied>,
    /// Drift that somebody adopted, and that the schema file lacks: nothing was written beyond it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adopted: Option<Adopted>,
    /// The new migration.
    pub written: Option<Written>,
    /// What led to the reference data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<DataPlan>,
    /// Generated code.
    pub generated: generate::Outcome,
}

/// A new migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The folder's name.
    pub name: String,
    /// The folder, relative to the workspace.
    pub path: String,
    /// The folders of migrations that follow it, for what needs transactions of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<String>,
    /// The migration that it starts from.
    pub since: Option<String>,
    /// What changes.
    pub changes: Vec<Line>,
    /// How many steps up.sql has.
    pub steps: usize,
    /// What it keeps waiting, a line each.
    pub locks: Vec<String>,
    /// What is dangerous about it.
    pub findings: Vec<Found>,
    /// How well down.sql takes it back; absent for an empty one.
    pub proof: Option<Proof>,
    /// How long it took to apply; absent with `create_only`.
    pub applied: Option<Applied>,
    /// A copy of the database, made before.
    pub copy: Option<String>,
}

/// Applies what is pending, writes and applies a migration for what is new, generates code.
///
/// # Errors
/// See [`crate::failure`]: every refusal leaves history and database as they were.
pub fn run(ctx: &mut Ctx<'_>, options: &Options) -> Result<Outcome> {
    let loaded = ctx.schema.load()?;
    ctx.disk()?;
    let data = if options.create_only { None } else { data::load(ctx)? };
    options.name.as_deref().map(naming::check).transpose()?;
    guard::refuse_remote(ctx, "migrate dev", options.allow_remote)?;
    let mut database = ctx.connect_or_create()?;
    let database = database.as_mut();
    guard::refuse_protected(ctx, database, "migrate dev")?;
    apply::lock(ctx, database)?;
    let mut outcome = Outcome { database: database.target().database.clone(), ..Outcome::default() };

    let mut history = History::read(ctx, database)?;
    if !options.create_only {
        (history, outcome.applied) = finish_stopped(ctx, database, history)?;
    }
    refuse_unsound(ctx, &history)?;
    history = branch::settle(ctx, database, history, !options.create_only, options.accept_data_loss)?;
    history.refuse_foreign_database(database, ctx)?;
    let mut ignored = Ignored::default();
    let end = if options.create_only {
        end_on_scratch(ctx, database, &history)?
    } else {
        let inspection;
        (history, inspection) = match drift_menu::settle(ctx, database, history)? {
            Settled::GoOn(found) => *found,
            Settled::Adopted(adopted) => {
                database.unlock()?;
                outcome.adopted = Some(adopted);
                return Ok(outcome);
            }
        };
        ignored.clone_from(&inspection.ignored);
        let (end, applied) = catch_up(ctx, database, &history, inspection)?;
        outcome.applied.extend(applied);
        end
    };

    let next = ctx.lower(&loaded.schema);
    let base = Base { history: &history, ignored: &ignored };
    outcome.written = extend(ctx, database, base, &loaded.schema, Pair::new(&end, &next), options)?;
    if let Some(data) = &data {
        outcome.data = Some(data::bring(ctx, database, data, &|_, _, _| Ok(()))?);
    }
    database.unlock()?;
    if !options.skip_generate && !options.create_only {
        let options = generate::Options { which: generate::Which::All, check: false, force: false };
        outcome.generated = generate::run(ctx, loaded, options)?;
    }
    Ok(outcome)
}

/// Takes up what stopped half-way, before anything is compared: half a migration would look like drift.
fn finish_stopped(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    history: History,
) -> Result<(History, Vec<Applied>)> {
    let stopped = history.stopped();
    if stopped.is_empty() {
        return Ok((history, Vec::new()));
    }
    apply::prepare(ctx, database, &history)?;
    let applied = apply::apply_all(ctx, database, &history, &stopped)?;
    Ok((History::read(ctx, database)?, applied))
}

fn refuse_unsound(ctx: &Ctx<'_>, history: &History) -> Result<()> {
    history.refuse_failed(&ctx.tool)?;
    let reset = format!("{} migrate reset    starts this database over, with loss of its rows", ctx.tool);
    let back = format!(
        "{} migrate revert --last {}    takes it back with the SQL that the ledger keeps, so that it can run anew",
        ctx.tool,
        history.back_to_edited().unwrap_or(1)
    );
    history.refuse_edited(ctx, &back).map_err(|failure| failure.hint(reset))?;
    history.refuse_half()
}

/// The end of the whole history, asked of a scratch database alone.
fn end_on_scratch(ctx: &mut Ctx<'_>, database: &mut dyn Database, history: &History) -> Result<SqlSchema> {
    if history.disk.is_empty() {
        return Ok(SqlSchema::default());
    }
    replay::end_of(ctx, database, &history.disk)
}

/// Applies what is pending and returns where the history ends. A database without drift **is** the end of its
/// history, so nothing is replayed twice.
fn catch_up(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    history: &History,
    inspection: Inspection,
) -> Result<(SqlSchema, Vec<Applied>)> {
    let pending = history.pending();
    if !pending.is_empty()
        || !history.diagnosis.unrecorded.is_empty()
        || !history.diagnosis.restyled.is_empty()
    {
        apply::prepare(ctx, database, history)?;
    }
    if let Some(first) = pending.iter().find(|migration| !migration.run_in_transaction)
        && let Some(copy) = copies::of_file(ctx, database, &first.name)?
    {
        ctx.ui.report(&Event::Copied { file: &copy });
    }
    let applied = apply::apply_all(ctx, database, history, &pending)?;
    if !inspection.drift.ignored.is_empty() {
        // The database is not the end of its history, and is meant not to be.
        return Ok((end_on_scratch(ctx, database, history)?, applied));
    }
    if applied.is_empty() {
        return Ok((inspection.live, applied));
    }
    let end = ctx.introspect(database)?;
    if history.diagnosis.out_of_order.is_empty() {
        replay::remember(ctx, &history.disk, &end);
    }
    Ok((end, applied))
}

/// What a new migration comes on top of.
#[derive(Clone, Copy)]
struct Base<'a> {
    history: &'a History,
    ignored: &'a Ignored,
}

/// Writes and applies a migration for what the schema file has beyond the history.
fn extend(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    base: Base<'_>,
    schema: &Schema,
    schemas: Pair<&SqlSchema>,
    options: &Options,
) -> Result<Option<Written>> {
    let history = base.history;
    let hints = renames::known(Some(schema), schemas, &options.said)?;
    let compare = ctx.dialect.compare();
    let changes =
        renames::settle(ctx, database, hints, &options.said, &|hints| diff(schemas, compare, hints))?;
    let since = history.disk.last().map(|migration| migration.name.clone());
    if changes.is_empty() {
        if !options.create_only {
            return Ok(None);
        }
        let name = naming::new_name(ctx, history, &changes, options.name.as_deref())?;
        let migration = write(ctx, &draft::empty(&name))?;
        return Ok(Some(written(ctx, &[migration], since, &changes, None)));
    }
    let facts = review::facts(database, &changes)?;
    let plan_options =
        PlanOptions { allow_recreate: options.allow_recreate, way_back: false, online: options.online };
    let mut draft = draft::draft(ctx.dialect, &changes, &facts, &plan_options);
    refuse_before_naming(ctx, &changes, &draft, options)?;
    let name = naming::new_name(ctx, history, &changes, options.name.as_deref())?;
    draft.prove(ctx, database, &changes, &history.all(), !options.no_prove);
    let copy = if options.create_only || !copies::is_risky(&draft.plan, &draft.findings) {
        None
    } else {
        copies::of_file(ctx, database, &name)?
    };
    let migrations =
        draft.named(&name).iter().map(|it| write(ctx, it)).collect::<Result<Vec<Migration>>>()?;
    let mut written = written(ctx, &migrations, since, &changes, Some(&draft));
    written.copy = copy;
    if options.create_only {
        return Ok(Some(written));
    }
    written.applied = Some(apply_new(ctx, database, base, &migrations, schemas.next)?);
    Ok(Some(written))
}

fn refuse_before_naming(
    ctx: &mut Ctx<'_>,
    changes: &ChangeSet<'_>,
    draft: &Draft,
    options: &Options,
) -> Result<()> {
    review::refuse_unplanned(changes, &draft.plan)?;
    // A migration that is only written may be edited first; one that is applied now must be able to run.
    if options.create_only {
        return Ok(());
    }
    let way_out = "--create-only    writes the migration for you to edit";
    review::refuse_loss(ctx, &draft.findings, options.accept_data_loss, Some(way_out))
}

fn write(ctx: &Ctx<'_>, migration: &NewMigration) -> Result<Migration> {
    write_migration(&ctx.paths.migrations, migration)
        .map_err(|error| Failure::from_history(&error, &ctx.paths))
}

fn written(
    ctx: &Ctx<'_>,
    migrations: &[Migration],
    since: Option<String>,
    changes: &ChangeSet<'_>,
    draft: Option<&Draft>,
) -> Written {
    let shown = |migration: &Migration| ctx.paths.show(&migration.path);
    Written {
        name: migrations.first().map_or_else(String::new, |it| it.name.clone()),
        path: migrations.first().map_or_else(String::new, shown),
        further: migrations.iter().skip(1).map(shown).collect(),
        since,
        changes: summarize(changes),
        steps: draft.map_or(0, |draft| draft.plan.steps.len()),
        locks: draft.map_or_else(Vec::new, |draft| report::locks(&draft.plan)),
        findings: draft.map_or_else(Vec::new, |draft| report::findings(&draft.findings)),
        proof: draft.and_then(|draft| draft.proof.clone()),
        copy: None,
        applied: None,
    }
}

/// Applies the migrations that were just written. If one fails, and nothing of it has landed, its folder is taken
/// away again, and those after it: they were never part of anybody's history.
fn apply_new(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    base: Base<'_>,
    migrations: &[Migration],
    next: &SqlSchema,
) -> Result<Applied> {
    let Base { history, ignored } = base;
    apply::prepare(ctx, database, history)?;
    let mut applied = Applied { name: String::new(), milliseconds: 0 };
    for (at, migration) in migrations.iter().enumerate() {
        match apply::apply_new(ctx, database, migration) {
            Ok(it) if at == 0 => applied = it,
            Ok(it) => applied.milliseconds += it.milliseconds,
            Err(failure) => {
                let is_gone = forget(ctx, database, migration);
                let takes_along = if is_gone { at } else { at + 1 };
                for folder in &migrations[takes_along..] {
                    let _ = std::fs::remove_dir_all(&folder.path);
                }
                let failure = match is_gone {
                    true => failure.fact("its folder was taken away again").hint(format!(
                        "{} migrate --create-only    writes the SQL, to be mended first",
                        ctx.tool
                    )),
                    false => failure,
                };
                return Err(match at {
                    0 => failure,
                    _ => failure.fact(format!("`{}` stays applied", migrations[at - 1].name)),
                });
            }
        }
    }
    let live = ctx.introspect(database)?;
    let subject = migrations.first().map_or_else(String::new, |it| format!("`{}`", it.name));
    selfcheck::compare(ctx, ignored, &subject, &live, next);
    // Ignored drift would be remembered as a part of the history.
    if history.diagnosis.out_of_order.is_empty() && ignored.is_empty() {
        let whole: Vec<Migration> = history.disk.iter().chain(migrations).cloned().collect();
        replay::remember(ctx, &whole, &live);
    }
    Ok(applied)
}

/// Whether nothing of a migration that failed is left, in the database and its books.
fn forget(ctx: &Ctx<'_>, database: &mut dyn Database, migration: &Migration) -> bool {
    apply::is_whole(database, migration) || phases::forget(ctx, database, migration).unwrap_or(false)
}
