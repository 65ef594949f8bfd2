//! Names in generated code: idiomatic Rust, valid, and never the same twice.
//!
//! The rules that users see: tables and columns in `schema.rs` are the snake case of their names in
//! the database, struct fields the snake case of their names in the schema file, types and enum
//! values the Pascal case of theirs. A name that Rust or Diesel keeps for itself gets a `_` at its
//! end; a name that is taken gets a number.

mod reserved;
mod spelling;

use std::collections::BTreeSet;

use smol_str::{SmolStr, format_smolstr};

use reserved::{DIESEL_SQL_TYPES, KEYWORDS, METHODS, MODULES, TABLE_MACRO, TYPES};
pub(crate) use spelling::{camel_case, graphql_name, pascal_case, snake_case};
use spelling::{push_pascal_case, push_snake_case};

/// What a name is for: each kind of place has its own reserved words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A table's module in schema.rs.
    Table,
    /// A column in a `table!`.
    Column,
    /// A field of a struct.
    Field,
    /// A method of a row.
    Method,
    /// A struct or an enum.
    Type,
    /// A variant of an enum.
    Variant,
    /// A marker type in `sql_types`.
    SqlType,
}

impl Place {
    fn spell(self, out: &mut String, name: &str) {
        match self {
            Place::Table | Place::Column | Place::Field | Place::Method => push_snake_case(out, name),
            Place::Type | Place::Variant | Place::SqlType => push_pascal_case(out, name),
        }
    }

    fn is_reserved(self, ident: &str) -> bool {
        let has = |list: &[&str]| list.binary_search(&ident).is_ok();
        match self {
            Place::Table => has(KEYWORDS) || has(TABLE_MACRO) || has(MODULES),
            Place::Column | Place::Field => has(KEYWORDS) || has(TABLE_MACRO),
            Place::Method => has(KEYWORDS) || has(METHODS),
            Place::Type => has(TYPES),
            Place::Variant => ident == "Self",
            Place::SqlType => has(DIESEL_SQL_TYPES) || ident == "Self",
        }
    }
}

/// The names of one place, handed out so that no two are equal.
#[derive(Debug)]
pub(crate) struct Names {
    place: Place,
    taken: BTreeSet<SmolStr>,
    /// Where names are spelled, kept so that each need not ask for memory of its own.
    spelled: String,
}

impl Names {
    /// An empty place.
    pub(crate) fn new(place: Place) -> Self {
        Self { place, taken: BTreeSet::new(), spelled: String::new() }
    }

    /// Keeps a name from being given, as a column may not have the name of its table.
    pub(crate) fn reserve(&mut self, ident: &str) {
        self.taken.insert(SmolStr::new(ident));
    }

    /// The identifier for a name, remembered as taken.
    pub(crate) fn give(&mut self, name: &str) -> SmolStr {
        self.spelled.clear();
        self.place.spell(&mut self.spelled, name);
        if self.place.is_reserved(&self.spelled) {
            self.spelled.push('_');
        }
        let mut ident = SmolStr::new(&self.spelled);
        if !self.taken.insert(ident.clone()) {
            ident = self.numbered(&ident);
            self.taken.insert(ident.clone());
        }
        ident
    }

    fn numbered(&self, ident: &str) -> SmolStr {
        let separator = match self.place {
            Place::Table | Place::Column | Place::Field | Place::Method => "_",
            Place::Type | Place::Variant | Place::SqlType => "",
        };
        let base = ident.trim_end_matches('_');
        let mut candidates = (2u32..).map(|n| format_smolstr!("{base}{separator}{n}"));
        candidates.find(|it| !self.taken.contains(it)).unwrap_or_default()
    }
}

/// Whether Rust takes the name as it is: `table!` has no other word for a schema of the database.
pub(crate) fn is_identifier(name: &str) -> bool {
    KEYWORDS.binary_search(&name).is_err() && glowplug_psl::hints::is_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_and_taken_names() {
        let mut names = Names::new(Place::Column);
        assert_eq!(names.give("type"), "type_");
        assert_eq!(names.give("Type"), "type_2");
        assert_eq!(names.give("userId"), "user_id");
        assert_eq!(names.give("user_id"), "user_id_2");
        assert_eq!(names.give("table"), "table_");
        let mut names = Names::new(Place::Type);
        assert_eq!(names.give("Option"), "Option_");
        assert_eq!(names.give("Course"), "Course");
        assert_eq!(names.give("course"), "Course2");
    }
}
