//! Operator classes of PostgreSQL's indexes: for this type of index, for this column.

use super::{Context, list};
use crate::codes;
use crate::nearest::did_you_mean;
use crate::providers::{DEFAULT_CLASSES, OPERATOR_CLASSES, find_operator_class};
use crate::resolve::{KeyKind, KeyNode, SCALARS};
use crate::schema::{Arity, Field, FieldType, Index, Model, OperatorClass, Scalar};

pub(super) fn check(cx: &mut Context<'_, '_>) {
    if !cx.provider.is_some_and(|provider| provider.has_operator_classes) {
        return;
    }
    for (_, model, node) in cx.models() {
        for (index, written) in model.indexes.iter().zip(&node.indexes) {
            if written.kind == KeyKind::ModelIndex {
                check_index(cx, model, index, *written);
            }
        }
    }
}

/// Whether an index of that type takes the field with this operator class, or without any where none is named.
pub fn takes_operator_class(field: &Field, class: Option<&OperatorClass>, algorithm: &str) -> bool {
    match class {
        Some(OperatorClass::Raw(_)) => true,
        Some(OperatorClass::Named(class)) => check_class(field, class, algorithm).is_ok(),
        None => check_default(field, algorithm).is_ok(),
    }
}

fn check_index(cx: &mut Context<'_, '_>, model: &Model, index: &Index, written: KeyNode<'_>) {
    let algorithm = index.algorithm.as_deref().unwrap_or("BTree");
    for option in &index.fields {
        let field = &model.fields[option.field];
        let problem = match &option.ops {
            Some(OperatorClass::Raw(_)) => continue,
            Some(OperatorClass::Named(class)) => check_class(field, class, algorithm),
            None => check_default(field, algorithm),
        };
        if let Err(Problem { message, hint }) = problem {
            cx.sink.error(codes::OPERATOR_CLASS, written.attribute.span, message).hint(hint);
        }
    }
}

struct Problem {
    message: String,
    hint: String,
}

fn check_class(field: &Field, name: &str, algorithm: &str) -> Result<(), Problem> {
    let problem = |message: String, hint: String| Err(Problem { message, hint });
    let Some(class) = find_operator_class(name) else {
        let hint = did_you_mean(name, OPERATOR_CLASSES.iter().map(|class| class.name));
        let hint = hint.unwrap_or_else(|| {
            "a class by its name in the database is written `ops: raw(\"...\")`".to_owned()
        });
        return problem(format!("no operator class is called `{name}`"), hint);
    };
    if !class.index_types.contains(&algorithm) {
        return problem(
            format!("operator class `{name}` is not for indexes of type `{algorithm}`"),
            format!("it is for {}", list(class.index_types.iter().copied())),
        );
    }
    if class.is_for_lists {
        let is_list = field.arity == Arity::List;
        let hint = format!("make the field a list, or remove `{name}`");
        return if is_list {
            Ok(())
        } else {
            problem(format!("operator class `{name}` is for lists, and `{}` is none", field.name), hint)
        };
    }
    let fits = match (&field.native_type, class.scalar) {
        (Some(native), _) => class.native_types.contains(&native.name.as_str()),
        (None, Some(scalar)) => field.ty == FieldType::Scalar(scalar),
        (None, None) => false,
    };
    if fits {
        return Ok(());
    }
    let mut takes: Vec<String> = class.native_types.iter().map(|native| format!("`@db.{native}`")).collect();
    takes.extend(class.scalar.map(|scalar| format!("`{}`", scalar_name(scalar))));
    problem(
        format!("operator class `{name}` does not take the type of field `{}`", field.name),
        format!("it takes {}", takes.join(", ")),
    )
}

fn scalar_name(scalar: Scalar) -> &'static str {
    SCALARS.iter().find(|(_, other)| *other == scalar).map_or("", |(name, _)| name)
}

/// Some types of index take only columns that have a default class for them.
fn check_default(field: &Field, algorithm: &str) -> Result<(), Problem> {
    let Some(defaults) = DEFAULT_CLASSES.iter().find(|defaults| defaults.index_type == algorithm) else {
        return Ok(());
    };
    let fits = match (&field.native_type, &field.ty) {
        _ if field.arity == Arity::List && defaults.lists => true,
        (Some(native), _) => defaults.native_types.contains(&native.name.as_str()),
        (None, FieldType::Scalar(scalar)) => defaults.scalars.contains(scalar),
        (None, FieldType::Unsupported(_)) => true,
        (None, FieldType::Enum(_) | FieldType::Relation(_)) => false,
    };
    if fits {
        return Ok(());
    }
    Err(Problem {
        message: format!(
            "an index of type `{algorithm}` does not take field `{}` without an operator class",
            field.name
        ),
        hint: "name one, `field(ops: raw(\"...\"))`, or choose another type of index".to_owned(),
    })
}
