//! What others look after: tables and enums that a setting calls external, by patterns.
//!
//! They are taken out of every model before anything is compared, so that no command creates, alters or drops
//! them, or calls them drift. The schema file may still show them, for relations and for code; a foreign key
//! from a table of one's own to one of them is one's own.

use std::fmt;

use glowplug_sql::model::{EnumType, QualifiedName, SqlSchema, Table};

use crate::glob::fits;

/// The patterns of the setting `external`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct External {
    patterns: Vec<Pattern>,
}

/// A pattern that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadPattern {
    /// As it was written.
    pub pattern: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// `name`, or `schema.name`; `*` stands for any characters, `?` for one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    text: String,
    namespace: Option<String>,
    name: String,
}

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the external pattern `{}` {}", self.pattern, self.why)
    }
}

impl External {
    /// Reads patterns.
    ///
    /// # Errors
    /// The first that cannot be used.
    pub fn parse(patterns: &[String]) -> Result<Self, BadPattern> {
        let patterns = patterns.iter().map(|text| Pattern::parse(text)).collect::<Result<_, _>>()?;
        Ok(Self { patterns })
    }

    /// Whether nothing is external.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// The patterns as they were written.
    pub fn patterns(&self) -> Vec<&str> {
        self.patterns.iter().map(|pattern| pattern.text.as_str()).collect()
    }

    /// Takes what is external out of a model, and returns it as a model of its own.
    pub fn take(&self, schema: &mut SqlSchema) -> SqlSchema {
        let mut taken =
            SqlSchema { default_namespace: schema.default_namespace.clone(), ..SqlSchema::default() };
        if self.is_empty() {
            return taken;
        }
        let default = schema.default_namespace.clone();
        let matches = |namespace: Option<&str>, name: &str| self.matches(default.as_deref(), namespace, name);
        (taken.tables, schema.tables) = std::mem::take(&mut schema.tables)
            .into_iter()
            .partition(|table| matches(table.namespace.as_deref(), &table.name));
        (taken.enums, schema.enums) = std::mem::take(&mut schema.enums)
            .into_iter()
            .partition(|it| matches(it.namespace.as_deref(), &it.name));
        (taken.foreign, schema.foreign) =
            std::mem::take(&mut schema.foreign).into_iter().partition(|object| {
                let name = object.part_of.clone().unwrap_or_else(|| own_name(&object.name));
                matches(name.namespace.as_deref(), &name.name)
            });
        (taken.namespaces, schema.namespaces) =
            std::mem::take(&mut schema.namespaces).into_iter().partition(|namespace| {
                self.covers(namespace)
                    || (taken.names().any(|name| name.namespace.as_ref() == Some(namespace))
                        && !schema.names().any(|name| name.namespace.as_ref() == Some(namespace)))
            });
        taken
    }

    /// The patterns that match nothing in any of these models.
    pub fn idle(&self, models: &[&SqlSchema]) -> Vec<String> {
        let idle = |pattern: &&Pattern| {
            !models.iter().any(|model| {
                let default = model.default_namespace.as_deref();
                model.names().any(|it| pattern.matches(default, it.namespace.as_deref(), &it.name))
            })
        };
        self.patterns.iter().filter(idle).map(|pattern| pattern.text.clone()).collect()
    }

    /// Whether everything in a namespace is external.
    pub fn covers(&self, namespace: &str) -> bool {
        self.patterns.iter().any(|pattern| {
            let whole = pattern.name.chars().all(|c| c == '*');
            whole && pattern.namespace.as_deref().is_some_and(|glob| fits(glob, namespace))
        })
    }

    fn matches(&self, default: Option<&str>, namespace: Option<&str>, name: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(default, namespace, name))
    }
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, BadPattern> {
        let bad = |why| BadPattern { pattern: text.to_owned(), why };
        let parts: Vec<&str> = text.split('.').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return Err(bad("has an empty part"));
        }
        if text.contains(['"', '`', '\'']) {
            return Err(bad("has a quote: names are written without"));
        }
        if text.contains(char::is_whitespace) {
            return Err(bad("has a blank in it"));
        }
        let (namespace, name) = match parts.as_slice() {
            [name] => (None, *name),
            [namespace, name] => (Some((*namespace).to_owned()), *name),
            _ => return Err(bad("has more than two parts: write `table` or `schema.table`")),
        };
        Ok(Self { text: text.to_owned(), namespace, name: name.to_owned() })
    }

    /// A pattern without a schema speaks of the default one.
    fn matches(&self, default: Option<&str>, namespace: Option<&str>, name: &str) -> bool {
        let fits_namespace = match (&self.namespace, namespace) {
            (None, namespace) => namespace.is_none(),
            (Some(glob), Some(namespace)) => fits(glob, namespace),
            (Some(glob), None) => default.is_some_and(|default| fits(glob, default)),
        };
        fits_namespace && fits(&self.name, name)
    }
}

