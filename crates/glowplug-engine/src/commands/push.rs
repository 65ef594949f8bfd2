//! `push`: brings the database to the schema without a migration, for prototypes.
//!
//! What neither the history nor an earlier push has made is left alone. A push writes down in the database what
//! it has made, in the transaction that makes it.

use std::time::Instant;

use glowplug_dialect::database::Database;
use glowplug_dialect::error::{DatabaseError, ErrorKind};
use glowplug_dialect::plan::{Plan, PlanOptions};
use glowplug_dialect::script::MigrationScript;
use glowplug_migrations::meta;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::apply::{self, place_in};
use crate::commands::{generate, reset};
use crate::copies::{self, Kept};
use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::history::History;
use crate::model::{Parts, describe, describe_external};
use crate::owned::{self, Owned};
use crate::renames::{self, Said};
use crate::report::{self, Found, Statement};
use crate::summary::{Line, summarize};
use crate::ui::Event;
use crate::{guard, patience, replay, review, selfcheck};

/// What to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Drop everything first.
    pub force_reset: bool,
    /// Do not ask before that.
    pub force: bool,
    /// Drop it without a copy.
    pub no_copy: bool,
    /// Leave generated code as it is.
    pub skip_generate: bool,
    /// Also on another host.
    pub allow_remote: bool,
    /// Data may be lost.
    pub accept_data_loss: bool,
    /// A column may be dropped and added again where no cast exists.
    pub allow_recreate: bool,
    /// What was said about renames.
    pub said: Said,
}

/// What it did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The database's name.
    pub database: String,
    /// Whether everything was dropped first.
    pub reset: bool,
    /// The copy that was made before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<Kept>,
    /// What changed.
    pub changes: Vec<Line>,
    /// What was run.
    pub statements: Vec<Statement>,
    /// What was dangerous about it: accepted, or harmless.
    pub findings: Vec<Found>,
    /// What the schema lacks and neither the history nor an earlier push has made.
    pub left_alone: Vec<String>,
    /// What nobody here has made either, but went with the column that it was on.
    pub went_along: Vec<String>,
    /// Objects outside the schema's language, left alone as well.
    pub foreign: Vec<String>,
    /// What others look after, left alone as well.
    pub external: Vec<String>,
    /// How many migrations are applied here: to `migrate`, what was pushed on top of them is drift.
    pub history: usize,
    /// How long it took.
    pub milliseconds: u64,
    /// Generated code.
    pub generated: generate::Outcome,
    /// What the statements kept waiting, a line each.
    #[serde(skip)]
    pub locks: Vec<String>,
}

/// Makes the database as the schema says.
///
/// # Errors
/// See [`crate::failure`]: every refusal leaves the database as it was.
pub fn run(ctx: &mut Ctx<'_>, options: &Options) -> Result<Outcome> {
    let loaded = ctx.schema.load()?;
    guard::refuse_remote(ctx, "push", options.allow_remote)?;
    let mut database = ctx.connect_or_create()?;
    let database = database.as_mut();
    guard::refuse_protected(ctx, database, "push")?;
    if options.force_reset {
        reset::confirm(ctx, database, options.force)?;
    }
    apply::lock(ctx, database)?;
    let mut outcome = Outcome {
        database: database.target().database.clone(),
        reset: options.force_reset,
        ..Outcome::default()
    };
    if options.force_reset {
        outcome.copy = reset::start_over(ctx, database, options.no_copy)?;
    }
    let next = ctx.lower_parts(&loaded.schema);
    let live = ctx.introspect_parts(database)?;
    let history = History::read(ctx, database)?;
    history.refuse_failed(&ctx.tool)?;
    outcome.foreign = live.own.foreign.iter().map(describe).collect();
    outcome.external = describe_external(&[&live.external, &next.external]);
    outcome.history = history.diagnosis.applied.len() + history.diagnosis.missing.len();
    push(ctx, database, &history, Pair::new(&live, &next), options, &mut outcome)?;
    database.unlock()?;
    if !options.skip_generate {
        let options = generate::Options { which: generate::Which::All, check: false, force: false };
        outcome.generated = generate::run(ctx, loaded, options)?;
    }
    Ok(outcome)
}

