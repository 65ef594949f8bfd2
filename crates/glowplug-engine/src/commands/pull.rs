//! `pull`: writes the schema file from a database, or brings the one that is there to what the database has.
//!
//! It reads the database and writes schema files; migrations, generated code and the database itself stay as
//! they are. Nothing is written before the result is proved: it must be free of errors, and what it asks for
//! must be what the database has.

mod files;
mod plan;
mod words;

use glowplug_dialect::database::Database;
use glowplug_lift::Style;
use glowplug_lift::check;
use glowplug_lift::left_alone::left_alone;
use glowplug_psl::diagnostics::{Severity, SourceFile};
use glowplug_psl::schema::Schema;
use glowplug_sql::change::Change;
use glowplug_sql::model::{EnumType, QualifiedName, SqlSchema, Table};
use glowplug_sql::pair::Pair;
use serde::Serialize;

pub use files::{Pulled, What};

use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::history::History;
use crate::model::Parts;
use crate::schema_files;
use crate::summary::{Line, summarize};
use files::{printed, write};
use plan::{Plan, plan};
use words::{contents, described};

/// How to pull.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Write nothing: the text is in the outcome.
    pub print: bool,
    /// Write the models anew, whatever the file says; its datasource and generators stay.
    pub force: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The database's name.
    pub database: String,
    /// Where it is.
    pub host: String,
    /// The files that were written, or would be.
    pub files: Vec<Pulled>,
    /// What changed in the schema, or what a new one has.
    pub changes: Vec<Line>,
    /// What a person should look at.
    pub warnings: Vec<String>,
    /// Objects outside the schema's language: kind and name.
    pub left_alone: Vec<String>,
    /// What the file still asks for otherwise: a defect of ours, always empty else.
    pub leftover: Vec<Line>,
    /// The step that fits next.
    pub next: Next,
}

/// The step that fits after a pull.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    /// There is no history yet: the first migration can be written from the database.
    Baseline,
    /// There is a history: does it lead to what the file says now?
    Status,
}

/// Pulls.
///
/// # Errors
/// A schema file with errors, a database without tables or without any of the file's, or whatever the database
/// answers.
pub fn run(ctx: &mut Ctx<'_>, options: Options) -> Result<Outcome> {
    let before = existing(ctx, options)?;
    let mut database = ctx.connect()?;
    let database = database.as_mut();
    let live = live(ctx, database, &before, options)?;
    if live.is_empty() {
        return Err(nothing_there(database));
    }
    let plan = plan(ctx, &live, before, options);
    if !options.force {
        refuse_other_database(ctx, &live, &plan, database)?;
    }
    let schema = proved(&plan.after)?;
    let style = Style::of(&schema);
    let file = ctx.dialect.lower(&schema);
    let leftover = summarize(&check::leftover(&live, &file, &style, ctx.dialect));
    let changes = if options.force { contents(&schema) } else { described(ctx, &live, &plan, &schema) };
    let left_alone = left_alone(&live, &schema, ctx.dialect);
    let files = if options.print { printed(&plan) } else { write(ctx, &plan)? };
    let target = database.target();
    Ok(Outcome {
        database: target.database.clone(),
        host: target.host.clone(),
        files,
        changes,
        warnings: plan.warnings,
        left_alone: left_alone.into_iter().map(|it| format!("{} {}", it.kind, it.name)).collect(),
        leftover,
        next: next(ctx, database),
    })
}

/// The files that are there, free of errors; none where there is no file yet.
fn existing(ctx: &Ctx<'_>, options: Options) -> Result<Vec<SourceFile>> {
    let sources = match schema_files::read(&ctx.paths) {
        Ok(sources) => sources,
        Err(failure) if failure.code == "GP4001" => return Ok(Vec::new()),
        Err(failure) => return Err(failure),
    };
    match ctx.schema.load() {
        Ok(_) => Ok(sources),
        // Mistakes in models go with the models; a text that cannot be read might hide settings.
        Err(failure) if options.force && !failure.diagnostics.iter().any(|d| d.code.starts_with("GP10")) => {
            Ok(sources)
        }
        Err(failure) => Err(failure.fact("nothing was written")),
    }
}

