//! Reading bookkeeping tables that may not exist.

#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod rows;

use diesel::QueryResult;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::connection::LoadConnection;
use glowplug_rowdiff::{Rows, Sql};

/// A backend whose bookkeeping tables can be read: PostgreSQL (feature `postgres`) and SQLite (feature `sqlite`).
pub trait Catalog: Backend + Sized {
    /// What a query says, which has two columns of text: `key`, and `value`, which may be NULL.
    #[doc(hidden)]
    fn rows<C>(conn: &mut C, sql: &str) -> QueryResult<Pairs>
    where
        C: LoadConnection<Backend = Self>;

    /// Whether there is a table of this name where names without a namespace are looked for. Asked first,
    /// because a failing statement would spoil a transaction that the caller is in, and a missing right must
    /// not look like a missing table.
    #[doc(hidden)]
    fn has_table<C>(conn: &mut C, table: &str) -> QueryResult<bool>
    where
        C: LoadConnection<Backend = Self>;

    /// Two text columns, `key` and `value`, of a table in the default namespace; `None` if there is
    /// no such table. `select` is the list of columns, with those names.
    #[doc(hidden)]
    fn pairs<C>(conn: &mut C, table: &str, select: &str) -> QueryResult<Option<Pairs>>
    where
        C: LoadConnection<Backend = Self>,
    {
        if !Self::has_table(conn, table)? {
            return Ok(None);
        }
        Self::rows(conn, &format!("SELECT {select} FROM {table}")).map(Some)
    }

    /// A query of four text columns that are called `c0` to `c3`.
    #[doc(hidden)]
    fn texts<C>(conn: &mut C, sql: &str) -> QueryResult<Rows>
    where
        C: LoadConnection<Backend = Self>;

    /// How rows are remembered and compared.
    #[doc(hidden)]
    fn rows_sql() -> Sql;
}

/// Keys and values.
pub(crate) type Pairs = Vec<(String, Option<String>)>;

#[cfg(feature = "postgres")]
impl Catalog for diesel::pg::Pg {
    fn rows<C>(conn: &mut C, sql: &str) -> QueryResult<Pairs>
    where
        C: LoadConnection<Backend = Self>,
    {
        diesel::sql_query(sql).load(conn).map(rows::plain)
    }

    fn has_table<C>(conn: &mut C, table: &str) -> QueryResult<bool>
    where
        C: LoadConnection<Backend = Self>,
    {
        let found = Self::rows(conn, &format!("SELECT '' AS key, to_regclass('{table}')::text AS value"))?;
        Ok(found.iter().any(|(_, name)| name.is_some()))
    }

    fn texts<C>(conn: &mut C, sql: &str) -> QueryResult<Rows>
    where
        C: LoadConnection<Backend = Self>,
    {
        diesel::sql_query(sql).load(conn).map(rows::four)
    }

    fn rows_sql() -> Sql {
        Sql::Postgres
    }
}

#[cfg(feature = "sqlite")]
impl Catalog for diesel::sqlite::Sqlite {
    fn rows<C>(conn: &mut C, sql: &str) -> QueryResult<Pairs>
    where
        C: LoadConnection<Backend = Self>,
    {
        diesel::sql_query(sql).load(conn).map(rows::plain)
    }

    fn has_table<C>(conn: &mut C, table: &str) -> QueryResult<bool>
    where
        C: LoadConnection<Backend = Self>,
    {
        let sql = format!(
            "SELECT name AS key, NULL AS value FROM sqlite_master \
             WHERE type = 'table' AND lower(name) = lower('{table}')"
        );
        Ok(!Self::rows(conn, &sql)?.is_empty())
    }

    fn texts<C>(conn: &mut C, sql: &str) -> QueryResult<Rows>
    where
        C: LoadConnection<Backend = Self>,
    {
        diesel::sql_query(sql).load(conn).map(rows::four)
    }

    fn rows_sql() -> Sql {
        Sql::Sqlite
    }
}
