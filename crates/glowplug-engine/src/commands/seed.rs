//! `seed`: reference data, then SQL files. What the product's own binary adds is started by the terminal's side.

use std::path::Path;

use glowplug_dialect::database::{Database, End, Rows, Transaction};
use glowplug_dialect::error::DatabaseError;
use glowplug_rowdiff::{Difference, Session, Twice, twice};
use serde::{Deserialize, Serialize};

use super::ready;
use crate::ctx::Ctx;
use crate::data::{self, Data, DataPlan};
use crate::failure::{Exit, Failure, Result};
use crate::guard;
use crate::scripts::{self, Done, Failed, Script};

/// What to seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Reference data.
    pub data: bool,
    /// SQL files.
    pub sql: bool,
    /// What the product's own binary adds.
    pub fixtures: bool,
    /// Also on another host.
    pub allow_remote: bool,
}

/// What it did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The reference data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<DataPlan>,
    /// The SQL files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sql: Vec<Done>,
}

/// What has to be run, read and free of mistakes.
struct Loaded<'a> {
    data: Option<Data<'a>>,
    scripts: Vec<Script>,
}

/// A part of a seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What it is called.
    pub name: String,
    /// Its statements.
    pub statements: Vec<String>,
}

/// A row that a second run changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Which part of the seed did it.
    pub stage: String,
    /// `+` new, `~` changed, `-` gone.
    pub sign: char,
    /// The table.
    pub table: String,
    /// The row's key, or all of it.
    pub row: String,
    /// The columns that changed.
    pub columns: Vec<String>,
}

/// What came of running it twice. The product's binary says it in the same words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The parts, in order.
    pub stages: Vec<String>,
    /// The rows that the second run changed.
    pub differences: Vec<Changed>,
}

/// Applies the reference data and runs the SQL files.
///
/// # Errors
/// A database that must be left alone, pending migrations, or the first thing that fails.
pub fn run(ctx: &mut Ctx<'_>, options: Options) -> Result<Outcome> {
    let loaded = load(ctx, options)?;
    let mut database = open(ctx, options)?;
    let database = database.as_mut();
    let mut outcome = Outcome::default();
    if let Some(data) = &loaded.data {
        crate::apply::lock(ctx, database)?;
        outcome.data = Some(data::bring(ctx, database, data, &guard::refuse_data_removal)?);
        database.unlock()?;
    }
    for script in &loaded.scripts {
        let done = scripts::run(ctx, database, script).map_err(|failure| stays(failure, &outcome))?;
        outcome.sql.push(done);
    }
    Ok(outcome)
}

/// What a file that failed leaves as it is.
fn stays(failure: Box<Failure>, outcome: &Outcome) -> Box<Failure> {
    let data = outcome.data.iter().map(|_| "the reference data".to_owned());
    let before: Vec<String> = data.chain(outcome.sql.iter().map(|done| format!("`{}`", done.path))).collect();
    if before.is_empty() {
        failure
    } else {
        failure.fact(format!("what came before it stays: {}", before.join(", ")))
    }
}

/// What [`run`] would do. Changes nothing; how many rows an SQL file writes is known only then.
///
/// # Errors
/// Whatever stands in its way.
pub fn plan(ctx: &mut Ctx<'_>, options: Options) -> Result<Outcome> {
    let loaded = load(ctx, options)?;
    let mut database = open(ctx, options)?;
    let data = match &loaded.data {
        Some(data) => Some(data::look(ctx, database.as_mut(), data, false)?),
        None => None,
    };
    let sql = loaded.scripts.iter().map(|it| Done { path: it.path.clone(), written: 0 });
    Ok(Outcome { data, sql: sql.collect() })
}

/// The parts of the seed, for whoever runs them twice together with more.
///
/// # Errors
/// Whatever stands in the way of running them.
pub fn stages(ctx: &mut Ctx<'_>, options: Options) -> Result<Vec<Stage>> {
    let loaded = load(ctx, options)?;
    let mut database = open(ctx, options)?;
    if let Some(data) = &loaded.data {
        data::check(ctx, database.as_mut(), data)?;
    }
    Ok(all(ctx, &loaded))
}

fn all(ctx: &Ctx<'_>, loaded: &Loaded<'_>) -> Vec<Stage> {
    let data = loaded.data.iter().map(|data| Stage {
        name: format!("reference data ({})", ctx.paths.show(&ctx.paths.data)),
        statements: data::script(ctx, data),
    });
    let scripts = loaded.scripts.iter().map(|script| Stage {
        name: script.path.clone(),
        statements: script.statements().map(str::to_owned).collect(),
    });
    data.chain(scripts).collect()
}

