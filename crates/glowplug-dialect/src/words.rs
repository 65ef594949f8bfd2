//! Counts in sentences: one place decides how `1 row` and `1,204 rows` are written.

use std::fmt::Display;

/// What can be counted: rows of a table, items of a list.
pub trait Count: Copy + Display {
    /// Whether it is exactly one.
    fn is_one(self) -> bool;
}

impl Count for u64 {
    fn is_one(self) -> bool {
        self == 1
    }
}

impl Count for usize {
    fn is_one(self) -> bool {
        self == 1
    }
}

/// A count with thousands separated, as people read it: `1,204`.
pub fn count(n: impl Count) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 row`, `1,204 rows`: for nouns whose plural ends in `s`.
pub fn counted(n: impl Count, noun: &str) -> String {
    format!("{} {noun}{}", count(n), if n.is_one() { "" } else { "s" })
}

/// `1 row has`, `1,204 rows have`: the noun with its verb, both in both numbers.
pub fn counted_as(n: impl Count, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n.is_one() { one } else { many })
}

/// A size on a disk, as people read it: `8.1 MB`, in powers of 1,000.
pub fn size(bytes: u64) -> String {
    let (unit, divisor) = match bytes {
        0..1_000_000 => ("kB", 1_000),
        1_000_000..1_000_000_000 => ("MB", 1_000_000),
        _ => ("GB", 1_000_000_000),
    };
    let tenths = bytes * 10 / divisor;
    if tenths >= 1_000 {
        format!("{} {unit}", count(tenths / 10))
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_well() {
        for (bytes, text) in
            [(0, "0.0 kB"), (8_123_456, "8.1 MB"), (123_456_789, "123 MB"), (2_050_000_000_000, "2,050 GB")]
        {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn counts_read_well() {
        assert_eq!(counted(1_u64, "row"), "1 row");
        assert_eq!(counted(0_usize, "row"), "0 rows");
        assert_eq!(counted(1_204_u64, "row"), "1,204 rows");
        assert_eq!(counted(2_100_000_u64, "value"), "2,100,000 values");
        assert_eq!(counted_as(1_usize, "row has", "rows have"), "1 row has");
        assert_eq!(counted_as(2_usize, "row has", "rows have"), "2 rows have");
    }
}
