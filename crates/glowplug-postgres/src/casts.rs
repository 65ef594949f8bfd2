//! What happens to values when a column's type changes, and the expression that converts them.
//!
//! Where the server has no assignment cast, an explicit one in a `USING` clause keeps the values
//! that dropping the column would lose. Sources: PostgreSQL manual, `pg_cast`, 8.x; `CREATE CAST`
//! (automatic casts to and from text types).

use glowplug_sql::change::Cast;
use glowplug_sql::model::{ColumnType, NativeType};

use crate::names::quoted;
use crate::types;

/// How values get from one type to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conversion {
    /// Whether all values survive.
    pub cast: Cast,
    /// The expression for `USING`.
    pub using: Using,
}

/// The expression that converts a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Using {
    /// None is needed: the server casts by itself on assignment.
    Assignment,
    /// `"c"::type`
    Explicit,
    /// `"c"::text::type`
    ViaText,
    /// `"c"::numeric::type`
    ViaNumeric,
    /// `"c" AT TIME ZONE 'UTC'`: the same values whatever the session's time zone is.
    AtUtc,
    /// `to_json("c")` or `to_jsonb("c")`
    ToJson,
    /// `"c"::int4 <> 0`
    NotZero,
    /// `ARRAY["c"]`, nothing for NULL.
    Wrap,
    /// `"c"[1]`
    First,
}

/// What a change from `prev` to `next` does; `None` when both are the same type.
pub fn conversion(prev: &ColumnType, next: &ColumnType) -> Option<Conversion> {
    if same_type(prev, next) {
        return None;
    }
    let res = match (prev.is_list, next.is_list) {
        (false, false) => element(&prev.native, &next.native),
        (true, true) => list(&prev.native, &next.native),
        (false, true) if prev.native == next.native => Conversion { cast: Cast::Safe, using: Using::Wrap },
        (true, false) if is_unlimited_text(&next.native) => {
            Conversion { cast: Cast::Safe, using: Using::Assignment }
        }
        (true, false) if is_json(&next.native) => Conversion { cast: Cast::Safe, using: Using::ToJson },
        (true, false) if prev.native == next.native => Conversion { cast: Cast::Risky, using: Using::First },
        (false, true) | (true, false) => Conversion { cast: Cast::None, using: Using::Assignment },
    };
    Some(res)
}

fn same_type(prev: &ColumnType, next: &ColumnType) -> bool {
    if prev.is_list != next.is_list {
        return false;
    }
    match (&prev.native, &next.native) {
        (NativeType::Named { name: a, args: x }, NativeType::Named { name: b, args: y }) => {
            // No precision is the greatest precision.
            let full = |args: &[String]| is_temporal(a) && (args.is_empty() || args == ["6"]);
            a == b && (x == y || (full(x) && full(y)))
        }
        (a, b) => a == b,
    }
}

/// Array casts work element by element, with the same rules, but without expressions.
fn list(prev: &NativeType, next: &NativeType) -> Conversion {
    let res = element(prev, next);
    let using = match res.using {
        Using::Assignment => Using::Assignment,
        Using::ViaText => Using::ViaText,
        Using::Explicit
        | Using::ViaNumeric
        | Using::AtUtc
        | Using::ToJson
        | Using::NotZero
        | Using::Wrap
        | Using::First => Using::Explicit,
    };
    match res.using {
        // No cast does these.
        Using::ToJson | Using::NotZero | Using::ViaNumeric => {
            Conversion { cast: Cast::None, using: Using::Assignment }
        }
        _ => Conversion { cast: res.cast, using },
    }
}

