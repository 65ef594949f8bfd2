//! Identifiers as Prisma's client makes them: generated inserts call these for `cuid()`, `cuid(2)`, `ulid()` and
//! `nanoid()`.
//!
//! ```
//! use glowplug::id;
//!
//! assert_eq!(id::cuid().len(), 25);
//! assert_eq!(id::cuid2().len(), 24);
//! assert_eq!(id::ulid().len(), 26);
//! assert_eq!(id::nanoid(21).len(), 21);
//! ```

/// A CUID: 25 letters and digits that start with `c` and sort by time.
pub fn cuid() -> String {
    cuid::cuid1()
}

/// A CUID2: 24 lower-case letters and digits that tell nothing of the time.
pub fn cuid2() -> String {
    cuid::cuid2()
}

/// A ULID: 26 characters of Crockford's Base32 that sort by time.
pub fn ulid() -> String {
    ulid::Ulid::generate().to_string()
}

/// A Nano ID of that many characters: letters, digits, `_` and `-`.
pub fn nanoid(length: usize) -> String {
    nanoid::nanoid!(length)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    fn all(ids: &[String], fits: impl Fn(char) -> bool) -> bool {
        let different: BTreeSet<&String> = ids.iter().collect();
        different.len() == ids.len() && ids.iter().all(|id| id.chars().all(&fits))
    }

    #[test]
    fn identifiers_have_the_shape_of_prismas_and_are_never_the_same() {
        let many = |make: fn() -> String| (0..1_000).map(|_| make()).collect::<Vec<_>>();
        let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let cuids = many(super::cuid);
        assert!(
            all(&cuids, small) && cuids.iter().all(|id| id.len() == 25 && id.starts_with('c')),
            "{cuids:?}"
        );
        let cuids = many(super::cuid2);
        let starts = |id: &String| id.starts_with(|c: char| c.is_ascii_lowercase());
        assert!(all(&cuids, small) && cuids.iter().all(|id| id.len() == 24 && starts(id)), "{cuids:?}");
        let base32 = |c: char| c.is_ascii_digit() || (c.is_ascii_uppercase() && !"ILOU".contains(c));
        let ulids = many(super::ulid);
        assert!(all(&ulids, base32) && ulids.iter().all(|id| id.len() == 26), "{ulids:?}");
        for length in [2, 21, 255] {
            let id = super::nanoid(length);
            assert!(
                id.len() == length && id.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)),
                "{id}"
            );
        }
        assert!(all(&many(|| super::nanoid(21)), |_| true));
    }
}
