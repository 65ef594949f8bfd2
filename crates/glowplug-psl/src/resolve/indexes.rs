//! `@id`, `@unique`, `@@id`, `@@unique`, `@@index`.

use super::arguments::Args;
use super::attributes::find_argument;
use super::defaults::Wanted;
use super::models::Columns;
use super::predicates;
use super::values::{as_list, expect_constant, expect_string, expected, string_text};
use super::{KeyKind, KeyNode};
use crate::codes;
use crate::diagnostics::Span;
use crate::nearest::did_you_mean;
use crate::schema::{Enum, Index, IndexField, OperatorClass, Predicate, PrimaryKey};
use crate::sink::Sink;
use crate::syntax::{Arguments, Attribute, Expression, Name};

/// The kinds of index that the language has a word for.
const ALGORITHMS: [&str; 6] = ["BTree", "Hash", "Gist", "Gin", "SpGist", "Brin"];

/// What both kinds of key have in common.
struct Key {
    fields: Vec<IndexField>,
    map: Option<String>,
    name: Option<String>,
    algorithm: Option<String>,
    predicate: Option<Predicate>,
}

/// A primary key from `@id` on this field, or from `@@id`.
pub(super) fn primary_key(
    node: KeyNode<'_>,
    field: Option<usize>,
    columns: &Columns<'_>,
    enums: &[Enum],
    sink: &mut Sink,
) -> Option<PrimaryKey> {
    let key = key(node, field, columns, enums, sink)?;
    Some(PrimaryKey { fields: key.fields, map: key.map, name: key.name, span: node.attribute.span })
}

/// An index from `@unique` on this field, `@@unique` or `@@index`.
pub(super) fn index(
    node: KeyNode<'_>,
    field: Option<usize>,
    columns: &Columns<'_>,
    enums: &[Enum],
    sink: &mut Sink,
) -> Option<Index> {
    let mut key = key(node, field, columns, enums, sink)?;
    let is_unique = node.kind != KeyKind::ModelIndex;
    if !is_unique {
        if let (Some(_), Some(_)) = (&key.name, &key.map) {
            let span = find_argument(node.attribute, "name").map_or(node.attribute.span, |a| a.span);
            sink.error(codes::DUPLICATE_ARGUMENT, span, "`name` of `@@index` is the older spelling of `map`")
                .hint("keep only `map`");
        }
        key.map = key.map.or(key.name.take());
    }
    Some(Index {
        is_unique,
        fields: key.fields,
        map: key.map,
        name: key.name,
        algorithm: key.algorithm,
        predicate: key.predicate,
        span: node.attribute.span,
    })
}

fn key(
    node: KeyNode<'_>,
    field: Option<usize>,
    columns: &Columns<'_>,
    enums: &[Enum],
    sink: &mut Sink,
) -> Option<Key> {
    let attribute = node.attribute;
    let label = node.kind.attribute();
    let mut args = Args::of(attribute, label);
    let fields = match field {
        Some(field) => Some(vec![with_options(field, &mut args, false, sink)]),
        None => listed_fields(&mut args, attribute, label, columns, sink),
    };
    let name = if field.is_none() { string(args.named("name", sink), sink) } else { None };
    let map = string(args.named("map", sink), sink);
    let mut algorithm = None;
    if node.kind == KeyKind::ModelIndex {
        algorithm = args.named("type", sink).and_then(|value| read_algorithm(value, sink));
    }
    if args.has("clustered") {
        args.named("clustered", sink);
        let span = find_argument(attribute, "clustered").map_or(attribute.span, |a| a.span);
        sink.error(codes::INDEX_OPTION, span, "this database has no clustered keys and indexes")
            .hint("remove `clustered`");
    }
    let mut predicate = None;
    if !matches!(node.kind, KeyKind::FieldId | KeyKind::ModelId)
        && let Some(value) = args.named("where", sink)
    {
        predicate = Some(predicates::read(value, columns, enums, sink)?);
    }
    args.finish(sink);
    Some(Key { fields: fields?, map, name, algorithm, predicate })
}

/// A name in the database or the client; an empty one is reported.
fn string(value: Option<&Expression<'_>>, sink: &mut Sink) -> Option<String> {
    let value = value?;
    let text = expect_string(value, sink)?;
    if text.is_empty() {
        sink.error(codes::EMPTY_NAME, value.span(), "the name is empty")
            .hint("write a name, or leave the argument out");
        return None;
    }
    Some(text.into_owned())
}

fn read_algorithm(value: &Expression<'_>, sink: &mut Sink) -> Option<String> {
    let name = expect_constant(value, sink)?;
    if ALGORITHMS.contains(&name.text) {
        return Some(name.text.to_owned());
    }
    let hint = did_you_mean(name.text, ALGORITHMS).unwrap_or_else(|| {
        let names: Vec<String> = ALGORITHMS.iter().map(|n| format!("`{n}`")).collect();
        format!("the types are {}", names.join(", "))
    });
    sink.error(codes::INDEX_TYPE, name.span, format!("no type of index is called `{}`", name.text))
        .hint(hint);
    None
}