fn element(prev: &NativeType, next: &NativeType) -> Conversion {
    let with = |cast, using| Conversion { cast, using };
    let none = with(Cast::None, Using::Assignment);
    match (prev, next) {
        (_, NativeType::Named { name, args }) if is_text(name) => {
            let fits = match args.first().and_then(|n| n.parse::<u64>().ok()) {
                None => {
                    name != "bpchar" || matches!(prev, NativeType::Named { name, .. } if name == "bpchar")
                }
                Some(room) => longest(prev).is_some_and(|length| length <= room),
            };
            with(if fits { Cast::Safe } else { Cast::Risky }, Using::Assignment)
        }
        (NativeType::Enum { .. }, NativeType::Enum { .. }) => with(Cast::Risky, Using::ViaText),
        (NativeType::Named { name, .. }, NativeType::Enum { .. }) if is_text(name) => {
            with(Cast::Risky, Using::ViaText)
        }
        (NativeType::Named { name, .. }, NativeType::Named { .. }) if is_text(name) => {
            with(Cast::Risky, Using::Explicit)
        }
        (NativeType::Named { name, .. }, NativeType::Unsupported(_)) if is_text(name) => {
            with(Cast::Risky, Using::Explicit)
        }
        (NativeType::Enum { .. }, _) | (_, NativeType::Enum { .. }) => none,
        (NativeType::Unsupported(_), _) | (_, NativeType::Unsupported(_)) => none,
        (NativeType::Named { name: a, args: x }, NativeType::Named { name: b, args: y }) => {
            match named((a, x), (b, y)) {
                Some((cast, using)) => with(cast, using),
                None => none,
            }
        }
    }
}

type Named<'a> = (&'a str, &'a [String]);

/// Casts between built-in types, neither of which is the target text.
fn named(prev: (&String, &Vec<String>), next: (&String, &Vec<String>)) -> Option<(Cast, Using)> {
    let (prev, next): (Named<'_>, Named<'_>) = ((prev.0, prev.1), (next.0, next.1));
    let when = |safe: bool| if safe { Cast::Safe } else { Cast::Risky };
    let (a, b) = (prev.0, next.0);
    Some(match (a, b) {
        ("int2" | "int4" | "int8", "int2" | "int4" | "int8") => (when(a < b), Using::Assignment),
        ("int2" | "int4", "float8") | ("int2", "float4") => (Cast::Safe, Using::Assignment),
        ("int4", "float4" | "money") | ("int8", "float4" | "float8" | "money") => {
            (Cast::Risky, Using::Assignment)
        }
        ("int2" | "float4" | "float8", "money")
        | ("money", "int2" | "int4" | "int8" | "float4" | "float8") => (Cast::Risky, Using::ViaNumeric),
        ("int2" | "int4" | "int8", "numeric") => {
            (when(numeric_room(next.1).is_none_or(|(whole, _)| whole >= digits(a))), Using::Assignment)
        }
        ("int2" | "int4" | "int8", "oid") | ("oid", "int4" | "int8") => {
            (when(a == "oid" && b == "int8"), Using::Assignment)
        }
        ("float4" | "float8", "float4" | "float8") => (when(a < b), Using::Assignment),
        ("float4" | "float8" | "numeric", "int2" | "int4" | "int8") => (Cast::Risky, Using::Assignment),
        ("float4" | "float8", "numeric") | ("numeric", "float4" | "float8") => {
            (Cast::Risky, Using::Assignment)
        }
        ("numeric", "numeric") => (when(numeric_grows(prev.1, next.1)), Using::Assignment),
        ("numeric", "money") | ("money", "numeric") => (Cast::Risky, Using::Assignment),
        ("bool", "int4") => (Cast::Safe, Using::Explicit),
        ("int4", "bool") => (Cast::Risky, Using::Explicit),
        ("int2" | "int8", "bool") => (Cast::Risky, Using::NotZero),
        ("date", "timestamp") => (Cast::Safe, Using::Assignment),
        ("date" | "timestamp", "timestamptz") if a == "timestamp" => (Cast::Safe, Using::AtUtc),
        ("date", "timestamptz") => (Cast::Safe, Using::Assignment),
        ("timestamptz", "timestamp") => (when(precision(next.1) >= precision(prev.1)), Using::AtUtc),
        ("timestamp" | "timestamptz", "date" | "time") | ("timestamptz", "timetz") => {
            (Cast::Risky, Using::Assignment)
        }
        ("time", "timetz") => (Cast::Safe, Using::Assignment),
        ("timetz", "time") => (Cast::Risky, Using::Assignment),
        ("timestamp", "timestamp")
        | ("timestamptz", "timestamptz")
        | ("time", "time")
        | ("timetz", "timetz") => (when(precision(next.1) >= precision(prev.1)), Using::Assignment),
        ("interval", "interval") => (Cast::Risky, Using::Assignment),
        ("json", "jsonb") | ("jsonb", "json") => (Cast::Safe, Using::Assignment),
        ("jsonb", "bool" | "int2" | "int4" | "int8" | "float4" | "float8" | "numeric") => {
            (Cast::Risky, Using::Explicit)
        }
        (
            "int2" | "int4" | "int8" | "float4" | "float8" | "numeric" | "bool" | "uuid" | "date"
            | "timestamp" | "timestamptz",
            "json" | "jsonb",
        ) => (Cast::Safe, Using::ToJson),
        ("cidr", "inet") => (Cast::Safe, Using::Assignment),
        ("inet", "cidr") => (Cast::Risky, Using::Assignment),
        ("macaddr", "macaddr8") => (Cast::Safe, Using::Assignment),
        ("macaddr8", "macaddr") => (Cast::Risky, Using::Assignment),
        ("bit", "varbit") => (when(bits_fit(prev.1, next.1)), Using::Explicit),
        ("varbit", "varbit") => (when(bits_fit(prev.1, next.1)), Using::Explicit),
        ("bit" | "varbit", "bit") => (Cast::Risky, Using::Explicit),
        ("int4" | "int8", "bit") | ("bit", "int4" | "int8") => (Cast::Risky, Using::Explicit),
        _ => return None,
    })
}

