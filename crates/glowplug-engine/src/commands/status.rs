//! `migrate status`: where disk, database and schema file stand to each other. It changes nothing.

use glowplug_dialect::database::Database;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::data::{self, DataPlan};
use crate::drift::{self, Drift};
use crate::failure::Result;
use crate::history::History;
use crate::model::{Parts, describe, describe_external};
use crate::phases::{self, Part};
use crate::summary::{Line, summarize};
use crate::{branch, ignored, replay};

/// Where everything stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The database's name.
    pub database: String,
    /// Where it is.
    pub host: String,
    /// How many migrations the folder has.
    pub migrations: usize,
    /// Applied and on disk.
    pub applied: Vec<String>,
    /// On disk only.
    pub pending: Vec<String>,
    /// Begun and not finished.
    pub failed: Vec<String>,
    /// What there is of those, statement by statement.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stopped: Vec<Stopped>,
    /// Applied, and on their way back: that began and did not end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub half_back: Vec<String>,
    /// Applied with another meaning than the file has now.
    pub edited: Vec<String>,
    /// How many of the last applied migrations must be taken back so that an edited one can run anew.
    pub back_to_edited: Option<usize>,
    /// In the database only.
    pub missing: Vec<String>,
    /// Whether the ledger keeps the SQL that takes those back.
    pub missing_can_go_back: bool,
    /// What the database has that no migration made.
    pub drift: Drift,
    /// The list of drift that is meant to stay, relative to the workspace.
    pub ignore_list: String,
    /// What the schema file has that no migration makes yet.
    pub unwritten: Vec<Line>,
    /// Why nobody knows what the schema file has beyond the history: it does not run from its start.
    pub does_not_run: Option<String>,
    /// What leads to the reference data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<DataPlan>,
    /// Objects outside the schema's language, left alone: kind and name.
    pub foreign: Vec<String>,
    /// What others look after, left alone as well: kind and name.
    pub external: Vec<String>,
    /// Patterns of the setting `external` that match nothing.
    pub idle_patterns: Vec<String>,
}

/// A migration that stopped half-way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stopped {
    /// The folder's name.
    pub name: String,
    /// Its parts, in order.
    pub parts: Vec<Part>,
}

impl Outcome {
    /// Whether everything agrees.
    pub fn is_clean(&self) -> bool {
        self.pending.is_empty()
            && self.failed.is_empty()
            && self.half_back.is_empty()
            && self.edited.is_empty()
            && self.missing.is_empty()
            && self.drift.is_none()
            && self.unwritten.is_empty()
            && self.does_not_run.is_none()
            && self.data.as_ref().is_none_or(DataPlan::is_empty)
    }
}

/// Looks at everything.
///
/// # Errors
/// A broken schema or folder, a history that does not replay, or whatever the database answers.
pub fn run(ctx: &mut Ctx<'_>) -> Result<Outcome> {
    let loaded = ctx.schema.load()?;
    let mut database = ctx.connect()?;
    let database = database.as_mut();
    let history = History::read(ctx, database)?;
    let inspection = drift::inspect(ctx, database, &history)?;
    let Parts { own: next, external } = ctx.lower_parts(&loaded.schema);
    let (unwritten, does_not_run) = match end(ctx, database, &history) {
        Ok(end) => {
            let left = diff(Pair::new(&end, &next), ctx.dialect.compare(), &RenameHints::default());
            (summarize(&left), None)
        }
        Err(failure) => (Vec::new(), Some(failure.message)),
    };
    let data = data::load(ctx)?.map(|data| data::look(ctx, database, &data, true)).transpose()?;
    let missing_can_go_back = branch::can_go_back(&history);
    let mut stopped = Vec::new();
    for failed in &history.diagnosis.failed {
        let migration = history.disk.iter().find(|migration| migration.name == failed.name);
        let parts = phases::inspect(database, migration, failed)?;
        stopped.push(Stopped { name: failed.name.clone(), parts });
    }
    let target = database.target();
    let back_to_edited = history.back_to_edited();
    let names = history.diagnosis;
    let half_back = history.half_back;
    Ok(Outcome {
        database: target.database.clone(),
        host: target.host.clone(),
        migrations: history.disk.len(),
        applied: names.applied,
        pending: names.pending,
        failed: names.failed.into_iter().map(|failed| failed.name).collect(),
        stopped,
        half_back,
        edited: names.edited.into_iter().map(|edited| edited.name).collect(),
        back_to_edited,
        missing: names.missing,
        missing_can_go_back,
        drift: inspection.drift,
        ignore_list: ignored::shown(ctx),
        unwritten,
        does_not_run,
        data,
        foreign: inspection.live.foreign.iter().map(describe).collect(),
        external: describe_external(&[&inspection.external, &external]),
        idle_patterns: ctx.external.idle(&[&inspection.external, &external]),
    })
}

/// Where the history ends.
fn end(ctx: &mut Ctx<'_>, database: &mut dyn Database, history: &History) -> Result<SqlSchema> {
    if history.disk.is_empty() {
        return Ok(SqlSchema::default());
    }
    replay::end_of(ctx, database, &history.all())
}
