//! The suite `create`: from nothing to a schema, by Prisma's script and by ours.

use std::path::Path;

use glowplug_sql::model::SqlSchema;

use super::CaseResult;
use super::live::Live;
use super::physical::{
    Step, changes, dialect_of, load_schema, load_sources, no_changes, read, run_folders, same_dump, script,
};
use super::pull;

/// Runs every folder of the suite; a case passes when both scripts give the same database, and our
/// view of it agrees with the schema file, also when it is pulled.
pub(super) fn run_create(dir: &Path, only: Option<&str>) -> Vec<CaseResult> {
    run_folders("create", dir, only, judge)
}

fn judge(case: &Path) -> Step<()> {
    let folder = case.join("schema");
    let path = if folder.is_dir() { folder } else { case.join("schema.prisma") };
    let schema = load_schema(&path)?;
    let dialect = dialect_of(&schema);
    let next = dialect.lower(&schema);
    let empty = SqlSchema::default();
    let up = script(dialect, &changes(dialect, &empty, &next), false)?;

    let mut theirs = Live::new(dialect, case)?;
    theirs.run("prisma.sql", &read(&case.join("prisma.sql"))?)?;
    let mut ours = Live::new(dialect, case)?;
    ours.run("our script", &up)?;
    same_dump("the two databases", &theirs.dump()?, &ours.dump()?)?;
    no_changes(dialect, "their database against the file", &theirs.introspect(&next)?, &next)?;
    let live = ours.introspect(&next)?;
    no_changes(dialect, "our database against the file", &live, &next)?;
    pull::round_trip(dialect, &live, &load_sources(&path)?)
}
