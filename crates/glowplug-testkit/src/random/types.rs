//! The types of columns that random schemas have, with defaults that fit them.

use super::Flavour;

/// A scalar type with a native one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ColumnKind {
    /// The scalar's name.
    pub(super) scalar: &'static str,
    /// The native type as written behind `@db.`, if it is written.
    pub(super) native: Option<&'static str>,
    /// Defaults as written between the parentheses of `@default`.
    pub(super) defaults: &'static [&'static str],
    /// Items of lists that may be defaults.
    pub(super) items: &'static [&'static str],
    /// Whether an index can hold it.
    pub(super) indexable: bool,
    /// Whether it may be a key: what is compared exactly.
    pub(super) key: bool,
}

const fn of(scalar: &'static str, native: Option<&'static str>) -> ColumnKind {
    ColumnKind { scalar, native, defaults: &[], items: &[], indexable: true, key: true }
}

const TEXTS: &[&str] = &[
    "\"\"",
    "\"a\"",
    "\"it's\"",
    "\"quo\\\"te\"",
    "\"back\\\\slash\"",
    "\"zwei\\nZeilen\"",
    "\"Ünï %s $1 {}\"",
];
const SHORT: &[&str] = &["\"\"", "\"ab\"", "\"it's\""];
const NUMBERS: &[&str] = &["0", "1", "-7", "32767"];
const FRACTIONS: &[&str] = &["0", "1.5", "-2.25", "100"];
const TIMES: &[&str] = &["now()", "\"2020-01-02T03:04:05Z\"", "\"2020-01-02T03:04:05.678+02:00\""];
const DOCUMENTS: &[&str] = &["\"{}\"", "\"[]\"", "\"{\\\"a\\\": [1, \\\"it's\\\"]}\""];

pub(super) const POSTGRES: &[ColumnKind] = &[
    ColumnKind { defaults: TEXTS, items: TEXTS, ..of("String", None) },
    ColumnKind { defaults: TEXTS, items: TEXTS, ..of("String", Some("Text")) },
    ColumnKind { defaults: SHORT, items: SHORT, ..of("String", Some("VarChar(20)")) },
    ColumnKind { defaults: SHORT, items: SHORT, ..of("String", Some("VarChar(40)")) },
    ColumnKind { defaults: &["\"ab\""], ..of("String", Some("Char(5)")) },
    ColumnKind {
        defaults: &[
            "dbgenerated(\"gen_random_uuid()\")",
            "uuid()",
            "\"6d1d1a52-4f0c-4e55-8f9b-1f1d4c4cf6c1\"",
        ],
        items: &["\"6d1d1a52-4f0c-4e55-8f9b-1f1d4c4cf6c1\""],
        ..of("String", Some("Uuid"))
    },
    ColumnKind { defaults: &["\"127.0.0.1\""], ..of("String", Some("Inet")) },
    ColumnKind { defaults: &["\"1010\""], ..of("String", Some("Bit(4)")) },
    ColumnKind { defaults: &["\"101\""], ..of("String", Some("VarBit(8)")) },
    ColumnKind { defaults: &["\"<a/>\""], indexable: false, key: false, ..of("String", Some("Xml")) },
    ColumnKind { defaults: NUMBERS, items: NUMBERS, ..of("Int", None) },
    ColumnKind { defaults: &["autoincrement()"], ..of("Int", None) },
    ColumnKind { defaults: &["1", "autoincrement()"], items: NUMBERS, ..of("Int", Some("SmallInt")) },
    ColumnKind { defaults: &["1"], ..of("Int", Some("Oid")) },
    ColumnKind { defaults: &["autoincrement()", "9007199254740993"], items: NUMBERS, ..of("BigInt", None) },
    ColumnKind { defaults: FRACTIONS, items: FRACTIONS, key: false, ..of("Float", None) },
    ColumnKind { defaults: FRACTIONS, items: FRACTIONS, key: false, ..of("Float", Some("Real")) },
    ColumnKind { defaults: FRACTIONS, items: FRACTIONS, ..of("Decimal", None) },
    ColumnKind { defaults: FRACTIONS, items: FRACTIONS, ..of("Decimal", Some("Decimal(10, 2)")) },
    ColumnKind { defaults: &["1.5"], key: false, ..of("Decimal", Some("Money")) },
    ColumnKind { defaults: &["true", "false"], items: &["true", "false"], ..of("Boolean", None) },
    ColumnKind { defaults: TIMES, ..of("DateTime", None) },
    ColumnKind { defaults: TIMES, ..of("DateTime", Some("Timestamp(0)")) },
    ColumnKind { defaults: TIMES, ..of("DateTime", Some("Timestamptz(6)")) },
    ColumnKind { defaults: &["now()", "\"2020-01-02T00:00:00Z\""], ..of("DateTime", Some("Date")) },
    ColumnKind { defaults: &["\"1970-01-01T03:04:05Z\""], ..of("DateTime", Some("Time(3)")) },
    ColumnKind { ..of("DateTime", Some("Timetz(3)")) },
    ColumnKind { defaults: DOCUMENTS, items: DOCUMENTS, indexable: false, key: false, ..of("Json", None) },
    ColumnKind { defaults: DOCUMENTS, indexable: false, key: false, ..of("Json", Some("Json")) },
    ColumnKind { defaults: &["\"aGk=\"", "\"\""], items: &["\"aGk=\""], ..of("Bytes", None) },
];

pub(super) const SQLITE: &[ColumnKind] = &[
    ColumnKind { defaults: TEXTS, ..of("String", None) },
    ColumnKind { defaults: NUMBERS, ..of("Int", None) },
    ColumnKind { defaults: &["9007199254740993", "-1"], ..of("BigInt", None) },
    ColumnKind { defaults: FRACTIONS, key: false, ..of("Float", None) },
    ColumnKind { defaults: FRACTIONS, ..of("Decimal", None) },
    ColumnKind { defaults: &["true", "false"], ..of("Boolean", None) },
    ColumnKind { defaults: TIMES, ..of("DateTime", None) },
    ColumnKind { defaults: DOCUMENTS, key: false, indexable: false, ..of("Json", None) },
    ColumnKind { defaults: &["\"aGk=\""], ..of("Bytes", None) },
];

impl Flavour {
    /// The types of its columns.
    pub(super) fn kinds(self) -> &'static [ColumnKind] {
        match self {
            Flavour::Postgres => POSTGRES,
            Flavour::Sqlite => SQLITE,
        }
    }

    pub(super) fn has_lists(self) -> bool {
        matches!(self, Flavour::Postgres)
    }

    /// The namespaces, of which the first one is the default.
    pub(super) fn namespaces(self) -> &'static [&'static str] {
        match self {
            Flavour::Postgres => &["public", "audit", "sales dep."],
            Flavour::Sqlite => &[],
        }
    }

    pub(super) fn provider(self) -> &'static str {
        match self {
            Flavour::Postgres => "postgresql",
            Flavour::Sqlite => "sqlite",
        }
    }
}
