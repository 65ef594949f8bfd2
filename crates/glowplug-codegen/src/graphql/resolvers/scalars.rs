//! Scalars that async-graphql does not bring along, each in a type of its own.

use std::collections::BTreeSet;

use crate::graphql::api::Api;
use crate::graphql::scalars::ValueType;
use crate::rust::put;
use crate::types::{DateTime, Decimal, Types};

/// The module of scalars; nothing where no field needs one.
pub(super) fn render(out: &mut String, api: &Api<'_>) {
    let types: Vec<String> = scalar_types(api).collect();
    if types.is_empty() {
        return;
    }
    let imports = match api.layout.libraries.date_time {
        DateTime::Time if api.values.iter().any(is_time) => {
            "    use time::format_description::well_known::{Iso8601, Rfc3339};\n"
        }
        DateTime::Chrono | DateTime::Time | DateTime::Jiff => "",
    };
    put!(
        out,
        "\n/// Scalars of the API; all of them travel as strings.\npub mod scalars {{\n    \
             use async_graphql::{{InputValueError, InputValueResult, Scalar, ScalarType, Value}};\n\
             {imports}{}}}\n",
        types.concat()
    );
}

fn is_time(ty: &ValueType) -> bool {
    matches!(ty, ValueType::LocalDateTime | ValueType::DateTime | ValueType::Date | ValueType::Time)
}

/// The code of each scalar. Two types of value may share one.
fn scalar_types(api: &Api<'_>) -> impl Iterator<Item = String> {
    let libraries = api.layout.libraries;
    let mut seen = BTreeSet::new();
    let all = api.values.iter().filter_map(move |ty| Some((ty, scalar(ty, libraries)?)));
    all.filter(move |(_, it)| seen.insert(it.name)).map(|(ty, it)| scalar_type(ty, &it))
}

/// A scalar as code.
struct Scalar {
    name: &'static str,
    /// What it holds.
    inner: &'static str,
    /// An expression that reads it from `text`.
    parse: &'static str,
    /// An expression that writes it.
    write: &'static str,
}

fn scalar(ty: &ValueType, libraries: Types) -> Option<Scalar> {
    use DateTime::{Chrono, Jiff, Time};
    let (name, inner, parse, write) = match (ty, libraries.date_time) {
        (
            ValueType::String
            | ValueType::Boolean
            | ValueType::Int
            | ValueType::Float
            | ValueType::Uuid
            | ValueType::Json
            | ValueType::TypedJson
            | ValueType::Enum(_),
            _,
        )
        | (ValueType::LocalDateTime | ValueType::DateTime, Chrono) => return None,
        (ValueType::LocalDateTime | ValueType::DateTime, Time) => (
            "DateTime",
            "time::OffsetDateTime",
            "time::OffsetDateTime::parse(&text, &Rfc3339)?.to_offset(time::UtcOffset::UTC)",
            "self.0.format(&Rfc3339).unwrap_or_default()",
        ),
        (ValueType::LocalDateTime | ValueType::DateTime, Jiff) => (
            "DateTime",
            "jiff::civil::DateTime",
            "jiff::tz::TimeZone::UTC.to_datetime(text.parse::<jiff::Timestamp>()?)",
            "format!(\"{}Z\", self.0)",
        ),
        (ValueType::Date, Chrono) => ("Date", "chrono::NaiveDate", PARSE, WRITE),
        (ValueType::Date, Time) => ("Date", "time::Date", "time::Date::parse(&text, &Iso8601::DATE)?", WRITE),
        (ValueType::Date, Jiff) => ("Date", "jiff::civil::Date", PARSE, WRITE),
        (ValueType::Time, Chrono) => ("Time", "chrono::NaiveTime", PARSE, WRITE),
        (ValueType::Time, Time) => {
            ("Time", "time::Time", "time::Time::parse(&text, &Iso8601::TIME)?", TIME_OF_DAY)
        }
        (ValueType::Time, Jiff) => ("Time", "jiff::civil::Time", PARSE, WRITE),
        (ValueType::BigInt, _) => ("BigInt", "i64", PARSE, WRITE),
        (ValueType::Decimal, _) => match libraries.decimal {
            Decimal::BigDecimal => ("Decimal", "bigdecimal::BigDecimal", PARSE, "self.0.to_plain_string()"),
            Decimal::RustDecimal => ("Decimal", "rust_decimal::Decimal", PARSE, WRITE),
        },
    };
    Some(Scalar { name, inner, parse, write })
}

const PARSE: &str = "text.parse()?";
const WRITE: &str = "self.0.to_string()";
/// Always with a fraction, of which only what says something is kept.
const TIME_OF_DAY: &str = "self.0.format(&Iso8601::TIME).unwrap_or_default().trim_start_matches('T')\
                           .trim_end_matches('0').trim_end_matches('.').to_owned()";

fn scalar_type(ty: &ValueType, scalar: &Scalar) -> String {
    let Scalar { name, inner, parse, write } = scalar;
    let docs = ty.scalar_docs().unwrap_or_default();
    let is_short = [*parse, *write].iter().all(|it| it.len() < 30);
    let skip = if is_short { "" } else { "    #[rustfmt::skip]\n" };
    format!(
        "
    #[derive(Clone)]
    pub struct {name}(pub {inner});

    /// {docs}
{skip}    #[Scalar(name = \"{name}\")]
    impl ScalarType for {name} {{
        fn parse(value: Value) -> InputValueResult<Self> {{
            match value {{
                Value::String(text) => Ok(Self({parse})),
                other => Err(InputValueError::expected_type(other)),
            }}
        }}

        fn to_value(&self) -> Value {{
            Value::String({write})
        }}
    }}
"
    )
}