/// The name of an object that stands by itself: a view, a function with its arguments.
fn own_name(printed: &str) -> QualifiedName {
    let (name, arguments) = printed.split_at(printed.find('(').unwrap_or(printed.len()));
    match name.split_once('.') {
        Some((namespace, name)) => {
            QualifiedName { namespace: Some(namespace.to_owned()), name: format!("{name}{arguments}") }
        }
        None => QualifiedName { namespace: None, name: printed.to_owned() },
    }
}

/// The names of everything that can be external.
trait Names {
    fn names(&self) -> Box<dyn Iterator<Item = QualifiedName> + '_>;
}

impl Names for SqlSchema {
    fn names(&self) -> Box<dyn Iterator<Item = QualifiedName> + '_> {
        let tables = self.tables.iter().map(Table::qualified_name);
        Box::new(tables.chain(self.enums.iter().map(EnumType::qualified_name)))
    }
}

#[cfg(test)]
mod tests {
    use glowplug_sql::model::{EnumType, ForeignObject};

    use super::*;

    fn table(namespace: Option<&str>, name: &str) -> Table {
        Table {
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
            columns: Vec::new(),
            primary_key: None,
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            is_join_table: false,
            comment: None,
        }
    }

    fn external(patterns: &[&str]) -> External {
        External::parse(&patterns.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_pattern_names_a_table_of_the_default_schema_or_of_another() {
        let external = external(&["audit.*", "legacy_*", "public.spatial_ref_sys"]);
        let matches = |namespace: Option<&str>, name: &str| external.matches(Some("public"), namespace, name);
        assert!(matches(Some("audit"), "log"));
        assert!(!matches(None, "audit"));
        assert!(matches(None, "legacy_users"));
        assert!(!matches(Some("other"), "legacy_users"));
        assert!(matches(None, "spatial_ref_sys"));
        assert!(!external.matches(Some("tenant"), None, "spatial_ref_sys"));
        assert!(external.covers("audit") && !external.covers("public"));
    }

    #[test]
    fn what_is_taken_out() {
        let object = |kind: &str, name: &str, part_of: Option<(Option<&str>, &str)>| ForeignObject {
            kind: kind.to_owned(),
            name: name.to_owned(),
            part_of: part_of.map(|(namespace, name)| QualifiedName {
                namespace: namespace.map(str::to_owned),
                name: name.to_owned(),
            }),
            definition: None,
            removal: None,
            belongings: Vec::new(),
            uses: Vec::new(),
        };
        let mut schema = SqlSchema {
            default_namespace: Some("public".to_owned()),
            namespaces: vec!["audit".to_owned(), "empty".to_owned(), "mixed".to_owned(), "old".to_owned()],
            tables: vec![
                table(None, "User"),
                table(None, "legacy_users"),
                table(Some("audit"), "log"),
                table(Some("mixed"), "own"),
                table(Some("mixed"), "x_not"),
                table(Some("old"), "x_gone"),
            ],
            enums: vec![EnumType {
                namespace: Some("audit".to_owned()),
                name: "Level".to_owned(),
                values: Vec::new(),
            }],
            foreign: vec![
                object("view", "legacy_view", None),
                object("function", "audit.note(a.b)", None),
                object("function", "note(audit.b)", None),
                object("trigger", "User.touch", Some((None, "User"))),
                object("trigger", "legacy_users.touch", Some((None, "legacy_users"))),
                object("trigger", "audit.log.touch", Some((Some("audit"), "log"))),
            ],
            ..SqlSchema::default()
        };
        let external = external(&["audit.*", "legacy_*", "*.x_*", "nothing"]);
        let before = schema.clone();
        let taken = external.take(&mut schema);
        let names = |schema: &SqlSchema| schema.names().map(|it| it.to_string()).collect::<Vec<_>>();
        assert_eq!(names(&schema), ["User", "mixed.own"]);
        assert_eq!(names(&taken), ["legacy_users", "audit.log", "mixed.x_not", "old.x_gone", "audit.Level"]);
        assert_eq!(schema.namespaces, ["empty", "mixed"]);
        let left: Vec<&str> = schema.foreign.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(left, ["note(audit.b)", "User.touch"]);
        assert_eq!(external.idle(&[&before]), ["nothing"]);
    }

    #[test]
    fn broken_patterns_are_named() {
        for (pattern, message) in [
            ("", "the external pattern `` has an empty part"),
            ("audit.", "the external pattern `audit.` has an empty part"),
            (".log", "the external pattern `.log` has an empty part"),
            (
                "a.b.c",
                "the external pattern `a.b.c` has more than two parts: write `table` or `schema.table`",
            ),
            ("\"Log\"", "the external pattern `\"Log\"` has a quote: names are written without"),
            ("a b", "the external pattern `a b` has a blank in it"),
        ] {
            let error = External::parse(&[pattern.to_owned()]).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }
}