/// The database, with as much of what is external as the file shows.
fn live(
    ctx: &Ctx<'_>,
    database: &mut dyn Database,
    before: &[SourceFile],
    options: Options,
) -> Result<SqlSchema> {
    let Parts { own: mut live, external } = ctx.introspect_parts(database)?;
    let shown = match options.force {
        true => SqlSchema::default(),
        false => ctx.lower_parts(&glowplug_psl::parse(before).0).external,
    };
    let is_shown = |namespace: &Option<String>, name: &str| {
        shown.find_table(namespace.as_deref(), name).is_some()
            || shown.find_enum(namespace.as_deref(), name).is_some()
    };
    live.tables.extend(external.tables.into_iter().filter(|it| is_shown(&it.namespace, &it.name)));
    live.enums.extend(external.enums.into_iter().filter(|it| is_shown(&it.namespace, &it.name)));
    live.tables.sort_by_key(Table::qualified_name);
    live.enums.sort_by_key(EnumType::qualified_name);
    // No relation leads to what the file does not show.
    let tables: Vec<QualifiedName> = live.tables.iter().map(Table::qualified_name).collect();
    for key in live.tables.iter_mut().flat_map(|table| &mut table.foreign_keys) {
        let target =
            QualifiedName { namespace: key.target_namespace.clone(), name: key.target_table.clone() };
        key.expressible &= tables.contains(&target);
    }
    Ok(live)
}

fn nothing_there(database: &dyn Database) -> Box<Failure> {
    let target = database.target();
    Failure::new("GP4301", format!("database `{}` on {} has no tables to pull", target.database, target.host))
        .prisma("P4001")
        .fact("nothing was written")
        .hint("name another database with --database-url; schemas other than the usual one are listed in the datasource, schemas = [\"...\"]")
}

/// A database that has nothing of the file is most likely not the one that is meant.
fn refuse_other_database(
    ctx: &Ctx<'_>,
    live: &SqlSchema,
    plan: &Plan,
    database: &dyn Database,
) -> Result<()> {
    let (old, _) = glowplug_psl::parse(&plan.before);
    let file = ctx.dialect.lower(&old);
    let changes = check::changes(Pair::new(live, &file), &Style::of(&old), ctx.dialect, &plan.hints);
    let gone = changes.changes.iter().filter(|change| matches!(change, Change::CreateTable(_))).count();
    if file.tables.is_empty() || gone < file.tables.len() {
        return Ok(());
    }
    let target = database.target();
    let models = old.models.iter().filter(|model| !model.is_view).count();
    let message = format!(
        "database `{}` on {} has none of the tables of `{}`, which has {models} model{}",
        target.database,
        target.host,
        ctx.paths.show(&ctx.paths.schema),
        if models == 1 { "" } else { "s" }
    );
    Err(Failure::refused("GP4303", message)
        .fact("nothing was written")
        .hint("name the database that is meant with --database-url")
        .hint("--force    replaces all models by those of this database"))
}

/// The schema of the result.
///
/// # Errors
/// Whatever is wrong with it: a defect of ours.
fn proved(sources: &[SourceFile]) -> Result<Schema> {
    let (schema, diagnostics) = glowplug_psl::parse(sources);
    let errors: Vec<_> = diagnostics.into_iter().filter(|d| d.severity == Severity::Error).collect();
    if errors.is_empty() {
        return Ok(schema);
    }
    let mut failure =
        Failure::new("GP4302", "the schema that was pulled has errors: this is a defect of glowplug")
            .fact("nothing was written")
            .hint("please report it with the errors and the tables that they are about");
    failure.diagnostics = errors;
    failure.sources = sources.to_vec();
    Err(failure)
}

/// A history that cannot be read is no reason to fail here: `migrate status` tells more about it.
fn next(ctx: &Ctx<'_>, database: &mut dyn Database) -> Next {
    match History::read(ctx, database) {
        Ok(history) if history.disk.is_empty() && history.diagnosis.applied.is_empty() => {
            if history.ledger.rows.is_empty() { Next::Baseline } else { Next::Status }
        }
        Ok(_) | Err(_) => Next::Status,
    }
}
