//! Forks of the history: migrations of two branches that start from the same schema. Whether that matters is
//! found out by running both orders on scratch databases and comparing where they end.

use std::collections::BTreeSet;

use glowplug_migrations::folder::Migration;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::replay::Steps;
use crate::summary::{Line, summarize};
use crate::ui::Event;
use crate::{fingerprint, marks};

/// Two rows of migrations that start from one schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fork {
    /// The last migration that both have; none if both start the history.
    pub after: Option<String>,
    /// Those that sort first.
    pub first: Vec<String>,
    /// Those that were written without the first ones.
    pub second: Vec<String>,
    /// Whether either order gives the same schema.
    pub commutes: bool,
    /// What differs from the order of the folder to the other one.
    pub differences: Vec<Line>,
    /// Why one of the orders does not run.
    pub obstacle: Option<String>,
}

/// What is to be known about the forks of a history.
#[derive(Debug, Clone, PartialEq)]
pub struct Forks {
    /// The forks, in the order of the folder.
    pub forks: Vec<Fork>,
    /// Migrations that start from a schema which no place in the history has.
    pub loose: Vec<String>,
    /// Where the history ends; none if it does not run in the order of the folder.
    pub end: Option<SqlSchema>,
}

/// Looks for forks.
///
/// # Errors
/// A history that does not run, for no fork's sake, or no right to make a scratch database.
pub fn find(ctx: &mut Ctx<'_>, disk: &[Migration]) -> Result<Forks> {
    if let Some(end) = straight(ctx, disk)? {
        return Ok(Forks { forks: Vec::new(), loose: Vec::new(), end: Some(end) });
    }
    let walk = walk(ctx, disk)?;
    let mut res = Forks { forks: Vec::new(), loose: Vec::new(), end: None };
    let mut left: Vec<usize> = walk.strangers(disk);
    while !left.is_empty() {
        let at = left.remove(0);
        let start = marks::start(&disk[at].up).unwrap_or_default();
        match walk.hashes[..=at].iter().rposition(|hash| hash == start) {
            None => res.loose.push(disk[at].name.clone()),
            Some(base) => res.forks.push(fork(ctx, disk, &walk, base, at, &mut left)?),
        }
    }
    match walk.stopped {
        Some(failure) if res.forks.iter().all(|fork| fork.obstacle.is_none()) => Err(failure),
        Some(_) => Ok(res),
        None => Ok(Forks { end: walk.schemas.into_iter().next_back(), ..res }),
    }
}

/// Where a history without forks ends; `None` if it may have some, or does not run.
///
/// Looking at a schema takes longer than most migrations, so it is done only where the marks leave a doubt. A migration
/// that this tool wrote, and nobody edited, ends where the mark of the next one says; and whoever starts from an earlier
/// place has the same mark as the migration that follows that place, or there is none at it, and it is looked at.
/// What is lacking or was edited on the way is still seen at the last mark.
fn straight(ctx: &mut Ctx<'_>, disk: &[Migration]) -> Result<Option<SqlSchema>> {
    ctx.ui.report(&Event::Replaying { migrations: disk.len() });
    let last_marked = disk.iter().rposition(|migration| marks::start(&migration.up).is_some());
    let mut steps = Steps::begin(ctx)?;
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (at, migration) in disk.iter().enumerate() {
        let is_known = at > 0 && marks::is_as_written(&disk[at - 1].up) == Some(true);
        match marks::start(&migration.up) {
            Some(start) if !is_known || last_marked == Some(at) || seen.contains(start) => {
                if fingerprint::of(&steps.look(ctx)?) != start {
                    return Ok(None);
                }
                seen.insert(start.to_owned());
            }
            Some(start) => _ = seen.insert(start.to_owned()),
            // Nobody starts in the middle of what was written together.
            None if marks::follows(&migration.up) => {}
            None if last_marked.is_some_and(|last| at < last) => {
                seen.insert(fingerprint::of(&steps.look(ctx)?));
            }
            None => {}
        }
        // Why it does not run may be a fork.
        if steps.run(ctx, migration).is_err() {
            return Ok(None);
        }
    }
    steps.look(ctx).map(Some)
}

