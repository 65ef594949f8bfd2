//! `protect` and `unprotect`: the database itself remembers that it must not be hurt.

use glowplug_dialect::database::Database;
use glowplug_migrations::meta::{self, Meta};
use serde::Serialize;

use crate::ctx::Ctx;
use crate::failure::{Failure, Result};

/// What the database says about itself now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The database's name.
    pub database: String,
    /// Where it is.
    pub host: String,
    /// What kind of environment it is.
    pub environment: Option<String>,
    /// Whether it is protected.
    pub protected: bool,
}

/// Marks the database as protected.
///
/// # Errors
/// Whatever the database answers.
pub fn protect(ctx: &mut Ctx<'_>, environment: Option<&str>) -> Result<Outcome> {
    let mut database = ctx.connect()?;
    let mut known = meta::read(database.as_mut())?;
    known.protected = true;
    if let Some(environment) = environment {
        known.environment = Some(environment.to_owned());
    }
    meta::write(database.as_mut(), &known)?;
    Ok(outcome(database.as_ref(), known))
}

/// Lifts the protection. `host` must be the database's host, typed out: that is the whole safety.
///
/// # Errors
/// Another host was named, or none.
pub fn unprotect(ctx: &mut Ctx<'_>, host: Option<&str>) -> Result<Outcome> {
    let mut database = ctx.connect()?;
    let target = database.target().clone();
    if host != Some(target.host.as_str()) {
        let message = match host {
            None => "lifting the protection asks for the database's host".to_owned(),
            Some(other) => format!("`{other}` is not the host of `{}`", target.database),
        };
        return Err(Failure::refused("GP4104", message)
            .hint(format!("{} unprotect --host <host>    the host of `{}`", ctx.tool, target.database)));
    }
    let known = Meta { protected: false, ..meta::read(database.as_mut())? };
    meta::write(database.as_mut(), &known)?;
    Ok(outcome(database.as_ref(), known))
}

/// Writes down the environment; production is protected from then on.
pub(crate) fn mark(database: &mut dyn Database, environment: &str) -> Result<()> {
    let mut known = meta::read(database)?;
    known.protected |= environment == "production";
    known.environment = Some(environment.to_owned());
    Ok(meta::write(database, &known)?)
}

fn outcome(database: &dyn Database, known: Meta) -> Outcome {
    let target = database.target();
    Outcome {
        database: target.database.clone(),
        host: target.host.clone(),
        environment: known.environment,
        protected: known.protected,
    }
}
