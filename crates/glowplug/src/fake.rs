//! Made-up data: names, addresses, texts, dates, choices. The same number gives the same values on every machine, and
//! with every version of this crate, so that a seed that uses them changes no row when it runs again.
//!
//! ```
//! use glowplug::fake::Fake;
//!
//! let person = |number| Fake::row(7, "people", number).name();
//! assert_eq!(person(3), person(3));
//! assert_ne!(person(3), person(4));
//! ```

mod words;

use std::ops::Range;

use words::{FIRST_NAMES, LAST_NAMES, WORDS};

/// A source of made-up values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fake {
    state: u64,
    /// The row's number, and how many addresses it has: both make an address unique.
    number: u64,
    addresses: u64,
}

impl Fake {
    /// One stream of values. What is drawn first decides what comes next: for rows, [`Fake::row`] is better.
    pub fn new(seed: u64) -> Self {
        Self { state: seed, number: 0, addresses: 0 }
    }

    /// The values of one row: the same however many rows there are, and whatever the others draw. Rows of one `name`
    /// with different numbers have different addresses.
    pub fn row(seed: u64, name: &str, number: u64) -> Self {
        // FNV-1a, which is as old as it is simple.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut mixed = Self::new(seed ^ hash);
        let start = mixed.bits();
        let state = start.wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut row = Self { number, ..Self::new(state) };
        row.state = row.bits();
        row
    }

    /// 64 random bits. Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014 (SplitMix64). A
    /// library's generator may change with its version; this one must not.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below another; 0 below 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(limit)) >> 64) as u64
    }

    /// A number in a range; its start, if it is empty.
    pub fn number(&mut self, range: Range<i64>) -> i64 {
        let width = range.end.wrapping_sub(range.start);
        if range.is_empty() { range.start } else { range.start.wrapping_add(self.below(width as u64) as i64) }
    }

    /// A number from 0 to below 1.
    pub fn fraction(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True so often: never with 0, always with 1.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.fraction() < probability
    }

    /// One of several; `None` of none.
    pub fn choice<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let at = self.below(items.len() as u64);
        items.get(at as usize)
    }

    /// One of several, each as often as its weight says; `None` without any weight.
    pub fn weighted<'a, T>(&mut self, items: &'a [(u32, T)]) -> Option<&'a T> {
        let total: u64 = items.iter().map(|(weight, _)| u64::from(*weight)).sum();
        let mut at = self.below(total);
        for (weight, item) in items {
            if at < u64::from(*weight) {
                return Some(item);
            }
            at -= u64::from(*weight);
        }
        None
    }

    /// A given name.
    pub fn first_name(&mut self) -> &'static str {
        self.word_of(FIRST_NAMES)
    }

    /// A family name.
    pub fn last_name(&mut self) -> &'static str {
        self.word_of(LAST_NAMES)
    }

    /// Both.
    pub fn name(&mut self) -> String {
        format!("{} {}", self.first_name(), self.last_name())
    }

    /// An address at example.com, where nobody gets mail (RFC 2606), in lower case and ASCII. No two of one source are
    /// the same, and no two of rows of one name.
    pub fn email(&mut self) -> String {
        let (first, last) = (self.first_name(), self.last_name());
        let again = if self.addresses > 0 { format!(".{}", self.addresses) } else { String::new() };
        self.addresses += 1;
        format!("{}.{}.{}{again}@example.com", plain(first), plain(last), self.number)
    }

    /// A word in lower case.
    pub fn word(&mut self) -> &'static str {
        self.word_of(WORDS)
    }

    /// Words with blanks in between.
    pub fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    /// A sentence of 4 to 12 words.
    pub fn sentence(&mut self) -> String {
        let count = self.number(4..13) as usize;
        let words = self.words(count);
        let mut letters = words.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).chain(['.']).collect()
    }

    /// A paragraph of 2 to 6 sentences.
    pub fn paragraph(&mut self) -> String {
        let count = self.number(2..7);
        (0..count).map(|_| self.sentence()).collect::<Vec<_>>().join(" ")
    }

    /// A point in time: seconds since 1970, between two.
    pub fn timestamp(&mut self, range: Range<i64>) -> i64 {
        self.number(range)
    }

    /// A day between two, as year, month, day. The second is not one of them.
    pub fn date(&mut self, range: Range<(i32, u32, u32)>) -> (i32, u32, u32) {
        let days = days_of(range.start)..days_of(range.end);
        date_of(self.number(days))
    }

    /// A random UUID (RFC 9562, version 4) as a number: `Uuid::from_u128`.
    pub fn uuid(&mut self) -> u128 {
        let bits = u128::from(self.bits()) << 64 | u128::from(self.bits());
        bits & !(0xf << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62
    }

    fn word_of(&mut self, words: &'static [&'static str]) -> &'static str {
        self.choice(words).copied().unwrap_or_default()
    }
}

