//! The schema files that a database asks for: the old ones brought up to date, or a new one.

use std::path::{Path, PathBuf};

use glowplug_lift::Style;
use glowplug_lift::fresh::{fresh, settings};
use glowplug_lift::merge::merge;
use glowplug_psl::diagnostics::SourceFile;
use glowplug_psl::schema::Schema;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;

use super::Options;
use crate::ctx::Ctx;

/// The files before and after.
pub(super) struct Plan {
    /// As they are.
    pub(super) before: Vec<SourceFile>,
    /// As they are to be.
    pub(super) after: Vec<SourceFile>,
    /// What is only called otherwise.
    pub(super) hints: RenameHints,
    /// What a person should look at.
    pub(super) warnings: Vec<String>,
}

/// What to write for the database `live`, over what is there.
pub(super) fn plan(ctx: &Ctx<'_>, live: &SqlSchema, before: Vec<SourceFile>, options: Options) -> Plan {
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
