//! PostgreSQL.

use super::{NameScope, NativeArguments, NativeTypeRule, Provider};
use crate::schema::Scalar;

pub(super) const PROVIDER: Provider = Provider {
    names: &["postgresql", "postgres"],
    title: "PostgreSQL",
    max_identifier: 63,
    has_lists: true,
    has_schemas: true,
    has_extensions: true,
    has_named_primary_keys: true,
    has_named_foreign_keys: true,
    has_free_autoincrement: true,
    accepts_set_null_on_required: true,
    index_types: &["BTree", "Hash", "Gist", "Gin", "SpGist", "Brin"],
    native_types: NATIVE_TYPES,
    name_scopes: &[NameScope::KeysAndIndexes, NameScope::AllOfTable],
    preview_features: &["fullTextSearchPostgres"],
    has_operator_classes: true,
};

/// A length from 1; PostgreSQL's own upper limit depends on the type and is its business.
const LENGTH: NativeArguments = NativeArguments::Optional { from: 1, to: u32::MAX };
/// Digits of a second, <https://www.postgresql.org/docs/current/datatype-datetime.html>.
const PRECISION: NativeArguments = NativeArguments::Optional { from: 0, to: 6 };
const NO_ARGUMENTS: NativeArguments = NativeArguments::None;

const NATIVE_TYPES: &[NativeTypeRule] = &[
    rule("SmallInt", Scalar::Int, NO_ARGUMENTS),
    rule("Integer", Scalar::Int, NO_ARGUMENTS),
    rule("BigInt", Scalar::BigInt, NO_ARGUMENTS),
    rule("Decimal", Scalar::Decimal, NativeArguments::PrecisionAndScale { to: 1000 }),
    rule("Money", Scalar::Decimal, NO_ARGUMENTS),
    rule("Inet", Scalar::String, NO_ARGUMENTS),
    rule("Oid", Scalar::Int, NO_ARGUMENTS),
    rule("Citext", Scalar::String, NO_ARGUMENTS),
    rule("Real", Scalar::Float, NO_ARGUMENTS),
    rule("DoublePrecision", Scalar::Float, NO_ARGUMENTS),
    rule("VarChar", Scalar::String, LENGTH),
    rule("Char", Scalar::String, LENGTH),
    rule("Text", Scalar::String, NO_ARGUMENTS),
    rule("ByteA", Scalar::Bytes, NO_ARGUMENTS),
    rule("Timestamp", Scalar::DateTime, PRECISION),
    rule("Timestamptz", Scalar::DateTime, PRECISION),
    rule("Date", Scalar::DateTime, NO_ARGUMENTS),
    rule("Time", Scalar::DateTime, PRECISION),
    rule("Timetz", Scalar::DateTime, PRECISION),
    rule("Boolean", Scalar::Boolean, NO_ARGUMENTS),
    rule("Bit", Scalar::String, LENGTH),
    rule("VarBit", Scalar::String, LENGTH),
    rule("Uuid", Scalar::String, NO_ARGUMENTS),
    NativeTypeRule { name: "Xml", scalar: Scalar::String, arguments: NO_ARGUMENTS, is_indexable: false },
    rule("Json", Scalar::Json, NO_ARGUMENTS),
    rule("JsonB", Scalar::Json, NO_ARGUMENTS),
];

const fn rule(name: &'static str, scalar: Scalar, arguments: NativeArguments) -> NativeTypeRule {
    NativeTypeRule { name, scalar, arguments, is_indexable: true }
}
