//! Generators: preview features.

use super::Context;
use crate::codes;
use crate::nearest::did_you_mean;
use crate::resolve::{Nodes, property};
use crate::sink::Sink;
use crate::syntax::{Block, Expression};

/// Preview features that Prisma knows in version 6 or 7, shown or hidden.
const ACTIVE: &[&str] = &[
    "metrics",
    "nativeDistinct",
    "partialIndexes",
    "postgresqlExtensions",
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
    "deno",
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
        check_values(block, cx.sink);
        for (name, value) in preview_features(block) {
            let is_retired = RETIRED.iter().any(|feature| feature.eq_ignore_ascii_case(name));
            let of_provider = cx.provider.map_or(&[][..], |provider| provider.preview_features);
            let is_active =
                ACTIVE.iter().chain(of_provider).any(|feature| feature.eq_ignore_ascii_case(name));
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

/// The values of the properties that Prisma itself reads.
fn check_values(block: &Block<'_>, sink: &mut Sink) {
    for (name, takes_list, takes_env) in [
        ("output", false, true),
        ("engineType", false, false),
        ("binaryTargets", true, true),
        ("previewFeatures", true, false),
    ] {
        let Some((_, value)) = property(block, name) else { continue };
        let items = match value {
            Expression::Array(items, _) if takes_list => items.iter().collect(),
            single => vec![single],
        };
        for item in items {
            let is_env = matches!(item, Expression::Call(call) if call.name.text == "env");
            let fits = matches!(item, Expression::String(_)) || (takes_env && is_env);
            if !fits {
                let message = format!("`{name}` wants a string, but found {}", item.describe());
                sink.error(codes::WRONG_VALUE, item.span(), message).hint("put it in quotes");
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
