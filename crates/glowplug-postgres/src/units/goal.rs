//! What the catalog must show when a statement that cannot be in a transaction has landed.

use crate::cursor::{Cursor, Name};
use crate::split::words;

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
    /// An index of that definition is there, and valid. The server makes its name up.
    NamelessIndex {
        /// Whether it keeps rows apart.
        unique: bool,
        /// The table.
        table: Name,
        /// What follows the table's name in the statement.
        definition: String,
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
    let mut cursor = Cursor::new(&words);
    let read = if cursor.skip("create") {
        created(statement, cursor)
    } else if cursor.skip("drop") {
        dropped(cursor)
    } else if cursor.skip("alter") {
        altered(cursor)
    } else if cursor.skip("reindex") {
        Some(if words.iter().any(|it| it.is("concurrently")) { Goal::Reindexed } else { Goal::Again })
    } else {
        let harmless = ["vacuum", "cluster", "discard"];
        harmless.iter().any(|keyword| cursor.skip(keyword)).then_some(Goal::Again)
    };
    read.unwrap_or(Goal::Unknown)
}

fn created(statement: &str, mut cursor: Cursor<'_, '_>) -> Option<Goal> {
    if let Some(catalog) = catalog(&mut cursor) {
        return Some(Goal::Object { catalog, name: cursor.identifier()?, exists: true });
    }
    let unique = cursor.skip("unique");
    if !(cursor.skip("index") && cursor.skip("concurrently")) {
        return None;
    }
    cursor.if_not_exists();
    let index = if cursor.is_at("on") { None } else { Some(cursor.identifier()?) };
    if !cursor.skip("on") {
        return None;
    }
    cursor.skip("only");
    let table = cursor.qualified()?;
    Some(match index {
        Some(index) => Goal::IndexBuilt { index, table },
        None => {
            let definition = statement.get(cursor.peek()?.start..)?.trim_end_matches(';').to_owned();
            Goal::NamelessIndex { unique, table, definition }
        }
    })
}

fn dropped(mut cursor: Cursor<'_, '_>) -> Option<Goal> {
    if let Some(catalog) = catalog(&mut cursor) {
        cursor.if_exists();
        return Some(Goal::Object { catalog, name: cursor.identifier()?, exists: false });
    }
    if !(cursor.skip("index") && cursor.skip("concurrently")) {
        return None;
    }
    cursor.if_exists();
    let mut names = vec![cursor.qualified()?];
    while cursor.skip(",") {
        names.push(cursor.qualified()?);
    }
    Some(Goal::IndexGone(names))
}

fn altered(mut cursor: Cursor<'_, '_>) -> Option<Goal> {
    if cursor.skip("system") {
        return Some(Goal::Again);
    }
    if !(cursor.skip("table") && cursor.seek("detach") && cursor.skip("partition")) {
        return None;
    }
    Some(Goal::Detached { partition: cursor.qualified()? })
}

/// The catalog that lists what is created or dropped, with the column of its name.
fn catalog(cursor: &mut Cursor<'_, '_>) -> Option<(&'static str, &'static str)> {
    const CATALOGS: &[(&str, &str, &str)] = &[
        ("database", "pg_database", "datname"),
        ("tablespace", "pg_tablespace", "spcname"),
        ("subscription", "pg_subscription", "subname"),
    ];
    let found = CATALOGS.iter().find(|(keyword, ..)| cursor.skip(keyword));
    found.map(|(_, table, column)| (*table, *column))
}
