//! The suite `diff`: from one schema to another, by Prisma's script and by ours, back and there again.

use std::path::Path;

use glowplug_sql::invert::invert;
use glowplug_sql::model::SqlSchema;

use super::CaseResult;
use super::live::Live;
use super::physical::{
    Step, changes, dialect_of, load_schema, load_sources, no_changes, read, run_folders, same_dump, script,
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
    let (prev, next) = (load_schema(&path("prev"))?, load_schema(&path("next"))?);
    let dialect = dialect_of(&next);
    let (prev, next) = (dialect.lower(&prev), dialect.lower(&next));
    let create = script(dialect, &changes(dialect, &SqlSchema::default(), &prev), false)?;

    let mut theirs = Live::new(dialect, case)?;
    theirs.run("creating prev", &create)?;
    theirs.run("prisma.sql", &read(&case.join("prisma.sql"))?)?;

    let mut ours = Live::new(dialect, case)?;
    ours.run("creating prev", &create)?;
    let dump_prev = ours.dump()?;
    // As in daily work, the way starts from what is there, not from the older file.
    let live_prev = ours.introspect(&prev)?;
    no_changes(dialect, "prev against its file", &live_prev, &prev)?;
    let way = changes(dialect, &live_prev, &next);
    let up = script(dialect, &way, false)?;
    let down = script(dialect, &invert(&way, dialect.compare()), true)?;

    ours.run("up", &up)?;
    let dump_next = ours.dump()?;
    same_dump("the database after up", &theirs.dump()?, &dump_next)?;
    let live_next = ours.introspect(&next)?;
    no_changes(dialect, "a second difference", &live_next, &next)?;
    pull::round_trip(dialect, &live_next, &load_sources(&path("prev"))?)?;
    pull::round_trip(dialect, &live_next, &load_sources(&path("next"))?)?;
    no_changes(dialect, "their database against the file", &theirs.introspect(&next)?, &next)?;
    ours.run("down", &down)?;
    same_dump("the database after down", &dump_prev, &ours.dump()?)?;
    no_changes(dialect, "prev after down", &ours.introspect(&prev)?, &prev)?;
    ours.run("up again", &up)?;
    same_dump("the database after up again", &dump_next, &ours.dump()?)
}
