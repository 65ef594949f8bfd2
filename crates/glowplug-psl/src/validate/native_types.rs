//! `@db.X`: types that the provider has, for the right scalar, with the right arguments.

use super::{Context, list};
use crate::codes;
use crate::nearest::nearest;
use crate::providers::{NativeArguments, NativeTypeRule, Provider};
use crate::resolve::SCALARS;
use crate::schema::{Field, FieldType, NativeType};
use crate::sink::Sink;
use crate::syntax::Attribute;

pub(super) fn check(cx: &mut Context<'_, '_>) {
    for (_, model, node) in cx.models() {
        for (field, written) in model.fields.iter().zip(&node.fields) {
            let (Some(native), Some(attribute)) = (&field.native_type, written.attributes.native_type) else {
                continue;
            };
            if let FieldType::Scalar(_) = field.ty {
                if let Some(provider) = cx.provider {
                    check_type(field, native, attribute, provider, cx.sink);
                }
            } else {
                let label = format!("{}.{}", model.name, field.name);
                cx.sink
                    .error(
                        codes::NATIVE_TYPE_MISMATCH,
                        attribute.span,
                        format!("`{label}` is no scalar and cannot have `@{}`", attribute.name.text),
                    )
                    .hint("remove the attribute");
            }
        }
    }
}

fn check_type(
    field: &Field,
    native: &NativeType,
    attribute: &Attribute<'_>,
    provider: &Provider,
    sink: &mut Sink,
) {
    let Some(rule) = provider.native_type(&native.name) else {
        report_unknown(native, attribute, provider, sink);
        return;
    };
    let written = attribute.name.text;
    let scalar_name =
        |wanted| SCALARS.iter().find(|(_, scalar)| *scalar == wanted).map_or("", |(name, _)| name);
    if let FieldType::Scalar(scalar) = field.ty
        && scalar != rule.scalar
    {
        let message =
            format!("`@{written}` does not store a `{}`, the type of `{}`", scalar_name(scalar), field.name);
        sink.error(codes::NATIVE_TYPE_MISMATCH, attribute.span, message)
            .hint(format!("it stores a `{}`", scalar_name(rule.scalar)));
        return;
    }
    if let Err(problem) = check_arguments(&native.args, rule) {
        sink.error(codes::NATIVE_TYPE_ARGUMENTS, attribute.span, format!("`@{written}` {problem}"));
    }
}

fn report_unknown(native: &NativeType, attribute: &Attribute<'_>, provider: &Provider, sink: &mut Sink) {
    let prefix = attribute.name.text.split('.').next().unwrap_or("db");
    let names = provider.native_types.iter().map(|rule| rule.name);
    let hint = if provider.native_types.is_empty() {
        Some("remove it".to_owned())
    } else {
        nearest(&native.name, names.clone())
            .map(|name| format!("did you mean `@{prefix}.{name}`?"))
            .or_else(|| Some(format!("its types are {}", list(names))))
    };
    let message = format!("{} has no type `@{}`", provider.title, attribute.name.text);
    sink.error(codes::UNKNOWN_NATIVE_TYPE, attribute.span, message).maybe_hint(hint);
}

/// What is wrong with the arguments, if something is.
fn check_arguments(args: &[String], rule: &NativeTypeRule) -> Result<(), String> {
    let numbers: Vec<Option<u32>> = args.iter().map(|arg| arg.parse().ok()).collect();
    if let Some(at) = numbers.iter().position(Option::is_none) {
        return Err(format!("takes whole numbers from 0, but found `{}`", args[at]));
    }
    let numbers: Vec<u32> = numbers.into_iter().flatten().collect();
    match (rule.arguments, numbers.as_slice()) {
        (_, []) => Ok(()),
        (NativeArguments::None, _) => Err("takes no arguments".to_owned()),
        (NativeArguments::Optional { from, to }, [number]) => {
            if (from..=to).contains(number) {
                Ok(())
            } else if to == u32::MAX {
                Err(format!("takes a number from {from}, but found `{number}`"))
            } else {
                Err(format!("takes a number from {from} to {to}, but found `{number}`"))
            }
        }
        (NativeArguments::Optional { .. }, _) => Err("takes at most one number".to_owned()),
        (NativeArguments::PrecisionAndScale { to }, [precision, scale]) => {
            if *precision == 0 || *precision > to {
                Err(format!("takes a precision from 1 to {to}, but found `{precision}`"))
            } else if scale > precision {
                Err(format!("has a scale, `{scale}`, that is larger than its precision, `{precision}`"))
            } else {
                Ok(())
            }
        }
        (NativeArguments::PrecisionAndScale { .. }, _) => Err("takes a precision and a scale".to_owned()),
    }
}