fn is_text(name: &str) -> bool {
    matches!(name, "text" | "varchar" | "bpchar" | "citext")
}

fn is_unlimited_text(native: &NativeType) -> bool {
    matches!(native, NativeType::Named { name, args } if is_text(name) && args.is_empty() && name != "bpchar")
}

fn is_json(native: &NativeType) -> bool {
    matches!(native, NativeType::Named { name, .. } if name == "json" || name == "jsonb")
}

fn is_temporal(name: &str) -> bool {
    matches!(name, "timestamp" | "timestamptz" | "time" | "timetz" | "interval")
}

fn precision(args: &[String]) -> u32 {
    args.first().and_then(|p| p.parse().ok()).unwrap_or(6)
}

/// Decimal digits before and after the point; `None` for any number of them.
fn numeric_room(args: &[String]) -> Option<(i64, i64)> {
    let number = |at: usize| args.get(at).and_then(|n| n.parse::<i64>().ok());
    let (precision, scale) = (number(0)?, number(1).unwrap_or(0));
    Some((precision - scale, scale))
}

fn numeric_grows(prev: &[String], next: &[String]) -> bool {
    match (numeric_room(prev), numeric_room(next)) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(prev), Some(next)) => next.0 >= prev.0 && next.1 >= prev.1,
    }
}

fn bits_fit(prev: &[String], next: &[String]) -> bool {
    let length = |args: &[String]| args.first().and_then(|n| n.parse::<u64>().ok());
    match (length(prev), length(next)) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(prev), Some(next)) => prev <= next,
    }
}

fn digits(int: &str) -> i64 {
    match int {
        "int2" => 5,
        "int4" => 10,
        _ => 19,
    }
}

/// The most characters that a value of the type takes as text, if there is a limit.
fn longest(native: &NativeType) -> Option<u64> {
    let NativeType::Named { name, args } = native else { return None };
    match name.as_str() {
        "varchar" | "bpchar" | "bit" | "varbit" => args.first()?.parse().ok(),
        "bool" => Some(5),
        "int2" => Some(6),
        "int4" => Some(11),
        "oid" => Some(10),
        "int8" => Some(20),
        "uuid" => Some(36),
        "date" => Some(13),
        "inet" | "cidr" => Some(43),
        "numeric" => numeric_room(args).map(|(whole, scale)| (whole.max(1) + scale + 2) as u64),
        _ => None,
    }
}

/// The expression of a `USING` clause for a column of the type `prev`; `None` when none is needed.
pub fn using_sql(using: Using, column: &str, next: &ColumnType) -> Option<String> {
    let column = quoted(column);
    let ty = types::type_sql(next);
    match using {
        Using::Assignment => None,
        Using::Explicit => Some(format!("{column}::{ty}")),
        Using::ViaNumeric => Some(format!("{column}::numeric::{ty}")),
        Using::ViaText => Some(format!("{column}::text{}::{ty}", if next.is_list { "[]" } else { "" })),
        Using::AtUtc => Some(format!("{column} AT TIME ZONE 'UTC'")),
        Using::ToJson => {
            let function = if ty.eq_ignore_ascii_case("json") { "to_json" } else { "to_jsonb" };
            Some(format!("{function}({column})"))
        }
        Using::NotZero => Some(format!("{column} <> 0")),
        Using::Wrap => Some(format!("CASE WHEN {column} IS NULL THEN '{{}}' ELSE ARRAY[{column}] END")),
        Using::First => Some(format!("{column}[1]")),
    }
}

