//! Which libraries' types stand for dates, times and decimal numbers.

use glowplug_dialect::code::RustType;
use glowplug_psl::schema::{Generator, Schema, Value};
use smol_str::{SmolStr, format_smolstr};

/// The libraries that generated code uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Types {
    /// For days, times and moments.
    pub date_time: DateTime,
    /// For decimal numbers.
    pub decimal: Decimal,
}

/// A library for days, times and moments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DateTime {
    /// `chrono`
    #[default]
    Chrono,
    /// `time`
    Time,
    /// `jiff`, in the wrappers of `jiff-diesel`
    Jiff,
}

/// A library for decimal numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Decimal {
    /// `bigdecimal`: as many digits as PostgreSQL has.
    #[default]
    BigDecimal,
    /// `rust_decimal`: 28 digits, in 16 bytes.
    RustDecimal,
}

// Milliseconds are what a `DateTime` of Prisma's has in the client and, unless the schema says otherwise, in the
// column: a row that was written equals the one that is read. Source: Prisma's documentation, `DateTime`.

const CHRONO_NOW: &str = "
/// This moment in UTC, in whole milliseconds as a column keeps it.
fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::SubsecRound::trunc_subsecs(chrono::Utc::now(), 3)
}
";

const TIME_NOW: &str = "
/// This moment in UTC, in whole milliseconds as a column keeps it.
fn now() -> time::OffsetDateTime {
    let now = time::OffsetDateTime::now_utc();
    now.replace_millisecond(now.millisecond()).unwrap_or(now)
}
";

const JIFF_NOW: &str = "
/// This moment in UTC, in whole milliseconds as a column keeps it.
fn now() -> jiff::Zoned {
    let now = jiff::Timestamp::now();
    let whole = jiff::Timestamp::from_millisecond(now.as_millisecond());
    whole.unwrap_or(now).to_zoned(jiff::tz::TimeZone::UTC)
}
";

impl Types {
    /// What the first `glowplug-diesel` block of a schema says, for generators whose code uses its rows.
    pub(crate) fn of_schema(schema: &Schema) -> Self {
        let is_ours = |it: &&Generator| it.provider.as_deref() == Some("glowplug-diesel");
        let mut res = Self::default();
        for (name, value) in schema.generators.iter().find(is_ours).iter().flat_map(|it| &it.properties) {
            // What is wrong there is told when that generator runs.
            let _ = res.set(name, value);
        }
        res
    }

