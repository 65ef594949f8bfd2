//! The datasource: provider, properties that the provider has, connection strings, extensions.

use super::{Context, generators, list};
use crate::codes;
use crate::nearest::did_you_mean;
use crate::providers::PROVIDERS;
use crate::resolve::property;
use crate::schema::Datasource;
use crate::syntax::{Block, Expression};
use std::collections::BTreeMap;

pub(super) fn check(cx: &mut Context<'_, '_>) {
    let (Some(block), Some(datasource)) = (cx.nodes.datasource, &cx.schema.datasource) else { return };
    check_provider(cx, block, datasource);
    check_schemas(cx, block);
    check_extensions(cx, block, datasource);
    check_shadow_database(cx, block, datasource);
    check_relation_mode(cx, block);
}

fn check_provider(cx: &mut Context<'_, '_>, block: &Block<'_>, datasource: &Datasource) {
    if cx.provider.is_some() {
        return;
    }
    let Some((_, value)) = property(block, "provider") else { return };
    let names = PROVIDERS.iter().flat_map(|provider| provider.names.iter().copied());
    let hint = did_you_mean(&datasource.provider, names).unwrap_or_else(|| {
        format!("the providers are {}", list(PROVIDERS.iter().map(|provider| provider.names[0])))
    });
    cx.sink
        .error(
            codes::UNKNOWN_PROVIDER,
            value.span(),
            format!("provider `{}` is not known", datasource.provider),
        )
        .hint(hint);
}

fn check_schemas(cx: &mut Context<'_, '_>, block: &Block<'_>) {
    let Some((_, value)) = property(block, "schemas") else { return };
    if let Some(provider) = cx.provider.filter(|provider| !provider.has_schemas) {
        cx.sink
            .error(codes::UNSUPPORTED_PROPERTY, value.span(), format!("{} has no `schemas`", provider.title))
            .hint("remove the property");
    }
    let Expression::Array(items, span) = value else { return };
    if items.is_empty() {
        cx.sink
            .error(codes::WRONG_VALUE, *span, "the list of schemas is empty")
            .hint("name at least one schema, or remove the property");
    }
    let mut by_name: BTreeMap<&str, Vec<&Expression<'_>>> = BTreeMap::new();
    for item in items {
        if let Expression::String(literal) = item {
            by_name.entry(literal.text).or_default().push(item);
        }
    }
    for (name, places) in by_name.into_iter().filter(|(_, places)| places.len() > 1) {
        for place in places {
            cx.sink
                .error(codes::DUPLICATE_SCHEMA, place.span(), format!("schema {name} is listed twice"))
                .hint("remove one of them");
        }
    }
}

fn check_extensions(cx: &mut Context<'_, '_>, block: &Block<'_>, datasource: &Datasource) {
    let Some((property, value)) = property(block, "extensions") else { return };
    if let Some(provider) = cx.provider.filter(|provider| !provider.has_extensions) {
        cx.sink
            .error(
                codes::UNSUPPORTED_PROPERTY,
                property.span,
                format!("{} has no `extensions`", provider.title),
            )
            .hint("remove the property");
        return;
    }
    if !generators::has_preview_feature(cx.nodes, "postgresqlExtensions") {
        cx.sink
            .error(
                codes::PREVIEW_FEATURE,
                value.span(),
                "`extensions` needs the preview feature `postgresqlExtensions`",
            )
            .hint("add `previewFeatures = [\"postgresqlExtensions\"]` to a generator");
        return;
    }
    for extension in &datasource.extensions {
        if extension.name.contains('-') || extension.name.starts_with(char::is_numeric) {
            let better = extension.name.replace('-', "_");
            cx.sink
                .error(
                    codes::EXTENSION,
                    value.span(),
                    format!("`{}` cannot be written as a name", extension.name),
                )
                .hint(format!("write `{better}(map: \"{}\")`", extension.name));
        }
    }
}

/// A shadow database is emptied again and again: it is never the main database.
fn check_shadow_database(cx: &mut Context<'_, '_>, block: &Block<'_>, datasource: &Datasource) {
    let Some(shadow) = &datasource.shadow_database_url else { return };
    for (name, url) in [("url", &datasource.url), ("directUrl", &datasource.direct_url)] {
        let Some((_, value)) = property(block, name).filter(|_| url.as_ref() == Some(shadow)) else {
            continue;
        };
        cx.sink
            .error(
                codes::BAD_URL,
                value.span(),
                format!("`shadowDatabaseUrl` is the same database as `{name}`"),
            )
            .hint("name another database: everything in the shadow database is deleted");
    }
}

fn check_relation_mode(cx: &mut Context<'_, '_>, block: &Block<'_>) {
    let Some((old, _)) = property(block, "referentialIntegrity") else { return };
    if property(block, "relationMode").is_some() {
        cx.sink
            .error(
                codes::DUPLICATE_ATTRIBUTE,
                old.span,
                "`referentialIntegrity` is the older name of `relationMode`",
            )
            .hint("keep only `relationMode`");
    } else {
        cx.sink
            .warning(
                codes::UNKNOWN_PROPERTY,
                old.span,
                "`referentialIntegrity` is the older name of `relationMode`",
            )
            .hint("write `relationMode`");
    }
}
