//! Types of PostgreSQL: their canonical form, their spelling in SQL, and the language's words for them.
//!
//! The canonical form is the catalog's own short name (`int4`, `varchar`, `timestamptz`) with the
//! arguments of the type modifier, and no arguments where the catalog has none.
//! [`parse_type`] brings every spelling to it, so what a schema file asks for and what
//! `format_type(atttypid, atttypmod)` prints meet. Sources: PostgreSQL manual, chapter 8;
//! `src/backend/utils/adt/format_type.c`.

use glowplug_psl::schema::{Arity, Field, FieldType, NativeType as Written, Scalar, Schema};
use glowplug_sql::model::{ColumnType, NativeType};

/// A built-in type (or one of a well-known extension).
struct Known {
    /// The canonical name.
    name: &'static str,
    /// How we write it.
    sql: &'static str,
    /// Other spellings, in lower case.
    aliases: &'static [&'static str],
    /// The scalar and the word after `@db.` in the schema language, where it has one.
    word: Option<(Scalar, &'static str)>,
}

const fn known(
    name: &'static str,
    sql: &'static str,
    aliases: &'static [&'static str],
    word: Option<(Scalar, &'static str)>,
) -> Known {
    Known { name, sql, aliases, word }
}

const KNOWN: &[Known] = &[
    known("int2", "SMALLINT", &["smallint"], Some((Scalar::Int, "SmallInt"))),
    known("int4", "INTEGER", &["integer", "int"], Some((Scalar::Int, "Integer"))),
    known("int8", "BIGINT", &["bigint"], Some((Scalar::BigInt, "BigInt"))),
    known("float4", "REAL", &["real"], Some((Scalar::Float, "Real"))),
    known(
        "float8",
        "DOUBLE PRECISION",
        &["double precision", "float"],
        Some((Scalar::Float, "DoublePrecision")),
    ),
    known("numeric", "DECIMAL", &["decimal"], Some((Scalar::Decimal, "Decimal"))),
    known("money", "MONEY", &[], Some((Scalar::Decimal, "Money"))),
    known("text", "TEXT", &[], Some((Scalar::String, "Text"))),
    known("varchar", "VARCHAR", &["character varying", "char varying"], Some((Scalar::String, "VarChar"))),
    known("bpchar", "CHAR", &["character", "char"], Some((Scalar::String, "Char"))),
    known("bool", "BOOLEAN", &["boolean"], Some((Scalar::Boolean, "Boolean"))),
    known("bytea", "BYTEA", &[], Some((Scalar::Bytes, "ByteA"))),
    known("date", "DATE", &[], Some((Scalar::DateTime, "Date"))),
    known("timestamp", "TIMESTAMP", &["timestamp without time zone"], Some((Scalar::DateTime, "Timestamp"))),
    known(
        "timestamptz",
        "TIMESTAMPTZ",
        &["timestamp with time zone"],
        Some((Scalar::DateTime, "Timestamptz")),
    ),
    known("time", "TIME", &["time without time zone"], Some((Scalar::DateTime, "Time"))),
    known("timetz", "TIMETZ", &["time with time zone"], Some((Scalar::DateTime, "Timetz"))),
    known("json", "JSON", &[], Some((Scalar::Json, "Json"))),
    known("jsonb", "JSONB", &[], Some((Scalar::Json, "JsonB"))),
    known("uuid", "UUID", &[], Some((Scalar::String, "Uuid"))),
    known("xml", "XML", &[], Some((Scalar::String, "Xml"))),
    known("inet", "INET", &[], Some((Scalar::String, "Inet"))),
    known("oid", "OID", &[], Some((Scalar::Int, "Oid"))),
    known("citext", "CITEXT", &[], Some((Scalar::String, "Citext"))),
    known("bit", "BIT", &[], Some((Scalar::String, "Bit"))),
    known("varbit", "VARBIT", &["bit varying"], Some((Scalar::String, "VarBit"))),
    known("interval", "INTERVAL", &[], None),
    known("cidr", "CIDR", &[], None),
    known("macaddr", "MACADDR", &[], None),
    known("macaddr8", "MACADDR8", &[], None),
    known("point", "POINT", &[], None),
    known("line", "LINE", &[], None),
    known("lseg", "LSEG", &[], None),
    known("box", "BOX", &[], None),
    known("path", "PATH", &[], None),
    known("polygon", "POLYGON", &[], None),
    known("circle", "CIRCLE", &[], None),
    known("tsvector", "TSVECTOR", &[], None),
    known("tsquery", "TSQUERY", &[], None),
    known("int4range", "INT4RANGE", &[], None),
    known("int8range", "INT8RANGE", &[], None),
    known("numrange", "NUMRANGE", &[], None),
    known("tsrange", "TSRANGE", &[], None),
    known("tstzrange", "TSTZRANGE", &[], None),
    known("daterange", "DATERANGE", &[], None),
];

