//! Runs fixtures: for real, or twice to see whether the second run changes anything.

use std::error::Error;
use std::path::PathBuf;

use diesel::connection::{Connection, LoadConnection};
use glowplug_rowdiff::{Difference, GUARD, Twice, twice};

use super::Report;
use super::session::Open;
use super::stages::{self, Stage};
use crate::catalog::Catalog;
use crate::protection::{Refusal, refuse_if_protected};

/// What fixtures fail with: `?` takes any error.
type Failure = Box<dyn Error + Send + Sync>;

/// How to run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Print one JSON object.
    pub json: bool,
    /// Run everything twice, roll it back, and tell what the second run changed.
    pub check: bool,
    /// The folder in which the tool says what comes before the fixtures of a check.
    pub stages: Option<PathBuf>,
}

impl Options {
    /// The options of a seed binary: `--json` and `--check`, and what the tool says in the environment.
    pub fn new(json: bool, check: bool) -> Self {
        Self { json, check, stages: std::env::var_os(stages::VARIABLE).map(PathBuf::from) }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The rows are there.
    Seeded(Report),
    /// Everything ran twice, and nothing of it is there.
    Checked(Checked),
}

/// What came of running everything twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// The parts of the seed, in order.
    pub stages: Vec<String>,
    /// The rows that the second run changed, each with the part that did it: a place in `stages`.
    pub differences: Vec<(usize, Difference)>,
}

/// Why nothing was seeded.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The database is protected.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database does not do what it should.
    #[error("the database does not take the seed: {0}")]
    Database(#[from] diesel::result::Error),
    /// The fixtures failed.
    #[error("the seed failed: {0}")]
    Fixtures(Failure),
    /// A part that comes before the fixtures failed.
    #[error("{stage} failed: {error}")]
    Stage {
        /// Which.
        stage: String,
        /// What the database says.
        error: diesel::result::Error,
    },
    /// A part of the seed ended the transaction in which it was tried.
    #[error("{stage}: it ends the transaction that the check runs in")]
    Ended {
        /// Which.
        stage: String,
    },
    /// What comes before the fixtures cannot be read.
    #[error("what comes before the fixtures cannot be read: {0}")]
    Stages(#[from] std::io::Error),
}

impl SeedError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            SeedError::Refused(refusal) => refusal.hint(),
            SeedError::Database(_) | SeedError::Fixtures(_) | SeedError::Stage { .. } => {
                "bring the tables up to date first: cargo glowplug migrate"
            }
            SeedError::Ended { .. } => {
                "use `conn.transaction`, which makes a savepoint there, and no BEGIN or COMMIT of your own"
            }
            SeedError::Stages(_) => "start the check with the tool: cargo glowplug seed --check",
        }
    }
}

/// Runs the fixtures in one transaction: all of them, or nothing. With `check` they run twice, after what the tool
/// says comes before them, and are rolled back.
///
/// # Errors
/// [`SeedError`]; a protected database is refused before anything runs.
pub fn run<C>(
    conn: &mut C,
    options: &Options,
    mut fixtures: impl FnMut(&mut C, &mut Report) -> Result<(), Failure>,
) -> Result<Outcome, SeedError>
where
    C: Connection + LoadConnection,
    C::Backend: Catalog,
{
    refuse_if_protected(conn)?;
    if options.check {
        let before = options.stages.as_deref().map(stages::read).transpose()?.unwrap_or_default();
        return run_twice(conn, &before, &mut fixtures).map(Outcome::Checked);
    }
    let mut report = Report::new();
    conn.transaction(|conn| fixtures(conn, &mut report)).map_err(from_fixtures)?;
    Ok(Outcome::Seeded(report))
}

/// Runs the fixtures twice and rolls them back: for a test of one's own.
///
/// # Errors
/// As [`run`].
pub fn check<C>(
    conn: &mut C,
    fixtures: impl FnMut(&mut C, &mut Report) -> Result<(), Failure>,
) -> Result<Checked, SeedError>
where
    C: Connection + LoadConnection,
    C::Backend: Catalog,
{
    let options = Options { check: true, ..Options::default() };
    match run(conn, &options, fixtures)? {
        Outcome::Checked(checked) => Ok(checked),
        Outcome::Seeded(_) => Ok(Checked::default()),
    }
}

fn from_fixtures(error: Failure) -> SeedError {
    match error.downcast::<diesel::result::Error>() {
        Ok(error) => SeedError::Database(*error),
        Err(error) => SeedError::Fixtures(error),
    }
}

/// Why the transaction of a check ends: always so that it is rolled back.
struct Rollback;

impl From<diesel::result::Error> for Rollback {
    fn from(_: diesel::result::Error) -> Self {
        Self
    }
}

fn run_twice<C>(
    conn: &mut C,
    before: &[Stage],
    fixtures: &mut dyn FnMut(&mut C, &mut Report) -> Result<(), Failure>,
) -> Result<Checked, SeedError>
where
    C: Connection + LoadConnection,
    C::Backend: Catalog,
{
    let mut names: Vec<String> = before.iter().map(|stage| stage.name.clone()).collect();
    names.push("the fixtures".to_owned());
    let mut came = Ok(Twice::Ran(Vec::new()));
    let rolled_back = conn.transaction(|conn| {
        let mut open = Open(conn);
        came = twice(C::Backend::rows_sql(), &mut open, names.len(), &mut |open, at| match before.get(at) {
            Some(stage) => run_stage(open.0, stage),
            None => fixtures(open.0, &mut Report::new()).map_err(|error| {
                let is_commit = error.to_string().contains(GUARD);
                if is_commit { SeedError::Ended { stage: names[at].clone() } } else { from_fixtures(error) }
            }),
        });
        Err::<(), Rollback>(Rollback)
    });
    // It was meant to fail.
    let Err(Rollback) = rolled_back else { return Ok(Checked::default()) };
    match came? {
        Twice::Ended(stage) => Err(SeedError::Ended { stage: names[stage].clone() }),
        Twice::Ran(differences) => Ok(Checked { stages: names, differences }),
    }
}

fn run_stage<C: Connection>(conn: &mut C, stage: &Stage) -> Result<(), SeedError> {
    for statement in &stage.statements {
        conn.batch_execute(statement)
            .map_err(|error| SeedError::Stage { stage: stage.name.clone(), error })?;
    }
    Ok(())
}
