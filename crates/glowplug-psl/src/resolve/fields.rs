//! A field's type, arity, native type.

use super::arguments::Args;
use super::names::{Meaning, Names};
use super::values::string_text;
use crate::codes;
use crate::nearest::did_you_mean;
use crate::schema::{Arity, FieldType, ModelId, NativeType, Scalar};
use crate::sink::Sink;
use crate::syntax::{Attribute, Expression, Field, TypeReference, TypeSuffix};

/// The built-in types by name.
pub(crate) const SCALARS: [(&str, Scalar); 9] = [
    ("String", Scalar::String),
    ("Boolean", Scalar::Boolean),
    ("Int", Scalar::Int),
    ("BigInt", Scalar::BigInt),
    ("Float", Scalar::Float),
    ("Decimal", Scalar::Decimal),
    ("DateTime", Scalar::DateTime),
    ("Json", Scalar::Json),
    ("Bytes", Scalar::Bytes),
];

/// What a field's type turned out to be, before relations are paired.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    /// A column.
    Column(FieldType),
    /// A relation to this model.
    Model(ModelId),
    /// A `type` block, or a name that means nothing; reported.
    Nothing,
}

/// The type and arity of a field; a missing or unknown type is reported.
pub(super) fn type_of(field: &Field<'_>, names: &Names<'_>, sink: &mut Sink) -> (Target, Arity) {
    let Some(ty) = &field.ty else {
        sink.error(codes::MISSING_TYPE, field.span, format!("field `{}` has no type", field.name.text))
            .hint(format!("write `{} String`, for instance", field.name.text));
        return (Target::Nothing, Arity::Required);
    };
    let arity = arity_of(ty, sink);
    if let Some(literal) = &ty.unsupported {
        let text = string_text(literal, sink).into_owned();
        return (Target::Column(FieldType::Unsupported(text)), arity);
    }
    let name = ty.name.text;
    // A model or enum may not have the name of a scalar, so their order does not matter.
    if let Some((_, scalar)) = SCALARS.iter().find(|(scalar, _)| *scalar == name) {
        return (Target::Column(FieldType::Scalar(*scalar)), arity);
    }
    let target = match names.get(name) {
        Some(Meaning::Model(id)) => Target::Model(id),
        Some(Meaning::Enum(id)) => Target::Column(FieldType::Enum(id)),
        Some(Meaning::Type) => Target::Nothing,
        None => {
            report_unknown_type(ty, names, sink);
            Target::Nothing
        }
    };
    (target, arity)
}

fn arity_of(ty: &TypeReference<'_>, sink: &mut Sink) -> Arity {
    let name = ty.name.text;
    match ty.suffix {
        TypeSuffix::None => Arity::Required,
        TypeSuffix::Optional => Arity::Optional,
        TypeSuffix::List => Arity::List,
        TypeSuffix::OptionalList => {
            sink.error(codes::TYPE_SUFFIX, ty.span, "a list cannot be optional")
                .hint(format!("write `{name}[]` or `{name}?`"));
            Arity::List
        }
        TypeSuffix::Bang => {
            sink.error(codes::TYPE_SUFFIX, ty.span, "fields are required without a `!`")
                .hint(format!("write `{name}`"));
            Arity::Required
        }
        TypeSuffix::Bracketed => {
            sink.error(codes::TYPE_SUFFIX, ty.span, "the brackets of a list stand behind the type")
                .hint(format!("write `{name}[]`"));
            Arity::List
        }
    }
}

fn report_unknown_type(ty: &TypeReference<'_>, names: &Names<'_>, sink: &mut Sink) {
    let name = ty.name.text;
    let scalars = SCALARS.iter().map(|(scalar, _)| *scalar);
    let hint = did_you_mean(name, scalars.chain(names.all()));
    sink.error(
        codes::UNKNOWN_TYPE,
        ty.name.span,
        format!("type `{name}` is not a scalar, enum or model of this schema"),
    )
    .maybe_hint(hint);
}

/// `@db.Name(args)`, arguments as written.
pub(super) fn native_type(attribute: &Attribute<'_>, sink: &mut Sink) -> Option<NativeType> {
    let (_, name) = attribute.name.text.split_once('.')?;
    let arguments = attribute.arguments.as_ref().map_or(&[][..], |arguments| &arguments.items);
    let mut args = Vec::with_capacity(arguments.len());
    for argument in arguments {
        match &argument.value {
            Some(Expression::Number(value)) => args.push(value.text.to_owned()),
            _ => {
                sink.error(
                    codes::NATIVE_TYPE_ARGUMENTS,
                    argument.span,
                    format!("the arguments of `@{}` are numbers", attribute.name.text),
                );
                return None;
            }
        }
    }
    Some(NativeType { name: name.to_owned(), args })
}

/// `@ignore` and `@updatedAt` take no arguments.
pub(super) fn check_flags(attributes: &super::FieldAttributes<'_>, sink: &mut Sink) {
    for (attribute, label) in [(attributes.ignore, "@ignore"), (attributes.updated_at, "@updatedAt")] {
        if let Some(attribute) = attribute {
            Args::of(attribute, label).finish(sink);
        }
    }
}
