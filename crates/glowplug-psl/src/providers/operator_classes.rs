//! PostgreSQL's operator classes: for which type of index, and for which column.

use crate::schema::Scalar;

/// An operator class.
pub(crate) struct OperatorClassRule {
    /// The name in `ops:`.
    pub(crate) name: &'static str,
    /// The types of index that have it.
    pub(crate) index_types: &'static [&'static str],
    /// The native types that it takes.
    pub(crate) native_types: &'static [&'static str],
    /// The scalar that it takes where the field has no native type.
    pub(crate) scalar: Option<Scalar>,
    /// Whether it is for lists, whatever is in them.
    pub(crate) is_for_lists: bool,
}

/// The class of that name.
pub(crate) fn find_operator_class(name: &str) -> Option<&'static OperatorClassRule> {
    OPERATOR_CLASSES.iter().find(|class| class.name == name)
}

/// Columns that an index of a type takes without naming a class.
pub(crate) struct DefaultClasses {
    /// The type of index.
    pub(crate) index_type: &'static str,
    /// Native types with a default class.
    pub(crate) native_types: &'static [&'static str],
    /// Scalars with a default class, where the field has no native type.
    pub(crate) scalars: &'static [Scalar],
    /// Whether lists have one.
    pub(crate) lists: bool,
}

/// Index types that do not take every column; the others (BTree, Hash) are not judged here.
pub(crate) const DEFAULT_CLASSES: &[DefaultClasses] = &[
    DefaultClasses { index_type: "Gist", native_types: &[], scalars: &[], lists: false },
    DefaultClasses { index_type: "Gin", native_types: &["JsonB"], scalars: &[Scalar::Json], lists: true },
    DefaultClasses {
        index_type: "SpGist",
        native_types: &["Inet", "Text", "VarChar", "Char"],
        scalars: &[Scalar::String],
        lists: false,
    },
    DefaultClasses {
        index_type: "Brin",
        native_types: &[
            "Bit",
            "VarBit",
            "Char",
            "Date",
            "Real",
            "DoublePrecision",
            "Inet",
            "SmallInt",
            "Integer",
            "BigInt",
            "Decimal",
            "Oid",
            "ByteA",
            "Text",
            "VarChar",
            "Timestamp",
            "Timestamptz",
            "Time",
            "Timetz",
            "Uuid",
        ],
        scalars: &[
            Scalar::Float,
            Scalar::Int,
            Scalar::BigInt,
            Scalar::Decimal,
            Scalar::Bytes,
            Scalar::String,
            Scalar::DateTime,
        ],
        lists: false,
    },
];

const GIN: &[&str] = &["Gin"];
const SPGIST: &[&str] = &["SpGist"];
const BRIN: &[&str] = &["Brin"];