/// The type that a column of `field` gets. Relation fields are no columns; for them the answer is
/// an unsupported type with an empty name.
pub fn field_type(schema: &Schema, field: &Field) -> ColumnType {
    let is_list = field.arity == Arity::List;
    let native = match &field.ty {
        FieldType::Scalar(scalar) => match &field.native_type {
            Some(written) => written_type(written),
            None => default_type(*scalar),
        },
        FieldType::Enum(id) => {
            let ty = schema.enum_(*id);
            NativeType::Enum { namespace: namespace(ty.schema.as_deref()), name: ty.db_name().to_string() }
        }
        FieldType::Unsupported(text) => {
            let ty = parse_type(text);
            return ColumnType { is_list: is_list || ty.is_list, native: ty.native };
        }
        FieldType::Relation(_) => NativeType::Unsupported(String::new()),
    };
    ColumnType { native, is_list }
}

/// The namespace of a written `@@schema`: the default one is `None`.
pub fn namespace(written: Option<&str>) -> Option<String> {
    written.filter(|name| *name != DEFAULT_NAMESPACE).map(str::to_string)
}

/// The namespace that unqualified names are in, unless a connection says otherwise.
pub const DEFAULT_NAMESPACE: &str = "public";

/// A type by its canonical name and arguments.
pub fn named(name: &str, args: &[&str]) -> NativeType {
    NativeType::Named { name: name.to_string(), args: args.iter().map(|a| (*a).to_string()).collect() }
}

/// The column type of a scalar without `@db.`: Prisma's choice for PostgreSQL.
pub fn default_type(scalar: Scalar) -> NativeType {
    match scalar {
        Scalar::String => named("text", &[]),
        Scalar::Boolean => named("bool", &[]),
        Scalar::Int => named("int4", &[]),
        Scalar::BigInt => named("int8", &[]),
        Scalar::Float => named("float8", &[]),
        Scalar::Decimal => named("numeric", &["65", "30"]),
        Scalar::DateTime => named("timestamp", &["3"]),
        Scalar::Json => named("jsonb", &[]),
        Scalar::Bytes => named("bytea", &[]),
    }
}

/// The type that `@db.Name(args)` names.
pub fn written_type(written: &Written) -> NativeType {
    match KNOWN.iter().find(|k| k.word.is_some_and(|(_, word)| word == written.name)) {
        Some(found) => canonical(found.name, &written.args),
        None => NativeType::Unsupported(written.name.clone()),
    }
}

/// The scalar of the language for a type, and the word and arguments of `@db.` when it is not the
/// scalar's default type. `None` for types that the language has no word for.
pub fn language_type(native: &NativeType) -> Option<(Scalar, Option<Written>)> {
    match native {
        NativeType::Named { name, args } => {
            let (scalar, word) = find(name)?.word?;
            let is_default = default_type(scalar) == *native;
            let written = Written { name: word.to_string(), args: args.clone() };
            Some((scalar, (!is_default).then_some(written)))
        }
        NativeType::Enum { .. } | NativeType::Unsupported(_) => None,
    }
}

/// Brings any spelling of a type to the canonical form: what `format_type` prints, what stands in
/// a cast, what a person writes in `Unsupported("...")`. Never fails: a type that is not known here
/// is kept as an unsupported one, lower-cased outside of quotes. Enums are not recognised here,
/// because a name alone does not tell them.
pub fn parse_type(text: &str) -> ColumnType {
    let mut text = text.trim();
    let mut is_list = false;
    while let Some(element) = text.strip_suffix(']').and_then(|t| t.rfind('[').map(|i| t[..i].trim_end())) {
        is_list = true;
        text = element;
    }
    ColumnType { native: parse_element(text), is_list }
}

/// The canonical spelling of a type inside an expression.
pub(crate) fn canonical_text(text: &str) -> String {
    let ty = parse_type(text);
    let element = match &ty.native {
        NativeType::Named { name, args } if args.is_empty() => name.clone(),
        NativeType::Named { name, args } => format!("{name}({})", args.join(",")),
        NativeType::Enum { name, .. } => name.clone(),
        NativeType::Unsupported(text) => text.clone(),
    };
    if ty.is_list { format!("{element}[]") } else { element }
}