fn push(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    history: &History,
    parts: Pair<&Parts>,
    options: &Options,
    outcome: &mut Outcome,
) -> Result<()> {
    let schemas = parts.map(|parts| &parts.own);
    let (schema, compare) = (&ctx.schema.load()?.schema, ctx.dialect.compare());
    let hints = renames::known(Some(schema), schemas, &options.said)?;
    let pushed = meta::read(database)?.pushed;
    let everything = diff(schemas, compare, &hints);
    let owned = if owned::drops_something(&everything) {
        owned_by_us(ctx, database, history, pushed.as_deref())?
    } else {
        Owned::default()
    };
    let ours = |hints: &RenameHints| owned.keep(&diff(schemas, compare, hints)).0;
    let changes = renames::settle(ctx, database, hints, &options.said, &ours)?;
    outcome.left_alone = owned.keep(&everything).1;
    let facts = review::facts(database, &changes)?;
    let plan_options = PlanOptions { allow_recreate: options.allow_recreate, ..PlanOptions::default() };
    let plan = ctx.dialect.plan(&changes, &plan_options);
    let findings = glowplug_checks::run(&changes, &facts);
    review::refuse_unplanned(&changes, &plan)?;
    review::refuse_loss(ctx, &findings, options.accept_data_loss, None)?;

    let reached = Owned::of(schemas.next).to_json();
    // A database that its history has made needs no word of ours until something is pushed on top.
    if changes.is_empty() && (outcome.history > 0 || pushed.as_ref() == Some(&reached)) {
        return Ok(());
    }
    if copies::is_risky(&plan, &findings)
        && let Some(copy) = copies::of_file(ctx, database, "push")?
    {
        ctx.ui.report(&Event::Copied { file: &copy });
    }
    let started = Instant::now();
    run_plan(ctx, database, &plan, &meta::pushed_sql(&reached))?;
    outcome.milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    outcome.changes = summarize(&changes);
    outcome.statements = report::statements(&plan);
    outcome.locks = report::locks(&plan);
    outcome.findings = report::findings(&findings);
    if !changes.is_empty() {
        let before = std::mem::take(&mut outcome.left_alone);
        outcome.left_alone = check(ctx, database, schemas.next, &owned)?;
        outcome.went_along = before.into_iter().filter(|it| !outcome.left_alone.contains(it)).collect();
    }
    Ok(())
}

/// What the applied history ends with, and what earlier pushes have written down.
fn owned_by_us(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    history: &History,
    pushed: Option<&str>,
) -> Result<Owned> {
    let applied = history.applied();
    let of_history = if applied.is_empty() {
        Owned::default()
    } else {
        Owned::of(&replay::end_of(ctx, database, &applied)?)
    };
    Ok(of_history.and(pushed.map(Owned::from_json).unwrap_or_default()))
}

/// Runs the statements, and writes down what they make: in one transaction, where every statement allows that.
fn run_plan(ctx: &mut Ctx<'_>, database: &mut dyn Database, plan: &Plan, bookkeeping: &str) -> Result<()> {
    let sql: Vec<&str> = plan.steps.iter().map(|step| step.sql.as_str()).collect();
    let script = MigrationScript { sql: sql.join("\n"), ..MigrationScript::default() };
    if database.is_whole(&script) {
        run_whole(ctx, database, &script.sql)?;
        return Ok(database.execute(bookkeeping)?);
    }
    if plan.steps.iter().all(|step| step.in_transaction) {
        return run_whole(ctx, database, &format!("{}\n{bookkeeping}", script.sql));
    }
    for (done, statement) in sql.iter().enumerate() {
        patience::change(ctx, database, "push", statement, |error| failed(statement, error)).map_err(
            |failure| {
                let all = sql.len();
                failure
                    .fact(format!("landed: {done} of {all} statements (not all of them allow a transaction)"))
            },
        )?;
    }
    Ok(database.execute(bookkeeping)?)
}

fn run_whole(ctx: &mut Ctx<'_>, database: &mut dyn Database, sql: &str) -> Result<()> {
    patience::change(ctx, database, "push", sql, |error| failed(sql, error))
        .map_err(|failure| failure.fact("landed: nothing (it was one transaction)"))
}

fn failed(sql: &str, error: DatabaseError) -> Box<Failure> {
    let is_statement = error.kind == ErrorKind::Statement;
    let place = error.server.as_ref().and_then(|server| place_in("push", sql, server));
    let mut failure = Failure::from_database(error);
    if is_statement {
        failure.place = place;
    }
    failure
}

/// Nothing may be left to do but what was left on purpose: that is returned.
fn check(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    next: &SqlSchema,
    owned: &Owned,
) -> Result<Vec<String>> {
    let live = ctx.introspect(database)?;
    let left = diff(Pair::new(&live, next), ctx.dialect.compare(), &RenameHints::default());
    let (left, strangers) = owned.keep(&left);
    selfcheck::report(ctx, "`push`", &left);
    Ok(strangers)
}
