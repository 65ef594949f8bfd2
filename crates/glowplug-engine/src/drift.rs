//! Drift: what the live database has that no migration made, and the other way round.

use glowplug_dialect::database::Database;
use glowplug_dialect::plan::{Plan, PlanOptions};
use glowplug_sql::change::{Change, ChangeSet};
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::history::History;
use crate::ignored::Ignored;
use crate::model::Parts;
use crate::objects;
use crate::replay;
use crate::summary::{Line, summarize};

/// The drift of a database from its history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// What changed from the history to the database.
    pub changes: Vec<Line>,
    /// How many changes.
    pub count: usize,
    /// What they are about, by the names that `drift adopt`, `revert` and `ignore` take.
    pub objects: Vec<String>,
    /// Changes that the repository says are meant to stay; they count nowhere else.
    pub ignored: Vec<Line>,
    /// SQL that makes the database as the history says.
    pub revert_sql: Vec<String>,
    /// SQL that would make the history as the database is: the text of a migration.
    pub adopt_sql: Vec<String>,
    /// Whether any of it can be said in the schema file.
    #[serde(skip)]
    pub in_schema: bool,
    /// Why a difference cannot be taken back by that SQL.
    pub cannot_revert: Vec<String>,
    /// Why a difference cannot be kept by that SQL.
    pub cannot_adopt: Vec<String>,
    /// Whether that migration runs in a transaction of its runner's, both ways.
    #[serde(skip)]
    pub in_transaction: bool,
}

impl Drift {
    /// What to type after `drift ignore`.
    pub fn ignorable(&self) -> String {
        match self.objects.as_slice() {
            [one] => one.clone(),
            _ => "<object>...".to_owned(),
        }
    }

    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        self.count == 0
    }
}

/// What is known about the database and its history after looking at both.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// The drift from what is applied.
    pub drift: Drift,
    /// What the history says.
    pub expected: SqlSchema,
    /// The live database.
    pub live: SqlSchema,
    /// What is external in it.
    pub external: SqlSchema,
    /// The drift that is meant to stay.
    pub ignored: Ignored,
}

/// Compares the live database with the end of its applied history.
///
/// # Errors
/// The history does not replay, or whatever the database answers.
pub fn inspect(ctx: &mut Ctx<'_>, database: &mut dyn Database, history: &History) -> Result<Inspection> {
    // What such a database should look like nobody can say.
    history.refuse_half()?;
    let Parts { own: live, external } = ctx.introspect_parts(database)?;
    let applied = history.applied();
    let expected = if applied.is_empty() {
        SqlSchema { default_namespace: live.default_namespace.clone(), ..SqlSchema::empty_database() }
    } else {
        replay::end_of(ctx, database, &applied)?
    };
    let ignored = Ignored::read(ctx)?;
    let drift = compare(ctx, &ignored, &expected, &live, &[]);
    Ok(Inspection { drift, expected, live, external, ignored })
}

impl Inspection {
    /// What leads from the history to the database, as far as it is about the named objects (none: all) and not
    /// ignored.
    pub fn changes(&self, ctx: &Ctx<'_>, names: &[String]) -> ChangeSet<'_> {
        let all = diff(Pair::new(&self.expected, &self.live), ctx.dialect.compare(), &RenameHints::default());
        wanted(&self.ignored.not_ignored(&all), names)
    }

    /// What the drift is about, each difference once: a name that means others as well (a table, its indexes) stands for
    /// them.
    pub fn separate_objects(&self, ctx: &Ctx<'_>) -> Vec<String> {
        let all = self.changes(ctx, &[]);
        let meant = |name: &String| objects::names(&objects::select(&all, std::slice::from_ref(name)));
        let mut names: Vec<String> = self.drift.objects.clone();
        names.sort_by_key(|name| std::cmp::Reverse(meant(name).len()));
        let mut separate: Vec<String> = Vec::new();
        for name in names {
            if !separate.iter().any(|it| meant(it).contains(&name)) {
                separate.push(name);
            }
        }
        separate
    }

    /// The part of the drift that is about the named objects; no names mean all of it.
    ///
    /// # Errors
    /// A name that nothing of the drift has.
    pub fn part(&self, ctx: &Ctx<'_>, names: &[String]) -> Result<Drift> {
        if names.is_empty() {
            return Ok(self.drift.clone());
        }
        let all = self.changes(ctx, &[]);
        for name in names {
            if objects::select(&all, std::slice::from_ref(name)).is_empty() {
                return Err(Failure::new("GP3211", format!("no difference is about `{name}`"))
                    .fact(format!("there are differences about {}", self.drift.objects.join(", "))));
            }
        }
        Ok(compare(ctx, &self.ignored, &self.expected, &self.live, names))
    }
}

fn compare(
    ctx: &Ctx<'_>,
    ignored: &Ignored,
    expected: &SqlSchema,
    live: &SqlSchema,
    names: &[String],
) -> Drift {
    let hints = RenameHints::default();
    let options = PlanOptions { allow_recreate: true, way_back: false, ..PlanOptions::default() };
    let all = diff(Pair::new(expected, live), ctx.dialect.compare(), &hints);
    let there = wanted(&ignored.not_ignored(&all), names);
    let ignored_lines = summarize(&ignored.ignored(&all));
    if there.is_empty() {
        return Drift { ignored: ignored_lines, ..Drift::default() };
    }
    let back =
        wanted(&ignored.not_ignored(&diff(Pair::new(live, expected), ctx.dialect.compare(), &hints)), names);
    let (adopt, revert) = (ctx.dialect.plan(&there, &options), ctx.dialect.plan(&back, &options));
    let in_transaction = adopt.steps.iter().chain(&revert.steps).all(|step| step.in_transaction);
    Drift {
        changes: summarize(&there),
        count: there.changes.len(),
        objects: objects::names(&there),
        ignored: ignored_lines,
        revert_sql: statements(&revert),
        adopt_sql: statements(&adopt),
        in_schema: there.changes.iter().any(|change| !is_foreign(change)),
        cannot_revert: obstacles(&revert),
        cannot_adopt: obstacles(&adopt),
        in_transaction,
    }
}

/// The changes about the named objects; no names mean all.
pub(crate) fn wanted<'a>(changes: &ChangeSet<'a>, names: &[String]) -> ChangeSet<'a> {
    if names.is_empty() { changes.clone() } else { objects::select(changes, names) }
}

fn is_foreign(change: &Change) -> bool {
    matches!(change, Change::CreateForeign(_) | Change::DropForeign(_) | Change::AlterForeign(_))
}

fn statements(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(|step| step.sql.clone()).collect()
}

fn obstacles(plan: &Plan) -> Vec<String> {
    let mut res: Vec<String> = plan.refused.iter().map(|refusal| refusal.why.clone()).collect();
    res.dedup();
    res
}
