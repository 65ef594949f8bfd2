//! Patterns of names: those of external tables, of drift that is ignored, of objects that are named on the
//! command line.

/// Whether a name fits a pattern: `*` stands for any characters, `?` for one. Case counts, as it does in the
/// database.
pub(crate) fn fits(glob: &str, name: &str) -> bool {
    let (glob, name): (Vec<char>, Vec<char>) = (glob.chars().collect(), name.chars().collect());
    let (mut at, mut place) = (0, 0);
    // Where to go on when the last `*` must take one character more.
    let mut retry: Option<(usize, usize)> = None;
    while place < name.len() {
        match glob.get(at) {
            Some('*') => {
                retry = Some((at, place));
                at += 1;
            }
            Some(c) if *c == '?' || *c == name[place] => {
                at += 1;
                place += 1;
            }
            Some(_) | None => match retry {
                Some((star, taken)) => {
                    retry = Some((star, taken + 1));
                    at = star + 1;
                    place = taken + 1;
                }
                None => return false,
            },
        }
    }
    glob[at..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn stars_and_question_marks() {
        for (glob, name, expected) in [
            ("legacy_*", "legacy_users", true),
            ("legacy_*", "legacy_", true),
            ("legacy_*", "legacy", false),
            ("*_old", "users_old", true),
            ("*_old", "users_older", false),
            ("a*b*c", "aXXbYYbZc", true),
            ("a*b*c", "acb", false),
            ("t?", "t1", true),
            ("t?", "t", false),
            ("t?", "t12", false),
            ("**", "", true),
            ("*", "anything.at.all", true),
            ("Log", "log", false),
            ("é?", "éü", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(fits(glob, name), expected, "{glob} {name}");
        }
    }
}
