//! `pull`: writes the schema file from a database, or brings the one that is there to what the database has.
//!
//! It reads the database and writes schema files; migrations, generated code and the database itself stay as
//! they are. Nothing is written before the result is proved: it must be free of errors, and what it asks for
//! must be what the database has.

use std::path::{Path, PathBuf};

use glowplug_dialect::database::Database;
use glowplug_lift::Style;
use glowplug_lift::check;
use glowplug_lift::fresh::{fresh, settings};
use glowplug_lift::left_alone::left_alone;
use glowplug_lift::merge::merge;
use glowplug_psl::diagnostics::{Severity, SourceFile};
use glowplug_psl::schema::Schema;
use glowplug_sql::change::Change;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::invert::invert;
use glowplug_sql::model::{EnumType, QualifiedName, SqlSchema, Table};
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::failure::{Failure, Result, io_failure};
use crate::history::History;
use crate::model::Parts;
use crate::schema_files;
use crate::summary::{Line, summarize};

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

/// A schema file that a pull writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pulled {
    /// Relative to the workspace.
    pub path: String,
    /// Whether it is new, changed, or goes.
    pub what: What,
    /// Its text; only where nothing is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It is new.
    Created,
    /// It was there.
    Changed,
    /// Its models are in another file now.
    Removed,
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

/// The files before and after.
struct Plan {
    before: Vec<SourceFile>,
    after: Vec<SourceFile>,
    hints: RenameHints,
    warnings: Vec<String>,
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

fn plan(ctx: &Ctx<'_>, live: &SqlSchema, before: Vec<SourceFile>, options: Options) -> Plan {
    if !before.is_empty() && !options.force {
        let merged = merge(&before, live, ctx.dialect);
        return Plan { before, after: merged.sources, hints: merged.hints, warnings: merged.warnings };
    }
    let (schema, _) = glowplug_psl::parse(&before);
    let kept = settings_of(&before, &schema);
    let (head, style) = match (&schema.datasource, kept) {
        (Some(_), kept) => (kept, Style::of(&schema)),
        (None, kept) => {
            let (head, style) = settings(live, ctx.dialect);
            (format!("{head}\n{kept}"), style)
        }
    };
    let path = before
        .iter()
        .enumerate()
        .find(|(index, _)| schema.datasource.as_ref().is_some_and(|d| d.span.file as usize == *index))
        .or_else(|| before.iter().enumerate().next())
        .map_or_else(|| ctx.paths.show(&new_file(&ctx.paths.schema)), |(_, source)| source.path.clone());
    let text = fresh(live, ctx.dialect, &head, &style);
    let after = vec![SourceFile { path, text }];
    Plan { before, after, hints: RenameHints::default(), warnings: features(live, &style) }
}

/// What a file could say if it asked for it.
fn features(live: &SqlSchema, style: &Style) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut tell = |count: usize, what: &str, feature: &str| {
        if count > 0 {
            let plural = match (count, what.ends_with('x')) {
                (1, _) => " is",
                (_, true) => "es are",
                (_, false) => "s are",
            };
            warnings.push(format!(
                "{count} {what}{plural} left out: with `previewFeatures = [\"{feature}\"]` in a generator block, \
                 the next pull adds what it finds"
            ));
        }
    };
    if !style.has_views {
        tell(live.views.len(), "view", "views");
    }
    if !style.has_partial_indexes {
        let indexes = live.tables.iter().flat_map(|table| &table.indexes);
        let partial = indexes.filter(|index| index.expressible && index.predicate.is_some());
        tell(partial.count(), "partial index", "partialIndexes");
    }
    warnings
}

/// The datasource and generator blocks as they are written.
fn settings_of(sources: &[SourceFile], schema: &Schema) -> String {
    let datasource = schema.datasource.iter().map(|datasource| datasource.span);
    let mut spans: Vec<_> =
        datasource.chain(schema.generators.iter().map(|generator| generator.span)).collect();
    spans.sort();
    let blocks = spans.iter().map(|span| {
        let text = &sources[span.file as usize].text;
        format!("{}\n", &text[span.start as usize..span.end as usize])
    });
    blocks.collect::<Vec<_>>().join("\n")
}

