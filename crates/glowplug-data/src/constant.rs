//! A value of a file as a constant of its field's type.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use glowplug_dialect::values::{from_base64, hex_to_base64};
use glowplug_psl::nearest::nearest;
use glowplug_psl::schema::{Arity, DefaultValue, Enum, Field, FieldType, Scalar, Schema};

use crate::node::{Kind, Node};

/// What is wrong with a value, and what to do about it.
pub(crate) struct Misfit {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// Which bytes.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Misfit {
    fn new(node: &Node, message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, start: node.start, end: node.end }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The value of a column that is not null.
pub(crate) fn constant(schema: &Schema, field: &Field, node: &Node) -> Result<DefaultValue, Misfit> {
    if field.arity != Arity::List {
        return one(schema, field, node);
    }
    let Kind::Array(items) = &node.kind else {
        return Err(Misfit::new(node, format!("`{}` is a list, not {}", field.name, node.word())));
    };
    let items = items.iter().map(|item| match item.kind {
        Kind::Null => Err(Misfit::new(item, format!("an element of `{}` cannot be null", field.name))),
        _ => one(schema, field, item),
    });
    Ok(DefaultValue::List(items.collect::<Result<_, _>>()?))
}

/// The value as people read it.
pub(crate) fn shown(value: &DefaultValue) -> String {
    match value {
        DefaultValue::String(text) => format!("'{}'", text.replace('\'', "''")),
        DefaultValue::Number(text) | DefaultValue::EnumValue(text) => text.clone(),
        DefaultValue::Boolean(value) => value.to_string(),
        DefaultValue::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        _ => String::new(),
    }
}

fn one(schema: &Schema, field: &Field, node: &Node) -> Result<DefaultValue, Misfit> {
    let wrong =
        |wanted: &str| Misfit::new(node, format!("`{}` is {wanted}, not {}", field.name, node.word()));
    match &field.ty {
        FieldType::Enum(id) => match &node.kind {
            Kind::String(name) => enum_value(schema.enum_(*id), name, node),
            _ => Err(wrong(&format!("a value of the enum {}, as a string", schema.enum_(*id).name))),
        },
        FieldType::Scalar(scalar) => scalar_value(*scalar, field, node),
        FieldType::Unsupported(ty) => Err(Misfit::new(
            node,
            format!("`{}` has the type {ty}, whose values cannot be written in a data file", field.name),
        )),
        FieldType::Relation(_) => Err(wrong("a relation")),
    }
}

fn enum_value(enum_: &Enum, name: &str, node: &Node) -> Result<DefaultValue, Misfit> {
    if enum_.values.iter().any(|value| value.name == *name) {
        return Ok(DefaultValue::EnumValue(name.to_owned()));
    }
    let names: Vec<&str> = enum_.values.iter().map(|value| value.name.as_str()).collect();
    let hint = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("its values: {}", names.join(", ")),
    };
    Err(Misfit::new(node, format!("the enum {} has no value `{name}`", enum_.name)).hint(hint))
}

fn scalar_value(scalar: Scalar, field: &Field, node: &Node) -> Result<DefaultValue, Misfit> {
    let name = &field.name;
    let wrong = |wanted: &str| Misfit::new(node, format!("`{name}` is {wanted}, not {}", node.word()));
    match (scalar, &node.kind) {
        (Scalar::Json, _) => Ok(DefaultValue::String(node.json().to_string())),
        (Scalar::String, Kind::String(text)) => text_value(field, text, node),
        (Scalar::String, _) => Err(wrong("a String").hint("write it in quotes")),
        (Scalar::Boolean, Kind::Boolean(value)) => Ok(DefaultValue::Boolean(*value)),
        (Scalar::Boolean, _) => Err(wrong("a Boolean").hint("true or false, without quotes")),
        (Scalar::Int | Scalar::BigInt, Kind::Number(text)) => integer(scalar, field, text, node),
        (Scalar::Int | Scalar::BigInt, _) => Err(wrong("a whole number").hint("write it without quotes")),
        (Scalar::Float, Kind::Number(text)) if is_finite(text) => Ok(DefaultValue::Number(text.clone())),
        (Scalar::Float, _) => Err(wrong("a number").hint("write it without quotes")),
        (Scalar::Decimal, Kind::Number(text) | Kind::String(text)) if is_finite(text) => {
            Ok(DefaultValue::Number(text.clone()))
        }
        (Scalar::Decimal, _) => Err(wrong("a Decimal").hint("a number, or one in quotes: \"12.50\"")),
        (Scalar::DateTime, Kind::String(text) | Kind::Time(text)) => time_value(field, text, node),
        (Scalar::DateTime, _) => {
            Err(wrong("a DateTime").hint("write 2026-01-31T12:00:00Z, in JSON in quotes"))
        }
        (Scalar::Bytes, Kind::String(text)) => match text.strip_prefix("hex:") {
            Some(digits) => hex_to_base64(digits).map(DefaultValue::String),
            None => from_base64(text).map(|_| DefaultValue::String(text.clone())),
        }
        .ok_or_else(|| {
            Misfit::new(node, format!("`{name}` holds no bytes"))
                .hint("base64, or `hex:` and hexadecimal digits")
        }),
        (Scalar::Bytes, _) => Err(wrong("bytes").hint("base64, or `hex:` and hexadecimal digits, in quotes")),
    }
}