/// A name as a part of an address.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
}

/// Days since 1970-01-01 of a date of the Gregorian calendar. Source: Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `days_from_civil`.
fn days_of((year, month, day): (i32, u32, u32)) -> i64 {
    let (month, day) = (i64::from(month), i64::from(day));
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The inverse: `civil_from_days`.
fn date_of(days: i64) -> (i32, u32, u32) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    ((year_of_era + era * 400 + i64::from(month <= 2)) as i32, month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What is pinned here is in people's databases: it must never change.
    #[test]
    fn the_same_number_gives_the_same_values() {
        // The first outputs of SplitMix64 for the seed 1234567, as its authors publish them.
        let mut fake = Fake::new(1_234_567);
        assert_eq!([fake.bits(), fake.bits()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
        let mut row = Fake::row(7, "people", 3);
        let values =
            (row.name(), row.email(), row.number(-5..5), row.date((1990, 1, 1)..(2000, 1, 1)), row.words(3));
        assert_eq!(format!("{values:?}"), PINNED);
        assert_eq!(format!("{:032x}", row.uuid()), PINNED_UUID);
    }

    const PINNED: &str =
        r#"("Ruth Brown", "vera.ferrari.3@example.com", -5, (1998, 4, 1), "bridge ladder sea")"#;
    const PINNED_UUID: &str = "b377150434394db9abb8ae7e1cdbfa7d";

    #[test]
    fn values_are_as_they_are_said_to_be() {
        let mut fake = Fake::new(1);
        let mut emails = BTreeSet::new();
        for n in 0..2_000 {
            assert!((-3..4).contains(&fake.number(-3..4)));
            assert!((i64::MIN..i64::MAX).contains(&fake.number(i64::MIN..i64::MAX)));
            assert!((0.0..1.0).contains(&fake.fraction()));
            let date = fake.date((2024, 2, 28)..(2024, 3, 2));
            assert!([(2024, 2, 28), (2024, 2, 29), (2024, 3, 1)].contains(&date), "{date:?}");
            let sentence = fake.sentence();
            assert!(sentence.ends_with('.') && sentence.starts_with(char::is_uppercase), "{sentence}");
            assert_eq!((fake.uuid() >> 76 & 0xf, fake.uuid() >> 62 & 0x3), (4, 2));
            assert!(emails.insert(fake.email()) && emails.insert(Fake::row(1, "x", n + 10_000).email()));
            assert_eq!(date_of(days_of((1900 + (n as i32 % 300), 1, 31))), (1900 + (n as i32 % 300), 1, 31));
        }
        assert_eq!((fake.number(5..5), fake.below(0)), (5, 0));
        assert_eq!(fake.choice::<u8>(&[]), None);
        assert_eq!(fake.weighted(&[(0, 'a'), (1, 'b'), (0, 'c')]), Some(&'b'));
        assert_eq!(fake.weighted(&[(0, 'a')]), None);
        assert!(
            emails.iter().all(|it| it.is_ascii() && it.ends_with("@example.com") && !it.starts_with('.'))
        );
    }

    #[test]
    fn a_row_is_the_same_whatever_the_others_are() {
        let other = Fake::row(7, "people", 4).name();
        assert_eq!(Fake::row(7, "people", 4).name(), other);
        assert_ne!(Fake::row(7, "people", 4).bits(), Fake::row(7, "people", 5).bits());
        assert_ne!(Fake::row(7, "people", 4).bits(), Fake::row(7, "courses", 4).bits());
        assert_ne!(Fake::row(7, "people", 4).bits(), Fake::row(8, "people", 4).bits());
    }
}