/// The history in the order of the folder.
struct Walk {
    /// The model before each migration, and after the last one.
    schemas: Vec<SqlSchema>,
    /// Their names.
    hashes: Vec<String>,
    /// Why it ended early.
    stopped: Option<Box<Failure>>,
}

impl Walk {
    /// Migrations that start from something else than what is before them.
    fn strangers(&self, disk: &[Migration]) -> Vec<usize> {
        let is_strange =
            |at: &usize| marks::start(&disk[*at].up).is_some_and(|start| start != self.hashes[*at]);
        (0..disk.len().min(self.hashes.len())).filter(is_strange).collect()
    }
}

fn walk(ctx: &mut Ctx<'_>, disk: &[Migration]) -> Result<Walk> {
    let mut steps = Steps::begin(ctx)?;
    let mut res = Walk { schemas: Vec::new(), hashes: Vec::new(), stopped: None };
    let look = |steps: &mut Steps, res: &mut Walk| -> Result<()> {
        let schema = steps.look(ctx)?;
        res.hashes.push(fingerprint::of(&schema));
        res.schemas.push(schema);
        Ok(())
    };
    look(&mut steps, &mut res)?;
    for migration in disk {
        if let Err(failure) = steps.run(ctx, migration) {
            res.stopped = Some(failure);
            break;
        }
        look(&mut steps, &mut res)?;
    }
    Ok(res)
}

/// The branch that leaves the history before `base` with the migration `at`, and those of `left` that follow it.
fn fork(
    ctx: &mut Ctx<'_>,
    disk: &[Migration],
    walk: &Walk,
    base: usize,
    at: usize,
    left: &mut Vec<usize>,
) -> Result<Fork> {
    let mut steps = Steps::begin(ctx)?;
    for migration in &disk[..base] {
        steps.run(ctx, migration)?;
    }
    let mut members = Vec::new();
    let mut obstacle = None;
    let mut next = Some(at);
    while let Some(place) = next {
        let followers = (place + 1..disk.len()).take_while(|it| marks::follows(&disk[*it].up));
        for it in std::iter::once(place).chain(followers) {
            members.push(it);
            if obstacle.is_none() {
                obstacle = steps.run(ctx, &disk[it]).err();
            }
        }
        if obstacle.is_some() {
            break;
        }
        // What was written on top of it starts where it ended.
        let end = fingerprint::of(&steps.look(ctx)?);
        let on_top = left.iter().position(|it| marks::start(&disk[*it].up) == Some(&end));
        next = on_top.map(|place| left.remove(place));
    }
    let last = members.iter().copied().max().unwrap_or(at);
    let first: Vec<usize> = (base..last).filter(|it| !members.contains(it)).collect();
    for it in &first {
        if obstacle.is_none() {
            obstacle = steps.run(ctx, &disk[*it]).err();
        }
    }
    // In the order of the folder it may end even before.
    let folder_stops = walk.stopped.as_ref().filter(|_| walk.schemas.len() <= last + 1);
    let obstacle = folder_stops.or(obstacle.as_ref()).map(|failure| failure.message.clone());
    let differences = match (&obstacle, walk.schemas.get(last + 1)) {
        (None, Some(folder)) => {
            let other = steps.look(ctx)?;
            summarize(&diff(Pair::new(folder, &other), ctx.dialect.compare(), &RenameHints::default()))
        }
        _ => Vec::new(),
    };
    let names = |places: &[usize]| places.iter().map(|it| disk[*it].name.clone()).collect();
    Ok(Fork {
        after: base.checked_sub(1).map(|it| disk[it].name.clone()),
        first: names(&first),
        second: names(&members),
        commutes: obstacle.is_none() && differences.is_empty(),
        differences,
        obstacle,
    })
}