/// `fields: [a, b(sort: Desc)]`; `None` when one of them could not be resolved.
fn listed_fields(
    args: &mut Args<'_, '_>,
    attribute: &Attribute<'_>,
    label: &str,
    columns: &Columns<'_>,
    sink: &mut Sink,
) -> Option<Vec<IndexField>> {
    let Some(value) = args.main("fields", sink) else {
        sink.error(codes::MISSING_ARGUMENT, attribute.span, format!("`{label}` needs a list of fields"))
            .hint(format!("write `{label}([field])`"));
        return None;
    };
    let items = as_list(value);
    if items.is_empty() {
        sink.error(
            codes::MISSING_ARGUMENT,
            value.span(),
            format!("the list of fields of `{label}` is empty"),
        )
        .hint("name at least one field");
        return None;
    }
    let mut fields: Vec<IndexField> = Vec::with_capacity(items.len());
    let mut is_whole = true;
    for item in items {
        let Some((name, options)) = field_reference(item, sink) else {
            is_whole = false;
            continue;
        };
        let Some(field) = columns.resolve(name, label, sink) else {
            is_whole = false;
            continue;
        };
        if fields.iter().any(|other| other.field == field) {
            sink.error(
                codes::DUPLICATE_FIELD,
                name.span,
                format!("field `{}` stands twice in `{label}`", name.text),
            )
            .hint("remove one of them");
            continue;
        }
        let mut args = Args::new(options, name.text);
        fields.push(with_options(field, &mut args, true, sink));
        args.finish_leniently(sink);
    }
    is_whole.then_some(fields)
}

/// `name` or `name(options)`
fn field_reference<'n, 'a>(
    item: &'n Expression<'a>,
    sink: &mut Sink,
) -> Option<(Name<'a>, Option<&'n Arguments<'a>>)> {
    match item {
        Expression::Call(call) => Some((call.name, Some(&call.arguments))),
        other => expect_constant(other, sink).map(|name| (name, None)),
    }
}

/// `sort`, `length` and, in a list, `ops`.
fn with_options(field: usize, args: &mut Args<'_, '_>, in_list: bool, sink: &mut Sink) -> IndexField {
    let descending = args.named("sort", sink).is_some_and(|value| read_sort(value, sink));
    let length = args.named("length", sink).and_then(|value| read_length(value, sink));
    let ops = if in_list { args.named("ops", sink).and_then(|value| read_ops(value, sink)) } else { None };
    IndexField { field, descending, length, ops }
}

fn read_sort(value: &Expression<'_>, sink: &mut Sink) -> bool {
    let Some(name) = expect_constant(value, sink) else { return false };
    match name.text {
        "Desc" => true,
        "Asc" => false,
        other => {
            sink.error(codes::INDEX_OPTION, name.span, format!("`{other}` is no sort order"))
                .hint("it is `Asc` or `Desc`");
            false
        }
    }
}

fn read_length(value: &Expression<'_>, sink: &mut Sink) -> Option<u32> {
    let Expression::Number(number) = value else {
        expected("a number", value, sink);
        return None;
    };
    let length = number.text.parse::<u32>().ok().filter(|length| *length > 0);
    if length.is_none() {
        sink.error(codes::INDEX_OPTION, number.span, format!("`{}` is no length of a prefix", number.text))
            .hint("it is a whole number from 1");
    }
    length
}

fn read_ops(value: &Expression<'_>, sink: &mut Sink) -> Option<OperatorClass> {
    match value {
        Expression::Constant(name) => Some(OperatorClass::Named(name.text.to_owned())),
        Expression::Call(call) if call.name.text == "raw" => {
            if let [argument] = &*call.arguments.items
                && let Some(Expression::String(text)) = &argument.value
            {
                return Some(OperatorClass::Raw(string_text(text, sink).into_owned()));
            }
            let span: Span = call.arguments.span;
            sink.error(
                codes::FUNCTION_ARGUMENTS,
                span,
                "`raw` takes one string, the operator class in the database",
            )
            .hint("write `ops: raw(\"...\")`");
            None
        }
        other => {
            expected("an operator class, by name or as `raw(\"...\")`", other, sink);
            None
        }
    }
}

impl Columns<'_> {
    /// How a value of this column is read.
    pub(super) fn wanted<'s>(&'s self, index: usize, enums: &'s [Enum]) -> Wanted<'s> {
        let field = &self.fields[index];
        Wanted { field: &field.name, ty: &field.ty, arity: field.arity, enums }
    }
}
