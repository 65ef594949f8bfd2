//! The suite `diff`: from one schema to another, by Prisma's script and by ours, back and there again.

use std::path::Path;

use glowplug_dialect::dialect::Dialect;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_sql::invert::invert;
use glowplug_sql::model::SqlSchema;

use super::CaseResult;
use super::physical::{Live, Step, changes, load_schema, no_changes, read, run_folders, same_dump, script};

/// Runs every folder of the suite; a case passes when our up gives the database that Prisma's script
/// gives, a second difference is empty, and down and up again lead back and there.
pub(super) fn run_diff(dir: &Path, only: Option<&str>) -> Vec<CaseResult> {
    run_folders("diff", dir, only, judge)
}

fn judge(case: &Path) -> Step<()> {
    let load = |name: &str| -> Step<SqlSchema> {
        let folder = case.join(name);
        let path = if folder.is_dir() { folder } else { case.join(format!("{name}.prisma")) };
        Ok(PostgresDialect.lower(&load_schema(&path)?))
    };
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
    no_changes("a second difference", &ours.introspect(&next)?, &next)?;
    no_changes("their database against the file", &theirs.introspect(&next)?, &next)?;
    ours.run("down", &down)?;
    same_dump("pg_dump after down", &dump_prev, &ours.dump()?)?;
    no_changes("prev after down", &ours.introspect(&prev)?, &prev)?;
    ours.run("up again", &up)?;
    same_dump("pg_dump after up again", &dump_next, &ours.dump()?)
}
