//! The text of a data file as values with their places: TOML and JSON come out the same.

use jsonc_parser::ast::Value as Json;
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// First byte.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
}

/// What it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Null,
    Boolean(bool),
    /// As written, in decimal digits.
    Number(String),
    String(String),
    /// TOML's own dates and times, as written.
    Time(String),
    Array(Vec<Node>),
    Table(Vec<Entry>),
}

/// A value under a name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// Where the name stands.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) value: Node,
}

/// A text that cannot be read: what is wrong, and the bytes.
pub(crate) struct Unreadable {
    pub(crate) message: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Node {
    /// The entries of a table, in the order of the file.
    pub(crate) fn entries(&self) -> Option<&[Entry]> {
        match &self.kind {
            Kind::Table(entries) => Some(entries),
            _ => None,
        }
    }

    /// What it is, in a word.
    pub(crate) fn word(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Boolean(_) => "a boolean",
            Kind::Number(_) => "a number",
            Kind::String(_) => "a string",
            Kind::Time(_) => "a date or time",
            Kind::Array(_) => "a list",
            Kind::Table(_) => "a table",
        }
    }

    /// The same as JSON. TOML's dates and times are texts there.
    pub(crate) fn json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Boolean(value) => Value::Bool(*value),
            Kind::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())),
            Kind::String(text) | Kind::Time(text) => Value::String(text.clone()),
            Kind::Array(items) => items.iter().map(Node::json).collect(),
            Kind::Table(entries) => {
                entries.iter().map(|entry| (entry.name.clone(), entry.value.json())).collect()
            }
        }
    }
}

/// Reads a file; JSON, where its name ends so.
pub(crate) fn parse(path: &str, text: &str) -> Result<Node, Unreadable> {
    if path.to_lowercase().ends_with(".json") { json(text) } else { toml(text) }
}

fn toml(text: &str) -> Result<Node, Unreadable> {
    let table = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        Unreadable { message: error.message().to_owned(), start: span.start, end: span.end }
    })?;
    let span = table.span();
    Ok(Node { kind: toml_table(table.get_ref()), start: span.start, end: span.end })
}

fn toml_table(table: &DeTable<'_>) -> Kind {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(name, value)| {
            let span = name.span();
            Entry {
                name: name.get_ref().to_string(),
                start: span.start,
                end: span.end,
                value: toml_value(value),
            }
        })
        .collect();
    // The parser sorts by name.
    entries.sort_by_key(|entry| entry.start);
    Kind::Table(entries)
}

fn toml_value(value: &Spanned<DeValue<'_>>) -> Node {
    let kind = match value.get_ref() {
        DeValue::String(text) => Kind::String(text.to_string()),
        DeValue::Integer(number) => match i128::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Kind::Number(number.to_string()),
            Err(_) => Kind::Number(number.to_string()),
        },
        DeValue::Float(number) => Kind::Number(number.as_str().trim_start_matches('+').to_owned()),
        DeValue::Boolean(value) => Kind::Boolean(*value),
        DeValue::Datetime(time) => Kind::Time(time.to_string()),
        DeValue::Array(items) => Kind::Array(items.iter().map(toml_value).collect()),
        DeValue::Table(table) => toml_table(table),
    };
    let span = value.span();
    Node { kind, start: span.start, end: span.end }
}

/// Plain JSON, and nothing that only looks like it.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

fn json(text: &str) -> Result<Node, Unreadable> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT).map_err(|error| {
        let range = error.range();
        Unreadable { message: error.kind().to_string(), start: range.start, end: range.end }
    })?;
    match &parsed.value {
        Some(value) => Ok(json_value(value)),
        None => Err(Unreadable { message: "the file is empty".to_owned(), start: 0, end: 0 }),
    }
}

fn json_value(value: &Json<'_>) -> Node {
    let range = value.range();
    let kind = match value {
        Json::StringLit(text) => Kind::String(text.value.to_string()),
        Json::NumberLit(number) => Kind::Number(number.value.to_string()),
        Json::BooleanLit(value) => Kind::Boolean(value.value),
        Json::NullKeyword(_) => Kind::Null,
        Json::Array(array) => Kind::Array(array.elements.iter().map(json_value).collect()),
        Json::Object(object) => Kind::Table(
            object
                .properties
                .iter()
                .map(|property| {
                    let range = property.name.range();
                    Entry {
                        name: property.name.as_str().to_owned(),
                        start: range.start,
                        end: range.end,
                        value: json_value(&property.value),
                    }
                })
                .collect(),
        ),
    };
    Node { kind, start: range.start, end: range.end }
}
