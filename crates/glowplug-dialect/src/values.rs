//! Constants of the schema language in forms that every database needs.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Standard base64 (RFC 4648, section 4), written with padding and read with or without it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of base64, which is how the language writes `Bytes`; `None` for other text.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}

/// Hexadecimal digits, two for each byte, as base64; `None` for other text.
pub fn hex_to_base64(digits: &str) -> Option<String> {
    let bytes: Vec<u8> = (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect::<Option<_>>()?;
    Some(BASE64.encode(bytes))
}

/// A number without the accidents of its spelling: `+1.50e1` and `15` are the same text.
pub fn canonical_number(text: &str) -> String {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().unwrap_or(0)),
        None => (digits, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0');
    let trimmed = significant.trim_end_matches('0');
    if trimmed.is_empty() {
        return "0".to_owned();
    }
    let point = exponent - fraction.len() as i32 + (significant.len() - trimmed.len()) as i32;
    format!("{}{trimmed}e{point}", if negative { "-" } else { "" })
}

/// Whether the language reads the text as a number: `12`, `-1.5`.
pub fn is_plain_number(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole) && are_digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_from_base64() {
        assert_eq!(from_base64("aGk=").as_deref(), Some(&b"hi"[..]));
        assert_eq!(from_base64("aGk").as_deref(), Some(&b"hi"[..]));
        assert_eq!(from_base64("").as_deref(), Some(&b""[..]));
        assert_eq!(from_base64("a b"), None);
    }

    #[test]
    fn bytes_are_written_as_base64() {
        for (digits, text) in [("", ""), ("68", "aA=="), ("6869", "aGk="), ("686900", "aGkA"), ("ff", "/w==")]
        {
            assert_eq!(hex_to_base64(digits).as_deref(), Some(text));
        }
        assert_eq!(hex_to_base64("6"), None);
    }

    #[test]
    fn a_number_has_one_spelling() {
        for text in ["15", "+1.50e1", "015.0", "1.5E1"] {
            assert_eq!(canonical_number(text), "15e0");
        }
        assert_eq!(canonical_number("-0.5"), "-5e-1");
        assert_eq!(canonical_number("0.00"), "0");
    }
}