/// Whether the server compares values of both types with one operator family, so that a foreign
/// key may stand between them while one side changes.
pub fn comparable(prev: &ColumnType, next: &ColumnType) -> bool {
    let family = |ty: &ColumnType| -> Option<&'static str> {
        let NativeType::Named { name, .. } = &ty.native else { return None };
        Some(match name.as_str() {
            "int2" | "int4" | "int8" => "integer",
            "text" | "varchar" => "text",
            "bpchar" => "bpchar",
            "numeric" => "numeric",
            "uuid" => "uuid",
            "bytea" => "bytea",
            "timestamp" => "timestamp",
            "timestamptz" => "timestamptz",
            _ => return None,
        })
    };
    prev.is_list == next.is_list && family(prev).is_some() && family(prev) == family(next)
}

/// Whether the server writes all rows anew for a change of type. Measured on PostgreSQL 15; a
/// wider limit of the same type, and types of the same bytes, cost nothing.
pub fn rewrites(prev: &ColumnType, next: &ColumnType) -> bool {
    let Some(conversion) = conversion(prev, next) else { return false };
    if conversion.using != Using::Assignment {
        return true;
    }
    let (NativeType::Named { name: a, args: x }, NativeType::Named { name: b, args: y }) =
        (&prev.native, &next.native)
    else {
        return true;
    };
    let free = match (a.as_str(), b.as_str()) {
        ("varchar", "varchar") => conversion.cast == Cast::Safe,
        ("varchar" | "citext" | "text", "text" | "citext") => true,
        ("text", "varchar") => y.is_empty(),
        ("numeric", "numeric") => conversion.cast == Cast::Safe && (y.is_empty() || x.get(1) == y.get(1)),
        ("timestamp", "timestamp")
        | ("timestamptz", "timestamptz")
        | ("time", "time")
        | ("timetz", "timetz") => conversion.cast == Cast::Safe,
        ("varbit", "varbit") => conversion.cast == Cast::Safe,
        ("cidr", "inet") => true,
        _ => false,
    };
    !free
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cast(prev: &str, next: &str) -> Option<(Cast, Using)> {
        conversion(&types::parse_type(prev), &types::parse_type(next)).map(|c| (c.cast, c.using))
    }

    #[test]
    fn casts_are_safe_risky_or_none() {
        use Cast::{None as NoCast, Risky, Safe};
        use Using::{Assignment, AtUtc, Explicit, First, NotZero, ToJson, Wrap};
        for (prev, next, res) in [
            ("int4", "int4", None),
            ("timestamp", "timestamp(6)", None),
            ("int4", "text", Some((Safe, Assignment))),
            ("int4", "int8", Some((Safe, Assignment))),
            ("int8", "int4", Some((Risky, Assignment))),
            ("text", "varchar(5)", Some((Risky, Assignment))),
            ("varchar(5)", "varchar(9)", Some((Safe, Assignment))),
            ("uuid", "varchar(36)", Some((Safe, Assignment))),
            ("text", "int4", Some((Risky, Explicit))),
            ("text", "uuid", Some((Risky, Explicit))),
            ("float8", "timestamp", Some((NoCast, Assignment))),
            ("float8", "int4", Some((Risky, Assignment))),
            ("timestamp(3)", "timestamptz(3)", Some((Safe, AtUtc))),
            ("timestamp(3)", "timestamp(0)", Some((Risky, Assignment))),
            ("numeric(10,2)", "numeric(12,2)", Some((Safe, Assignment))),
            ("numeric(10,2)", "numeric(10,4)", Some((Risky, Assignment))),
            ("int8", "bool", Some((Risky, NotZero))),
            ("bool", "jsonb", Some((Safe, ToJson))),
            ("text", "text[]", Some((Safe, Wrap))),
            ("int4[]", "int4", Some((Risky, First))),
            ("int4[]", "text", Some((Safe, Assignment))),
            ("int4", "bytea", Some((NoCast, Assignment))),
            ("tsvector", "ltree", Some((NoCast, Assignment))),
        ] {
            assert_eq!(cast(prev, next), res, "{prev} to {next}");
        }
    }
}