/// Where a new schema goes: the file that was named, else `schema.prisma` in the folder.
fn new_file(path: &Path) -> PathBuf {
    let is_file = path.extension().is_some_and(|extension| extension == "prisma");
    if is_file { path.to_owned() } else { path.join("schema.prisma") }
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

/// What changed, in words: from what the file said to what the database has.
fn described(ctx: &Ctx<'_>, live: &SqlSchema, plan: &Plan, schema: &Schema) -> Vec<Line> {
    let (old, diagnostics) = glowplug_psl::parse(&plan.before);
    let is_whole = !plan.before.is_empty() && diagnostics.iter().all(|d| d.severity != Severity::Error);
    let views = |of: &Schema| -> Vec<(String, usize)> {
        let views = of.models.iter().filter(|model| model.is_view);
        views.map(|view| (view.name.clone(), view.fields.len())).collect()
    };
    if !is_whole {
        return contents(schema);
    }
    let file = ctx.dialect.lower(&old);
    let changes = check::changes(Pair::new(live, &file), &Style::of(&old), ctx.dialect, &plan.hints);
    let mut changes = invert(&changes, ctx.dialect.compare());
    // A table stands before what refers from it.
    changes.changes.sort_by_key(|change| matches!(change, Change::AddForeignKey(_)));
    let mut lines = summarize(&changes);
    let (before, after) = (views(&old), views(schema));
    for (name, fields) in &after {
        match before.iter().find(|(known, _)| known == name) {
            None => lines.push(Line { sign: '+', depth: 0, text: format!("view {name}") }),
            Some((_, count)) if count != fields => {
                lines.push(Line { sign: '~', depth: 0, text: format!("view {name}") });
            }
            Some(_) => {}
        }
    }
    lines
}

/// Everything in a new file, a line each.
fn contents(schema: &Schema) -> Vec<Line> {
    let line = |text: String| Line { sign: '+', depth: 0, text };
    let models = schema.models.iter().map(|model| {
        let kind = if model.is_view { "view " } else { "" };
        line(format!("{kind}{}", model.name))
    });
    let enums = schema.enums.iter().map(|enum_| {
        let values: Vec<&str> = enum_.values.iter().map(|value| value.name.as_str()).collect();
        line(format!("enum {} ({})", enum_.name, values.join(", ")))
    });
    models.chain(enums).collect()
}

/// The files that would be written.
fn printed(plan: &Plan) -> Vec<Pulled> {
    let written = plan.after.iter().map(|source| Pulled {
        path: source.path.clone(),
        what: what(plan, source),
        text: Some(source.text.clone()),
    });
    written.collect()
}

fn what(plan: &Plan, source: &SourceFile) -> What {
    let was_there = plan.before.iter().any(|before| before.path == source.path);
    if was_there { What::Changed } else { What::Created }
}

/// Writes what differs. Every text is on the disk under another name before the first file is replaced.
fn write(ctx: &Ctx<'_>, plan: &Plan) -> Result<Vec<Pulled>> {
    let is_new = |source: &&SourceFile| !plan.before.contains(source);
    let mut staged = Vec::new();
    let mut files = Vec::new();
    for source in plan.after.iter().filter(is_new) {
        let path = ctx.paths.root.join(&source.path);
        // What is behind a link is replaced, not the link.
        let path = path.canonicalize().unwrap_or(path);
        staged.push((stage(&path, &source.text)?, path));
        files.push(Pulled { path: source.path.clone(), what: what(plan, source), text: None });
    }
    for (staging, path) in &staged {
        std::fs::rename(staging, path).map_err(|error| io_failure("write", path, &error))?;
    }
    for source in &plan.before {
        if !plan.after.iter().any(|after| after.path == source.path) {
            let path = ctx.paths.root.join(&source.path);
            std::fs::remove_file(&path).map_err(|error| io_failure("remove", &path, &error))?;
            files.push(Pulled { path: source.path.clone(), what: What::Removed, text: None });
        }
    }
    Ok(files)
}

/// Writes a text beside the file that it is for, with that file's permissions.
fn stage(path: &Path, text: &str) -> Result<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| io_failure("create", folder, &error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let staging = folder.join(format!(".{name}.{}.new", std::process::id()));
    let written = std::fs::write(&staging, text).and_then(|()| match std::fs::metadata(path) {
        Ok(metadata) => std::fs::set_permissions(&staging, metadata.permissions()),
        Err(_) => Ok(()),
    });
    written.map_err(|error| {
        let _ = std::fs::remove_file(&staging);
        io_failure("write", &staging, &error)
    })?;
    Ok(staging)
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
