//! A migration that stands for several others, which were squashed into it. Its up.sql says so in a comment of
//! the head, so that Diesel reads the folder as any other.

use std::collections::BTreeSet;

use crate::folder::{Migration, version_of};
use crate::ledger::Ledger;

const START: &str = "-- replaces ";
const OLDER: &str = "-- which replaced ";

/// The lines for the head of up.sql, ended: what it stands for, and what those stood for.
pub fn lines(names: &[String], older: &[String]) -> String {
    let line = |start: &str, names: &[String]| match names {
        [] => String::new(),
        names => format!("{start}{}\n", names.join(", ")),
    };
    line(START, names) + &line(OLDER, older)
}

/// The migrations that this one stands for.
pub fn of(up: &str) -> Vec<String> {
    listed(up, START)
}

/// The same, with those that they stood for themselves: what a database may still remember.
pub fn all(up: &str) -> Vec<String> {
    let mut names = listed(up, OLDER);
    names.extend(of(up));
    names
}

/// The text without these lines.
pub fn without(up: &str) -> String {
    let is_other = |line: &&str| !line.starts_with(START) && !line.starts_with(OLDER);
    up.lines().filter(is_other).map(|line| format!("{line}\n")).collect()
}

fn listed(up: &str, start: &str) -> Vec<String> {
    let mut head = up.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with("--"));
    let line = head.find_map(|line| line.strip_prefix(start)).unwrap_or_default();
    line.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// How a database stands to a migration that stands for others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It stands for none, or the database knows the migration itself.
    Itself,
    /// The database has none of them.
    None,
    /// The database has some of them, and lacks these.
    Lacks(Vec<String>),
    /// The database has all of them.
    All,
}

/// Looks a migration up.
pub(crate) fn standing(migration: &Migration, ledger: &Ledger) -> Standing {
    let names = of(&migration.up);
    if names.is_empty() || ledger.rows.iter().any(|row| row.name == migration.name) {
        return Standing::Itself;
    }
    let known: BTreeSet<&str> = ledger
        .rows
        .iter()
        .filter(|row| row.is_applied())
        .map(|row| row.name.as_str())
        .chain(ledger.prisma.iter().map(|row| row.name.as_str()))
        .collect();
    let has =
        |name: &String| known.contains(name.as_str()) || ledger.diesel_versions.contains(&version_of(name));
    let (there, lacking): (Vec<String>, Vec<String>) = names.into_iter().partition(has);
    match (there.is_empty(), lacking.is_empty()) {
        (_, true) => Standing::All,
        (true, false) => Standing::None,
        (false, false) => Standing::Lacks(lacking),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_replaces_stands_in_the_head() {
        let names = vec!["1_a".to_owned(), "2_b".to_owned()];
        let up = format!("-- Squashed.\n{}\nSELECT 1;\n", lines(&names, &["0_z".to_owned()]));
        assert_eq!(of(&up), names);
        assert_eq!(all(&up), ["0_z", "1_a", "2_b"]);
        assert_eq!(without(&up), "-- Squashed.\n\nSELECT 1;\n");
        assert!(of(&format!("SELECT 1;\n{}", lines(&names, &[]))).is_empty());
    }
}
