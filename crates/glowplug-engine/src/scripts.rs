//! SQL files that fill a development database: `prisma/seed/*.sql`, in the order of their names, each in one
//! transaction.

use glowplug_dialect::data::{Part, Role};
use glowplug_dialect::database::{Database, End, Transaction};
use glowplug_dialect::error::{DatabaseError, ErrorKind};
use serde::Serialize;

use crate::apply::place_in;
use crate::ctx::{Ctx, Workspace};
use crate::data::in_folder;
use crate::failure::{Failure, Place, Result, io_failure};
use crate::patience::{blocked, patiently};

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its path, as people see it.
    pub path: String,
    /// Its text.
    pub text: String,
    parts: Vec<Part>,
}

/// A file that was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Done {
    /// Its path.
    pub path: String,
    /// How many rows its statements wrote.
    pub written: u64,
}

/// A statement that failed, and where it begins.
pub(crate) struct Failed {
    pub(crate) error: DatabaseError,
    start: usize,
}

impl Script {
    /// Its statements, each as the server gets it.
    pub(crate) fn statements(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|part| &self.text[part.start..part.end])
    }

    /// Sends the statements. Gives how many rows they wrote.
    pub(crate) fn send(&self, transaction: &mut dyn Transaction) -> std::result::Result<u64, Failed> {
        let mut written = 0;
        for part in &self.parts {
            let sent = transaction.execute(&self.text[part.start..part.end]);
            let rows = sent.map_err(|error| Failed { error, start: part.start })?;
            if part.role == Role::Inside {
                written += rows;
            }
        }
        Ok(written)
    }

    /// The failure of a statement with its place in the file.
    pub(crate) fn failure(&self, failed: Failed) -> Box<Failure> {
        let Failed { mut error, start } = failed;
        if error.kind != ErrorKind::Statement {
            return Failure::from_database(error);
        }
        let mut failure = Failure::new("GP4410", format!("`{}` failed: {}", self.path, error.message));
        if let Some(server) = &mut error.server {
            // An error while the statement ran has no position: then it is the statement.
            server.position = Some(self.text[..start].chars().count() + server.position.unwrap_or(0));
            failure.place = place_in(&self.path, &self.text, server);
            failure.facts.extend(server.detail.as_ref().map(|detail| format!("detail: {detail}")));
            failure.hints.extend(server.hint.clone());
        }
        failure.fact("landed: nothing of this file (its transaction was rolled back)")
    }
}

/// Reads the files; a statement that a transaction cannot hold is refused before any of them runs.
///
/// # Errors
/// A file that cannot be read, or such a statement.
pub fn load(workspace: &Workspace<'_>) -> Result<Vec<Script>> {
    let mut scripts = Vec::new();
    for path in in_folder(&workspace.paths.seed_sql)? {
        if path.extension().is_none_or(|it| it != "sql") {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(|error| io_failure("read", &path, &error))?;
        let parts = workspace.dialect.data().statements(&text);
        let script = Script { path: workspace.paths.show(&path), text, parts };
        if let Some(part) = script.parts.iter().find(|part| part.role == Role::Not) {
            return Err(not_inside(&script, part));
        }
        scripts.push(script);
    }
    Ok(scripts)
}

fn not_inside(script: &Script, part: &Part) -> Box<Failure> {
    let message = format!("`{}` has a statement that cannot be in a transaction of ours", script.path);
    let place = Place {
        path: script.path.clone(),
        text: script.text.clone(),
        start: part.start,
        end: part.end,
        label: String::new(),
    };
    Failure::refused("GP4411", message)
        .at(place)
        .fact("each file is run in one transaction, which it neither begins nor ends")
        .fact("nothing was changed")
}

/// Runs a file.
///
/// # Errors
/// The statement that the server refused, with its place: nothing of the file remains.
pub fn run(ctx: &mut Ctx<'_>, database: &mut dyn Database, script: &Script) -> Result<Done> {
    let mut written = 0;
    let mut start = 0;
    let res = patiently(ctx, &script.path, |_| {
        database.transaction(&mut |transaction| {
            written = script.send(transaction).map_err(|failed| {
                start = failed.start;
                failed.error
            })?;
            Ok(End::Commit)
        })
    });
    match res {
        Ok(()) => Ok(Done { path: script.path.clone(), written }),
        Err(error) if error.kind == ErrorKind::Blocked => {
            let message = format!("`{}` cannot get at what others use: {}", script.path, error.message);
            Err(blocked(message, &error, ctx.pace.tries))
        }
        Err(error) => Err(script.failure(Failed { error, start })),
    }
}
