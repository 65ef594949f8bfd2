//! Code of whole projects, given to the compiler: does it compile, how long does that take, and how does it stand
//! beside `diesel print-schema` with models written by hand?

mod by_hand;
mod harness;
mod project;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::schema_code::SchemaCode;
use crate::schema_code::compare::{Difference, compare};
pub use harness::Harness;
use project::Project;

/// What to try.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only projects whose name contains this.
    pub only: Option<String>,
    /// Only so many of the smallest projects of each database.
    pub smallest: Option<usize>,
    /// The resolvers, too.
    pub graphql: bool,
    /// A `diesel` to compare with.
    pub diesel: Option<PathBuf>,
    /// How often each is measured; the median counts. Zero: it is only compiled.
    pub rounds: usize,
}

/// What came of a project.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Its folder's name.
    pub project: String,
    /// Models and join tables in its code.
    pub tables: usize,
    /// Their columns.
    pub columns: usize,
    /// How long generating the text took.
    pub generation: Duration,
    /// Our code.
    pub generated: Compiled,
    /// Our code with resolvers.
    pub graphql: Option<Compiled>,
    /// What stands beside it.
    pub beside: Option<Beside>,
}

/// What the compiler said.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// Lines of code.
    pub lines: usize,
    /// The first errors, if there are any.
    pub errors: Option<String>,
    /// What it costs to check beyond an empty crate, if that was measured.
    pub check: Option<Duration>,
    /// The same for a debug build.
    pub build: Option<Duration>,
}

/// `diesel print-schema` and models by hand, for the same tables.
#[derive(Debug, Clone)]
pub struct Beside {
    /// What the compiler says of them.
    pub compiled: Compiled,
    /// How the two `schema.rs` differ.
    pub differences: Vec<Difference>,
}

/// Tries every project under `dir`, a folder each with `schema.prisma` or `schema/`, the smallest first.
///
/// # Errors
/// What is missing: a project that cannot be read, a history that does not run, a harness without its libraries.
pub fn run(
    dir: &Path,
    wanted: &Wanted,
    harness: &Harness,
    progress: &mut dyn FnMut(&Outcome),
) -> Result<Vec<Outcome>, String> {
    let projects = project::find(dir, wanted)?;
    let mut outcomes = Vec::new();
    for project in projects {
        let outcome = try_project(&project, wanted, harness)
            .map_err(|message| format!("{}: {message}", project.name))?;
        progress(&outcome);
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

fn try_project(project: &Project, wanted: &Wanted, harness: &Harness) -> Result<Outcome, String> {
    let code = project.diesel();
    let schema_rs = SchemaCode::read(&code.text("schema.rs"))?;
    let widest = schema_rs.tables.values().map(|table| table.columns.len()).max();
    harness.prepare(widest.unwrap_or_default(), wanted.rounds)?;
    let generated = harness.compile(&code.files, wanted.rounds)?;
    let graphql = match wanted.graphql {
        true => Some(harness.compile(&project.graphql().files, wanted.rounds)?),
        false => None,
    };
    let beside = match (&wanted.diesel, project.migrations()) {
        (Some(program), true) => Some(beside(project, program, &schema_rs, wanted, harness)?),
        (Some(_) | None, _) => None,
    };
    Ok(Outcome {
        project: project.name.clone(),
        tables: schema_rs.tables.len(),
        columns: schema_rs.tables.values().map(|table| table.columns.len()).sum(),
        generation: code.time,
        generated,
        graphql,
        beside,
    })
}

fn beside(
    project: &Project,
    program: &Path,
    ours: &SchemaCode,
    wanted: &Wanted,
    harness: &Harness,
) -> Result<Beside, String> {
    let printed = project.print_schema(program)?;
    let theirs = SchemaCode::read(&printed)?;
    let differences = compare(&project.schema, ours, &theirs);
    let compiled = harness.compile(&by_hand::files(&project.schema, &printed, &theirs), wanted.rounds)?;
    Ok(Beside { compiled, differences })
}
