//! What the catalog must show when a statement that cannot be in a transaction has landed.

use crate::split::{Word, words};

/// A name as the server keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// Its namespace, where it is written.
    pub(crate) namespace: Option<String>,
    /// The name in it.
    pub(crate) name: String,
}

/// What a statement is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Goal {
    /// An index is there, and valid. It lies in the namespace of its table.
    IndexBuilt {
        /// Its name; the namespace is that of the table.
        index: String,
        /// The table.
        table: Name,
    },
    /// Indexes are gone.
    IndexGone(Vec<Name>),
    /// Indexes are built anew. What a failed try leaves has names that end in `_ccnew` or `_ccold`.
    Reindexed,
    /// A partition is on its own.
    Detached {
        /// The partition.
        partition: Name,
    },
    /// Something that the whole server knows exists, or is gone.
    Object {
        /// The catalog that lists it, with the column of its name.
        catalog: (&'static str, &'static str),
        /// Its name.
        name: String,
        /// Whether it is to exist.
        exists: bool,
    },
    /// It leaves nothing to look for, and may run again.
    Again,
    /// Nobody knows.
    Unknown,
}

/// What a statement is for, by its words.
pub(crate) fn goal(statement: &str) -> Goal {
    let words = words(statement);
    let mut rest = Rest(&words);
    let read = if rest.take("create") {
        created(rest)
    } else if rest.take("drop") {
        dropped(rest)
    } else if rest.take("alter") {
        altered(rest)
    } else if rest.take("reindex") {
        Some(if words.iter().any(|it| it.is("concurrently")) { Goal::Reindexed } else { Goal::Again })
    } else {
        let harmless = ["vacuum", "cluster", "discard"];
        harmless.iter().any(|keyword| rest.take(keyword)).then_some(Goal::Again)
    };
    read.unwrap_or(Goal::Unknown)
}

fn created(mut rest: Rest<'_, '_>) -> Option<Goal> {
    if let Some(catalog) = rest.take_catalog() {
        return Some(Goal::Object { catalog, name: rest.identifier()?, exists: true });
    }
    rest.take("unique");
    if !(rest.take("index") && rest.take("concurrently")) {
        return None;
    }
    rest.take_all(&["if", "not", "exists"]);
    let index = rest.identifier()?;
    // Without a name of its own the server makes one up.
    if !rest.take("on") {
        return None;
    }
    rest.take("only");
    Some(Goal::IndexBuilt { index, table: rest.name()? })
}

fn dropped(mut rest: Rest<'_, '_>) -> Option<Goal> {
    if let Some(catalog) = rest.take_catalog() {
        rest.take_all(&["if", "exists"]);
        return Some(Goal::Object { catalog, name: rest.identifier()?, exists: false });
    }
    if !(rest.take("index") && rest.take("concurrently")) {
        return None;
    }
    rest.take_all(&["if", "exists"]);
    let mut names = vec![rest.name()?];
    while rest.take_sign(",") {
        names.push(rest.name()?);
    }
    Some(Goal::IndexGone(names))
}

fn altered(mut rest: Rest<'_, '_>) -> Option<Goal> {
    if rest.take("system") {
        return Some(Goal::Again);
    }
    if !rest.take("table") {
        return None;
    }
    while !rest.0.is_empty() && !rest.take("detach") {
        rest.0 = &rest.0[1..];
    }
    rest.take("partition").then_some(())?;
    Some(Goal::Detached { partition: rest.name()? })
}

/// The words that are left.
#[derive(Clone, Copy)]
struct Rest<'s, 'w>(&'w [Word<'s>]);

impl Rest<'_, '_> {
    fn take(&mut self, keyword: &str) -> bool {
        let found = self.0.first().is_some_and(|word| word.is(keyword));
        if found {
            self.0 = &self.0[1..];
        }
        found
    }

    fn take_catalog(&mut self) -> Option<(&'static str, &'static str)> {
        const CATALOGS: &[(&str, &str, &str)] = &[
            ("database", "pg_database", "datname"),
            ("tablespace", "pg_tablespace", "spcname"),
            ("subscription", "pg_subscription", "subname"),
        ];
        let found = CATALOGS.iter().find(|(keyword, ..)| self.take(keyword));
        found.map(|(_, table, column)| (*table, *column))
    }

    fn take_all(&mut self, keywords: &[&str]) -> bool {
        let found =
            keywords.len() <= self.0.len() && keywords.iter().zip(self.0).all(|(it, word)| word.is(it));
        if found {
            self.0 = &self.0[keywords.len()..];
        }
        found
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = self.0.first().is_some_and(|word| !word.is_quoted && word.text == sign);
        if found {
            self.0 = &self.0[1..];
        }
        found
    }

    /// A name: quoted as it is, else in lower case. A doubled quote is two words side by side.
    fn identifier(&mut self) -> Option<String> {
        let first = self.0.first()?;
        if !first.is_quoted {
            let plain = first.text.starts_with(|it: char| it.is_alphabetic() || it == '_');
            // `ON` ends the place of a name that is not there.
            if !plain || first.is("on") {
                return None;
            }
            self.0 = &self.0[1..];
            return Some(first.text.to_lowercase());
        }
        let mut name = String::new();
        let mut end = first.start;
        while let Some(word) = self.0.first()
            && word.is_quoted
            && word.text.starts_with('"')
            && word.start == end
        {
            if !name.is_empty() || end != first.start {
                name.push('"');
            }
            name.push_str(word.text.strip_prefix('"')?.strip_suffix('"')?);
            end = word.start + word.text.len();
            self.0 = &self.0[1..];
        }
        (end > first.start).then_some(name)
    }

    fn name(&mut self) -> Option<Name> {
        let first = self.identifier()?;
        if !self.take_sign(".") {
            return Some(Name { namespace: None, name: first });
        }
        Some(Name { namespace: Some(first), name: self.identifier()? })
    }
}