/// <https://www.postgresql.org/docs/current/indexes-opclass.html> and the chapters on each type of index.
pub(crate) const OPERATOR_CLASSES: &[OperatorClassRule] = &[
    of_native("InetOps", &["Gist", "SpGist"], &["Inet"]),
    of_scalar("JsonbOps", GIN, &["JsonB"], Scalar::Json),
    of_scalar("JsonbPathOps", GIN, &["JsonB"], Scalar::Json),
    OperatorClassRule {
        name: "ArrayOps",
        index_types: GIN,
        native_types: &[],
        scalar: None,
        is_for_lists: true,
    },
    of_scalar("TextOps", SPGIST, &["Text", "VarChar", "Char"], Scalar::String),
    of_native("BitMinMaxOps", BRIN, &["Bit"]),
    of_native("VarBitMinMaxOps", BRIN, &["VarBit"]),
    of_native("BpcharBloomOps", BRIN, &["Char"]),
    of_native("BpcharMinMaxOps", BRIN, &["Char"]),
    of_scalar("ByteaBloomOps", BRIN, &["ByteA"], Scalar::Bytes),
    of_scalar("ByteaMinMaxOps", BRIN, &["ByteA"], Scalar::Bytes),
    of_native("DateBloomOps", BRIN, &["Date"]),
    of_native("DateMinMaxOps", BRIN, &["Date"]),
    of_native("DateMinMaxMultiOps", BRIN, &["Date"]),
    of_native("Float4BloomOps", BRIN, &["Real"]),
    of_native("Float4MinMaxOps", BRIN, &["Real"]),
    of_native("Float4MinMaxMultiOps", BRIN, &["Real"]),
    of_scalar("Float8BloomOps", BRIN, &["DoublePrecision"], Scalar::Float),
    of_scalar("Float8MinMaxOps", BRIN, &["DoublePrecision"], Scalar::Float),
    of_scalar("Float8MinMaxMultiOps", BRIN, &["DoublePrecision"], Scalar::Float),
    of_native("InetInclusionOps", BRIN, &["Inet"]),
    of_native("InetBloomOps", BRIN, &["Inet"]),
    of_native("InetMinMaxOps", BRIN, &["Inet"]),
    of_native("InetMinMaxMultiOps", BRIN, &["Inet"]),
    of_native("Int2BloomOps", BRIN, &["SmallInt"]),
    of_native("Int2MinMaxOps", BRIN, &["SmallInt"]),
    of_native("Int2MinMaxMultiOps", BRIN, &["SmallInt"]),
    of_scalar("Int4BloomOps", BRIN, &["Integer"], Scalar::Int),
    of_scalar("Int4MinMaxOps", BRIN, &["Integer"], Scalar::Int),
    of_scalar("Int4MinMaxMultiOps", BRIN, &["Integer"], Scalar::Int),
    of_scalar("Int8BloomOps", BRIN, &["BigInt"], Scalar::BigInt),
    of_scalar("Int8MinMaxOps", BRIN, &["BigInt"], Scalar::BigInt),
    of_scalar("Int8MinMaxMultiOps", BRIN, &["BigInt"], Scalar::BigInt),
    of_scalar("NumericBloomOps", BRIN, &["Decimal"], Scalar::Decimal),
    of_scalar("NumericMinMaxOps", BRIN, &["Decimal"], Scalar::Decimal),
    of_scalar("NumericMinMaxMultiOps", BRIN, &["Decimal"], Scalar::Decimal),
    of_native("OidBloomOps", BRIN, &["Oid"]),
    of_native("OidMinMaxOps", BRIN, &["Oid"]),
    of_native("OidMinMaxMultiOps", BRIN, &["Oid"]),
    of_scalar("TextBloomOps", BRIN, &["Text", "VarChar"], Scalar::String),
    of_scalar("TextMinMaxOps", BRIN, &["Text", "VarChar"], Scalar::String),
    of_scalar("TimestampBloomOps", BRIN, &["Timestamp"], Scalar::DateTime),
    of_scalar("TimestampMinMaxOps", BRIN, &["Timestamp"], Scalar::DateTime),
    of_scalar("TimestampMinMaxMultiOps", BRIN, &["Timestamp"], Scalar::DateTime),
    of_native("TimestampTzBloomOps", BRIN, &["Timestamptz"]),
    of_native("TimestampTzMinMaxOps", BRIN, &["Timestamptz"]),
    of_native("TimestampTzMinMaxMultiOps", BRIN, &["Timestamptz"]),
    of_native("TimeBloomOps", BRIN, &["Time"]),
    of_native("TimeMinMaxOps", BRIN, &["Time"]),
    of_native("TimeMinMaxMultiOps", BRIN, &["Time"]),
    of_native("TimeTzBloomOps", BRIN, &["Timetz"]),
    of_native("TimeTzMinMaxOps", BRIN, &["Timetz"]),
    of_native("TimeTzMinMaxMultiOps", BRIN, &["Timetz"]),
    of_native("UuidBloomOps", BRIN, &["Uuid"]),
    of_native("UuidMinMaxOps", BRIN, &["Uuid"]),
    of_native("UuidMinMaxMultiOps", BRIN, &["Uuid"]),
];

const fn of_native(
    name: &'static str,
    index_types: &'static [&'static str],
    native_types: &'static [&'static str],
) -> OperatorClassRule {
    OperatorClassRule { name, index_types, native_types, scalar: None, is_for_lists: false }
}

const fn of_scalar(
    name: &'static str,
    index_types: &'static [&'static str],
    native_types: &'static [&'static str],
    scalar: Scalar,
) -> OperatorClassRule {
    OperatorClassRule { name, index_types, native_types, scalar: Some(scalar), is_for_lists: false }
}
