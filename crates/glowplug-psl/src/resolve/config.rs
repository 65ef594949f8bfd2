//! Datasource and generator blocks.

use super::values::{as_list, expect_string, expect_string_or_env, expected, to_value};
use crate::codes;
use crate::diagnostics::Span;
use crate::nearest::did_you_mean;
use crate::providers;
use crate::schema::{Datasource, Extension, Generator};
use crate::sink::Sink;
use crate::syntax::{Argument, Block, Call, Entry, Expression, Property};
use std::borrow::Cow;

const DATASOURCE_PROPERTIES: [&str; 7] =
    ["provider", "url", "directUrl", "shadowDatabaseUrl", "relationMode", "schemas", "extensions"];

/// The datasource; `None` without a provider.
pub(super) fn datasource(block: &Block<'_>, sink: &mut Sink) -> Option<Datasource> {
    let mut datasource = Datasource {
        name: block.name.text.to_owned(),
        provider: String::new(),
        url: None,
        direct_url: None,
        shadow_database_url: None,
        relation_mode_prisma: false,
        schemas: Vec::new(),
        extensions: Vec::new(),
        span: block.span,
    };
    let mut provider = None;
    for (property, value) in properties(block, "datasource", sink) {
        match property.name.text {
            "provider" => provider = read_provider(block, value, sink),
            "url" => datasource.url = expect_string_or_env(value, sink),
            "directUrl" => datasource.direct_url = expect_string_or_env(value, sink),
            "shadowDatabaseUrl" => datasource.shadow_database_url = expect_string_or_env(value, sink),
            "relationMode" | "referentialIntegrity" => {
                datasource.relation_mode_prisma = read_relation_mode(block, property, value, sink);
            }
            "schemas" => datasource.schemas = read_schemas(value, sink),
            "extensions" => datasource.extensions = read_extensions(value, sink),
            other => {
                let message = format!("a datasource has no property `{other}`");
                let hint = did_you_mean(other, DATASOURCE_PROPERTIES).unwrap_or_else(|| {
                    let names: Vec<String> = DATASOURCE_PROPERTIES.iter().map(|n| format!("`{n}`")).collect();
                    format!("its properties are {}", names.join(", "))
                });
                sink.error(codes::UNKNOWN_PROPERTY, property.name.span, message).hint(hint);
            }
        }
    }
    let has_provider =
        block.entries.iter().any(|e| matches!(e, Entry::Property(p) if p.name.text == "provider"));
    if !has_provider {
        report_missing_provider(block, "datasource", "postgresql", sink);
    }
    let provider = provider?;
    // `postgres` is another spelling of `postgresql`.
    datasource.provider = providers::find(&provider).map_or(provider, |known| known.names[0].to_owned());
    Some(datasource)
}

/// A generator, whatever its properties are: those of other tools are kept as they are.
pub(super) fn generator(block: &Block<'_>, sink: &mut Sink) -> Generator {
    let mut generator = Generator {
        name: block.name.text.to_owned(),
        provider: None,
        properties: Vec::new(),
        span: block.span,
    };
    for (property, value) in properties(block, "generator", sink) {
        let Some(kept) = to_value(value) else {
            expected("a string, number, name, list or function", value, sink);
            continue;
        };
        if property.name.text == "provider" {
            generator.provider = match expect_string_or_env(value, sink) {
                Some(crate::schema::StringOrEnv::Literal(text)) => Some(text),
                Some(crate::schema::StringOrEnv::Env(_)) | None => None,
            };
        }
        generator.properties.push((property.name.text.to_owned(), kept));
    }
    if !block.entries.iter().any(|e| matches!(e, Entry::Property(p) if p.name.text == "provider")) {
        report_missing_provider(block, "generator", "prisma-client", sink);
    }
    generator
}

/// The properties that have a value, each once.
fn properties<'a>(
    block: &'a Block<'a>,
    kind: &str,
    sink: &mut Sink,
) -> Vec<(&'a Property<'a>, &'a Expression<'a>)> {
    let mut found: Vec<(&Property<'_>, &Expression<'_>)> = Vec::new();
    for entry in &block.entries {
        let Entry::Property(property) = entry else { continue };
        let name = property.name;
        if found.iter().any(|(other, _)| other.name.text == name.text) {
            sink.error(
                codes::DUPLICATE_NAME,
                name.span,
                format!("property `{}` of {kind} `{}` is given twice", name.text, block.name.text),
            )
            .hint("remove one of them");
            continue;
        }
        match &property.value {
            Some(value) => found.push((property, value)),
            None => {
                sink.error(
                    codes::WRONG_VALUE,
                    block.name.span,
                    format!("property `{}` has no value", name.text),
                )
                .hint(format!("write `{} = \"...\"`", name.text));
            }
        }
    }
    found
}

