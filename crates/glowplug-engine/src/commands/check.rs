//! `migrate check`, for CI: does the history run, do branches in it get along, does it end where the schema is.

use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::failure::Result;
use crate::forks::{self, Fork};
use crate::summary::{Line, summarize};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// How many migrations the folder has.
    pub migrations: usize,
    /// Migrations of two branches that start from one schema.
    pub forks: Vec<Fork>,
    /// Migrations that start from a schema which no place in the history has.
    pub loose: Vec<String>,
    /// What the schema file has that no migration makes yet.
    pub unwritten: Vec<Line>,
}

impl Outcome {
    /// Whether nothing has to be done: forks that do not matter are none.
    pub fn is_clean(&self) -> bool {
        self.forks.iter().all(|fork| fork.commutes) && self.unwritten.is_empty()
    }
}

/// Checks. Nothing but scratch databases is touched.
///
/// # Errors
/// A schema with mistakes, a broken folder, a history that does not run, or no scratch database.
pub fn run(ctx: &mut Ctx<'_>) -> Result<Outcome> {
    let loaded = ctx.schema.load()?;
    let disk = ctx.disk()?;
    let found = forks::find(ctx, &disk)?;
    let next = ctx.lower(&loaded.schema);
    let changes = found
        .end
        .as_ref()
        .map(|end| summarize(&diff(Pair::new(end, &next), ctx.dialect.compare(), &RenameHints::default())));
    Ok(Outcome {
        migrations: disk.len(),
        forks: found.forks,
        loose: found.loose,
        unwritten: changes.unwrap_or_default(),
    })
}