/// Runs everything twice in one transaction, takes it back, and tells which rows the second run changed.
///
/// # Errors
/// Whatever stands in the way of running it, or fails meanwhile.
pub fn check(ctx: &mut Ctx<'_>, options: Options) -> Result<Checked> {
    let loaded = load(ctx, options)?;
    let mut database = open(ctx, options)?;
    let database = database.as_mut();
    if let Some(data) = &loaded.data {
        data::check(ctx, database, data)?;
    }
    let stages = all(ctx, &loaded);
    let names: Vec<String> = stages.iter().map(|stage| stage.name.clone()).collect();
    // The first stages are not of files with SQL.
    let before = stages.len() - loaded.scripts.len();
    let mut came = Twice::Ran(Vec::new());
    let mut failed = None;
    let sql = ctx.dialect.data().rows();
    let res = database.transaction(&mut |transaction| {
        let mut open = Open(transaction);
        came = twice(sql, &mut open, stages.len(), &mut |open, at| {
            let script = at.checked_sub(before).and_then(|at| loaded.scripts.get(at));
            match script {
                Some(script) => script.send(open.0).map(|_| ()).map_err(|it| {
                    let error = it.error.clone();
                    failed = Some((at - before, it));
                    error
                }),
                None => stages[at].statements.iter().try_for_each(|it| open.execute(it)),
            }
        })?;
        Ok(End::Rollback)
    });
    match (res, failed) {
        (Err(_), Some((at, it))) => Err(script_failure(&loaded.scripts[at], it)),
        (Err(error), None) => Err(Failure::from_database(error)),
        (Ok(()), _) => match came {
            Twice::Ended(stage) => Err(ended(&names[stage])),
            Twice::Ran(found) => {
                let differences = found.into_iter().map(|(stage, it)| changed(&names[stage], it)).collect();
                Ok(Checked { stages: names, differences })
            }
        },
    }
}

fn script_failure(script: &Script, failed: Failed) -> Box<Failure> {
    let mut failure = script.failure(failed);
    failure.facts.retain(|fact| !fact.starts_with("landed"));
    failure.fact("landed: nothing (a check is always rolled back)")
}

fn ended(stage: &str) -> Box<Failure> {
    Failure::new("GP4413", format!("{stage} ends the transaction that the check runs in"))
        .fact("what it wrote may have been kept")
        .hint("leave transactions to the seed that it is a part of")
}

fn changed(stage: &str, difference: Difference) -> Changed {
    Changed {
        stage: stage.to_owned(),
        sign: difference.kind.sign(),
        table: difference.table,
        row: difference.row,
        columns: difference.columns,
    }
}

impl Checked {
    /// Whether the second run changed nothing.
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }

    /// The failure that names what changed.
    pub fn failure(&self) -> Box<Failure> {
        let count = glowplug_dialect::words::counted(self.differences.len(), "row");
        let mut failure = Failure::new("GP4412", format!("running the seed again changes {count}"));
        failure.exit = Exit::Differs;
        let mut stage = "";
        for it in &self.differences {
            if it.stage != stage {
                stage = &it.stage;
                failure.facts.push(format!("by {stage}:"));
            }
            let columns = match it.columns.is_empty() {
                true => String::new(),
                false => format!(": {}", it.columns.join(", ")),
            };
            failure.facts.push(format!("  {} {} ({}){columns}", it.sign, it.table, it.row));
        }
        failure.fact("nothing was changed (a check is always rolled back)").hint(
            "find rows again by a key, and write them only where they differ: glowplug::upsert!, ON CONFLICT",
        )
    }
}

/// A transaction as the comparison of rows wants it.
struct Open<'a>(&'a mut dyn Transaction);

impl Session for Open<'_> {
    type Error = DatabaseError;

    fn execute(&mut self, sql: &str) -> std::result::Result<(), DatabaseError> {
        self.0.execute(sql).map(|_| ())
    }

    fn query(&mut self, sql: &str) -> std::result::Result<Rows, DatabaseError> {
        self.0.query(sql)
    }
}

fn load<'a>(ctx: &Ctx<'a>, options: Options) -> Result<Loaded<'a>> {
    let data = if options.data { data::load(ctx)? } else { None };
    let scripts = if options.sql { scripts::load(ctx)? } else { Vec::new() };
    Ok(Loaded { data, scripts })
}

/// Whether a folder of reference data or SQL files has any.
///
/// # Errors
/// A folder that cannot be read.
pub fn has_files(folder: &Path) -> Result<bool> {
    let is_ours = |path: &std::path::PathBuf| {
        path.extension().is_some_and(|it| it == "toml" || it == "json" || it == "sql")
    };
    Ok(data::in_folder(folder)?.iter().any(is_ours))
}

/// The database, if it may be seeded. Reference data alone may go where nothing else may.
fn open(ctx: &mut Ctx<'_>, options: Options) -> Result<Box<dyn Database>> {
    if options.sql || options.fixtures {
        let has_data = options.data && has_files(&ctx.paths.data)?;
        ready::open(ctx, "seed", options.allow_remote).map_err(|failure| match failure.code {
            "GP4101" if has_data => failure
                .hint(format!("{} seed --only data    the reference data alone may go there", ctx.tool)),
            _ => failure,
        })
    } else {
        ready::open_protected(ctx, "seed", options.allow_remote)
    }
}
