//! Reading bookkeeping tables that may not exist.

use diesel::backend::Backend;
use diesel::connection::LoadConnection;
use diesel::pg::Pg;
use diesel::sql_types::{Nullable, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl};
use glowplug_rowdiff::{Rows, Sql};

/// A backend whose bookkeeping tables can be read: PostgreSQL, and SQLite with the feature `sqlite`.
pub trait Catalog: Backend + Sized {
    /// Two text columns, `key` and `value`, of a table in the default namespace; `None` if there is
    /// no such table. `select` is the list of columns, with those names.
    #[doc(hidden)]
    fn pairs<C>(conn: &mut C, table: &str, select: &str) -> QueryResult<Option<Pairs>>
    where
        C: LoadConnection<Backend = Self>;

    /// A query of four text columns that are called `c0` to `c3`.
    #[doc(hidden)]
    fn texts<C>(conn: &mut C, sql: &str) -> QueryResult<Rows>
    where
        C: LoadConnection<Backend = Self>;

    /// How rows are remembered and compared.
    #[doc(hidden)]
    fn rows() -> Sql;
}

/// Keys and values.
pub(crate) type Pairs = Vec<(String, Option<String>)>;

#[derive(QueryableByName)]
struct Texts {
    #[diesel(sql_type = Nullable<Text>)]
    c0: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c1: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c2: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c3: Option<String>,
}

impl From<Texts> for Vec<Option<String>> {
    fn from(row: Texts) -> Self {
        vec![row.c0, row.c1, row.c2, row.c3]
    }
}

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Nullable<Text>)]
    value: Option<String>,
}

impl Catalog for Pg {
    fn pairs<C>(conn: &mut C, table: &str, select: &str) -> QueryResult<Option<Pairs>>
    where
        C: LoadConnection<Backend = Self>,
    {
        // Asking first: a failing statement would spoil a transaction that the caller is in, and a
        // missing right must not look like a missing table.
        let found = format!("SELECT '' AS key, to_regclass('{table}')::text AS value");
        let found: Vec<Pair> = diesel::sql_query(found).load(conn)?;
        if found.iter().all(|it| it.value.is_none()) {
            return Ok(None);
        }
        let rows: Vec<Pair> = diesel::sql_query(format!("SELECT {select} FROM {table}")).load(conn)?;
        Ok(Some(rows.into_iter().map(|it| (it.key, it.value)).collect()))
    }

    fn texts<C>(conn: &mut C, sql: &str) -> QueryResult<Rows>
    where
        C: LoadConnection<Backend = Self>,
    {
        let rows: Vec<Texts> = diesel::sql_query(sql).load(conn)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    fn rows() -> Sql {
        Sql::Postgres
    }
}

#[cfg(feature = "sqlite")]
impl Catalog for diesel::sqlite::Sqlite {
    fn pairs<C>(conn: &mut C, table: &str, select: &str) -> QueryResult<Option<Pairs>>
    where
        C: LoadConnection<Backend = Self>,
    {
        let found = format!("SELECT name AS key, NULL AS value FROM sqlite_master WHERE name = '{table}'");
        let found: Vec<Pair> = diesel::sql_query(found).load(conn)?;
        if found.is_empty() {
            return Ok(None);
        }
        let rows: Vec<Pair> = diesel::sql_query(format!("SELECT {select} FROM {table}")).load(conn)?;
        Ok(Some(rows.into_iter().map(|it| (it.key, it.value)).collect()))
    }

    fn texts<C>(conn: &mut C, sql: &str) -> QueryResult<Rows>
    where
        C: LoadConnection<Backend = Self>,
    {
        let rows: Vec<Texts> = diesel::sql_query(sql).load(conn)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    fn rows() -> Sql {
        Sql::Sqlite
    }
}
