//! What an application would fill in: ids and the time of the last change.

use glowplug_psl::schema::{DefaultValue, Field};

/// Makes up values for new rows.
pub trait Filler {
    /// The time, as UTC: `2026-01-31 12:00:00.000`.
    fn now(&mut self) -> String;

    /// Random bits.
    fn random(&mut self) -> u64;

    /// Milliseconds since 1970.
    fn milliseconds(&mut self) -> u64;
}

/// A value for a field that a row does not name; `None` where the database fills it.
pub(crate) fn fill(filler: &mut dyn Filler, field: &Field) -> Option<DefaultValue> {
    if field.is_updated_at {
        return Some(now(filler, field));
    }
    let text = match field.default.as_ref()? {
        DefaultValue::Uuid(7) => {
            uuid(filler.milliseconds() << 16 | filler.random() >> 48, filler.random(), 7)
        }
        DefaultValue::Uuid(_) => uuid(filler.random(), filler.random(), 4),
        DefaultValue::Cuid(2) => format!("{}{}", letters(filler, LOWER, 1), letters(filler, BASE36, 23)),
        DefaultValue::Cuid(_) => {
            let time = base36(filler.milliseconds());
            format!("c{time}{}", letters(filler, BASE36, 24_usize.saturating_sub(time.len())))
        }
        DefaultValue::Ulid => {
            format!("{}{}", crockford(filler.milliseconds(), 10), letters(filler, CROCKFORD, 16))
        }
        DefaultValue::Nanoid(length) => letters(filler, URL_SAFE, length.unwrap_or(21) as usize),
        _ => return None,
    };
    Some(DefaultValue::String(text))
}

/// The time of a change, for a column of that field.
pub(crate) fn now(filler: &mut dyn Filler, field: &Field) -> DefaultValue {
    let now = filler.now();
    let name = field.native_type.as_ref().map_or("", |ty| ty.name.as_str());
    let (date, time) = now.split_once(' ').unwrap_or((&now, ""));
    DefaultValue::String(match name {
        "Date" => date.to_owned(),
        "Time" => time.to_owned(),
        "Timetz" => format!("{time}+00"),
        "Timestamptz" => format!("{now}+00"),
        _ => now,
    })
}

/// RFC 9562: version and variant stand in fixed bits.
fn uuid(high: u64, low: u64, version: u64) -> String {
    let high = high & !0xf000 | version << 12;
    let low = low & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000;
    let digits = format!("{high:016x}{low:016x}");
    format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
}

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const BASE36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// ULID's alphabet: https://github.com/ulid/spec
const CROCKFORD: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const URL_SAFE: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";

fn letters(filler: &mut dyn Filler, alphabet: &[u8], count: usize) -> String {
    let letter = |_| {
        // Of 64 random bits the remainder is even enough.
        let at = filler.random() % alphabet.len() as u64;
        char::from(alphabet[at as usize])
    };
    (0..count).map(letter).collect()
}

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    while number > 0 || digits.is_empty() {
        digits.push(char::from(BASE36[(number % 36) as usize]));
        number /= 36;
    }
    digits.iter().rev().collect()
}

fn crockford(number: u64, width: u32) -> String {
    (0..width).rev().map(|place| char::from(CROCKFORD[(number >> (5 * place) & 31) as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shapes_of_ids() {
        assert_eq!(uuid(u64::MAX, u64::MAX, 4), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid(0, 0, 7), "00000000-0000-7000-8000-000000000000");
        assert_eq!(base36(0), "0");
        assert_eq!(base36(1_700_000_000_000), "loyw3v28");
        // The example of the specification.
        assert_eq!(crockford(1_469_918_176_385, 10), "01ARYZ6S41");
    }
}
