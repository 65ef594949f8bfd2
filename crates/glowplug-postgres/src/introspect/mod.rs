//! Reads the physical model out of the catalog, in a fixed number of queries whatever its size.
//!
//! Every query is a file beside this one and takes the same parameter, a list of namespaces. Rows become
//! typed rows ([`rows`]), and those the model ([`build`]).

mod build;
mod foreign;
mod rows;

use glowplug_dialect::database::Result;
use glowplug_sql::model::SqlSchema;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};

use crate::database::sql;
use crate::error;
use crate::runtime::block_on;
use rows::Catalog;

/// The catalog queries, in the order in which they run. `$1` is the list of namespaces.
pub const QUERIES: [&str; 15] = [
    include_str!("namespaces.sql"),
    include_str!("extensions.sql"),
    include_str!("enums.sql"),
    include_str!("tables.sql"),
    include_str!("columns.sql"),
    include_str!("operator_classes.sql"),
    include_str!("indexes.sql"),
    include_str!("foreign_keys.sql"),
    include_str!("identities.sql"),
    include_str!("foreign_relations.sql"),
    include_str!("foreign_parts.sql"),
    include_str!("foreign_routines.sql"),
    include_str!("foreign_types.sql"),
    include_str!("foreign_uses.sql"),
    include_str!("views.sql"),
];

/// Reads `namespaces`. What lies in `default` gets no namespace in the model.
pub(crate) fn introspect(client: &Client, default: &str, namespaces: &[String]) -> Result<SqlSchema> {
    let answers = block_on(read(client, default, namespaces)).map_err(|error| error::statement(&error))?;
    let catalog = Catalog::read(&answers)?;
    build::build(&catalog, default)
}

/// One snapshot for all queries. The search path decides which names the server prints with their
/// namespace, so it is fixed for the transaction. Compiling the queries (JIT) takes longer than running them.
async fn read(
    client: &Client,
    default: &str,
    namespaces: &[String],
) -> std::result::Result<[Vec<Row>; QUERIES.len()], tokio_postgres::Error> {
    let begin = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off; SET LOCAL search_path = {}",
        sql::identifier(default)
    );
    client.batch_execute(&begin).await?;
    let mut answers: [Vec<Row>; QUERIES.len()] = Default::default();
    let mut res = Ok(());
    for (answer, query) in answers.iter_mut().zip(QUERIES) {
        match client.query_typed(query, &[(&namespaces, Type::TEXT_ARRAY)]).await {
            Ok(rows) => *answer = rows,
            Err(error) => {
                res = Err(error);
                break;
            }
        }
    }
    // Ends the transaction, failed or not; the first error is the one to tell.
    let end = client.batch_execute("ROLLBACK").await;
    res.and(end).map(|()| answers)
}
