//! The suite `diff`: from one schema to another, by Prisma's script and by ours, back and there again.

use std::path::Path;

use glowplug_dialect::dialect::Dialect;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_sql::invert::invert;
use glowplug_sql::model::SqlSchema;

use super::CaseResult;
use super::physical::{
    Live, Step, changes, load_schema, load_sources, no_changes, read, run_folders, same_dump, script,
};
use super::pull;

/// Runs every folder of the suite; a case passes when our up gives the database that Prisma's script
/// gives, a second difference is empty, the older file pulled from the newer database asks for the newer one, and
/// down and up again lead back and there.
pub(super) fn run_diff(dir: &Path, only: Option<&str>) -> Vec<CaseResult> {
    run_folders("diff", dir, only, judge)
}

fn judge(case: &Path) -> Step<()> {
    let path = |name: &str| {
        let folder = case.join(name);
        if folder.is_dir() { folder } else { case.join(format!("{name}.prisma")) }
    };
    let load = |name: &str| -> Step<SqlSchema> { Ok(PostgresDialect.lower(&load_schema(&path(name))?)) };
    let (prev, next) = (load("prev")?, load("next")?);
    let create = script(&changes(&SqlSchema::default(), &prev), false)?;

    let mut theirs = Live::new(case)?;
    theirs.run("creating prev", &create)?;
    theirs.run("prisma.sql", &read(&case.join("prisma.sql"))?)?;

    let mut ours = Live::new(case)?;
    ours.run("creating prev", &create)?;
    let dump_prev = ours.dump()?;
    // As in daily work, the way starts from what is there, not from the older file.
    let live_prev = ours.introspect(&prev)?;
    no_changes("prev against its file", &live_prev, &prev)?;
    let way = changes(&live_prev, &next);
    let up = script(&way, false)?;
    let down = script(&invert(&way, PostgresDialect.compare()), true)?;

    ours.run("up", &up)?;
    let dump_next = ours.dump()?;
    same_dump("pg_dump after up", &theirs.dump()?, &dump_next)?;
    let live_next = ours.introspect(&next)?;
    no_changes("a second difference", &live_next, &next)?;
    pull::round_trip(&live_next, &load_sources(&path("prev"))?)?;
    pull::round_trip(&live_next, &load_sources(&path("next"))?)?;
    no_changes("their database against the file", &theirs.introspect(&next)?, &next)?;
    ours.run("down", &down)?;
    same_dump("pg_dump after down", &dump_prev, &ours.dump()?)?;
    no_changes("prev after down", &ours.introspect(&prev)?, &prev)?;
    ours.run("up again", &up)?;
    same_dump("pg_dump after up again", &dump_next, &ours.dump()?)
}