fn report_missing_provider(block: &Block<'_>, kind: &str, example: &str, sink: &mut Sink) {
    sink.error(
        codes::MISSING_PROVIDER,
        block.name.span,
        format!("{kind} `{}` has no `provider`", block.name.text),
    )
    .hint(format!("add `provider = \"{example}\"`"));
}

fn read_provider(block: &Block<'_>, value: &Expression<'_>, sink: &mut Sink) -> Option<String> {
    match value {
        Expression::Call(call) if call.name.text == "env" => {
            sink.error(
                codes::UNKNOWN_PROVIDER,
                block.name.span,
                "the provider of a datasource cannot come from the environment",
            )
            .hint("write it as a string, `provider = \"postgresql\"`");
            None
        }
        other => expect_string(other, sink).map(Cow::into_owned),
    }
}

fn read_relation_mode(
    block: &Block<'_>,
    property: &Property<'_>,
    value: &Expression<'_>,
    sink: &mut Sink,
) -> bool {
    match expect_string(value, sink).as_deref() {
        Some("prisma") => true,
        Some("foreignKeys") | None => false,
        Some(other) => {
            let hint = did_you_mean(other, ["prisma", "foreignKeys"]);
            sink.error(
                codes::WRONG_VALUE,
                block.name.span,
                format!("`{other}` is not a value of `{}`", property.name.text),
            )
            .maybe_hint(hint.or(Some("it is `\"foreignKeys\"` or `\"prisma\"`".to_owned())));
            false
        }
    }
}

fn read_schemas(value: &Expression<'_>, sink: &mut Sink) -> Vec<String> {
    as_list(value).iter().filter_map(|item| expect_string(item, sink)).map(Cow::into_owned).collect()
}

fn read_extensions(value: &Expression<'_>, sink: &mut Sink) -> Vec<Extension> {
    as_list(value).iter().filter_map(|item| read_extension(item, sink)).collect()
}

/// `name` or `name(map: "...", schema: "...", version: "...")`
fn read_extension(value: &Expression<'_>, sink: &mut Sink) -> Option<Extension> {
    match value {
        Expression::Constant(name) => {
            Some(Extension { name: name.text.to_owned(), db_name: None, schema: None, version: None })
        }
        Expression::Call(call) => Some(extension_with_arguments(call, sink)),
        other => {
            expected("the name of an extension, with or without arguments", other, sink);
            None
        }
    }
}

fn extension_with_arguments(call: &Call<'_>, sink: &mut Sink) -> Extension {
    let name = call.name.text;
    let mut extension = Extension { name: name.to_owned(), db_name: None, schema: None, version: None };
    let mut seen: Vec<&str> = Vec::new();
    for argument in &call.arguments.items {
        let Some(key) = argument.name else {
            report_extension_argument(argument, "has no name", sink);
            continue;
        };
        if seen.contains(&key.text) {
            let message = format!("argument `{}` of extension `{name}` is given twice", key.text);
            sink.error(codes::DUPLICATE_ARGUMENT, argument.span, message).hint("remove one of them");
            continue;
        }
        seen.push(key.text);
        let slot = match key.text {
            "map" => &mut extension.db_name,
            "schema" => &mut extension.schema,
            "version" => &mut extension.version,
            other => {
                report_extension_argument(argument, &format!("`{other}` is not known"), sink);
                continue;
            }
        };
        match &argument.value {
            Some(value) => *slot = expect_string(value, sink).map(Cow::into_owned),
            None => report_extension_argument(argument, &format!("`{}` has no value", key.text), sink),
        }
    }
    extension
}

fn report_extension_argument(argument: &Argument<'_>, problem: &str, sink: &mut Sink) {
    let span: Span = argument.span;
    sink.error(codes::UNKNOWN_ARGUMENT, span, format!("an argument of an extension {problem}"))
        .hint("its arguments are `map: \"...\"`, `schema: \"...\"` and `version: \"...\"`");
}
