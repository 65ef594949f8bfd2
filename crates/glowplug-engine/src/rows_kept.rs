//! Rows before and after: what of them has come back.

use glowplug_dialect::database::{Database, Rows};
use glowplug_dialect::rows::{quoted, table_sql};
use glowplug_sql::model::{QualifiedName, Table};

/// The rows of a table, as they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    table: QualifiedName,
    query: String,
    columns: Vec<String>,
    /// Places of the columns of the primary key.
    key: Vec<usize>,
    rows: Rows,
}

/// Reads the rows of a table; nothing where they cannot be read.
pub(crate) fn keep(database: &mut dyn Database, table: &Table) -> Option<Kept> {
    let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    let names: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
    let query = format!("SELECT {} FROM {}", names.join(", "), table_sql(table));
    let rows = database.query(&query).ok()?;
    let key = table.primary_key.iter().flat_map(|key| &key.columns);
    let key = key.filter_map(|name| columns.iter().position(|column| column == name)).collect();
    Some(Kept { table: table.qualified_name(), query, columns, key, rows })
}

/// What is not as it was, in words.
pub(crate) fn lost(kept: &[Kept], database: &mut dyn Database) -> Vec<String> {
    kept.iter().flat_map(|it| it.lost(&database.query(&it.query).unwrap_or_default())).collect()
}

/// The rows of a table, in words.
pub(crate) fn table_words(table: &QualifiedName) -> String {
    format!("the rows of table `{table}`")
}

/// The values of a column, in words.
pub(crate) fn column_words(column: &str, table: &QualifiedName) -> String {
    format!("the values of column `{column}` of `{table}`")
}

impl Kept {
    fn lost(&self, now: &Rows) -> Vec<String> {
        if now.len() != self.rows.len() {
            return vec![table_words(&self.table)];
        }
        let (before, now) = (self.sorted(&self.rows), self.sorted(now));
        let differs = |at: &usize| {
            let values = |rows: &Rows| {
                let mut values: Vec<Option<String>> =
                    rows.iter().map(|row| row.get(*at).cloned().flatten()).collect();
                if self.key.is_empty() {
                    values.sort();
                }
                values
            };
            values(&before) != values(&now)
        };
        (0..self.columns.len())
            .filter(differs)
            .map(|at| column_words(&self.columns[at], &self.table))
            .collect()
    }

    /// By primary key, which tells one row from another.
    fn sorted(&self, rows: &Rows) -> Rows {
        let mut rows = rows.clone();
        let key = |row: &Vec<Option<String>>| -> Vec<Option<String>> {
            self.key.iter().map(|at| row.get(*at).cloned().flatten()).collect()
        };
        rows.sort_by_key(key);
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(rows: &[[&str; 2]]) -> Kept {
        Kept {
            table: QualifiedName { namespace: None, name: "T".to_owned() },
            query: String::new(),
            columns: vec!["id".to_owned(), "note".to_owned()],
            key: vec![0],
            rows: table(rows),
        }
    }

    fn table(rows: &[[&str; 2]]) -> Rows {
        rows.iter().map(|row| row.iter().map(|value| Some((*value).to_owned())).collect()).collect()
    }

    #[test]
    fn what_is_lost_is_named() {
        let before = kept(&[["1", "a"], ["2", "b"]]);
        assert!(before.lost(&table(&[["2", "b"], ["1", "a"]])).is_empty(), "order is nothing");
        assert_eq!(before.lost(&table(&[["1", "b"], ["2", "a"]])), ["the values of column `note` of `T`"]);
        assert_eq!(before.lost(&table(&[["1", "a"]])), ["the rows of table `T`"]);
    }
}
