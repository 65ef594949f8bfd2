//! `migrate revert` and `migrate goto`: to an earlier place in the history, or to a later one.

use glowplug_dialect::words::counted;
use glowplug_migrations::folder::Migration;
use serde::Serialize;

use crate::apply::{self, Applied};
use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::history::History;
use crate::take_back::{self, TakenBack};
use crate::{guard, marks};

/// Which migrations to take back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The newest ones.
    Last(usize),
    /// All that ran after this one.
    After(String),
    /// Those that the folder lacks.
    Missing,
    /// All that ran after this one; and if it has not run, everything pending up to it is applied.
    Exactly(String),
}

/// How.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Which.
    pub which: Which,
    /// Data may be lost.
    pub accept_data_loss: bool,
    /// Also on another host.
    pub allow_remote: bool,
}

/// What it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The database's name.
    pub database: String,
    /// The migrations that were taken back, in that order.
    pub taken_back: Vec<TakenBack>,
    /// The migrations that were applied.
    pub applied: Vec<Applied>,
    /// The newest one that is applied now.
    pub at: Option<String>,
}

/// Takes migrations back, or goes to one.
///
/// # Errors
/// A protected or remote database, a history that cannot go on, no such migration, or as [`take_back::run`].
pub fn run(ctx: &mut Ctx<'_>, options: &Options) -> Result<Outcome> {
    let command = match options.which {
        Which::Exactly(_) => "migrate goto",
        Which::Last(_) | Which::After(_) | Which::Missing => "migrate revert",
    };
    ctx.disk()?;
    guard::refuse_remote(ctx, command, options.allow_remote)?;
    let mut database = ctx.connect()?;
    let database = database.as_mut();
    guard::refuse_protected(ctx, database, command)?;
    apply::lock(ctx, database)?;
    let history = History::read(ctx, database)?;
    history.refuse_begun(&ctx.tool)?;
    let applied = history.applied_in_order();
    let back = choose(&history, &applied, &options.which)?;
    if history.half_back.iter().any(|name| !back.iter().any(|it| it.name == *name)) {
        history.refuse_half_back(&ctx.tool)?;
    }
    let taken_back = take_back::run(ctx, database, &history, &back, options.accept_data_loss)?;
    let forward = match &options.which {
        Which::Exactly(name) if back.is_empty() => up_to(&history, name),
        Which::Exactly(_) | Which::Last(_) | Which::After(_) | Which::Missing => Vec::new(),
    };
    if !forward.is_empty() {
        history.refuse_edited(ctx, "or restore the file from version control")?;
        apply::prepare(ctx, database, &history)?;
    }
    let done = apply::apply_all(ctx, database, &history, &forward)?;
    database.unlock()?;
    let at = done.last().map(|it| it.name.clone());
    let stays = applied.iter().rfind(|it| !back.iter().any(|gone| gone.name == it.name));
    Ok(Outcome {
        database: database.target().database.clone(),
        taken_back,
        applied: done,
        at: at.or_else(|| stays.map(|it| it.name.clone())),
    })
}

fn choose(history: &History, applied: &[Migration], which: &Which) -> Result<Vec<Migration>> {
    // What was written together goes together.
    let heads: Vec<usize> = (0..applied.len()).filter(|at| !marks::follows(&applied[*at].up)).collect();
    match which {
        Which::Last(n) if *n > heads.len() => {
            let there = counted(heads.len(), "migration");
            Err(Failure::new("GP3308", format!("only {there} can be taken back: no more is applied")))
        }
        Which::Last(0) => Ok(Vec::new()),
        Which::Last(n) => Ok(applied[heads[heads.len() - n]..].to_vec()),
        Which::Missing => {
            Ok(applied.iter().filter(|it| history.diagnosis.missing.contains(&it.name)).cloned().collect())
        }
        Which::After(name) => match applied.iter().position(|it| it.name == *name) {
            Some(at) => Ok(applied[marks::group_end(applied, at) + 1..].to_vec()),
            None if history.diagnosis.pending.contains(name) => {
                Err(Failure::new("GP3308", format!("migration `{name}` is not applied")))
            }
            None => Err(super::resolve::not_found(name, history)),
        },
        Which::Exactly(name) => match applied.iter().position(|it| it.name == *name) {
            Some(at) => Ok(applied[marks::group_end(applied, at) + 1..].to_vec()),
            None if history.diagnosis.pending.contains(name) => Ok(Vec::new()),
            None => Err(super::resolve::not_found(name, history)),
        },
    }
}

/// What is pending, up to and with that one.
fn up_to(history: &History, name: &str) -> Vec<Migration> {
    let pending = history.pending();
    match pending.iter().position(|migration| migration.name == name) {
        Some(at) => pending[..=marks::group_end(&pending, at)].to_vec(),
        None => Vec::new(),
    }
}
