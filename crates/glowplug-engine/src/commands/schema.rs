//! `schema --sql`: a model as SQL that makes it in an empty database, without any program of the server's.

use serde::Serialize;

use crate::ctx::Workspace;
use crate::dump;
use crate::failure::Result;
use crate::model::{describe, describe_external};
use crate::side::{self, Side};

/// A model as SQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Where the model comes from, in words.
    pub from: String,
    /// The statements.
    pub sql: String,
    /// Objects outside the schema's language that the statements do not make: kind and name.
    pub foreign: Vec<String>,
    /// What others look after; the statements do not make it either.
    pub external: Vec<String>,
}

/// Writes the model of a side as SQL.
///
/// # Errors
/// A schema with mistakes, a history that does not run, or whatever the database answers.
pub fn run(workspace: &mut Workspace<'_>, side: &Side<'_>) -> Result<Outcome> {
    let namespaces = side::namespaces([side]);
    let parts = side.model(workspace, namespaces.as_deref())?;
    Ok(Outcome {
        from: side.name(workspace)?,
        sql: dump::sql(workspace, &parts.own),
        foreign: parts.own.foreign.iter().filter(|it| it.definition.is_none()).map(describe).collect(),
        external: describe_external(&[&parts.external]),
    })
}
