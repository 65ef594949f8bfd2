//! Which attributes stand where: each at most once, none unknown.

use super::FieldAttributes;
use super::arguments::Args;
use super::values::expect_string;
use crate::codes;
use crate::nearest::nearest;
use crate::sink::Sink;
use crate::syntax::{Argument, Attribute, Block, BlockKind, Entry};

const FIELD_ATTRIBUTES: [&str; 7] = ["id", "unique", "default", "updatedAt", "map", "relation", "ignore"];
const MODEL_ATTRIBUTES: [&str; 6] = ["id", "unique", "index", "map", "schema", "ignore"];
const ENUM_ATTRIBUTES: [&str; 2] = ["map", "schema"];

/// Sorts the attributes of a field; `datasource` is the prefix of native types.
pub(super) fn of_field<'a>(
    attributes: &'a [Attribute<'a>],
    datasource: Option<&str>,
    sink: &mut Sink,
) -> FieldAttributes<'a> {
    let mut found = FieldAttributes::default();
    for attribute in attributes {
        let name = attribute.name.text;
        let slot = match name {
            "id" => &mut found.id,
            "unique" => &mut found.unique,
            "default" => &mut found.default,
            "updatedAt" => &mut found.updated_at,
            "map" => &mut found.map,
            "relation" => &mut found.relation,
            "ignore" => &mut found.ignore,
            _ if name.contains('.') => match check_prefix(attribute, datasource, sink) {
                true => &mut found.native_type,
                false => continue,
            },
            _ => {
                report_unknown(attribute, "@", &FIELD_ATTRIBUTES, sink);
                continue;
            }
        };
        match slot {
            Some(first) => report_twice(first, attribute, "@", sink),
            None => *slot = Some(attribute),
        }
    }
    found
}

/// Whether `db.VarChar` starts with the name of the datasource.
fn check_prefix(attribute: &Attribute<'_>, datasource: Option<&str>, sink: &mut Sink) -> bool {
    let name = attribute.name.text;
    let Some((prefix, rest)) = name.split_once('.') else { return false };
    let Some(datasource) = datasource else {
        let message = format!("`@{name}` is a type of a database, but the schema has no datasource");
        sink.error(codes::MISSING_DATASOURCE, attribute.span, message).hint("add a `datasource` block");
        return false;
    };
    if prefix == datasource {
        return true;
    }
    sink.error(
        codes::UNKNOWN_ATTRIBUTE,
        attribute.name.span,
        format!("the prefix `{prefix}` of `@{name}` is not the name of the datasource"),
    )
    .hint(format!("did you mean `@{datasource}.{rest}`?"));
    false
}

/// The block attributes of a model or enum, in file order; unknown ones are reported and left out.
pub(super) fn of_block<'a>(block: &'a Block<'a>, sink: &mut Sink) -> Vec<&'a Attribute<'a>> {
    let is_enum = block.kind == BlockKind::Enum;
    let known: &[&str] = if is_enum { &ENUM_ATTRIBUTES } else { &MODEL_ATTRIBUTES };
    let mut kept: Vec<&Attribute<'_>> = Vec::new();
    for entry in &block.entries {
        let Entry::Attribute(entry) = entry else { continue };
        let attribute = &entry.attribute;
        let name = attribute.name.text;
        let may_repeat = matches!(name, "unique" | "index");
        let first = kept.iter().find(|other| !may_repeat && other.name.text == name);
        match first {
            _ if !known.contains(&name) => report_unknown(attribute, "@@", known, sink),
            Some(first) => report_twice(first, attribute, "@@", sink),
            None => kept.push(attribute),
        }
    }
    kept
}

/// The string of `@map("...")`, `@@map("...")` or `@@schema("...")`.
pub(super) fn name_argument(
    attribute: &Attribute<'_>,
    label: &str,
    main: &'static str,
    sink: &mut Sink,
) -> Option<String> {
    let mut args = Args::of(attribute, label);
    let value = args.main(main, sink);
    args.finish(sink);
    let Some(value) = value else {
        let is_empty = attribute.arguments.as_ref().is_none_or(|arguments| arguments.items.is_empty());
        if is_empty {
            sink.error(codes::MISSING_ARGUMENT, attribute.span, format!("`{label}` needs a name"))
                .hint(format!("write `{label}(\"...\")`"));
        }
        return None;
    };
    let text = expect_string(value, sink)?;
    if text.is_empty() {
        sink.error(codes::EMPTY_NAME, value.span(), format!("the name in `{label}` is empty"))
            .hint("write the name as it is in the database");
        return None;
    }
    Some(text.into_owned())
}

/// The value of a named argument, for the span of a later finding.
pub(crate) fn find_argument<'n, 'a>(attribute: &'n Attribute<'a>, name: &str) -> Option<&'n Argument<'a>> {
    attribute.arguments.iter().flat_map(|a| &a.items).find(|a| a.name.is_some_and(|n| n.text == name))
}

/// Reports an attribute that does not exist.
pub(super) fn report_unknown(
    attribute: &Attribute<'_>,
    sigil: &str,
    known: &[&'static str],
    sink: &mut Sink,
) {
    let name = attribute.name.text;
    let hint = match (sigil, name) {
        ("@", "index") => Some("write `@@index([field])` on a line of its own".to_owned()),
        ("@", "schema") => Some("write `@@schema(\"...\")` on a line of its own".to_owned()),
        _ => nearest(name, known.iter().copied()).map(|meant| format!("did you mean `{sigil}{meant}`?")),
    };
    let hint = hint.or_else(|| {
        let names: Vec<String> = known.iter().map(|name| format!("`{sigil}{name}`")).collect();
        Some(format!("the attributes here are {}", names.join(", ")))
    });
    sink.error(
        codes::UNKNOWN_ATTRIBUTE,
        attribute.name.span,
        format!("no attribute is called `{sigil}{name}`"),
    )
    .maybe_hint(hint);
}

/// Reports an attribute that may stand only once, at both places.
pub(super) fn report_twice(first: &Attribute<'_>, second: &Attribute<'_>, sigil: &str, sink: &mut Sink) {
    for attribute in [first, second] {
        let name = attribute.name.text;
        sink.error(
            codes::DUPLICATE_ATTRIBUTE,
            attribute.span,
            format!("`{sigil}{name}` is given more than once"),
        )
        .hint("remove one of them");
    }
}

/// Reports the arguments of an attribute that takes none.
pub(super) fn expect_no_arguments(attribute: &Attribute<'_>, label: &str, sink: &mut Sink) {
    Args::of(attribute, label).finish(sink);
}
