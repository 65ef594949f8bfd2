//! Reference data: the files of `prisma/data`, what leads a database to them, and applying that.

mod filler;
mod live;

use std::path::Path;

pub use glowplug_data::plan::{ModelCount, RowChange};
use glowplug_data::plan::{Plan, Statement, whole};
use glowplug_data::read::read;
use glowplug_data::set::DataSet;
use glowplug_data::target::Target;
use glowplug_dialect::database::{Database, End};
use glowplug_dialect::error::ErrorKind;
use glowplug_psl::diagnostics::SourceFile;
use serde::Serialize;

use crate::ctx::{Ctx, Workspace};
use crate::failure::{Failure, Place, Result, io_failure};
use crate::patience::{blocked, patiently};
use filler::Random;

/// What the files declare, free of mistakes.
pub struct Data<'a> {
    target: Target<'a>,
    set: DataSet,
}

/// What leads a database to the declared rows, or has led it there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DataPlan {
    /// The rows that change.
    pub rows: Vec<RowChange>,
    /// What happens to each model.
    pub models: Vec<ModelCount>,
    /// The statements, in order.
    pub sql: Vec<String>,
    /// Why the rows could not be compared yet: a pending migration makes their tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits: Option<String>,
}

impl DataPlan {
    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.sql.is_empty() && self.waits.is_none()
    }

    /// The rows that are deleted, a line each.
    pub fn removals(&self) -> Vec<String> {
        let removed = self.rows.iter().filter(|row| row.sign == '-');
        removed.map(|row| format!("reference data: deletes {} {}", row.model, row.key)).collect()
    }

    /// What it stands for, without what is made up anew each time.
    pub fn parts(&self) -> Vec<String> {
        self.rows.iter().map(|row| format!("{} {row}", row.sign)).collect()
    }
}

/// Reads the files; `None` where there are none. No database is asked.
///
/// # Errors
/// A file that cannot be read, a broken schema, or mistakes in the files: all of them at once.
pub fn load<'a>(workspace: &Workspace<'a>) -> Result<Option<Data<'a>>> {
    let sources = files(workspace)?;
    if sources.is_empty() {
        return Ok(None);
    }
    let target = Target::new(&workspace.schema.load()?.schema, workspace.dialect);
    let (set, mistakes) = read(&target, sources);
    if mistakes.is_empty() {
        return Ok(Some(Data { target, set }));
    }
    let count = glowplug_dialect::words::counted(mistakes.len(), "mistake");
    let folder = workspace.paths.show(&workspace.paths.data);
    let mut failure = Failure::new("GP4401", format!("the reference data in `{folder}` has {count}"));
    failure.diagnostics = mistakes;
    failure.sources = set.sources;
    Err(failure.fact("nothing was changed"))
}

/// The data files by name, without looking into them.
fn files(workspace: &Workspace<'_>) -> Result<Vec<SourceFile>> {
    let is_data = |path: &Path| path.extension().is_some_and(|it| it == "toml" || it == "json");
    let mut sources = Vec::new();
    for path in in_folder(&workspace.paths.data)?.into_iter().filter(|path| is_data(path)) {
        let text = std::fs::read_to_string(&path).map_err(|error| io_failure("read", &path, &error))?;
        sources.push(SourceFile { path: workspace.paths.show(&path), text });
    }
    Ok(sources)
}

/// The files of a folder in the order of their names; none, where there is no folder.
pub(crate) fn in_folder(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(folder).map_err(|error| io_failure("read", folder, &error))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| io_failure("read", folder, &error))?.path();
        if path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// What leads the database to the declared rows. Changes nothing. `waits` while migrations are pending that may make
/// the tables.
///
/// # Errors
/// A table, column or key that is not there, a row that is referred to and is nowhere, or whatever the database says.
pub fn look(ctx: &Ctx<'_>, database: &mut dyn Database, data: &Data<'_>, pending: bool) -> Result<DataPlan> {
    Ok(match live::plan(ctx, database, &data.target, &data.set, pending)? {
        live::Looked::Plan(plan) => shown(&plan),
        live::Looked::Waits(why) => DataPlan { waits: Some(why), ..DataPlan::default() },
    })
}

/// Leads the database to the declared rows, in one transaction. `may_remove` says no before rows are deleted.
///
/// # Errors
/// As [`look`], a no, or a statement that the database refuses: nothing of it remains then.
pub fn bring(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    data: &Data<'_>,
    may_remove: &dyn Fn(&Ctx<'_>, &mut dyn Database, &DataPlan) -> Result<()>,
) -> Result<DataPlan> {
    let live::Looked::Plan(plan) = live::plan(ctx, database, &data.target, &data.set, false)? else {
        return Ok(DataPlan::default());
    };
    let said = shown(&plan);
    if plan.removes() {
        may_remove(ctx, database, &said)?;
    }
    if !plan.is_empty() {
        apply(ctx, database, data, &plan)?;
    }
    Ok(said)
}

fn apply(ctx: &mut Ctx<'_>, database: &mut dyn Database, data: &Data<'_>, plan: &Plan) -> Result<()> {
    let mut at = 0;
    let res = patiently(ctx, "reference data", |_| {
        database.transaction(&mut |transaction| {
            for (number, statement) in plan.statements.iter().enumerate() {
                at = number;
                transaction.execute(&statement.sql)?;
            }
            Ok(End::Commit)
        })
    });
    res.map_err(|error| {
        if error.kind == ErrorKind::Blocked {
            let message = format!("the reference data cannot get at what others use: {}", error.message);
            return blocked(message, &error, ctx.pace.tries);
        }
        if error.kind != ErrorKind::Statement {
            return Failure::from_database(error);
        }
        refused(data, plan.statements.get(at), error)
    })
}

/// A statement that the database refused, at the rows that it is about.
fn refused(
    data: &Data<'_>,
    statement: Option<&Statement>,
    error: glowplug_dialect::error::DatabaseError,
) -> Box<Failure> {
    let detail = error.server.as_ref().and_then(|server| server.detail.clone());
    let Some(statement) = statement else { return Failure::from_database(error) };
    let message = format!("the database refuses rows of {}: {}", statement.model, error.message);
    let mut failure = Failure::new("GP4409", message);
    failure.place = place(&data.set, statement);
    failure.facts.extend(detail.map(|detail| format!("detail: {detail}")));
    failure.fact("landed: no row of the reference data (its transaction was rolled back)")
}

fn place(set: &DataSet, statement: &Statement) -> Option<Place> {
    let source = set.sources.get(statement.span.file as usize)?;
    let label = if statement.rows > 1 { "one of these rows" } else { "this row" };
    Some(Place {
        path: source.path.clone(),
        text: source.text.clone(),
        start: statement.span.start as usize,
        end: statement.span.end as usize,
        label: label.to_owned(),
    })
}

/// Statements for every declared row: they write none that is as wanted.
pub(crate) fn script(ctx: &Ctx<'_>, data: &Data<'_>) -> Vec<String> {
    let statements = whole(&data.target, &data.set, &mut Random::new(ctx.clock));
    statements.into_iter().map(|statement| statement.sql).collect()
}

/// Refuses what the database lacks, so that a script can run.
pub(crate) fn check(ctx: &Ctx<'_>, database: &mut dyn Database, data: &Data<'_>) -> Result<()> {
    live::plan(ctx, database, &data.target, &data.set, false).map(|_| ())
}

fn shown(plan: &Plan) -> DataPlan {
    DataPlan {
        rows: plan.changes.clone(),
        models: plan.counts.clone(),
        sql: plan.statements.iter().map(|it| format!("{};", it.sql)).collect(),
        waits: None,
    }
}