fn is_finite(text: &str) -> bool {
    // What Rust reads beyond numbers are words.
    !text.contains(|c: char| c.is_alphabetic() && !matches!(c, 'e' | 'E'))
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

fn native(field: &Field) -> (&str, Option<&str>) {
    field
        .native_type
        .as_ref()
        .map_or(("", None), |ty| (ty.name.as_str(), ty.args.first().map(String::as_str)))
}

fn text_value(field: &Field, text: &str, node: &Node) -> Result<DefaultValue, Misfit> {
    let value = || Ok(DefaultValue::String(text.to_owned()));
    match native(field) {
        ("Uuid", _) if !is_uuid(text) => {
            Err(Misfit::new(node, format!("`{}` is a UUID, and `{text}` is none", field.name)))
        }
        ("VarChar" | "Char", Some(limit)) => match limit.parse::<usize>() {
            Ok(limit) if text.chars().count() > limit => {
                let long = text.chars().count();
                Err(Misfit::new(
                    node,
                    format!("`{}` holds at most {limit} characters, and these are {long}", field.name),
                ))
            }
            _ => value(),
        },
        _ => value(),
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn integer(scalar: Scalar, field: &Field, text: &str, node: &Node) -> Result<DefaultValue, Misfit> {
    let (least, most) = match (scalar, native(field).0) {
        (_, "SmallInt") => (i64::from(i16::MIN), i64::from(i16::MAX)),
        (_, "Oid") => (0, i64::from(u32::MAX)),
        (Scalar::BigInt, _) => (i64::MIN, i64::MAX),
        _ => (i64::from(i32::MIN), i64::from(i32::MAX)),
    };
    let Ok(number) = text.parse::<i128>() else {
        return Err(Misfit::new(node, format!("`{}` is a whole number, and `{text}` is none", field.name)));
    };
    if number < i128::from(least) || number > i128::from(most) {
        return Err(Misfit::new(node, format!("`{}` holds numbers from {least} to {most}", field.name)));
    }
    Ok(DefaultValue::Number(number.to_string()))
}

fn time_value(field: &Field, text: &str, node: &Node) -> Result<DefaultValue, Misfit> {
    let wrong = || {
        Misfit::new(node, format!("`{}` is a date and time, and `{text}` is none", field.name))
            .hint("write 2026-01-31T12:00:00Z, 2026-01-31 12:00:00 (which is UTC as well), or 2026-01-31")
    };
    let kind = native(field).0;
    if matches!(kind, "Time" | "Timetz") {
        let time = clock(text).or_else(|| moment(text).map(|it| it.time())).ok_or_else(wrong)?;
        let zone = if kind == "Timetz" { "+00" } else { "" };
        return Ok(DefaultValue::String(format!("{}{zone}", time.format("%H:%M:%S%.f"))));
    }
    let moment = moment(text).ok_or_else(wrong)?;
    if kind == "Date" {
        return match moment.time() == NaiveTime::MIN {
            true => Ok(DefaultValue::String(moment.format("%Y-%m-%d").to_string())),
            false => Err(Misfit::new(node, format!("`{}` is a date without a time", field.name))),
        };
    }
    let zone = if kind == "Timestamptz" { "+00" } else { "" };
    Ok(DefaultValue::String(format!("{}{zone}", moment.format("%Y-%m-%d %H:%M:%S%.f"))))
}

/// A point in time in UTC; what names no zone is meant so.
fn moment(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    if let Ok(zoned) = DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1)) {
        return Some(zoned.naive_utc());
    }
    let plain = text.replacen('T', " ", 1);
    ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&plain, format).ok())
        .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))
}

fn clock(text: &str) -> Option<NaiveTime> {
    ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|format| NaiveTime::parse_from_str(text.trim(), format).ok())
}
