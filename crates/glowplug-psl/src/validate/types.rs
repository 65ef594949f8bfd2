//! Types that a provider does not have: lists, composite types, `Unsupported` that is supported.

use super::{Context, kind_of};
use crate::codes;
use crate::providers::{NativeArguments, Provider};
use crate::resolve::SCALARS;
use crate::schema::{Arity, FieldType};

pub(super) fn check(cx: &mut Context<'_, '_>) {
    for block in &cx.nodes.types {
        let title = cx.provider.map_or("this database", |provider| provider.title);
        cx.sink
            .error(
                codes::COMPOSITE_TYPE,
                block.name.span,
                format!("{title} has no composite types, such as `{}`", block.name.text),
            )
            .hint("use a model with a relation, or a field of type `Json`");
    }
    let Some(provider) = cx.provider else { return };
    for (_, model, node) in cx.models() {
        for (field, written) in model.fields.iter().zip(&node.fields) {
            let label = || format!("{} `{}.{}`", kind_of(model), model.name, field.name);
            if field.is_column() && field.arity == Arity::List && !provider.has_lists {
                let message = format!("{} has no lists, such as {}", provider.title, label());
                cx.sink
                    .error(codes::UNSUPPORTED_TYPE, written.syntax.span, message)
                    .hint("use a model of its own for the values, or a field of type `Json`");
            }
            if let FieldType::Unsupported(name) = &field.ty
                && let Some(better) = supported_as(name, provider)
            {
                let datasource = cx.schema.datasource.as_ref().map_or("db", |datasource| &datasource.name);
                let better = better.replace("@db.", &format!("@{datasource}."));
                cx.sink
                    .error(
                        codes::UNSUPPORTED_TYPE,
                        written.syntax.span,
                        format!("type `{name}` of {} is supported", label()),
                    )
                    .hint(format!("write `{better}` instead of `Unsupported(\"{name}\")`"));
            }
        }
    }
}

/// How the language writes the type inside `Unsupported("...")`, if it is one of its native types.
fn supported_as(name: &str, provider: &Provider) -> Option<String> {
    let (prefix, rest) = name.split_once('(').unwrap_or((name, ""));
    let rule = provider.native_type(prefix.trim())?;
    let scalar = SCALARS.iter().find(|(_, scalar)| *scalar == rule.scalar).map(|(name, _)| *name)?;
    let params = rest.split_once(')').map_or("", |(params, _)| params);
    let numbers: Vec<&str> = params.split(',').map(str::trim).filter(|number| !number.is_empty()).collect();
    let are_numbers = numbers.iter().all(|number| number.parse::<u32>().is_ok());
    let fits = match rule.arguments {
        NativeArguments::None => numbers.is_empty(),
        NativeArguments::Optional { .. } => numbers.len() <= 1,
        NativeArguments::PrecisionAndScale { .. } => numbers.len() <= 2,
    };
    let arguments = if numbers.is_empty() { String::new() } else { format!("({})", numbers.join(", ")) };
    (are_numbers && fits).then(|| format!("{scalar} @db.{}{arguments}", rule.name))
}
