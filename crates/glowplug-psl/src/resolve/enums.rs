//! Enum blocks.

use super::EnumNode;
use super::attributes::{name_argument, of_block, report_twice, report_unknown};
use super::docs::Docs;
use super::names::Top;
use crate::codes;
use crate::schema::{Enum, EnumValue};
use crate::sink::Sink;
use crate::syntax::{self, Attribute, Block, Entry};
use std::collections::BTreeSet;

/// An enum with its values.
pub(super) fn resolve<'a>(top: &Top<'a>, sink: &mut Sink) -> (Enum, EnumNode<'a>) {
    let block = top.block;
    let (docs, hints) = top.docs.read(sink);
    let mut node = EnumNode { values: Vec::new(), map: None, schema: None };
    let mut enum_ = Enum {
        name: block.name.text.to_owned(),
        map: None,
        schema: None,
        docs,
        hints,
        values: Vec::new(),
        span: block.name.span,
    };
    for attribute in of_block(block, sink) {
        match attribute.name.text {
            "map" => {
                node.map = Some(attribute);
                enum_.map = name_argument(attribute, "@@map", "name", sink);
            }
            "schema" => {
                node.schema = Some(attribute);
                enum_.schema = name_argument(attribute, "@@schema", "map", sink);
            }
            _ => {}
        }
    }
    values(block, top.docs.source(), &mut enum_, &mut node, sink);
    (enum_, node)
}

fn values<'a>(
    block: &'a Block<'a>,
    source: &'a str,
    enum_: &mut Enum,
    node: &mut EnumNode<'a>,
    sink: &mut Sink,
) {
    let mut docs = Docs::new(source);
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for entry in &block.entries {
        let written = match entry {
            Entry::Comment(comment) => {
                docs.push(*comment);
                continue;
            }
            Entry::Value(value) => value,
            Entry::EmptyLines
            | Entry::Attribute(_)
            | Entry::Broken { .. }
            | Entry::Field(_)
            | Entry::Property(_) => {
                docs.clear();
                continue;
            }
        };
        docs.extend(written.comment);
        let docs = docs.take();
        if !seen.insert(written.name.text) {
            sink.error(
                codes::DUPLICATE_NAME,
                written.name.span,
                format!("value `{}` of enum `{}` is defined twice", written.name.text, enum_.name),
            )
            .hint("remove one of them");
            continue;
        }
        enum_.values.push(value(written, &docs, sink));
        node.values.push(written);
    }
}

fn value(written: &syntax::EnumValue<'_>, docs: &Docs<'_>, sink: &mut Sink) -> EnumValue {
    let (docs, hints) = docs.read(sink);
    let mut map: Option<&Attribute<'_>> = None;
    for attribute in &written.attributes {
        match (attribute.name.text, map) {
            ("map", None) => map = Some(attribute),
            ("map", Some(first)) => report_twice(first, attribute, "@", sink),
            _ => report_unknown(attribute, "@", &["map"], sink),
        }
    }
    EnumValue {
        name: written.name.text.to_owned(),
        map: map.and_then(|attribute| name_argument(attribute, "@map", "name", sink)),
        docs,
        hints,
        span: written.name.span,
    }
}
