//! Literals inside strings: points in time, JSON, base64, decimals.

/// `2026-01-31T12:00:00Z`, with an offset instead of `Z` or a fraction of seconds.
pub(super) fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| text.get(from..to).and_then(whole_number);
    let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 7), number(8, 10)) else {
        return false;
    };
    let (Some(hour), Some(minute), Some(second)) = (number(11, 13), number(14, 16), number(17, 19)) else {
        return false;
    };
    let separators = [bytes[4], bytes[7], bytes[13], bytes[16]] == *b"--::";
    let between = matches!(bytes[10], b'T' | b't' | b' ');
    let is_date = (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
    let is_time = hour < 24 && minute < 60 && second <= 60;
    separators && between && is_date && is_time && is_fraction_and_offset(&text[19..])
}

fn days_in(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_fraction_and_offset(rest: &str) -> bool {
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return false;
            }
            &fraction[digits..]
        }
        None => rest,
    };
    if matches!(rest, "Z" | "z") {
        return true;
    }
    let Some(offset) = rest.strip_prefix(['+', '-']) else { return false };
    let Some((hours, minutes)) = offset.split_once(':') else { return false };
    let fits = |part: &str, limit: u32| part.len() == 2 && whole_number(part).is_some_and(|n| n < limit);
    fits(hours, 24) && fits(minutes, 60)
}

fn whole_number(text: &str) -> Option<u32> {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// `12`, `-1.5`, `1e3`
pub(super) fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let are_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let has_digits = !(whole.is_empty() && fraction.is_empty());
    has_digits
        && are_digits(whole)
        && are_digits(fraction)
        && exponent.is_none_or(|digits| !digits.is_empty() && are_digits(digits))
}

/// Base64 with the standard alphabet and padding.
pub(super) fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    let is_alphabet = body.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/');
    is_alphabet && padding <= 2 && text.len().is_multiple_of(4)
}

/// JSON as RFC 8259 has it.
pub(super) fn is_json(text: &str) -> bool {
    let mut reader = Json { bytes: text.as_bytes(), at: 0 };
    reader.value(0) && reader.at_end()
}

/// Reads JSON without keeping it.
struct Json<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Json<'_> {
    const MAX_DEPTH: usize = 128;

    fn space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn at_end(&mut self) -> bool {
        self.space();
        self.at == self.bytes.len()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_here = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(is_here);
        is_here
    }

    fn word(&mut self, word: &str) -> bool {
        let is_here = self.bytes[self.at..].starts_with(word.as_bytes());
        self.at += if is_here { word.len() } else { 0 };
        is_here
    }

    fn value(&mut self, depth: usize) -> bool {
        if depth > Json::MAX_DEPTH {
            return false;
        }
        self.space();
        match self.bytes.get(self.at) {
            Some(b'{') => self.sequence(b'}', |json| {
                json.space();
                json.string()
                    && {
                        json.space();
                        json.eat(b':')
                    }
                    && json.value(depth + 1)
            }),
            Some(b'[') => self.sequence(b']', |json| json.value(depth + 1)),
            Some(b'"') => self.string(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => self.number(),
        }
    }

    fn sequence(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> bool) -> bool {
        self.at += 1;
        self.space();
        if self.eat(close) {
            return true;
        }
        loop {
            if !item(self) {
                return false;
            }
            self.space();
            if self.eat(close) {
                return true;
            }
            if !self.eat(b',') {
                return false;
            }
        }
    }

    fn string(&mut self) -> bool {
        if !self.eat(b'"') {
            return false;
        }
        loop {
            match self.bytes.get(self.at) {
                None | Some(0..=0x1f) => return false,
                Some(b'"') => {
                    self.at += 1;
                    return true;
                }
                Some(b'\\') => {
                    let is_escape = match self.bytes.get(self.at + 1) {
                        Some(b'u') => self
                            .bytes
                            .get(self.at + 2..self.at + 6)
                            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
                        Some(byte) => b"\"\\/bfnrt".contains(byte),
                        None => false,
                    };
                    if !is_escape {
                        return false;
                    }
                    self.at += 2;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        self.at > start
    }

    fn number(&mut self) -> bool {
        self.eat(b'-');
        if !self.eat(b'0') && !self.digits() {
            return false;
        }
        if self.eat(b'.') && !self.digits() {
            return false;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _sign = self.eat(b'+') || self.eat(b'-');
            return self.digits();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_in_time() {
        for good in ["2020-01-01T00:00:00Z", "2024-02-29T23:59:59.123+02:00", "2020-01-01 00:00:00-00:30"] {
            assert!(is_date_time(good), "{good}");
        }
        for bad in [
            "2023-02-29T00:00:00Z",
            "2020-01-01",
            "2020-01-01T00:00:00",
            "yesterday",
            "2020-01-01T00:00:00.Z",
            "20é0-01-01T00:00:00Z",
        ] {
            assert!(!is_date_time(bad), "{bad}");
        }
    }

    #[test]
    fn json() {
        for good in ["{}", " [1, -2.5e+3, \"a\\u00e9\", {\"b\": null}] ", "true", "0"] {
            assert!(is_json(good), "{good}");
        }
        for bad in ["", "{", "[1,]", "{a:1}", "01", "nul", "\"\\x\"", "[1] 2"] {
            assert!(!is_json(bad), "{bad}");
        }
    }

    #[test]
    fn base64_and_decimals() {
        assert!(is_base64("aGVsbG8=") && is_base64("") && !is_base64("a") && !is_base64("a-b="));
        assert!(is_decimal("-1.50") && is_decimal("1e3") && !is_decimal("1e") && !is_decimal("."));
    }
}
