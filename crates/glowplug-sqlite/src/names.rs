//! Names of constraints and indexes, and how names are written in SQL.
//!
//! The names are Prisma's, so that a database of Prisma's keeps its names: built from database names. SQLite
//! keeps names of any length, so none is ever cut.

/// What SQLite calls the index behind a constraint; nobody else can take such a name.
const AUTOMATIC: &str = "sqlite_autoindex_";

/// `{table}_{columns}_key`
pub(crate) fn unique(table: &str, columns: &[&str]) -> String {
    format!("{}_key", join(table, columns))
}

/// `{table}_{columns}_idx`
pub(crate) fn index(table: &str, columns: &[&str]) -> String {
    format!("{}_idx", join(table, columns))
}

/// `{table}_{columns}_fkey`
pub(crate) fn foreign_key(table: &str, columns: &[&str]) -> String {
    format!("{}_fkey", join(table, columns))
}

/// What the name of the `CHECK` that keeps a column to the values of an enum ends with. The enum's name stands
/// before it: SQLite has no other place for that.
const ENUM_CHECK: &str = "_enum";

/// `{enum}_enum`: the same for every column, so that renames of tables and columns leave it as it is.
pub(crate) fn enum_check(enum_name: &str) -> String {
    format!("{enum_name}{ENUM_CHECK}")
}

/// The enum that the `CHECK` of that name is about.
pub(crate) fn enum_of_check(name: &str) -> Option<&str> {
    name.strip_suffix(ENUM_CHECK).filter(|name| !name.is_empty())
}

/// The table of an implicit many-to-many relation: `_{relation}`, else `_{A}To{B}`.
pub(crate) fn join_table(relation: Option<&str>, a: &str, b: &str) -> String {
    match relation {
        Some(name) => format!("_{name}"),
        None => format!("_{a}To{b}"),
    }
}

/// The unique index over both columns of a many-to-many table.
pub(crate) fn join_unique(table: &str) -> String {
    format!("{table}_AB_unique")
}

/// The index on the second column of a many-to-many table.
pub(crate) fn join_index(table: &str) -> String {
    format!("{table}_B_index")
}

/// The foreign key of column `A` or `B` of a many-to-many table.
pub(crate) fn join_foreign_key(table: &str, column: &str) -> String {
    format!("{table}_{column}_fkey")
}

/// Whether SQLite gave the name itself, to the index behind a `UNIQUE` constraint.
pub(crate) fn is_automatic(name: &str) -> bool {
    name.starts_with(AUTOMATIC)
}

fn join(table: &str, columns: &[&str]) -> String {
    let mut name = table.to_owned();
    for column in columns {
        name.push('_');
        name.push_str(column);
    }
    name
}

/// A name in double quotes.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Several names in double quotes.
pub(crate) fn list(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

/// A column with its table. A lone name in double quotes that is no column would be taken for a text.
pub(crate) fn column_of(table: &str, column: &str) -> String {
    format!("{}.{}", quoted(table), quoted(column))
}

/// A text as a SQL literal.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
