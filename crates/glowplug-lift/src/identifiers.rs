//! Names of the language from names of the database: letters, digits and `_`, and none twice.

use std::collections::BTreeSet;

use glowplug_psl::is_reserved_name;

/// A name that can be written for a column, value, ...: `what` stands in where too little of it is left.
pub(crate) fn identifier(name: &str, what: &str) -> String {
    let clean: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    let rest = clean.trim_start_matches('_');
    match rest.chars().next() {
        None => what.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("{what}_{rest}"),
        Some(_) => rest.to_owned(),
    }
}

/// The same for a model, view or enum, whose names the language has some of itself.
pub(crate) fn top_identifier(name: &str, what: &str) -> String {
    let name = identifier(name, what);
    if is_reserved_name(&name) { format!("{name}_") } else { name }
}

/// Names that are in use.
#[derive(Debug, Clone, Default)]
pub(crate) struct Taken(BTreeSet<String>);

impl Taken {
    /// Marks a name as used.
    pub(crate) fn add(&mut self, name: &str) {
        self.0.insert(name.to_owned());
    }

    /// Takes the first of the names that is free, else the first one with a number.
    pub(crate) fn claim(&mut self, wanted: &[String]) -> String {
        let numbered = || {
            let first = wanted.first().cloned().unwrap_or_default();
            (2..).map(move |number| format!("{first}_{number}"))
        };
        let mut candidates = wanted.iter().cloned().chain(numbered());
        loop {
            // The numbers never end.
            let name = candidates.next().unwrap_or_default();
            if self.0.insert(name.clone()) {
                return name;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cleaned() {
        for (name, expected) in [
            ("user_id", "user_id"),
            ("order items", "order_items"),
            ("_id", "id"),
            ("2fa", "column_2fa"),
            ("größe", "gr__e"),
            ("日本", "column"),
            ("", "column"),
            ("a-b", "a_b"),
        ] {
            assert_eq!(identifier(name, "column"), expected);
        }
        assert_eq!(top_identifier("delete", "table"), "delete_");
        assert_eq!(top_identifier("String", "table"), "String_");
    }

    #[test]
    fn no_name_is_given_twice() {
        let mut taken = Taken::default();
        let wanted = ["a".to_owned(), "b".to_owned()];
        let names: Vec<String> = (0..4).map(|_| taken.claim(&wanted)).collect();
        assert_eq!(names, ["a", "b", "a_2", "a_3"]);
    }
}
