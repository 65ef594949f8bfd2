//! The suite `create`: from nothing to a schema, by Prisma's script and by ours.

use std::path::Path;

use glowplug_dialect::dialect::Dialect;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_sql::model::SqlSchema;

use super::CaseResult;
use super::physical::{
    Live, Step, changes, load_schema, load_sources, no_changes, read, run_folders, same_dump, script,
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
    let next = PostgresDialect.lower(&schema);
    let empty = SqlSchema::default();
    let up = script(&changes(&empty, &next), false)?;

    let mut theirs = Live::new(case)?;
    theirs.run("prisma.sql", &read(&case.join("prisma.sql"))?)?;
    let mut ours = Live::new(case)?;
    ours.run("our script", &up)?;
    same_dump("pg_dump", &theirs.dump()?, &ours.dump()?)?;
    no_changes("their database against the file", &theirs.introspect(&next)?, &next)?;
    let live = ours.introspect(&next)?;
    no_changes("our database against the file", &live, &next)?;
    pull::round_trip(&live, &load_sources(&path)?)
}
