//! What is to be done, and what stands in the way of it.

use super::{MigrateError, Migrates};
use crate::history::{Known, Own, Program, Standing};

/// What is to be done about a pending migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Todo {
    /// To be run.
    Run,
    /// To be written down as applied: it stands for others, and the database has them all.
    Mark,
}

/// What is to be done, in order. Whatever stands in the way is said before anything is changed.
pub(super) fn plan<'a, DB: Migrates>(
    program: &'a Program<DB>,
    known: &Known,
    allow_out_of_order: bool,
) -> Result<Vec<(Todo, &'a Own<DB>)>, MigrateError> {
    let pending = program.pending(known);
    if let (false, Some((name, log))) = (pending.is_empty(), known.open.first()) {
        return Err(MigrateError::Unfinished { name: name.clone(), log: log.clone() });
    }
    let last = known.last().filter(|_| !allow_out_of_order);
    let mut todo = Vec::new();
    for (standing, own) in pending {
        match standing {
            Standing::HasAll => todo.push((Todo::Mark, own)),
            Standing::Lacks(lacks) => return Err(MigrateError::Half { name: own.name.clone(), lacks }),
            Standing::Lacking => {
                if let Some(last) = last.as_ref().filter(|last| own.version < **last) {
                    let applied = program.name_of(last).unwrap_or(last).to_owned();
                    return Err(MigrateError::OutOfOrder { pending: own.name.clone(), applied });
                }
                todo.push((Todo::Run, own));
            }
        }
    }
    Ok(todo)
}
