//! String literals: escapes as in JSON.

use std::borrow::Cow;

/// The text of a raw literal (with or without its quotes), escapes resolved.
///
/// The second value holds, for every bad escape, its byte range inside `raw`; the characters of
/// a bad escape are kept as they are.
pub(crate) fn unescape(raw: &str) -> (Cow<'_, str>, Vec<(usize, usize)>) {
    let inner_start = usize::from(raw.starts_with('"'));
    let inner_end = if raw.len() > inner_start && raw.ends_with('"') { raw.len() - 1 } else { raw.len() };
    let inner = &raw[inner_start..inner_end];
    if !inner.contains('\\') {
        return (Cow::Borrowed(inner), Vec::new());
    }
    let mut text = String::with_capacity(inner.len());
    let mut bad = Vec::new();
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let escape = &rest[at..];
        match read_escape(escape) {
            Some((c, length)) => {
                text.push(c);
                rest = &escape[length..];
            }
            None => {
                let length = 1 + escape[1..].chars().next().map_or(0, char::len_utf8);
                let start = inner_start + inner.len() - escape.len();
                bad.push((start, start + length));
                text.push_str(&escape[..length]);
                rest = &escape[length..];
            }
        }
    }
    text.push_str(rest);
    (Cow::Owned(text), bad)
}

/// The character that an escape stands for, and the length of the escape.
fn read_escape(escape: &str) -> Option<(char, usize)> {
    let simple = match escape.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return read_unicode(escape),
        _ => return None,
    };
    Some((simple, 2))
}

/// `\u00e9`, or a pair of surrogates `\ud83d\ude00`.
fn read_unicode(escape: &str) -> Option<(char, usize)> {
    let unit = |at: usize| -> Option<u32> {
        let digits = escape.get(at..at + 4)?;
        let all_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
        if all_hex { u32::from_str_radix(digits, 16).ok() } else { None }
    };
    let first = unit(2)?;
    if let Some(c) = char::from_u32(first) {
        return Some((c, 6));
    }
    if escape.get(6..8)? != "\\u" {
        return None;
    }
    let second = unit(8)?;
    let pair = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let c = char::decode_utf16(pair).next()?.ok()?;
    Some((c, 12))
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn escapes() {
        assert_eq!(unescape(r#""a\n\"\\\u00e9\ud83d\ude00""#).0, "a\n\"\\é😀");
        assert_eq!(unescape(r#""\q\ud83d""#), (r"\q\ud83d".into(), vec![(1, 3), (3, 5)]));
        assert_eq!(unescape("\"").0, "");
    }
}
