//! Generators: preview features.

use super::Context;
use crate::codes;
use crate::nearest::did_you_mean;
use crate::resolve::{Nodes, property};
use crate::syntax::{Block, Expression};

/// Preview features that change what a schema may hold, or that Prisma still knows as previews.
const ACTIVE: &[&str] = &[
    "deno",
    "driverAdapters",
    "esm",
    "fullTextSearchPostgres",
    "metrics",
    "multiSchema",
    "nativeDistinct",
    "partialIndexes",
    "postgresqlExtensions",
    "prismaSchemaFolder",
    "queryCompiler",
    "reactNative",
    "relationJoins",
    "schemaEngineDriverAdapters",
    "shardKeys",
    "strictUndefinedChecks",
    "typedSql",
    "views",
];

/// Preview features of the past: they are read, and mean nothing any more.
const RETIRED: &[&str] = &[
    "aggregateApi",
    "atomicNumberOperations",
    "clientExtensions",
    "cockroachdb",
    "connectOrCreate",
    "createMany",
    "dataProxy",
    "distinct",
    "driverAdapters",
    "extendedIndexes",
    "extendedWhereUnique",
    "fieldReference",
    "filterJson",
    "filteredRelationCount",
    "fullTextIndex",
    "fullTextSearch",
    "groupBy",
    "improvedQueryRaw",
    "interactiveTransactions",
    "jsonProtocol",
    "metrics",
    "microsoftSqlServer",
    "middlewares",
    "mongoDb",
    "multiSchema",
    "nApi",
    "namedConstraints",
    "nativeTypes",
    "omitApi",
    "orderByAggregateGroup",
    "orderByNulls",
    "orderByRelation",
    "prismaSchemaFolder",
    "queryCompiler",
    "referentialActions",
    "referentialIntegrity",
    "selectRelationCount",
    "tracing",
    "transactionApi",
    "uncheckedScalarInputs",
];

pub(super) fn check(cx: &mut Context<'_, '_>) {
    for block in &cx.nodes.generators {
        for (name, value) in preview_features(block) {
            let is_retired = RETIRED.iter().any(|feature| feature.eq_ignore_ascii_case(name));
            let is_active = ACTIVE.iter().any(|feature| feature.eq_ignore_ascii_case(name));
            if is_retired {
                cx.sink
                    .warning(
                        codes::PREVIEW_FEATURE,
                        value.span(),
                        format!("preview feature `{name}` means nothing any more"),
                    )
                    .hint("remove it");
            } else if !is_active {
                cx.sink
                    .error(
                        codes::PREVIEW_FEATURE,
                        value.span(),
                        format!("no preview feature is called `{name}`"),
                    )
                    .maybe_hint(did_you_mean(name, ACTIVE.iter().copied()));
            }
        }
    }
}

/// Whether some generator asks for the preview feature.
pub(super) fn has_preview_feature(nodes: &Nodes<'_>, wanted: &str) -> bool {
    let mut features = nodes.generators.iter().flat_map(|block| preview_features(block));
    features.any(|(name, _)| name.eq_ignore_ascii_case(wanted))
}

fn preview_features<'n, 'a>(block: &'n Block<'a>) -> Vec<(&'a str, &'n Expression<'a>)> {
    let Some((_, value)) = property(block, "previewFeatures") else { return Vec::new() };
    let items = match value {
        Expression::Array(items, _) => items.iter().collect(),
        single => vec![single],
    };
    let mut features = Vec::new();
    for item in items {
        if let Expression::String(literal) = item {
            features.push((literal.text.trim_matches('"'), item));
        }
    }
    features
}
