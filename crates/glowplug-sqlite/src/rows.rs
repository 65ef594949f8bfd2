//! Rows of any query, as text.

use diesel::deserialize::{FromSql, QueryableByName, Result as DeserializeResult};
use diesel::row::{Field, NamedRow, Row};
use diesel::sql_types::Text;
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{QueryResult, RunQueryDsl};
use glowplug_dialect::database::Rows;

/// One row: SQLite turns every value into text when it is read so.
struct TextRow(Vec<Option<String>>);

impl QueryableByName<Sqlite> for TextRow {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> DeserializeResult<Self> {
        let value = |index: usize| -> DeserializeResult<Option<String>> {
            let Some(field) = Row::get(row, index) else { return Ok(None) };
            match field.value() {
                Some(value) => Ok(Some(<String as FromSql<Text, Sqlite>>::from_sql(value)?)),
                None => Ok(None),
            }
        };
        Ok(Self((0..row.field_count()).map(value).collect::<DeserializeResult<_>>()?))
    }
}

/// Runs one query.
pub(crate) fn rows(connection: &mut SqliteConnection, sql: &str) -> QueryResult<Rows> {
    let rows = diesel::sql_query(sql).load::<TextRow>(connection)?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The first value of a query.
pub(crate) fn value(connection: &mut SqliteConnection, sql: &str) -> QueryResult<Option<String>> {
    Ok(rows(connection, sql)?.into_iter().flatten().next().flatten())
}
