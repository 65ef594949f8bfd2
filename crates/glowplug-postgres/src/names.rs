//! Names of constraints and indexes, and how names are written in SQL.
//!
//! The names are Prisma's, so that a database of Prisma's keeps its names: built from database
//! names, cut at 63 bytes (`NAMEDATALEN - 1`) before the suffix, at a character boundary.

use glowplug_sql::model::QualifiedName;

/// The longest identifier that PostgreSQL keeps, in bytes.
pub const LIMIT: usize = 63;

/// `{table}_pkey`
pub fn primary_key(table: &str) -> String {
    with_suffix(table, "_pkey")
}

/// `{table}_{columns}_key`
pub fn unique(table: &str, columns: &[&str]) -> String {
    with_suffix(&join(table, columns), "_key")
}

/// `{table}_{columns}_idx`
pub fn index(table: &str, columns: &[&str]) -> String {
    with_suffix(&join(table, columns), "_idx")
}

/// `{table}_{columns}_fkey`
pub fn foreign_key(table: &str, columns: &[&str]) -> String {
    with_suffix(&join(table, columns), "_fkey")
}

/// The table of an implicit many-to-many relation: `_{relation}`, else `_{A}To{B}`.
pub fn join_table(relation: Option<&str>, a: &str, b: &str) -> String {
    let name = match relation {
        Some(name) => format!("_{name}"),
        None => format!("_{a}To{b}"),
    };
    cut(&name, LIMIT).to_string()
}

/// The primary key of a many-to-many table.
pub fn join_primary_key(table: &str) -> String {
    with_suffix(table, "_AB_pkey")
}

/// The index on the second column of a many-to-many table.
pub fn join_index(table: &str) -> String {
    with_suffix(table, "_B_index")
}

/// The foreign key of column `A` or `B` of a many-to-many table.
pub fn join_foreign_key(table: &str, column: &str) -> String {
    with_suffix(table, &format!("_{column}_fkey"))
}

/// The sequence of a `SERIAL` column, as the server names it (`makeObjectName`): when the whole is
/// too long, the longer of both parts is cut first.
pub fn sequence(table: &str, column: &str) -> String {
    let room = LIMIT - "__seq".len();
    let (mut t, mut c) = (table.len(), column.len());
    while t + c > room {
        if t > c { t -= 1 } else { c -= 1 }
    }
    format!("{}_{}_seq", cut(table, t), cut(column, c))
}

/// A name with something appended that never gets cut off: for temporary names.
pub fn with_suffix(name: &str, suffix: &str) -> String {
    format!("{}{suffix}", cut(name, LIMIT - suffix.len()))
}

fn join(table: &str, columns: &[&str]) -> String {
    let mut name = table.to_string();
    for column in columns {
        name.push('_');
        name.push_str(column);
    }
    name
}

/// The longest beginning of `name` that has at most `limit` bytes and ends between characters.
pub fn cut(name: &str, limit: usize) -> &str {
    let mut end = limit.min(name.len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

/// A name in double quotes.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A name with its namespace, both quoted. Names of the default namespace stay unqualified.
pub fn qualified(namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(namespace) => format!("{}.{}", quoted(namespace), quoted(name)),
        None => quoted(name),
    }
}

/// The same for a [`QualifiedName`].
pub fn qualified_name(name: &QualifiedName) -> String {
    qualified(name.namespace.as_deref(), &name.name)
}

/// A text as a SQL literal.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_before_the_suffix() {
        let name = index("TestModelWithALongName", &["looooooooooooongfield", "evenLongerFieldName"]);
        assert_eq!(name, "TestModelWithALongName_looooooooooooongfield_evenLongerFiel_idx");
        assert_eq!(name.len(), LIMIT);
        assert_eq!(primary_key(&"ä".repeat(40)).len(), 58 + 5);
        assert_eq!(primary_key(&format!("a{}", "ä".repeat(40))).len(), 57 + 5);
    }

    #[test]
    fn sequences_are_named_as_the_server_does() {
        assert_eq!(sequence("User", "id"), "User_id_seq");
        let long = sequence(&"t".repeat(60), "identifier");
        assert_eq!(long, format!("{}_identifier_seq", "t".repeat(48)));
    }
}
