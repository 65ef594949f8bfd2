//! `migrate diff`: what leads from one model to another. It changes nothing.

use glowplug_dialect::finding::Facts;
use glowplug_dialect::plan::PlanOptions;
use glowplug_dialect::words::counted;
use glowplug_sql::change::ChangeSet;
use glowplug_sql::diff::diff;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::ctx::Workspace;
use crate::failure::Result;
use crate::model::{describe, describe_external};
use crate::renames::{self, Possible, Said};
use crate::report::{self, Found, Statement};
use crate::side::{self, Side};
use crate::summary::{Line, summarize};
use crate::{draft, review};

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// What was compared, in words.
    pub from: String,
    /// With what.
    pub to: String,
    /// What changes.
    pub changes: Vec<Line>,
    /// What makes the changes.
    pub statements: Vec<Statement>,
    /// What is dangerous about them.
    pub findings: Vec<Found>,
    /// What is dropped and added in `statements`, and may be meant as a rename.
    pub possible_renames: Vec<Possible>,
    /// Objects outside the schema's language, left alone: kind and name.
    pub foreign: Vec<String>,
    /// What others look after, left alone as well: kind and name.
    pub external: Vec<String>,
    /// What the statements keep waiting, a line each.
    #[serde(skip)]
    pub locks: Vec<String>,
    /// The statements with their comments, as they would stand in up.sql.
    #[serde(skip)]
    pub script: String,
}

/// Compares.
///
/// # Errors
/// A schema with mistakes, a history that does not run, a database that cannot be reached, or a rename flag that
/// names nothing.
pub fn run(workspace: &mut Workspace<'_>, sides: &Pair<Side<'_>>, said: &Said) -> Result<Outcome> {
    let namespaces = side::namespaces([&sides.next, &sides.prev]);
    let names = sides.as_ref().map(|side| side.name(workspace)).both()?;
    let prev = sides.prev.model(workspace, namespaces.as_deref())?;
    let next = sides.next.model(workspace, namespaces.as_deref())?;
    let schemas = Pair::new(&prev.own, &next.own);
    let hints = renames::known(sides.next.schema()?, schemas, said)?;
    let changes = diff(schemas, workspace.dialect.compare(), &hints);
    let facts = facts(workspace, &sides.prev, &changes)?;
    // A type without a cast is shown as what it would take; the finding says what that loses.
    let options = PlanOptions { allow_recreate: true, way_back: false, ..PlanOptions::default() };
    let plan = workspace.dialect.plan(&changes, &options);
    let findings = glowplug_checks::run(&changes, &facts);
    let head = match changes.is_empty() {
        true => format!("No difference from {} to {}.", names.prev, names.next),
        false => format!("From {} to {}.", names.prev, names.next),
    };
    Ok(Outcome {
        script: draft::script(&head, &plan, &findings),
        from: names.prev,
        to: names.next,
        changes: summarize(&changes),
        statements: report::statements(&plan),
        findings: report::findings(&findings),
        possible_renames: renames::open(&changes, workspace.dialect.compare(), said),
        foreign: foreign(schemas),
        external: describe_external(&[&prev.external, &next.external]),
        locks: report::locks(&plan),
    })
}

/// Rows are counted where the change would be made: in the database that it starts from.
fn facts(workspace: &mut Workspace<'_>, from: &Side<'_>, changes: &ChangeSet<'_>) -> Result<Facts> {
    match from {
        Side::Database(connection) if !glowplug_checks::probes(changes).is_empty() => {
            let mut database = workspace.with(connection.clone()).connect()?;
            review::facts(database.as_mut(), changes)
        }
        Side::Empty | Side::Schema(_) | Side::Migrations(..) | Side::Database(_) => Ok(Facts::default()),
    }
}

/// What is left alone: everything, unless both sides are databases.
fn foreign(schemas: Pair<&SqlSchema>) -> Vec<String> {
    if schemas.prev.owns_foreign && schemas.next.owns_foreign {
        return Vec::new();
    }
    let mut objects: Vec<_> = schemas.prev.foreign.iter().chain(&schemas.next.foreign).collect();
    objects.sort();
    objects.dedup();
    objects.into_iter().map(describe).collect()
}

impl Outcome {
    /// How much there is to run: `2 statements; locks "Course"`.
    pub fn effort(&self) -> String {
        let mut words = counted(self.statements.len(), "statement");
        for lock in &self.locks {
            words.push_str(&format!("; {lock}"));
        }
        words
    }
}