    /// Takes a property of a generator block. The error says what it must be; whether it is one of
    /// these at all, [`Types::has`] tells.
    pub(crate) fn set(&mut self, name: &str, value: &Value) -> Result<(), &'static str> {
        let text = match value {
            Value::String(text) => text.as_str(),
            Value::Number(_) | Value::Constant(_) | Value::Function(..) | Value::Array(_) => "",
        };
        match (name, text) {
            ("dateTime", "chrono") => self.date_time = DateTime::Chrono,
            ("dateTime", "time") => self.date_time = DateTime::Time,
            ("dateTime", "jiff") => self.date_time = DateTime::Jiff,
            ("dateTime", _) => return Err("`\"chrono\"`, `\"time\"` or `\"jiff\"`"),
            ("decimal", "bigdecimal") => self.decimal = Decimal::BigDecimal,
            ("decimal", "rust_decimal") => self.decimal = Decimal::RustDecimal,
            ("decimal", _) => return Err("`\"bigdecimal\"` or `\"rust_decimal\"`"),
            _ => {}
        }
        Ok(())
    }

    /// Whether [`Types::set`] knows a property.
    pub(crate) fn has(name: &str) -> bool {
        matches!(name, "dateTime" | "decimal")
    }

    /// Whether the libraries have a type at all: Diesel's ranges ask more of what they hold than
    /// `jiff-diesel` and `rust_decimal` give.
    pub(crate) fn can_hold(self, ty: &RustType) -> bool {
        match ty {
            RustType::Range(of) => match **of {
                RustType::Date | RustType::Time | RustType::Timestamp | RustType::Timestamptz => {
                    self.date_time != DateTime::Jiff
                }
                RustType::Decimal => self.decimal != Decimal::RustDecimal,
                RustType::Path(_) | RustType::Range(_) => true,
            },
            RustType::Path(_)
            | RustType::Date
            | RustType::Time
            | RustType::Timestamp
            | RustType::Timestamptz
            | RustType::Decimal => true,
        }
    }

    /// The path of what a range holds, or of the type itself.
    pub(crate) fn element(self, ty: &RustType) -> SmolStr {
        match ty {
            RustType::Range(of) => self.path(of),
            other => self.path(other),
        }
    }

    /// The path of a type.
    pub(crate) fn path(self, ty: &RustType) -> SmolStr {
        use DateTime::{Chrono, Jiff, Time};
        let path = match (ty, self.date_time) {
            (RustType::Path(path), _) => path,
            (RustType::Date, Chrono) => "chrono::NaiveDate",
            (RustType::Date, Time) => "time::Date",
            (RustType::Date, Jiff) => "jiff_diesel::Date",
            (RustType::Time, Chrono) => "chrono::NaiveTime",
            (RustType::Time, Time) => "time::Time",
            (RustType::Time, Jiff) => "jiff_diesel::Time",
            (RustType::Timestamp, Chrono) => "chrono::NaiveDateTime",
            (RustType::Timestamp, Time) => "time::PrimitiveDateTime",
            (RustType::Timestamp, Jiff) => "jiff_diesel::DateTime",
            (RustType::Timestamptz, Chrono) => "chrono::DateTime<chrono::Utc>",
            (RustType::Timestamptz, Time) => "time::OffsetDateTime",
            (RustType::Timestamptz, Jiff) => "jiff_diesel::Timestamp",
            (RustType::Decimal, _) => match self.decimal {
                Decimal::BigDecimal => "bigdecimal::BigDecimal",
                Decimal::RustDecimal => "rust_decimal::Decimal",
            },
            (RustType::Range(of), _) => {
                let bound = format!("std::ops::Bound<{}>", self.path(of));
                return format_smolstr!("({bound}, {bound})");
            }
        };
        SmolStr::new_static(path)
    }

    /// The function `now` of generated code: this moment, in the libraries' type for it.
    pub(crate) fn now_function(self) -> &'static str {
        match self.date_time {
            DateTime::Chrono => CHRONO_NOW,
            DateTime::Time => TIME_NOW,
            DateTime::Jiff => JIFF_NOW,
        }
    }

    /// The value of a type that what [`Types::now_function`] gives, kept in the variable `now`, comes to;
    /// `None` for types that are no times.
    pub(crate) fn of_moment(self, ty: &RustType, now: &str) -> Option<SmolStr> {
        use DateTime::{Chrono, Jiff, Time};
        Some(match (ty, self.date_time) {
            (RustType::Date, Chrono) => format_smolstr!("{now}.date_naive()"),
            (RustType::Date, Time) => format_smolstr!("{now}.date()"),
            (RustType::Date, Jiff) => format_smolstr!("{now}.date().into()"),
            (RustType::Time, Chrono | Time) => format_smolstr!("{now}.time()"),
            (RustType::Time, Jiff) => format_smolstr!("{now}.time().into()"),
            (RustType::Timestamp, Chrono) => format_smolstr!("{now}.naive_utc()"),
            (RustType::Timestamp, Time) => {
                format_smolstr!("time::PrimitiveDateTime::new({now}.date(), {now}.time())")
            }
            (RustType::Timestamp, Jiff) => format_smolstr!("{now}.datetime().into()"),
            (RustType::Timestamptz, Chrono | Time) => SmolStr::new(now),
            (RustType::Timestamptz, Jiff) => format_smolstr!("{now}.timestamp().into()"),
            (RustType::Path(_) | RustType::Decimal | RustType::Range(_), _) => return None,
        })
    }
}