fn parse_element(text: &str) -> NativeType {
    let lower = normalise(text);
    let (name, args) = split_args(&lower);
    let bare = name.strip_prefix("pg_catalog.").unwrap_or(&name);
    // The extension's type may live in any namespace.
    let bare = if bare.ends_with(".citext") { "citext" } else { bare };
    // `format_type` quotes these two when they have no length: they are not `char(1)`, `bit(1)`.
    match (bare, args.as_slice()) {
        ("bpchar", []) => return named("bpchar", &[]),
        ("\"bit\"", []) => return named("bit", &[]),
        _ => {}
    }
    match find(bare) {
        Some(found) => canonical(found.name, &args),
        None => NativeType::Unsupported(lower),
    }
}

fn find(name: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|k| k.name == name || k.aliases.contains(&name))
}

/// Fills in what the server fills in: `char` is `char(1)`, `bit` is `bit(1)`, `numeric(10)` is `numeric(10,0)`.
fn canonical(name: &str, args: &[String]) -> NativeType {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match (name, args.as_slice()) {
        ("bpchar" | "bit", []) => named(name, &["1"]),
        ("numeric", [precision]) => named(name, &[precision, "0"]),
        // A precision of -1 is how old introspections wrote "none given".
        ("timestamp" | "timestamptz" | "time" | "timetz", ["-1"]) => named(name, &[]),
        (_, args) => named(name, args),
    }
}

/// `timestamp(3) without time zone` to (`timestamp without time zone`, `["3"]`).
fn split_args(text: &str) -> (String, Vec<String>) {
    let Some((head, rest)) = text.split_once('(') else { return (text.to_string(), Vec::new()) };
    let Some((args, tail)) = rest.split_once(')') else { return (text.to_string(), Vec::new()) };
    let args = args.split(',').map(|a| a.trim().to_string()).collect();
    (format!("{}{tail}", head.trim_end()), args)
}

/// Lower case outside of double quotes, single spaces.
fn normalise(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                res.push(c);
            }
            _ if quoted => res.push(c),
            c if c.is_whitespace() => {
                if !res.ends_with(' ') {
                    res.push(' ');
                }
            }
            c => res.extend(c.to_lowercase()),
        }
    }
    res
}

/// The type as it stands in DDL, lists with `[]`. Enum names are quoted.
pub fn type_sql(ty: &ColumnType) -> String {
    let list = if ty.is_list { "[]" } else { "" };
    format!("{}{list}", native_sql(&ty.native))
}

fn native_sql(native: &NativeType) -> String {
    match native {
        NativeType::Named { name, args } => match (find(name), args.as_slice()) {
            // CHAR alone would be CHAR(1).
            (Some(k), []) if k.name == "bpchar" => "BPCHAR".to_string(),
            (Some(k), []) if k.name == "bit" => "\"bit\"".to_string(),
            (Some(k), []) => k.sql.to_string(),
            (Some(k), args) => format!("{}({})", k.sql, args.join(",")),
            (None, []) => name.clone(),
            (None, args) => format!("{name}({})", args.join(",")),
        },
        NativeType::Enum { namespace, name } => crate::names::qualified(namespace.as_deref(), name),
        NativeType::Unsupported(text) => text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_meets() {
        for (text, name, args) in [
            ("character varying(20)", "varchar", &["20"][..]),
            ("VARCHAR(20)", "varchar", &["20"]),
            ("timestamp(3) without time zone", "timestamp", &["3"]),
            ("timestamp  with time zone", "timestamptz", &[]),
            ("numeric(10)", "numeric", &["10", "0"]),
            ("numeric(10, 2)", "numeric", &["10", "2"]),
            ("character(8)", "bpchar", &["8"]),
            ("char", "bpchar", &["1"]),
            ("bpchar", "bpchar", &[]),
            ("bit varying(5)", "varbit", &["5"]),
            ("public.citext", "citext", &[]),
            ("double precision", "float8", &[]),
        ] {
            let res = parse_type(text);
            assert_eq!(res, ColumnType { native: named(name, args), is_list: false }, "{text}");
            assert_eq!(parse_type(&type_sql(&res)), res, "{text}");
        }
    }

    #[test]
    fn lists_and_strangers_are_kept() {
        assert!(parse_type("integer[]").is_list);
        assert_eq!(parse_type("Ltree").native, NativeType::Unsupported("ltree".into()));
        assert_eq!(parse_type("\"char\"").native, NativeType::Unsupported("\"char\"".into()));
        assert_eq!(parse_type("\"My Type\"").native, NativeType::Unsupported("\"My Type\"".into()));
    }
}
