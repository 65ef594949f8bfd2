//! Reading bookkeeping tables that may not exist.

use diesel::backend::Backend;
use diesel::connection::LoadConnection;
use diesel::pg::Pg;
use diesel::sql_types::{Nullable, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl};

/// A backend whose bookkeeping tables can be read: PostgreSQL.
pub trait Catalog: Backend + Sized {
    /// Two text columns, `key` and `value`, of a table in the default namespace; `None` if there is
    /// no such table. `select` is the list of columns, with those names.
    #[doc(hidden)]
    fn pairs<C>(conn: &mut C, table: &str, select: &str) -> QueryResult<Option<Pairs>>
    where
        C: LoadConnection<Backend = Self>;
}

/// Keys and values.
pub(crate) type Pairs = Vec<(String, Option<String>)>;

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
}
